//! The header: one stanza, which holds the file key under the stretched passphrase.

use base64ct::{Base64Unpadded, Encoding};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{Closed, MOST_WORK, payload::derive};

const VERSION: &[u8] = b"age-encryption.org/v1\n";
const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const STANZA: &[u8] = b"-> ";
const SCRYPT: &[u8] = b"scrypt ";
const END: &[u8] = b"---";
/// Put before the salt.
const SALT_LABEL: &[u8] = b"age-encryption.org/v1/scrypt";
const HEADER_LABEL: &[u8] = b"header";

/// A header that was read, and not opened yet.
pub(crate) struct Header<'a> {
    salt: [u8; 16],
    work: u8,
    /// The sealed file key.
    body: [u8; 32],
    mac: [u8; 32],
    /// What the MAC is over.
    covered: &'a [u8],
}

impl<'a> Header<'a> {
    /// Writes a header.
    pub(crate) fn make(
        file_key: &[u8; 16],
        passphrase: &str,
        salt: [u8; 16],
        work: u8,
    ) -> Option<Vec<u8>> {
        let key = stretch(passphrase, &salt, work)?;
        let cipher = ChaCha20Poly1305::new((&*key).into());
        let body = cipher.encrypt(&NO_NONCE.into(), &file_key[..]).ok()?;
        let salt = Base64Unpadded::encode_string(&salt);
        let body = Base64Unpadded::encode_string(&body);
        let mut header = VERSION.to_vec();
        header.extend_from_slice(format!("-> scrypt {salt} {work}\n{body}\n---").as_bytes());
        let mac = mac(file_key, &header)?.finalize().into_bytes();
        let mac = Base64Unpadded::encode_string(&mac);
        header.extend_from_slice(format!(" {mac}\n").as_bytes());
        Some(header)
    }

    /// Reads the header at the beginning of a file. Gives its length, too.
    pub(crate) fn read(file: &'a [u8]) -> Result<(Self, usize), Closed> {
        if file.starts_with(ARMOR) {
            return Err(Closed::Armored);
        }
        let rest = file.strip_prefix(VERSION).ok_or(Closed::NotAge)?;
        let rest = rest.strip_prefix(STANZA).ok_or(Closed::Damaged)?;
        let rest = rest.strip_prefix(SCRYPT).ok_or(Closed::Keys)?;
        let (arguments, rest) = line(rest)?;
        let mut arguments = arguments.splitn(2, |byte| *byte == b' ');
        let salt = decode(arguments.next().unwrap_or_default())?;
        let work = number(arguments.next().unwrap_or_default()).ok_or(Closed::Damaged)?;
        let (body, rest) = line(rest)?;
        let body = decode(body)?;
        let end = file.len() - rest.len() + END.len();
        let rest = rest.strip_prefix(END).ok_or(Closed::Damaged)?;
        let rest = rest.strip_prefix(b" ").ok_or(Closed::Damaged)?;
        let (mac, rest) = line(rest)?;
        let header = Self {
            salt,
            work,
            body,
            mac: decode(mac)?,
            covered: file.get(..end).ok_or(Closed::Damaged)?,
        };
        Ok((header, file.len() - rest.len()))
    }

    /// The salt and the work, for a test that writes the same header again.
    #[cfg(test)]
    pub(crate) fn stretching(&self) -> ([u8; 16], u8) {
        (self.salt, self.work)
    }

    /// Opens the file key. The work is looked at first: whoever wrote the file chose it.
    pub(crate) fn open(&self, passphrase: &str) -> Result<Zeroizing<[u8; 16]>, Closed> {
        if self.work > MOST_WORK {
            return Err(Closed::Work);
        }
        let key = stretch(passphrase, &self.salt, self.work).ok_or(Closed::Work)?;
        let cipher = ChaCha20Poly1305::new((&*key).into());
        let opened = cipher.decrypt(&NO_NONCE.into(), &self.body[..]);
        let opened = Zeroizing::new(opened.map_err(|_| Closed::Passphrase)?);
        let file_key: [u8; 16] = opened.as_slice().try_into().map_err(|_| Closed::Damaged)?;
        let file_key = Zeroizing::new(file_key);
        let mac = mac(&file_key, self.covered).ok_or(Closed::Damaged)?;
        match mac.verify_slice(&self.mac) {
            Ok(()) => Ok(file_key),
            Err(_) => Err(Closed::Damaged),
        }
    }
}

/// A key is used for one seal only, so its nonce is nothing.
const NO_NONCE: [u8; 12] = [0; 12];

/// scrypt (RFC 7914) with r = 8 and p = 1.
fn stretch(passphrase: &str, salt: &[u8; 16], work: u8) -> Option<Zeroizing<[u8; 32]>> {
    let parameters = scrypt::Params::new(work, 8, 1).ok()?;
    let salt = [SALT_LABEL, salt].concat();
    let mut key = Zeroizing::new([0; 32]);
    scrypt::scrypt(passphrase.as_bytes(), &salt, &parameters, &mut *key).ok()?;
    Some(key)
}

fn mac(file_key: &[u8; 16], covered: &[u8]) -> Option<Hmac<Sha256>> {
    let key = derive(file_key, &[], HEADER_LABEL);
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&*key).ok()?;
    mac.update(covered);
    Some(mac)
}

/// A line without its end, and what follows.
fn line(bytes: &[u8]) -> Result<(&[u8], &[u8]), Closed> {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (line, rest) = end
        .and_then(|end| bytes.split_at_checked(end))
        .ok_or(Closed::Damaged)?;
    Ok((line, rest.get(1..).unwrap_or_default()))
}

/// Base64 without padding, in its one form, of exactly so many bytes.
fn decode<const N: usize>(text: &[u8]) -> Result<[u8; N], Closed> {
    let mut bytes = [0; N];
    let decoded = Base64Unpadded::decode(text, &mut bytes).map(<[u8]>::len);
    match decoded {
        Ok(length) if length == N => Ok(bytes),
        _ => Err(Closed::Damaged),
    }
}

/// A number from 1 on, without anything before its first digit.
fn number(text: &[u8]) -> Option<u8> {
    let digits = text.iter().all(u8::is_ascii_digit) && !text.starts_with(b"0");
    let number = str::from_utf8(text).ok().filter(|_| digits)?;
    // Numbers above any that is opened are all alike.
    let number: u64 = number.parse().ok()?;
    Some(u8::try_from(number).unwrap_or(u8::MAX))
}
