//! A value of any wire type, made by asking the type itself what it wants to read. A new type and a
//! new field need nothing here.

use serde::{
    Deserializer, Serialize,
    de::{
        DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{Error, StrDeserializer},
    },
    forward_to_deserialize_any,
};

use crate::{
    bytes::{Hash, to_base64url},
    id,
};

/// One value with everything that may be missing, and one without.
///
/// # Panics
/// When the type reads a text that is not in the list below: it needs one more line then.
pub(super) fn json<T: Serialize + DeserializeOwned>() -> Vec<Vec<u8>> {
    [true, false]
        .into_iter()
        .flat_map(|full| serde_json::to_vec(&value::<T>(full)))
        .collect()
}

fn value<T: DeserializeOwned>(full: bool) -> T {
    let mut texts = vec!["AAAA".to_owned(), "anna".into(), Hash([7; 32]).to_text()];
    // A one-time code, a recovery code, the secret of codes.
    texts.push("123456".into());
    texts.extend([&[7; 10][..], &[7; 20]].map(to_base64url));
    texts.extend(id::one_of_every_kind());
    let mut tries = Tries {
        full,
        texts,
        picked: Vec::new(),
        used: 0,
    };
    loop {
        tries.used = 0;
        let error = match T::deserialize(Wish(&mut tries)) {
            Ok(value) => return value,
            Err(error) => error,
        };
        // The text that was given last is the one that was refused: the next one, in its place.
        tries.picked.truncate(tries.used);
        let next = tries.picked.last_mut().map(|pick| {
            *pick += 1;
            *pick
        });
        assert!(
            next.is_some_and(|pick| pick < tries.texts.len()),
            "no value of {}: {error}",
            std::any::type_name::<T>()
        );
    }
}

struct Tries {
    /// Whether options are there and lists have an element.
    full: bool,
    texts: Vec<String>,
    /// Which text each place gets, in the order in which they are asked for.
    picked: Vec<usize>,
    used: usize,
}

impl Tries {
    fn text(&mut self) -> &str {
        if self.picked.len() == self.used {
            self.picked.push(0);
        }
        let pick = self.picked.get(self.used).copied().unwrap_or_default();
        self.used += 1;
        self.texts.get(pick).map_or("", String::as_str)
    }
}

/// Reads as whatever is asked for.
struct Wish<'a>(&'a mut Tries);

macro_rules! ones {
    ($($method:ident $visit:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(1)
        }
    )*};
}

impl<'de> Deserializer<'de> for Wish<'_> {
    type Error = Error;

    ones! {
        deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32
        deserialize_u64 visit_u64 deserialize_i64 visit_i64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0.text())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.0.full)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.full {
            true => visitor.visit_some(self),
            false => visitor.visit_none(),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let left = usize::from(self.0.full);
        visitor.visit_seq(List(self.0, left))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Fields(self.0, fields))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let first = variants.first().copied().unwrap_or_default();
        visitor.visit_enum(IntoDeserializer::<Error>::into_deserializer(first))
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map identifier ignored_any
    }
}

/// A list.
struct List<'a>(&'a mut Tries, usize);

impl<'de> SeqAccess<'de> for List<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(left) = self.1.checked_sub(1) else {
            return Ok(None);
        };
        self.1 = left;
        seed.deserialize(Wish(self.0)).map(Some)
    }
}

/// The fields of a struct.
struct Fields<'a>(&'a mut Tries, &'static [&'static str]);

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((first, rest)) = self.1.split_first() else {
            return Ok(None);
        };
        self.1 = rest;
        let name: StrDeserializer<'_, Error> = (*first).into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Wish(self.0))
    }
}
