//! Registering and signing in.

use serde::{Deserialize, Serialize};

use super::NewHead;
use crate::{
    bytes::{Bytes, Hash},
    factor::{FactorSecret, OneTimeCode, RecoveryCode},
    id::{AccountId, LoginId, ProvenId, SessionId, WindowId},
    request::Proof,
    statement::{AccountHead, KeyBundle, Unverified},
    username::Username,
};

/// First message of a registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterStartRequest {
    /// The user name that is wished for.
    pub username: Username,
    /// OPAQUE RegistrationRequest.
    pub opaque: Bytes,
}

/// Answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterStartResponse {
    /// OPAQUE RegistrationResponse.
    pub opaque: Bytes,
}

/// A whole account: stored in one transaction, so that no half account can exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterFinishRequest {
    /// The user name.
    pub username: Username,
    /// The account id, drawn by the browser because signed statements name it.
    pub account: AccountId,
    /// OPAQUE RegistrationRecord.
    pub opaque: Bytes,
    /// The public keys, signed by themselves.
    pub key_bundle: Unverified<KeyBundle>,
    /// The first statement of the account chain.
    pub account_head: Unverified<AccountHead>,
    /// AccountKey under the unlock key.
    pub account_key: Bytes,
    /// IdentityKeys under the AccountKey.
    pub identity: Bytes,
    /// AccountKey under the key of the recovery kit, where one was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kit: Option<Bytes>,
    /// A patient's empty chart: head 0 and its keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chart: Option<NewHead>,
    /// The second factor, with its first code.
    pub second_factor: NewSecondFactor,
    /// Key of 32 bytes that proves a return to the session of the answer. With it the first sign-in
    /// needs no other code than the one above, which is used up.
    pub return_key: Bytes,
}

/// A second factor that is set up or takes the place of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSecondFactor {
    /// The secret of the one-time codes, drawn by the browser.
    pub secret: FactorSecret,
    /// A code made with it: the app has the secret, and its clock is right.
    pub code: OneTimeCode,
    /// The hashes of [`crate::factor::RECOVERY_CODES`] different recovery codes, sorted.
    pub recovery_codes: Vec<Hash>,
}

/// The account is made. Its session holds nothing yet: signing in returns to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterFinishResponse {
    /// The session.
    pub session: SessionId,
}

/// First message of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInStartRequest {
    /// The user name.
    pub username: Username,
    /// OPAQUE KE1.
    pub opaque: Bytes,
}

/// Answer to it; an unknown name gets one that looks and costs the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInStartResponse {
    /// Names this sign-in until its third message, for two minutes.
    pub login: LoginId,
    /// OPAQUE KE2.
    pub opaque: Bytes,
}

/// Third message of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInFinishRequest {
    /// The sign-in.
    pub login: LoginId,
    /// OPAQUE KE3.
    pub opaque: Bytes,
}

/// The password was right. This names the sign-in until its second factor, for five minutes and five
/// tries; it opens nothing but that one route, and nothing of the account is told before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInFinishResponse {
    /// The sign-in.
    pub proven: ProvenId,
}

/// The second factor of a sign-in: exactly one of three.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInFactorRequest {
    /// The sign-in.
    pub proven: ProvenId,
    /// A code of the authenticator app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<OneTimeCode>,
    /// A recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_code: Option<RecoveryCode>,
    /// A session that this browser comes back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returning: Option<Returning>,
    /// Whether it is shown to confirm what is about to be changed, by somebody who is signed in. Who
    /// finds an open page can not say so without the password.
    #[serde(default, skip_serializing_if = "is_false")]
    pub confirms: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A return to a session in which both factors were shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returning {
    /// The session.
    pub session: SessionId,
    /// See [`crate::returning`].
    pub proof: Proof,
}

/// A session. Neither id authorises anything: requests are proved with the session key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInFactorResponse {
    /// The session.
    pub session: SessionId,
    /// The first window of request numbers.
    pub window: WindowId,
}

/// New recovery codes in the place of all that are left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryCodesPutRequest {
    /// As in [`NewSecondFactor`].
    pub recovery_codes: Vec<Hash>,
}
