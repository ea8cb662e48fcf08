//! The recovery kit as a person meets it: 160 bits on paper, in eight groups with a sign each that
//! says when the group was misread.
//!
//! ```text
//! group  = four signs of base32 (RFC 4648, section 6), 20 bits of the kit, and a check sign
//! check  = number of the group (0..7) + 2 a + 4 b + 8 c + 16 d    in GF(32), x^5 = x^2 + 1
//! ```
//!
//! A single wrong sign, and two that changed places, are always noticed, and so are two groups that
//! did. The kit is drawn here and never leaves the browser.
//!
//! `docs/protocol.md`, section 7.6.

use base32ct::{Base32UpperUnpadded, Encoding};
use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::AccountId,
    statement::{RecoveryKit, Signer},
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    crypto::{random, sign::SecretKey},
    error::Error,
    keys::{AccountKey, Context, KitKey},
};

/// Groups of a kit.
const GROUPS: usize = 8;
/// Signs of a group, its check sign among them.
const SIGNS: usize = 5;
/// What a sign stands for is its place here.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A recovery kit: whoever holds it holds the account.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Kit([u8; 20]);

/// What was typed is not a kit as it stands on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKit {
    /// So many letters and digits, and not forty.
    #[error("a kit has 40 letters and digits, and not {0}")]
    Length(usize),
    /// These groups were misread: the lowest bit is that of the first one.
    #[error("groups are not right")]
    Groups(u8),
}

impl Kit {
    /// Draws a kit.
    pub(crate) fn draw() -> Self {
        // A kit whose signing key is none comes with a chance of 2^-32: draw again.
        loop {
            let kit = Self(random::bytes());
            if kit.signing_key().is_some() {
                return kit;
            }
        }
    }

    /// Reads what was typed or scanned: in capitals or not, with or without the signs between groups.
    ///
    /// # Errors
    /// [`Error::BadKit`] with the groups that are damaged.
    pub(crate) fn parse(typed: &str) -> Result<Self, Error> {
        let groups: Vec<Zeroizing<Vec<u8>>> = typed
            .split(|sign: char| sign.is_whitespace() || sign == '-')
            .map(|group| Zeroizing::new(group.chars().map(read).collect()))
            .filter(|group: &Zeroizing<Vec<u8>>| !group.is_empty())
            .collect();
        let all = Zeroizing::new(
            groups
                .iter()
                .flat_map(|group| group.iter().copied())
                .collect::<Vec<u8>>(),
        );
        // Typed in groups, a missing sign is in one of them.
        let by_group = groups.len() == GROUPS;
        if all.len() != GROUPS * SIGNS && !by_group {
            return Err(BadKit::Length(all.len()).into());
        }
        let pieces: Vec<&[u8]> = match by_group {
            true => groups.iter().map(|group| group.as_slice()).collect(),
            false => all.chunks(SIGNS).collect(),
        };
        let wrong = (0_u8..)
            .zip(&pieces)
            .filter(|(number, piece)| !is_whole(*number, piece));
        let wrong = wrong.fold(0, |wrong, (number, _)| wrong | 1 << number);
        if wrong != 0 {
            return Err(BadKit::Groups(wrong).into());
        }
        let mut bytes = Zeroizing::new([0; 20]);
        let values = pieces.iter().flat_map(|piece| piece.iter().take(SIGNS - 1));
        for (at, value) in values.enumerate() {
            for bit in 0..5 {
                let place = at * 5 + bit;
                if let Some(byte) = bytes.get_mut(place / 8) {
                    *byte |= (value >> (4 - bit) & 1) << (7 - place % 8);
                }
            }
        }
        Ok(Self(*bytes))
    }

    /// The groups as they stand on paper.
    pub(crate) fn groups(&self) -> Vec<String> {
        let plain = Zeroizing::new(Base32UpperUnpadded::encode_string(&self.0));
        let groups = plain.as_bytes().chunks(SIGNS - 1);
        (0_u8..)
            .zip(groups)
            .map(|(number, group)| {
                let values: Vec<u8> = group.iter().map(|sign| read(char::from(*sign))).collect();
                let check = check(number, &values);
                let signs = group.iter().chain(ALPHABET.get(usize::from(check)));
                signs.map(|sign| char::from(*sign)).collect()
            })
            .collect()
    }

    /// The key that wraps the AccountKey.
    pub(crate) fn key(&self) -> KitKey {
        KitKey::from_kit(&self.0)
    }

    /// The key with which it shows itself; none for what no browser has drawn.
    pub(crate) fn signing_key(&self) -> Option<SecretKey> {
        SecretKey::from_kit(&self.0)
    }

