//! WebAssembly modules without what a browser does not need.

/// The module without its custom sections, or `None` when these are not the bytes of a module.
///
/// After wasm-bindgen has read its own, the custom sections left are function names (a fifth of the
/// download) and the compilers' marks. A panic still tells its file and line. The linker could strip
/// them too, but then wasm-bindgen would not learn which features the module uses.
pub(crate) fn without_custom_sections(module: &[u8]) -> Option<Vec<u8>> {
    // WebAssembly core specification 2.0, section 5.5.16: magic, version, sections.
    let (header, mut rest) = module.split_at_checked(8)?;
    if header != b"\0asm\x01\0\0\0" {
        return None;
    }
    let mut kept = header.to_vec();
    while let Some((id, after)) = rest.split_first() {
        let (size, body) = leb128(after)?;
        let (_, next) = body.split_at_checked(size)?;
        const CUSTOM: u8 = 0;
        if *id != CUSTOM {
            let whole = rest.len() - next.len();
            kept.extend_from_slice(rest.get(..whole)?);
        }
        rest = next;
    }
    Some(kept)
}

/// An unsigned number of at most 32 bits (section 5.2.2), and what follows it.
fn leb128(mut bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value: u64 = 0;
    for shift in [0, 7, 14, 21, 28] {
        let (byte, rest) = bytes.split_first()?;
        bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, bytes));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"\0asm\x01\0\0\0";

    #[test]
    fn only_custom_sections_go() {
        // A type section of two bytes, a custom section of three, a code section of 128 bytes.
        let long = [&[10, 0x80, 0x01][..], &[7; 128]].concat();
        let module = [HEADER, &[1, 2, 8, 9], &[0, 3, 1, b'n', 5], &long].concat();
        let kept = [HEADER, &[1, 2, 8, 9], &long].concat();
        assert_eq!(without_custom_sections(&module), Some(kept));
    }

    #[test]
    fn what_is_cut_short_or_something_else_is_refused() {
        assert_eq!(without_custom_sections(b"\0asm"), None);
        assert_eq!(without_custom_sections(b"<!DOCTYPE html>"), None);
        assert_eq!(
            without_custom_sections(&[HEADER, &[1, 2, 8]].concat()),
            None
        );
        assert_eq!(
            without_custom_sections(&[HEADER, &[1, 0x80]].concat()),
            None
        );
    }
}
