//! Sections that are of one kind out of several: `kind` is read first, then the settings of that kind.
//!
//! Serde's own tagged enums read everything into a buffer before they look at the tag, and lose where in the text each value stood.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::declared::KIND;

/// A section that is of one kind out of several; [`kinds!`](crate::kinds!) makes it.
pub trait Kinds: Sized {
    /// The names of all kinds.
    const NAMES: &'static [&'static str];

    /// Settings of the kind of that name, without the name.
    fn of_kind<'de, D: Deserializer<'de>>(name: &str, settings: D) -> Result<Self, D::Error>;
}

/// Reads `kind`, then the settings of that kind. Where `kind` comes first, nothing is buffered, so that errors keep their places.
pub fn deserialize<'de, K: Kinds, D: Deserializer<'de>>(deserializer: D) -> Result<K, D::Error> {
    deserializer.deserialize_struct("a section of one kind", &[KIND], Section(PhantomData))
}

struct Section<K>(PhantomData<K>);

impl<'de, K: Kinds> Visitor<'de> for Section<K> {
    type Value = K;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a section")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<K, A::Error> {
        match map.next_key::<String>()? {
            None => Err(Error::missing_field(KIND)),
            Some(first) if first == KIND => {
                let name = map.next_value_seed(Name(K::NAMES))?;
                K::of_kind(&name, MapAccessDeserializer::new(map))
            }
            Some(first) => {
                let mut buffer = Map::from_iter([(first, map.next_value()?)]);
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    buffer.insert(key, value);
                }
                let kind = buffer.remove(KIND).ok_or_else(|| Error::missing_field(KIND))?;
                let name = Name(K::NAMES).deserialize(kind).map_err(Error::custom)?;
                K::of_kind(&name, Value::Object(buffer)).map_err(Error::custom)
            }
        }
    }
}

/// The name of one of these kinds.
struct Name(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {}", self.0.join(", "))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<String, E> {
        if self.0.contains(&name) {
            Ok(name.to_owned())
        } else {
            Err(E::unknown_variant(name, self.0))
        }
    }
}

/// Declares a section that is of one kind out of several: an enum, one line a kind, which is [`Settings`](crate::Settings),
/// [`Kinds`], [`Default`] and serde's `Serialize` and `Deserialize`. The settings of each kind are declared where they belong, by
/// [`settings!`](crate::settings!).
///
/// ```text
/// kinds! {
///     /// What the section is.
///     pub enum OptimizerConfig: Method = Adam {
///         /// What the kind is.
///         "adam" => Adam(AdamConfig),
///     }
/// }
/// ```
///
/// `= Adam` is the kind where a recipe says nothing. With `: Method`, all settings implement this trait, and a private `method`
/// called `as_dyn` gives those at hand as `&dyn Method`, so that no kind is listed a second time.
#[macro_export]
macro_rules! kinds {
    (@declare
        $(#[$meta:meta])*
        pub enum $name:ident = $usual:ident {
            $(
                $(#[$kind_meta:meta])*
                $kind:literal => $variant:ident($settings:ty)
            ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize)]
        #[serde(tag = "kind")]
        pub enum $name {
            $( $(#[$kind_meta])* #[serde(rename = $kind)] $variant($settings), )+
        }

        impl $name {
            /// Its `kind` in a recipe.
            pub fn kind(&self) -> &'static str {
                match self { $( Self::$variant(_) => $kind, )+ }
            }
        }

        impl ::core::default::Default for $name {
            fn default() -> Self {
                Self::$usual(::core::default::Default::default())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::kinds::deserialize(deserializer)
            }
        }

        impl $crate::kinds::Kinds for $name {
            const NAMES: &'static [&'static str] = &[$($kind),+];

            fn of_kind<'de, D: ::serde::Deserializer<'de>>(
                name: &str,
                settings: D,
            ) -> ::core::result::Result<Self, D::Error> {
                match name {
                    $( $kind => ::serde::Deserialize::deserialize(settings).map(Self::$variant), )+
                    _ => Err(::serde::de::Error::unknown_variant(name, Self::NAMES)),
                }
            }
        }

        impl $crate::Settings for $name {
            const DECLARED: $crate::Declared = $crate::Declared::Kinds(&[
                $( $crate::Kind {
                    name: $kind,
                    settings: &<$settings as $crate::Settings>::DECLARED,
                } ),+
            ]);

            fn fault(&self) -> ::core::option::Option<$crate::Fault> {
                match self { $( Self::$variant(settings) => $crate::Settings::fault(settings), )+ }
            }

            fn with_defaults(&self) -> Self {
                match self {
                    $( Self::$variant(settings) => {
                        Self::$variant($crate::Settings::with_defaults(settings))
                    } )+
                }
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub enum $name:ident : $trait:ident = $usual:ident {
            $(
                $(#[$kind_meta:meta])*
                $kind:literal => $variant:ident($settings:ty)
            ),+ $(,)?
        }
    ) => {
        $crate::kinds! { @declare
            $(#[$meta])*
            pub enum $name = $usual {
                $( $(#[$kind_meta])* $kind => $variant($settings) ),+
            }
        }

        impl $name {
            fn as_dyn(&self) -> &dyn $trait {
                match self { $( Self::$variant(settings) => settings, )+ }
            }
        }
    };

    ($(#[$meta:meta])* pub enum $name:ident = $($rest:tt)*) => {
        $crate::kinds! { @declare $(#[$meta])* pub enum $name = $($rest)* }
    };
}
