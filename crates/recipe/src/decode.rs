//! A tree becomes settings, by serde, or a mistake that knows its key and its place.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Error, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use toml::Value;

use crate::declared::KIND;
use crate::document::{Content, Node, Origin};

/// What serde could not make settings of.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) what: What,
    /// The keys that lead to it, the innermost first.
    path: Vec<String>,
    /// Where it stands; none where it is the document as a whole.
    pub(crate) origin: Option<Origin>,
}

/// The kinds of mistakes.
#[derive(Debug)]
pub(crate) enum What {
    /// The key means nothing; these would.
    UnknownKey { known: Vec<String> },
    /// The name is none of those that are known.
    UnknownName { wrong: String, known: Vec<String> },
    /// Something else stands where a section belongs.
    NoSection { type_name: String },
    /// Anything else, in serde's words.
    Unreadable(String),
}

impl Mistake {
    /// The keys that lead to it, the outermost first.
    pub(crate) fn path(&self) -> Vec<&str> {
        self.path.iter().rev().map(String::as_str).collect()
    }

    fn new(what: What) -> Self {
        Self { what, path: Vec::new(), origin: None }
    }

    /// The same, known to be in what a key holds.
    fn under(mut self, key: &str, origin: Origin) -> Self {
        self.path.push(key.to_owned());
        self.at(origin)
    }

    fn at(mut self, origin: Origin) -> Self {
        self.origin.get_or_insert(origin);
        self
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.path().join("."), self.what)
    }
}

impl std::error::Error for Mistake {}

impl Error for Mistake {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(What::Unreadable(message.to_string()))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(What::UnknownKey { known: owned(expected) })
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(What::UnknownName { wrong: variant.to_owned(), known: owned(expected) })
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Reads a tree.
#[derive(Clone, Copy)]
pub(crate) struct Decoder<'a>(pub(crate) &'a Node);

impl<'de> Deserializer<'de> for Decoder<'de> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.0.content {
            Content::Table(inner) => visitor.visit_map(Entries::new(inner)),
            Content::List(inner) => {
                let mut elements = Elements(inner.iter());
                let list = visitor.visit_seq(&mut elements)?;
                let read = inner.len() - elements.0.len();
                if read == inner.len() {
                    Ok(list)
                } else {
                    let expected = format!("{read} elements");
                    Err(Error::invalid_length(inner.len(), &expected.as_str()))
                }
            }
            Content::Scalar(Value::String(text)) => visitor.visit_borrowed_str(text),
            Content::Scalar(Value::Integer(number)) => visitor.visit_i64(*number),
            Content::Scalar(Value::Float(number)) => visitor.visit_f64(*number),
            Content::Scalar(Value::Boolean(value)) => visitor.visit_bool(*value),
            Content::Scalar(_) => {
                Err(Error::invalid_type(self.0.unexpected(), &visitor as &dyn Expected))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        match &self.0.content {
            Content::Table(inner) => visitor.visit_map(Entries::new(inner)),
            _ => Err(Mistake::new(What::NoSection { type_name: self.0.type_name() })),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        match &self.0.content {
            Content::Scalar(Value::String(name)) => {
                let name: StrDeserializer<'_, Mistake> = name.as_str().into_deserializer();
                visitor.visit_enum(name)
            }
            _ => Err(Error::invalid_type(self.0.unexpected(), &"a name")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct
        map identifier ignored_any
    }
}

impl Node {
    /// What it is, where serde finds it in the place of something else.
    fn unexpected(&self) -> Unexpected<'_> {
        match &self.content {
            Content::Table(_) => Unexpected::Map,
            Content::List(_) => Unexpected::Seq,
            Content::Scalar(Value::String(text)) => Unexpected::Str(text),
            Content::Scalar(Value::Integer(number)) => Unexpected::Signed(*number),
            Content::Scalar(Value::Float(number)) => Unexpected::Float(*number),
            Content::Scalar(Value::Boolean(value)) => Unexpected::Bool(*value),
            Content::Scalar(_) => Unexpected::Other("datetime"),
        }
    }
}

/// The entries of a table: `kind` first, as it says what the others may be.
struct Entries<'a> {
    kind: Option<&'a (String, Node)>,
    all: std::slice::Iter<'a, (String, Node)>,
    value: Option<&'a (String, Node)>,
}

impl<'a> Entries<'a> {
    fn new(inner: &'a [(String, Node)]) -> Self {
        let kind = inner.iter().find(|(key, _)| key == KIND);
        Self { kind, all: inner.iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mistake> {
        let next = self.kind.take().or_else(|| self.all.find(|(key, _)| key != KIND));
        let Some((key, node)) = next else { return Ok(None) };
        self.value = next;
        let name: StrDeserializer<'_, Mistake> = key.as_str().into_deserializer();
        seed.deserialize(name).map(Some).map_err(|mistake| mistake.under(key, node.origin))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Mistake> {
        let (key, node) = self.value.take().expect("serde asks for a key before its value");
        seed.deserialize(Decoder(node)).map_err(|mistake| mistake.under(key, node.origin))
    }
}

/// The elements of a list.
struct Elements<'a>(std::slice::Iter<'a, Node>);

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = Mistake;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Mistake> {
        let Some(node) = self.0.next() else { return Ok(None) };
        seed.deserialize(Decoder(node)).map(Some).map_err(|mistake| mistake.at(node.origin))
    }
}
