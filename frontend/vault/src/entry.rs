//! The content of an entry, as it stands inside its seal.
//!
//! ```text
//! plaintext = padded(CBOR[version, title, text, file or null])
//! file      = CBOR[name, media type, true length]
//! ```
//!
//! `docs/protocol.md`, section 5.

use zeroize::Zeroizing;

use crate::{
    error::{Distrust, Error},
    padded::{pad, unpad},
};

const VERSION: u8 = 1;
/// The longest entry, in bytes, before padding: leaves room for padding and tags below the
/// server's limit of 512 KiB.
const MAX: usize = 400 * 1024;

/// The data categories; each is a compartment of the chart with keys of its own. Which compartment
/// is which, only key holders know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Name, contacts, wishes.
    Personal,
    /// Findings, letters, history.
    Clinical,
    /// Medicines.
    Prescriptions,
    /// Laboratory values.
    Laboratory,
    /// Bills.
    Financial,
    /// Consent to research.
    Research,
}

impl Category {
    /// Every category: a chart has one compartment for each from its first head on.
    pub const ALL: [Self; 6] = [
        Self::Personal,
        Self::Clinical,
        Self::Prescriptions,
        Self::Laboratory,
        Self::Financial,
        Self::Research,
    ];

    /// The byte that stands beside a wrapped compartment key.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Personal => 1,
            Self::Clinical => 2,
            Self::Prescriptions => 3,
            Self::Laboratory => 4,
            Self::Financial => 5,
            Self::Research => 6,
        }
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|category| category.code() == code)
    }
}

/// What a person typed.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// The heading.
    pub title: String,
    /// The text.
    pub text: String,
    /// What it belongs to.
    pub category: Category,
}

impl Draft {
    /// Nothing.
    pub(crate) fn empty(category: Category) -> Self {
        Self {
            title: String::new(),
            text: String::new(),
            category,
        }
    }
}

/// An entry, opened.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct Entry {
    #[n(0)]
    version: u8,
    /// The heading.
    #[n(1)]
    pub title: String,
    /// The text.
    #[n(2)]
    pub text: String,
    /// What is known of the file, when the entry is one.
    #[n(3)]
    pub file: Option<FileInfo>,
}

/// What is known of a file without opening it.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct FileInfo {
    /// Its name.
    #[n(0)]
    pub name: String,
    /// Its media type as the writer's browser named it; may be empty.
    #[n(1)]
    pub media_type: String,
    /// Its true length in bytes; what is sealed is padded.
    #[n(2)]
    pub length: u64,
}

impl Entry {
    pub(crate) fn new(draft: &Draft, file: Option<FileInfo>) -> Self {
        Self {
            version: VERSION,
            title: draft.title.clone(),
            text: draft.text.clone(),
            file,
        }
    }

    /// Whether it has neither words nor a file.
    pub(crate) fn is_empty(&self) -> bool {
        self.title.is_empty() && self.text.is_empty() && self.file.is_none()
    }

    /// The padded plaintext.
    pub(crate) fn to_plaintext(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let body = Zeroizing::new(minicbor::to_vec(self).map_err(|_| Error::Program)?);
        if body.len() > MAX {
            return Err(Error::TextTooLong);
        }
        pad(&body).ok_or(Error::TextTooLong)
    }

    /// Reads the padded plaintext. Its author wrote it, but the author may be hostile too: other
    /// encodings, trailing bytes and wrong padding are refused.
    pub(crate) fn from_plaintext(plain: &[u8]) -> Result<Self, Error> {
        let body = unpad(plain).ok_or(Distrust::Content)?;
        let entry: Self = minicbor::decode(body).map_err(|_| Distrust::Content)?;
        let again = minicbor::to_vec(&entry).map_err(|_| Error::Program)?;
        if entry.version != VERSION || again != body {
            return Err(Distrust::Content.into());
        }
        Ok(entry)
    }
}

/// Content does not print.
impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Draft(..)")
    }
}

/// Content does not print.
impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entry(..)")
    }
}

/// Content does not print.
impl std::fmt::Debug for FileInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileInfo(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Entry {
        Entry::new(
            &Draft {
                title: "Title".into(),
                text: text.into(),
                category: Category::Clinical,
            },
            Some(FileInfo {
                name: "a.txt".into(),
                media_type: String::new(),
                length: 3,
            }),
        )
    }

    #[test]
    fn an_entry_comes_back_and_short_ones_look_alike() {
        for text in ["", "short", &"x".repeat(3000)] {
            let plain = entry(text).to_plaintext().unwrap();
            assert_eq!(plain.len(), 4096);
            assert_eq!(Entry::from_plaintext(&plain).unwrap(), entry(text));
        }
    }

    #[test]
    fn damaged_plaintext_is_refused() {
        let plain = entry("text").to_plaintext().unwrap();
        assert!(Entry::from_plaintext(&[]).is_err());
        assert!(Entry::from_plaintext(&plain[..4095]).is_err());
        let mut stuffed = plain.clone();
        stuffed[4095] = 1;
        assert!(Entry::from_plaintext(&stuffed).is_err());
        let mut longer = plain.clone();
        longer[0] = 0xff;
        assert!(Entry::from_plaintext(&longer).is_err());
        let mut version = plain.clone();
        version[5] = 2;
        assert!(Entry::from_plaintext(&version).is_err());
    }

    #[test]
    fn too_long_is_said_before_anything_is_sent() {
        assert_eq!(
            entry(&"x".repeat(MAX)).to_plaintext().unwrap_err(),
            Error::TextTooLong
        );
    }

    #[test]
    fn category_codes_are_distinct_and_known() {
        for category in Category::ALL {
            assert_eq!(Category::from_code(category.code()), Some(category));
        }
        assert_eq!(Category::from_code(0), None);
    }
}