    /// Whether it is the kit that a statement of the account names.
    pub(crate) fn is(&self, named: &RecoveryKit) -> bool {
        let own = self.signing_key().map(|key| public(&key));
        own.as_ref() == Some(&named.signing)
    }

    /// What a statement says of it, and the AccountKey under its key.
    pub(crate) fn wrap(
        &self,
        account: AccountId,
        account_key: &AccountKey,
        now: u64,
    ) -> Result<(RecoveryKit, Bytes), Error> {
        let signing = self.signing_key().ok_or(Error::Program)?;
        let wrapped = self
            .key()
            .wrap(account_key, &Context::KitAccountKey(account))?;
        let kit = RecoveryKit {
            signing: public(&signing),
            account_key: Hash::of(wrapped.as_slice()),
            at: now,
        };
        Ok((kit, wrapped))
    }

    /// A kit that is written down.
    #[cfg(test)]
    pub(crate) fn of(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for Kit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kit(..)")
    }
}

/// A kit that was drawn. It counts once somebody has typed a part of it from their paper.
pub struct NewKit {
    kit: Kit,
    asked: u8,
}

impl NewKit {
    /// Draws it, and which of its groups is asked for.
    pub fn draw() -> Self {
        let [random] = random::bytes();
        Self {
            kit: Kit::draw(),
            asked: random % 8,
        }
    }

    /// The groups, to be shown once.
    pub fn groups(&self) -> Vec<String> {
        self.kit.groups()
    }

    /// Which group is asked for, from 1.
    pub fn asked(&self) -> u8 {
        self.asked + 1
    }

    /// The kit, once its paper is there.
    ///
    /// # Errors
    /// [`Error::NotTheKit`] when this is not the group that was asked for.
    pub(crate) fn kept(&self, typed: &str) -> Result<&Kit, Error> {
        let signs = |text: &str| {
            text.chars()
                .filter(|sign| !is_between(*sign))
                .map(read)
                .collect::<Vec<u8>>()
        };
        let groups = self.kit.groups();
        let asked = groups.get(usize::from(self.asked)).ok_or(Error::Program)?;
        match signs(typed) == signs(asked) {
            true => Ok(&self.kit),
            false => Err(Error::NotTheKit),
        }
    }
}

impl std::fmt::Debug for NewKit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewKit(..)")
    }
}

fn is_between(sign: char) -> bool {
    sign.is_whitespace() || sign == '-'
}

fn public(key: &SecretKey) -> Bytes {
    Bytes(key.public().to_sec1_point(true).as_bytes().to_vec())
}

/// What a sign stands for; 32 for one that is none. Two that are not in the alphabet are read for the
/// letters that they look like.
fn read(sign: char) -> u8 {
    let sign = match sign {
        '0' => 'O',
        '1' => 'I',
        other => other.to_ascii_uppercase(),
    };
    let place = ALPHABET.iter().position(|known| char::from(*known) == sign);
    place
        .and_then(|place| u8::try_from(place).ok())
        .unwrap_or(32)
}

/// Whether a group has its signs, and the check sign that goes with the others.
fn is_whole(number: u8, group: &[u8]) -> bool {
    match group.split_last() {
        Some((last, values)) if group.len() == SIGNS => {
            group.iter().all(|value| *value < 32) && check(number, values) == *last
        }
        _ => false,
    }
}

/// The check sign of a group: each value has a factor of its own, so that no single change and no
/// exchange of two leaves it as it was.
fn check(number: u8, values: &[u8]) -> u8 {
    let (mut sum, mut factor) = (number, 2);
    for value in values {
        sum ^= multiply(*value, factor);
        factor = multiply(factor, 2);
    }
    sum
}

