//! Where things stand in a long text, without reading what is in them: so a bundle is read one entry
//! at a time, and an entry that can not be read does not take the others with it.
use std::ops::Range;

use super::{Fault, parse};

/// The place of the first byte from `at` on that is no space.
pub(crate) fn skip_space(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while let Some(b' ' | b'\t' | b'\r' | b'\n') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The place after the value that begins at `at`. Looks at strings and brackets only, counts them
/// instead of calling itself, and so needs no memory however deep the value is.
pub(crate) fn skip(text: &str, at: usize) -> Result<usize, Fault> {
    let bytes = text.as_bytes();
    let start = skip_space(text, at);
    let mut at = start;
    let mut depth = 0_usize;
    loop {
        match bytes.get(at) {
            None if depth == 0 && at > start => return Ok(at),
            None => return Err(Fault::Syntax(at)),
            Some(b'"') => at = skip_string(bytes, at)?,
            Some(b'{' | b'[') => {
                depth += 1;
                at += 1;
            }
            Some(b'}' | b']' | b',' | b':') if depth == 0 => return ended(start, at),
            Some(b'}' | b']') => {
                depth -= 1;
                at += 1;
            }
            Some(b' ' | b'\t' | b'\r' | b'\n') if depth == 0 => return ended(start, at),
            Some(_) => {
                at += 1;
                continue;
            }
        }
        if depth == 0 {
            return Ok(at);
        }
    }
}

/// Where a word or number ends, provided that there is one.
fn ended(start: usize, at: usize) -> Result<usize, Fault> {
    if at > start {
        Ok(at)
    } else {
        Err(Fault::Syntax(at))
    }
}

fn skip_string(bytes: &[u8], start: usize) -> Result<usize, Fault> {
    let mut at = start + 1;
    loop {
        match bytes.get(at) {
            None => return Err(Fault::Syntax(at)),
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
        }
    }
}

fn expect(text: &str, at: usize, byte: u8) -> Result<usize, Fault> {
    let at = skip_space(text, at);
    match text.as_bytes().get(at) {
        Some(own) if *own == byte => Ok(at + 1),
        _ => Err(Fault::Syntax(at)),
    }
}

fn is(text: &str, at: usize, byte: u8) -> bool {
    text.as_bytes().get(skip_space(text, at)) == Some(&byte)
}

/// The names of members, and where the value of each stands.
pub(crate) type Members = Vec<(String, Range<usize>)>;

/// The members of the object that begins at `at`: each name and where its value stands, and where
/// the object ends.
pub(crate) fn members(text: &str, at: usize) -> Result<(Members, usize), Fault> {
    /// A bundle has a dozen members.
    const MOST: usize = 1_000;
    let mut at = expect(text, at, b'{')?;
    let mut members = Members::new();
    if is(text, at, b'}') {
        return Ok((members, expect(text, at, b'}')?));
    }
    loop {
        let start = skip_space(text, at);
        let end = skip(text, start)?;
        let name = text.get(start..end).ok_or(Fault::Syntax(start))?;
        let name = parse(name).map_err(|_| Fault::Syntax(start))?;
        let name = name.as_str().ok_or(Fault::Syntax(start))?.to_owned();
        let start = skip_space(text, expect(text, end, b':')?);
        let end = skip(text, start)?;
        if members.iter().any(|(own, _)| *own == name) {
            return Err(Fault::Twice);
        }
        if members.len() == MOST {
            return Err(Fault::TooMany);
        }
        members.push((name, start..end));
        if !is(text, end, b',') {
            return Ok((members, expect(text, end, b'}')?));
        }
        at = expect(text, end, b',')?;
    }
}

/// Where each element of the array stands that begins at `at`, at most `most` of them.
pub(crate) fn elements(text: &str, at: usize, most: usize) -> Result<Vec<Range<usize>>, Fault> {
    let mut at = expect(text, at, b'[')?;
    let mut elements = Vec::new();
    if is(text, at, b']') {
        return Ok(elements);
    }
    loop {
        let start = skip_space(text, at);
        let end = skip(text, start)?;
        if elements.len() == most {
            return Err(Fault::TooMany);
        }
        elements.push(start..end);
        if !is(text, end, b',') {
            expect(text, end, b']')?;
            return Ok(elements);
        }
        at = expect(text, end, b',')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_without_reading_what_is_there() {
        let text = r#" {"a": [ {"x":"]}\""} , 1,"s" ,[[]] ] , "b":null} "#;
        let (members, end) = members(text, 0).unwrap();
        assert_eq!(end, text.len() - 1);
        assert_eq!(&text[members[1].1.clone()], "null");
        let found = elements(text, members[0].1.start, 9).unwrap();
        let found: Vec<&str> = found.into_iter().map(|span| &text[span]).collect();
        assert_eq!(found, [r#"{"x":"]}\""}"#, "1", r#""s""#, "[[]]"]);
        assert_eq!(elements("[1,2]", 0, 1), Err(Fault::TooMany));
        assert!(elements(" [ ] ", 0, 1).unwrap().is_empty());
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let text = r#"{"a":["b\\",{}],"c":1}"#;
        for end in 0..text.len() {
            assert!(members(&text[..end], 0).is_err(), "{end}");
        }
        assert_eq!(members(r#"{"a":1,"a":2}"#, 0), Err(Fault::Twice));
        assert!(elements("[,]", 0, 9).is_err());
        assert!(skip(&"[".repeat(10_000_000), 0).is_err());
    }
}
