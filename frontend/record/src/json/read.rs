//! Reading one value whole.
use std::collections::HashSet;

use super::{Json, Object};

/// The deepest nesting that is read: FHIR's own deepest examples stay below half of it.
pub const MAX_DEPTH: usize = 64;

/// The most values in one text that is read whole: bounds the memory that a few bytes ask for.
pub const MAX_VALUES: usize = 200_000;

/// Why a text is not read.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize,
)]
pub enum Fault {
    /// It is not JSON from this byte on, counted from 0.
    #[error("no JSON from byte {0} on")]
    Syntax(usize),
    /// It is nested deeper than [`MAX_DEPTH`].
    #[error("nested too deeply")]
    TooDeep,
    /// It has more values than [`MAX_VALUES`].
    #[error("too many values")]
    TooMany,
    /// An object has two members of one name.
    #[error("two members of one name")]
    Twice,
}

/// Reads a text that is one value.
///
/// # Errors
/// What is wrong with it; never more memory than some hundred times [`MAX_VALUES`] and the text.
pub fn parse(text: &str) -> Result<Json, Fault> {
    let mut reader = Reader {
        text,
        at: 0,
        values: 0,
    };
    let value = reader.value(0)?;
    reader.space();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.here()),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    values: usize,
}

impl Reader<'_> {
    fn here(&self) -> Fault {
        Fault::Syntax(self.at)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Result<(), Fault> {
        if self.peek() != Some(byte) {
            return Err(self.here());
        }
        self.at += 1;
        Ok(())
    }

    /// The next letter after space, when it is this one.
    fn comes(&mut self, byte: u8) -> bool {
        self.space();
        let comes = self.peek() == Some(byte);
        self.at += usize::from(comes);
        comes
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, Fault> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(self.here());
        }
        self.at += word.len();
        Ok(value)
    }

    fn value(&mut self, depth: usize) -> Result<Json, Fault> {
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(Fault::TooMany);
        }
        self.space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Json::String),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, Fault> {
        let depth = deeper(depth)?;
        self.take(b'{')?;
        let mut members: Vec<(String, Json)> = Vec::new();
        if self.comes(b'}') {
            return Ok(Json::Object(Object::new()));
        }
        loop {
            self.space();
            let name = self.string()?;
            self.space();
            self.take(b':')?;
            members.push((name, self.value(depth)?));
            if !self.comes(b',') {
                break;
            }
        }
        self.take(b'}')?;
        let mut names = HashSet::with_capacity(members.len());
        if members.iter().all(|(name, _)| names.insert(name.as_str())) {
            return Ok(Json::Object(Object::from_members(members)));
        }
        Err(Fault::Twice)
    }

    fn array(&mut self, depth: usize) -> Result<Json, Fault> {
        let depth = deeper(depth)?;
        self.take(b'[')?;
        let mut items = Vec::new();
        if self.comes(b']') {
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            if !self.comes(b',') {
                break;
            }
        }
        self.take(b']')?;
        Ok(Json::Array(items))
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if start == self.at {
            return Err(self.here());
        }
        Ok(())
    }

    /// RFC 8259, section 6.
    fn number(&mut self) -> Result<Json, Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = self.text.get(start..self.at).ok_or(self.here())?;
        Ok(Json::Number(text.to_owned()))
    }

    /// RFC 8259, section 7.
    fn string(&mut self) -> Result<String, Fault> {
        self.take(b'"')?;
        let mut text = String::new();
        loop {
            let start = self.at;
            while self
                .peek()
                .is_some_and(|byte| byte >= b' ' && byte != b'"' && byte != b'\\')
            {
                self.at += 1;
            }
            text.push_str(self.text.get(start..self.at).ok_or(self.here())?);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                _ => return Err(self.here()),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let byte = self.peek().ok_or(self.here())?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return Err(self.here()),
        })
    }

    /// A letter beyond 16 bits comes as two escapes; half of one is no letter.
    fn unicode(&mut self) -> Result<char, Fault> {
        let first = self.hex()?;
        let code = match first {
            0xd800..=0xdbff => {
                self.take(b'\\')?;
                self.take(b'u')?;
                let second = self.hex()?;
                if !(0xdc00..=0xdfff).contains(&second) {
                    return Err(self.here());
                }
                0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)
            }
            code => code,
        };
        char::from_u32(code).ok_or(self.here())
    }

    fn hex(&mut self) -> Result<u32, Fault> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += 4;
        code.ok_or(Fault::Syntax(self.at.min(self.text.len())))
    }
}

fn deeper(depth: usize) -> Result<usize, Fault> {
    if depth >= MAX_DEPTH {
        return Err(Fault::TooDeep);
    }
    Ok(depth + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::write;

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            " ",
            "{",
            "[",
            "\"",
            "tru",
            "nul",
            "01",
            "1.",
            ".5",
            "1e",
            "-",
            "+1",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "'a'",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\\udc00\"",
            "1 2",
            "{}{}",
            "\u{feff}{}",
            "\"\\u+123\"",
            "\"\\uäaaa\"",
        ] {
            assert!(matches!(parse(text), Err(Fault::Syntax(_))), "{text}");
        }
    }

    #[test]
    fn hostile_sizes_are_refused_with_their_name() {
        assert_eq!(parse(&"[".repeat(1_000_000)), Err(Fault::TooDeep));
        assert_eq!(parse(&"{\"a\":".repeat(100_000)), Err(Fault::TooDeep));
        let many = format!("[{}0]", "0,".repeat(MAX_VALUES));
        assert_eq!(parse(&many), Err(Fault::TooMany));
        assert_eq!(parse("{\"a\":1,\"\\u0061\":2}"), Err(Fault::Twice));
        let deepest = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        assert!(parse(&deepest).is_ok());
    }

    #[test]
    fn order_and_decimals_come_back_as_written() {
        for text in [
            "{\"b\":1.50,\"a\":[1e3,-0,0.10],\"c\":{\"z\":null,\"y\":true}}",
            "[\"\",\"ä\u{1F600}\",\"\\\"\\\\\\n\\u0001\",false]",
            "1.000000000000000000000000000001",
        ] {
            assert_eq!(write(&parse(text).unwrap()), text);
        }
        let spaced = parse(" { \"a\" : [ 1 , \"\\ud83d\\ude00\\/\" ] } ").unwrap();
        assert_eq!(write(&spaced), "{\"a\":[1,\"\u{1F600}/\"]}");
    }
}