/// In GF(32), modulo x^5 + x^2 + 1.
fn multiply(a: u8, b: u8) -> u8 {
    let (mut a, mut product) = (a & 31, 0);
    for bit in 0..5 {
        if b >> bit & 1 == 1 {
            product ^= a;
        }
        a <<= 1;
        if a & 32 != 0 {
            a ^= 0b10_0101;
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper() -> (Kit, String) {
        let kit = Kit::draw();
        let text = kit.groups().join("-");
        (kit, text)
    }

    #[test]
    fn what_is_on_paper_is_read_again_however_it_is_typed() {
        for _ in 0..50 {
            let (kit, text) = paper();
            assert_eq!(text.len(), 47);
            let misread = text.replace('O', "0").replace('I', "1");
            let lines = text.replacen('-', "\n", 4);
            for typed in [
                &text,
                &text.replace('-', ""),
                &text.to_lowercase(),
                &misread,
                &lines,
                &format!("  {text} "),
            ] {
                assert_eq!(Kit::parse(typed).unwrap().0, kit.0, "{typed}");
            }
        }
        // Written down by hand: twenty bytes of zeros have nothing but the numbers of the groups.
        assert_eq!(
            Kit::of([0; 20]).groups().join("-"),
            "AAAAA-AAAAB-AAAAC-AAAAD-AAAAE-AAAAF-AAAAG-AAAAH"
        );
    }

    #[test]
    fn every_wrong_sign_names_its_group() {
        let (_, text) = paper();
        let signs: Vec<char> = text.chars().collect();
        for at in (0..signs.len()).filter(|at| signs[*at] != '-') {
            for other in ALPHABET
                .iter()
                .map(|sign| char::from(*sign))
                .chain(['8', '!', 'é'])
            {
                let mut wrong = signs.clone();
                if std::mem::replace(&mut wrong[at], other) == other {
                    continue;
                }
                let typed: String = wrong.iter().collect();
                let expected = BadKit::Groups(1 << (at / 6));
                assert_eq!(Kit::parse(&typed).unwrap_err(), expected.into(), "{typed}");
                let typed = typed.replace('-', "");
                assert_eq!(Kit::parse(&typed).unwrap_err(), expected.into(), "{typed}");
            }
        }
    }

    #[test]
    fn signs_and_groups_that_changed_places_are_noticed() {
        for _ in 0..20 {
            let (kit, text) = paper();
            let signs: Vec<char> = text.chars().collect();
            for at in 0..signs.len() {
                for other in at + 1..signs.len() {
                    let mut swapped = signs.clone();
                    swapped.swap(at, other);
                    let same = signs[at] == signs[other];
                    if same || at / 6 != other / 6 || [signs[at], signs[other]].contains(&'-') {
                        continue;
                    }
                    let typed: String = swapped.iter().collect();
                    let expected = BadKit::Groups(1 << (at / 6));
                    assert_eq!(Kit::parse(&typed).unwrap_err(), expected.into());
                }
            }
            for one in 0..GROUPS {
                for two in one + 1..GROUPS {
                    let mut groups = kit.groups();
                    groups.swap(one, two);
                    let expected = BadKit::Groups(1 << one | 1 << two);
                    assert_eq!(Kit::parse(&groups.join(" ")).unwrap_err(), expected.into());
                }
            }
        }
    }

    #[test]
    fn a_missing_sign_is_in_its_group_where_groups_were_typed() {
        let (kit, text) = paper();
        let mut groups = kit.groups();
        groups[2].pop();
        let short = Kit::parse(&groups.join("-")).unwrap_err();
        assert_eq!(short, BadKit::Groups(0b100).into());
        let short = Kit::parse(&groups.concat()).unwrap_err();
        assert_eq!(short, BadKit::Length(39).into());
        let cut = Kit::parse(&text[..41]).unwrap_err();
        assert_eq!(cut, BadKit::Length(35).into());
        for (typed, length) in [
            ("", 0),
            ("-- -", 0),
            ("A", 1),
            ("A".repeat(10_000).as_str(), 10_000),
        ] {
            assert_eq!(
                Kit::parse(typed).unwrap_err(),
                BadKit::Length(length).into()
            );
        }
    }

    #[test]
    fn a_new_kit_counts_once_the_right_group_was_typed() {
        let new = NewKit::draw();
        let groups = new.groups();
        let asked = usize::from(new.asked()) - 1;
        for (at, group) in groups.iter().enumerate() {
            assert_eq!(new.kept(group).is_ok(), at == asked);
        }
        for typed in ["", "AAAA", &groups.join("-")] {
            assert_eq!(new.kept(typed).unwrap_err(), Error::NotTheKit);
        }
        assert!(
            new.kept(&format!(" {} ", groups[asked].to_lowercase()))
                .is_ok()
        );
    }

    #[test]
    fn a_kit_opens_its_account_only() {
        let (kit, other) = (Kit::draw(), Kit::draw());
        let account = AccountId::from([1; 16]);
        let key = AccountKey::make();
        let (named, wrapped) = kit.wrap(account, &key, 7).unwrap();
        assert!(kit.is(&named) && !other.is(&named));
        let open = |kit: &Kit, account| {
            kit.key()
                .unwrap_key(&wrapped, &Context::KitAccountKey(account))
        };
        assert_eq!(open(&kit, account).unwrap().id(), key.id());
        assert!(open(&other, account).is_err());
        assert!(open(&kit, AccountId::from([2; 16])).is_err());
    }
}
