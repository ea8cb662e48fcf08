//! The second factor: setting it up, showing it, recovery codes.

pub(crate) const STEP: &str = "Second step";
pub(crate) const STEP_LEAD: &str =
    "Your password was right. Type the code that your authenticator app shows for Keepwell now.";
pub(crate) const CODE: &str = "Code";
pub(crate) const CODE_HELP: &str = "Six digits. Each code works once.";
pub(crate) const CODE_MISSING: &str = "Type the six digits that your app shows.";
pub(crate) const CONTINUE: &str = "Continue";
pub(crate) const CHECKING: &str = "Checking …";
pub(crate) const NO_PHONE: &str = "I do not have my phone";
pub(crate) const WITH_APP: &str = "Use the app instead";
pub(crate) const RECOVERY_LEAD: &str =
    "Type one of your recovery codes. It works once; cross it out on your sheet.";
pub(crate) const RECOVERY_CODE: &str = "Recovery code";
pub(crate) const RECOVERY_HELP: &str = "Four groups of four letters and digits.";
pub(crate) const RECOVERY_MISSING: &str = "Type a recovery code.";
pub(crate) const RECOVERY_WRONG: &str = "This recovery code is not right, or it was used already. Nothing was changed. Please compare it with your sheet, or type another one.";

pub(crate) const TITLE: &str = "Your second step";
pub(crate) const CHANGE_LEAD: &str =
    "To change how you sign in, show both your password and a code once more.";
pub(crate) const NEW_APP: &str = "Use another phone or app";
pub(crate) const NEW_CODES: &str = "Make new recovery codes";
pub(crate) const NEW_CODES_LEAD: &str =
    "New recovery codes take the place of the old ones at once.";
pub(crate) const KEPT: &str = "I have kept them";
pub(crate) const UNSURE: &str = "The server cannot be reached, so it is not known whether this was changed. Please try again; keep the old and the new codes until then.";
pub(crate) const TOOK_LONG: &str = "This took too long, so nothing was changed. The codes that you just saw do not count. Please show your password and a code again.";
pub(crate) const NEW_APP_LEAD: &str = "Until the code below was right, nothing is changed. Then the old phone and the old recovery codes let nobody in any more, and all your other browsers are signed out.";
pub(crate) const CHANGE: &str = "Change it";
pub(crate) const CHANGE_CODE_HELP: &str = "Six digits, of the new app.";
pub(crate) const CHANGED: &str =
    "Your second step is changed. All your other browsers are signed out.";
pub(crate) const OLD_CODES_GONE: &str =
    "These take the place of your old recovery codes, which let nobody in any more.";

pub(crate) const SET_UP: &str = "Protect your account with your phone";
pub(crate) const SET_UP_LEAD: &str = "A password can be guessed or seen. From now on your phone shows a code that changes every half minute, and signing in asks for it, too.";
pub(crate) const SHEET: &str = "Keep your recovery codes";
pub(crate) const SHEET_LEAD: &str = "Without your phone, each of these lets you in once. They are shown only now. Keep them on paper, not on the phone.";
pub(crate) const EACH: &str = "Each works once, together with the password.";
pub(crate) const SAVE: &str = "Save as a file";
pub(crate) const PRINT: &str = "Print";
pub(crate) const SCAN: &str = "Scan this code";
pub(crate) const SCAN_LEAD: &str = "Open an authenticator app on your phone, choose to add an account, and scan. Any app for time-based codes will do.";
pub(crate) const QR: &str = "QR code with the key for your authenticator app";
pub(crate) const OPEN_APP: &str = "Is the app on this device? Open it";
pub(crate) const KEY: &str = "Or type this key into the app";
pub(crate) const FIRST_CODE: &str = "Type the code that the app shows";
pub(crate) const FIRST_CODE_HELP: &str =
    "Six digits. With them your account is made, and you know that the app works.";
pub(crate) const BACK: &str = "Begin again with another name or password";
pub(crate) const MADE: &str = "Your account is made. Please sign in.";
pub(crate) const NAME_TAKEN: &str = "Somebody else took this user name a moment ago. Nothing was stored of your account. Please begin again with another name.";
pub(crate) const SAVE_REFUSED: &str =
    "Your browser did not take the file. Please print the codes, or write them down.";

/// The name of the file with the codes.
pub(crate) const FILE: &str = "keepwell-recovery-codes.txt";

/// What stands in that file.
pub(crate) fn sheet(username: &str, codes: &[String]) -> String {
    let mut sheet =
        format!("Keepwell recovery codes of {username}\n\n{EACH} Cross out what is used.\n\n");
    for code in codes {
        sheet += &format!("{code}\n");
    }
    sheet
}
