//! Puzzles that the server sets, without keeping one: what it set it recognises by its own mark.
//!
//! ```text
//! challenge = 1 || purpose (1) || bits (1) || expires (8) || random (16) || mark (32)
//! mark      = HMAC-SHA-256(guard key, label SERVER_PUZZLE || 0x00 || all before it
//!                                     || length of place (1) || place || folded name)
//! ```
//!
//! A puzzle is good for one try of its purpose, from one place, about one name, for ten minutes:
//! nobody can keep a store of solved ones.
//!
//! `docs/protocol.md`, section 7.5.

use http::HeaderMap;
use keepwell_shared::{
    bytes::{Bytes, from_base64url},
    error::{Code, Puzzle},
    puzzle::{SOLUTION, is_solved},
    request::header,
    username::Username,
};
use subtle::ConstantTimeEq;

use super::{
    Peer,
    tries::{Purpose, place},
};
use crate::{reject::Failure, secrets::Secrets};

/// Seconds that a puzzle is good for.
const LIFETIME: u64 = 10 * 60;
/// The version of a challenge.
const VERSION: u8 = 1;
/// Bytes of a challenge before its mark, and of the mark.
const MARKED: usize = 3 + 8 + 16;
const MARK: usize = 32;

/// What a puzzle is for.
#[derive(Debug, Clone)]
pub(crate) struct About {
    purpose: u8,
    place: Vec<u8>,
    name: String,
}

impl About {
    pub(crate) fn new(purpose: Purpose, peer: Peer, name: &Username) -> Self {
        Self {
            purpose: match purpose {
                Purpose::SignIn => 1,
                Purpose::Register => 2,
                Purpose::Recover => 3,
            },
            place: place(peer),
            name: name.folded(),
        }
    }

    fn mark(&self, secrets: &Secrets, marked: &[u8]) -> [u8; MARK] {
        let length = u8::try_from(self.place.len()).unwrap_or(u8::MAX);
        let parts = [marked, &[length], &self.place, self.name.as_bytes()];
        secrets.puzzle_mark(&parts.concat())
    }
}

/// Sets a puzzle: the refusal that carries it.
///
/// # Errors
/// [`Failure::Broken`] without randomness.
pub(crate) fn set(
    secrets: &Secrets,
    about: &About,
    bits: u8,
    now: u64,
) -> Result<Failure, Failure> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| Failure::Broken("there is no randomness"))?;
    let expires = now.saturating_add(LIFETIME).to_be_bytes();
    let marked = [&[VERSION, about.purpose, bits][..], &expires, &random].concat();
    let mark = about.mark(secrets, &marked);
    Ok(Failure::Puzzle(Puzzle {
        challenge: Bytes([&marked[..], &mark].concat()),
        bits,
    }))
}

/// What somebody sent as a solved puzzle.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    challenge: Vec<u8>,
    solution: Vec<u8>,
}

/// A puzzle that was set here, for this, and is solved. Whether it was used before, the database
/// knows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Solved {
    pub(crate) puzzle: [u8; 16],
    pub(crate) bits: u8,
    pub(crate) expires_at: u64,
}

impl Answer {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Code::BadRequest`] when there is one that is none.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Option<Self>, Failure> {
        let mut all = headers.get_all(header::PUZZLE).iter();
        let Some(value) = all.next() else {
            return Ok(None);
        };
        let bytes = value.to_str().ok().and_then(from_base64url);
        let bytes = bytes.filter(|bytes| bytes.len() == MARKED + MARK + SOLUTION);
        match (bytes, all.next()) {
            (Some(bytes), None) => {
                let (challenge, solution) = bytes.split_at(MARKED + MARK);
                Ok(Some(Self {
                    challenge: challenge.to_vec(),
                    solution: solution.to_vec(),
                }))
            }
            _ => Err(Code::BadRequest.into()),
        }
    }

    /// What was solved, if it was set here, for this, and is still good at `now`.
    pub(crate) fn check(&self, secrets: &Secrets, about: &About, now: u64) -> Option<Solved> {
        let (marked, mark) = self.challenge.split_at_checked(MARKED)?;
        let ours: bool = about.mark(secrets, marked).ct_eq(mark).into();
        let ([version, purpose, bits], rest) = marked.split_first_chunk()?;
        let (expires, puzzle) = rest.split_first_chunk()?;
        let expires_at = u64::from_be_bytes(*expires);
        let good = ours && *version == VERSION && *purpose == about.purpose && now < expires_at;
        (good && is_solved(&self.challenge, *bits, &self.solution)).then_some(Solved {
            puzzle: puzzle.try_into().ok()?,
            bits: *bits,
            expires_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use keepwell_shared::{bytes::to_base64url, puzzle::Search};

    use super::*;

    fn about() -> About {
        let peer = Peer([192, 0, 2, 1].into());
        About::new(Purpose::SignIn, peer, &Username::parse("anna").unwrap())
    }

    fn solved(secrets: &Secrets, bits: u8) -> Vec<u8> {
        let Ok(Failure::Puzzle(puzzle)) = set(secrets, &about(), bits, 100) else {
            panic!("a puzzle is set");
        };
        let challenge = puzzle.challenge.as_slice();
        let mut search = Search::new(challenge, bits).unwrap();
        while !search.run(1000) {}
        [challenge, &search.into_solution()].concat()
    }

    fn read(bytes: &[u8]) -> Option<Answer> {
        let mut headers = HeaderMap::new();
        let text = to_base64url(bytes);
        headers.insert(header::PUZZLE, HeaderValue::from_str(&text).unwrap());
        Answer::read(&headers).ok().flatten()
    }

    #[test]
    fn an_answer_has_one_form_and_stands_there_once() {
        let good = solved(&Secrets::make().unwrap(), 1);
        assert!(read(&good).is_some());
        assert!(read(&good[1..]).is_none());
        assert!(read(&[&good[..], &[0]].concat()).is_none());
        assert!(Answer::read(&HeaderMap::new()).unwrap().is_none());
        let mut twice = HeaderMap::new();
        for _ in 0..2 {
            let value = HeaderValue::from_str(&to_base64url(&good)).unwrap();
            twice.append(header::PUZZLE, value);
        }
        assert_eq!(Answer::read(&twice).unwrap_err().code(), Code::BadRequest);
    }

    #[test]
    fn a_puzzle_that_was_not_set_here_is_none_in_whichever_byte_it_differs() {
        let secrets = Secrets::make().unwrap();
        let good = solved(&secrets, 4);
        let check = |bytes: &[u8], now| read(bytes).unwrap().check(&secrets, &about(), now);
        let taken = check(&good, 699).unwrap();
        assert_eq!((taken.bits, taken.expires_at), (4, 700));
        assert!(check(&good, 700).is_none(), "too late");
        for at in 0..MARKED + MARK {
            let mut bent = good.clone();
            bent[at] ^= 1;
            assert!(check(&bent, 100).is_none(), "byte {at}");
        }
        let other = Secrets::make().unwrap();
        assert!(read(&good).unwrap().check(&other, &about(), 100).is_none());
        let mut unsolved = good;
        unsolved[MARKED + MARK..].fill(0);
        assert!(check(&unsolved, 100).is_none());
    }

    /// Where one ends and the other begins is bound in too.
    #[test]
    fn a_place_and_a_name_do_not_run_into_one_another() {
        let secrets = Secrets::make().unwrap();
        let mut one = about();
        let mut other = one.clone();
        one.name = "xanna".into();
        other.place.push(b'x');
        other.name = "anna".into();
        assert_ne!(one.mark(&secrets, b""), other.mark(&secrets, b""));
    }
}
