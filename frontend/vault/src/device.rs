//! What a browser says of itself, for the list of sessions: which it is, on what system, and
//! whether others use the device too. It is sealed under the AccountKey, bound to its session.
//!
//! ```text
//! plaintext = padded(CBOR[version, browser, system, shared])
//! ```
//!
//! `docs/protocol.md`, section 7.4.

use keepwell_shared::{
    bytes::Bytes,
    id::{AccountId, SessionId},
};

use crate::{
    error::{Distrust, Error},
    keys::{AccountKey, Context},
    padded::{pad, unpad},
};

const VERSION: u8 = 1;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident: $($(#[$line:meta])* $variant:ident = $code:literal),* $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$line])* $variant = $code),*
        }

        impl $name {
            fn from_code(code: u8) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

codes! {
    /// A kind of browser.
    Browser:
    /// None of the others.
    Other = 0,
    /// Firefox.
    Firefox = 1,
    /// Chrome or Chromium.
    Chrome = 2,
    /// Safari.
    Safari = 3,
    /// Edge.
    Edge = 4,
    /// Opera.
    Opera = 5,
    /// Samsung Internet.
    Samsung = 6,
}

codes! {
    /// A kind of system.
    System:
    /// None of the others.
    Other = 0,
    /// Windows.
    Windows = 1,
    /// macOS, and iPads that ask for the pages of a desk.
    Mac = 2,
    /// Linux.
    Linux = 3,
    /// Android.
    Android = 4,
    /// An iPhone.
    Iphone = 5,
    /// An iPad.
    Ipad = 6,
    /// ChromeOS.
    ChromeOs = 7,
}

/// What a browser says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// Which browser.
    pub browser: Browser,
    /// On what.
    pub system: System,
    /// Whether others use it too, as whoever signed in said.
    pub shared: bool,
}

impl Device {
    /// Reads the text that browsers send as `user-agent`. They imitate one another: the rarer name
    /// is looked for first.
    pub fn from_user_agent(text: &str, shared: bool) -> Self {
        let first = |names: &[(&str, u8)]| {
            let found = names.iter().find(|(name, _)| text.contains(name));
            found.map_or(0, |(_, code)| *code)
        };
        let browser = first(&[
            ("SamsungBrowser", 6),
            ("OPR/", 5),
            ("Edg", 4),
            ("Firefox", 1),
            ("FxiOS", 1),
            ("Chrom", 2),
            ("CriOS", 2),
            ("Safari", 3),
        ]);
        let system = first(&[
            ("iPhone", 5),
            ("iPad", 6),
            ("Android", 4),
            ("CrOS", 7),
            ("Windows", 1),
            ("Mac OS X", 2),
            ("Linux", 3),
        ]);
        Self {
            browser: Browser::from_code(browser).unwrap_or(Browser::Other),
            system: System::from_code(system).unwrap_or(System::Other),
            shared,
        }
    }

    pub(crate) fn seal(
        self,
        key: &AccountKey,
        account: AccountId,
        session: SessionId,
    ) -> Result<Bytes, Error> {
        let fields = (VERSION, self.browser as u8, self.system as u8, self.shared);
        let plain = minicbor::to_vec(fields).map_err(|_| Error::Program)?;
        let plain = pad(&plain).ok_or(Error::Program)?;
        key.seal(&plain, &Context::Device(account, session))
    }

    pub(crate) fn open(
        key: &AccountKey,
        account: AccountId,
        session: SessionId,
        sealed: &Bytes,
    ) -> Result<Self, Error> {
        Self::from_plaintext(&key.open(sealed, &Context::Device(account, session))?)
    }

    /// Reads what is sealed.
    pub(crate) fn from_plaintext(plain: &[u8]) -> Result<Self, Error> {
        let body = unpad(plain).ok_or(Distrust::Content)?;
        let fields: (u8, u8, u8, bool) = minicbor::decode(body).map_err(|_| Distrust::Content)?;
        // It has one form: no other encoding, and nothing after its end.
        let again = minicbor::to_vec(fields).map_err(|_| Error::Program)?;
        let (version, browser, system, shared) = fields;
        match (Browser::from_code(browser), System::from_code(system)) {
            (Some(browser), Some(system)) if version == VERSION && again == body => Ok(Self {
                browser,
                system,
                shared,
            }),
            _ => Err(Distrust::Content.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_comes_back_in_its_session_only() {
        let key = AccountKey::make();
        let (account, session) = (AccountId::generate(), SessionId::generate());
        let device = Device {
            browser: Browser::Samsung,
            system: System::ChromeOs,
            shared: true,
        };
        let sealed = device.seal(&key, account, session).unwrap();
        let open = |key, account, session| Device::open(key, account, session, &sealed);
        assert_eq!(open(&key, account, session).unwrap(), device);
        let other = AccountKey::make();
        assert!(open(&other, account, session).is_err());
        assert!(open(&key, AccountId::generate(), session).is_err());
        assert!(open(&key, account, SessionId::generate()).is_err());
    }

    #[test]
    fn what_no_browser_seals_is_refused() {
        let read = |fields: &[u8]| Device::from_plaintext(&pad(fields).unwrap());
        assert!(read(&[0x84, 1, 1, 1, 0xf5]).is_ok());
        for bad in [
            &[][..],
            &[0x84, 2, 1, 1, 0xf5],
            &[0x84, 1, 7, 1, 0xf5],
            &[0x84, 1, 1, 8, 0xf5],
            &[0x84, 1, 1, 1, 1],
            &[0x83, 1, 1, 1],
            &[0x84, 1, 0x18, 1, 1, 0xf5],
            &[0x84, 1, 1, 1, 0xf5, 0],
            &[0x9f, 1, 1, 1, 0xf5, 0xff],
        ] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
        assert!(Device::from_plaintext(&[0x84, 1, 1, 1, 0xf5]).is_err());
    }

    #[test]
    fn browsers_that_imitate_each_other_are_told_apart() {
        for (text, browser, system) in [
            ("", Browser::Other, System::Other),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                Browser::Firefox,
                System::Linux,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                Browser::Chrome,
                System::Windows,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                Browser::Edge,
                System::Windows,
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0",
                Browser::Opera,
                System::ChromeOs,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                Browser::Safari,
                System::Mac,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
                Browser::Chrome,
                System::Iphone,
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
                Browser::Samsung,
                System::Android,
            ),
        ] {
            let device = Device::from_user_agent(text, false);
            assert_eq!((device.browser, device.system), (browser, system), "{text}");
        }
    }
}
