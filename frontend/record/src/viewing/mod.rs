//! Which files a page may show, and what is looked at before it does.
//!
//! A picture is decoded by the browser and drawn again; its size is read here first, because a file of a few
//! bytes may claim to be larger than the memory of any device. A text becomes a text node. Nothing else is
//! ever shown: a file that is a document of its own, a PDF or an SVG, could act in this page's name.

mod picture;

pub use picture::size;

/// How a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Decoded and drawn again.
    Picture,
    /// As words.
    Words,
}

/// How a file of this media type is shown; none where it can only be saved.
pub fn way(media_type: &str) -> Option<Way> {
    match media_type {
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" => Some(Way::Picture),
        "text/plain"
        | "text/csv"
        | "text/tab-separated-values"
        | "application/json"
        | "application/x-ndjson" => Some(Way::Words),
        _ => None,
    }
}

/// Why a file is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// It is no picture, or not the one that its beginning says.
    NoPicture,
    /// The picture has more pixels than a page can hold.
    LargePicture,
    /// There are bytes in it that are no text in UTF-8.
    NoWords,
    /// The text is longer than [`MOST_WORDS`].
    LongWords,
}

/// How many bytes of the beginning of a picture are looked at.
pub const BEGINNING: u64 = 1 << 20;
/// The longest text that is shown, in bytes.
pub const MOST_WORDS: u64 = 2_000_000;
/// The widest and the highest picture that is decoded, in pixels: more no browser draws.
const MOST_SIDE: u32 = 16_384;
/// The most pixels that are decoded: a quarter of a gigabyte of memory.
const MOST_PIXELS: u64 = 1 << 26;

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the line above says it all")]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    /// Whether a picture of this size may be decoded.
    ///
    /// # Errors
    /// [`Hidden::NoPicture`] where there is nothing to see, [`Hidden::LargePicture`].
    pub fn check(self) -> Result<(), Hidden> {
        let pixels = u64::from(self.width) * u64::from(self.height);
        if pixels == 0 {
            Err(Hidden::NoPicture)
        } else if self.width.max(self.height) > MOST_SIDE || pixels > MOST_PIXELS {
            Err(Hidden::LargePicture)
        } else {
            Ok(())
        }
    }

    /// Whether this is the other one, or that one turned by a quarter, as cameras write it.
    pub fn is(self, other: Self) -> bool {
        let turned = Self {
            width: self.height,
            height: self.width,
        };
        self == other || turned == other
    }

    /// The size at which it is drawn when no more than `most` pixels are wanted.
    pub fn within(self, most: u32) -> Self {
        let pixels = f64::from(self.width) * f64::from(self.height);
        let scale = (f64::from(most) / pixels).sqrt().min(1.0);
        let side = |side: u32| ((f64::from(side) * scale) as u32).max(1);
        Self {
            width: side(self.width),
            height: side(self.height),
        }
    }
}

/// The whole of a text: UTF-8, without the control characters that nobody types.
///
/// # Errors
/// [`Hidden::LongWords`], [`Hidden::NoWords`].
pub fn words(bytes: &[u8]) -> Result<&str, Hidden> {
    if bytes.len() as u64 > MOST_WORDS {
        return Err(Hidden::LongWords);
    }
    let text = str::from_utf8(bytes).map_err(|_| Hidden::NoWords)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let strange = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    match text.contains(strange) {
        true => Err(Hidden::NoWords),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_document_of_its_own_is_never_shown() {
        for saved in [
            "application/pdf",
            "image/svg+xml",
            "text/html",
            "application/xhtml+xml",
            "application/dicom",
            "image/tiff",
            "image/heic",
            "IMAGE/PNG",
            "image/png ",
            "",
        ] {
            assert_eq!(way(saved), None, "{saved}");
        }
        assert_eq!(way("image/png"), Some(Way::Picture));
        assert_eq!(way("text/csv"), Some(Way::Words));
    }

    #[test]
    fn bytes_that_are_no_words_are_not_shown() {
        let late = [&[b'a'; 5000][..], b"\xe9t\xe9"].concat();
        for bad in [&late[..], b"a\0b", b"\x1b[31mred", b"\xff\xfea\0", b"\xc3"] {
            assert_eq!(words(bad), Err(Hidden::NoWords));
        }
        let long = vec![b'a'; MOST_WORDS as usize + 1];
        assert_eq!(words(&long), Err(Hidden::LongWords));
        assert!(words(&long[1..]).is_ok());
        assert_eq!(words("\u{feff}Zoë\r\n\t1".as_bytes()), Ok("Zoë\r\n\t1"));
        assert_eq!(words(b""), Ok(""));
    }

    #[test]
    fn a_picture_has_the_size_that_a_page_can_hold() {
        let size = |width, height| Size { width, height };
        for (none, why) in [
            (size(0, 0), Hidden::NoPicture),
            (size(0, 9), Hidden::NoPicture),
            (size(16_385, 1), Hidden::LargePicture),
            (size(1, u32::MAX), Hidden::LargePicture),
            (size(u32::MAX, u32::MAX), Hidden::LargePicture),
            (size(8193, 8192), Hidden::LargePicture),
        ] {
            assert_eq!(none.check(), Err(why), "{none:?}");
        }
        assert_eq!(size(8192, 8192).check(), Ok(()));
        assert_eq!(size(16_384, 4096).check(), Ok(()));
        assert_eq!(size(8000, 4000).within(2_000_000), size(2000, 1000));
        assert_eq!(size(30, 20).within(2_000_000), size(30, 20));
        assert_eq!(size(16_384, 1).within(100).height, 1);
        assert!(size(3, 2).is(size(2, 3)) && !size(3, 2).is(size(3, 3)));
    }
}
