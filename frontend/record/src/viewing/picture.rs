//! How large a picture says that it is, from its first bytes.
//!
//! PNG: its third edition, section 11.2.1. JPEG: ITU-T T.81, annex B. GIF: version 89a, sections 18 to 20.
//! WebP: RFC 9649, section 2.

use super::Size;

/// The size of a picture; none where its beginning does not say one.
pub fn size(media_type: &str, beginning: &[u8]) -> Option<Size> {
    match media_type {
        "image/png" => png(beginning),
        "image/jpeg" => jpeg(beginning),
        "image/gif" => gif(beginning),
        "image/webp" => webp(beginning),
        _ => None,
    }
}

fn png(bytes: &[u8]) -> Option<Size> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let side = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    Some(Size {
        width: side(0)?,
        height: side(4)?,
    })
}

/// Segments until the one that begins a frame.
fn jpeg(bytes: &[u8]) -> Option<Size> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        let (mark, after) = rest.split_first()?;
        if *mark != 0xff {
            return None;
        }
        rest = after;
        match *rest.first()? {
            // Any number of these may stand before a marker.
            0xff => continue,
            // A frame, in any of its ways; the numbers between are tables.
            marker @ 0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some(Size {
                    width: big(rest, 6)?,
                    height: big(rest, 4)?,
                });
            }
            // What has no length, and what comes after the pixels have begun.
            0x00 | 0x01 | 0xd0..=0xda => return None,
            _ => rest = rest.get(1 + big(rest, 1)? as usize..)?,
        }
    }
}

/// The canvas, or the first picture where that is larger: browsers make room for it.
fn gif(bytes: &[u8]) -> Option<Size> {
    let (signature, rest) = bytes.split_at_checked(6)?;
    if !matches!(signature, b"GIF87a" | b"GIF89a") {
        return None;
    }
    let (width, height) = (little(rest, 0)?, little(rest, 2)?);
    let mut rest = rest.get(7 + table(*rest.get(4)?)..)?;
    loop {
        match *rest.first()? {
            0x21 => {
                rest = rest.get(2..)?;
                // Blocks with their lengths, until an empty one.
                loop {
                    let (length, after) = rest.split_first()?;
                    rest = after.get(usize::from(*length)..)?;
                    if *length == 0 {
                        break;
                    }
                }
            }
            0x2c => {
                return Some(Size {
                    width: width.max(little(rest, 1)? + little(rest, 5)?),
                    height: height.max(little(rest, 3)? + little(rest, 7)?),
                });
            }
            _ => return None,
        }
    }
}

/// Bytes of the table of colours that these flags announce.
fn table(flags: u8) -> usize {
    match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    }
}

fn webp(bytes: &[u8]) -> Option<Size> {
    let (riff, rest) = bytes.split_at_checked(12)?;
    if !riff.starts_with(b"RIFF") || !riff.ends_with(b"WEBP") {
        return None;
    }
    let (kind, body) = (rest.get(..4)?, rest.get(8..)?);
    match kind {
        b"VP8 " => {
            let frame = body.get(3..)?.strip_prefix(b"\x9d\x01\x2a")?;
            Some(Size {
                width: little(frame, 0)? & 0x3fff,
                height: little(frame, 2)? & 0x3fff,
            })
        }
        b"VP8L" => {
            let bits = body.strip_prefix(b"\x2f")?.get(..4)?;
            let bits = u32::from_le_bytes(bits.try_into().ok()?);
            Some(Size {
                width: (bits & 0x3fff) + 1,
                height: ((bits >> 14) & 0x3fff) + 1,
            })
        }
        b"VP8X" => {
            let side =
                |at: usize| Some(little(body, at)? + (u32::from(*body.get(at + 2)?) << 16) + 1);
            Some(Size {
                width: side(4)?,
                height: side(7)?,
            })
        }
        _ => None,
    }
}

fn big(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_be_bytes(bytes).into())
}

fn little(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_le_bytes(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x02\0\0\x03\x04\x08\x06\0\0\0";
    const JPEG: &[u8] =
        b"\xff\xd8\xff\xe0\0\x04JF\xff\xff\xdb\0\x03x\xff\xc2\0\x11\x08\x03\x04\x01\x02\x03";
    const GIF: &[u8] =
        b"GIF89a\x02\x01\x04\x03\x80\0\0rgbRGB\x21\xf9\x02ab\0\x2c\0\0\0\0\x02\x01\x04\x03\0";
    const VP8: &[u8] = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0abc\x9d\x01\x2a\x02\x41\x04\x83";
    // 1 less than each side, in fourteen bits each.
    const VP8L: &[u8] = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x01\xc1\xc0\0";
    const VP8X: &[u8] = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x01\x01\0\x03\x03\0";

    const ALL: [(&str, &[u8]); 6] = [
        ("image/png", PNG),
        ("image/jpeg", JPEG),
        ("image/gif", GIF),
        ("image/webp", VP8),
        ("image/webp", VP8L),
        ("image/webp", VP8X),
    ];

    #[test]
    fn a_beginning_that_is_cut_off_or_another_kind_says_nothing() {
        for (kind, bytes) in ALL {
            let whole = size(kind, bytes);
            for end in 0..bytes.len() {
                let cut = size(kind, &bytes[..end]);
                assert!(cut.is_none() || cut == whole, "{kind} {end}");
            }
            assert_eq!(size("image/svg+xml", bytes), None);
            for (other, _) in ALL.iter().filter(|(other, _)| *other != kind) {
                assert_eq!(size(other, bytes), None, "{kind} as {other}");
            }
        }
    }

    #[test]
    fn every_kind_says_its_size() {
        let expected = Size {
            width: 0x102,
            height: 0x304,
        };
        for (kind, bytes) in ALL {
            assert_eq!(size(kind, bytes), Some(expected), "{kind} {bytes:?}");
        }
    }

    #[test]
    fn a_first_picture_beyond_the_canvas_counts() {
        let mut gif = GIF.to_vec();
        let at = gif.len() - 5;
        gif[at..at + 4].copy_from_slice(b"\xff\xff\xff\xff");
        let size = size("image/gif", &gif).unwrap();
        assert_eq!((size.width, size.height), (65_535, 65_535));
    }

    #[test]
    fn pixels_that_begin_before_a_frame_are_none() {
        assert_eq!(
            jpeg(b"\xff\xd8\xff\xda\0\x04ab\xff\xc0\0\x11\x08\0\x01\0\x01"),
            None
        );
        assert_eq!(
            jpeg(b"\xff\xd8\xff\xe0\0\0\xff\xc0\0\x11\x08\0\x01\0\x01"),
            None
        );
    }
}
