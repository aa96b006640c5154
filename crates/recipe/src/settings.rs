//! Settings that are declared once: doc, name, type, default, check, and what depends on them.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Declared;

/// A section of a recipe, or a whole recipe. [`settings!`](crate::settings!) and [`kinds!`](crate::kinds!) declare types that are one;
/// a type with serde's derives alone is one by an empty `impl`, and then everything depends on each of its settings.
pub trait Settings:
    Clone + Debug + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// What can be set.
    const DECLARED: Declared = Declared::Settings(&[]);

    /// The first setting that cannot be.
    fn fault(&self) -> Option<Fault> {
        None
    }

    /// The same kinds and the same optional sections, and every other setting as where nothing is said of it.
    #[must_use]
    fn with_defaults(&self) -> Self {
        Self::default()
    }
}

impl<S: Settings> Settings for Option<S> {
    const DECLARED: Declared = Declared::Optional(&S::DECLARED);

    fn fault(&self) -> Option<Fault> {
        self.as_ref()?.fault()
    }

    fn with_defaults(&self) -> Self {
        self.as_ref().map(S::with_defaults)
    }
}

/// Nothing can be set.
impl Settings for () {}

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its dotted key inside the section that is asked; empty where it is what is asked.
    pub key: String,
    /// What it is and what was expected, such as "is 0, expected at least 1".
    pub text: String,
}

impl Fault {
    /// A fault of the value that is checked.
    pub fn new(text: impl Into<String>) -> Self {
        Self { key: String::new(), text: text.into() }
    }

    /// The same, as a fault of what holds it under a key.
    #[must_use]
    pub fn within(self, key: &str) -> Self {
        let dotted = if self.key.is_empty() { key.into() } else { format!("{key}.{}", self.key) };
        Self { key: dotted, ..self }
    }
}

/// What a check says of the value under a key.
pub fn examine<T: ?Sized>(
    key: &str,
    value: &T,
    check: impl FnOnce(&T) -> Option<Fault>,
) -> Option<Fault> {
    check(value).map(|fault| fault.within(key))
}

/// Declares the settings of a section: a struct whose fields are as public as itself, which is [`Settings`], [`Default`] and serde's `Serialize`
/// and `Deserialize` (the crate that declares needs `serde`). Unknown keys are errors, keys that are left out have their defaults.
///
/// ```text
/// settings! {
///     /// What the section is.
///     pub struct TrainingConfig {
///         /// What the setting is.
///         epochs: usize = 5, check(within(1..=1_000_000)), changes;
///     }
/// }
/// ```
///
/// A field ends with `;`. Without `= ..` its default is its type's. After that, each after a comma:
///
/// - `check(..)`: a function from the value to an `Option` of a [`Fault`]; see [`checks`](crate::checks)
/// - `rule(..)`: the same from the whole struct, for what depends on other settings
/// - `section`: the type is [`Settings`] itself, or an `Option` of such
/// - `changes`: no bit of the finished steps depends on it, so that it may change when a run is resumed
/// - `without_effect`: no bit of a model depends on it, either
/// - `formerly(..)`: the key that it had in recipes and runs of older versions, which are read as ever
///
/// `whole pub struct ..` takes no defaults in a text: who gives the section gives all of it.
#[macro_export]
macro_rules! settings {
    (@effect) => { $crate::Effect::AllSteps };
    (@effect changes $($rest:ident)*) => { $crate::Effect::LaterSteps };
    (@effect without_effect $($rest:ident)*) => { $crate::Effect::Nothing };
    (@effect $other:ident $($rest:ident)*) => { $crate::settings!(@effect $($rest)*) };

    (@formerly) => { ::core::option::Option::None };
    (@formerly formerly [$key:literal] $($rest:tt)*) => { ::core::option::Option::Some($key) };
    (@formerly $other:ident [$($argument:tt)*] $($rest:tt)*) => { $crate::settings!(@formerly $($rest)*) };

    (@section [$type:ty]) => { ::core::option::Option::None };
    (@section [$type:ty] section $($rest:ident)*) => {
        ::core::option::Option::Some(&<$type as $crate::Settings>::DECLARED)
    };
    (@section [$type:ty] $other:ident $($rest:ident)*) => {
        $crate::settings!(@section [$type] $($rest)*)
    };

    (@fault $this:ident $field:ident check [$check:expr]) => {
        $crate::examine(::core::stringify!($field), &$this.$field, $check)
    };
    (@fault $this:ident $field:ident rule [$rule:expr]) => {
        $crate::examine(::core::stringify!($field), $this, $rule)
    };
    (@fault $this:ident $field:ident section []) => {
        $crate::examine(::core::stringify!($field), &$this.$field, $crate::Settings::fault)
    };
    (@fault $this:ident $field:ident formerly [$key:literal]) => { ::core::option::Option::None };
    (@fault $this:ident $field:ident changes []) => { ::core::option::Option::None };
    (@fault $this:ident $field:ident without_effect []) => { ::core::option::Option::None };

    (@default) => { ::core::default::Default::default() };
    (@default $default:expr) => { $default };

    (@kept $this:ident $field:ident [$($default:expr)?]) => { $crate::settings!(@default $($default)?) };
    (@kept $this:ident $field:ident [$($default:expr)?] section $($rest:ident)*) => {
        $crate::Settings::with_defaults(&$this.$field)
    };
    (@kept $this:ident $field:ident [$($default:expr)?] $other:ident $($rest:ident)*) => {
        $crate::settings!(@kept $this $field [$($default)?] $($rest)*)
    };

    (@declare [$($serde:tt)*]
        $(#[$meta:meta])*
        $visible:vis struct $name:ident $(<$($parameter:ident = $usual:ty),+>)? {
            $(
                $(#[$field_meta:meta])*
                $field:ident : $type:ty $(= $default:expr)?
                    $(, $option:ident $(($($argument:tt)*))?)* ;
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(deny_unknown_fields $($serde)*)]
        $visible struct $name $(<$($parameter = $usual),+>)? {
            $( $(#[$field_meta])* $visible $field: $type, )*
        }

        impl $(<$($parameter: $crate::Settings),+>)? ::core::default::Default
            for $name $(<$($parameter),+>)?
        {
            fn default() -> Self {
                Self { $( $field: $crate::settings!(@default $($default)?), )* }
            }
        }

        impl $(<$($parameter: $crate::Settings),+>)? $crate::Settings
            for $name $(<$($parameter),+>)?
        {
            const DECLARED: $crate::Declared = $crate::Declared::Settings(&[
                $( $crate::Setting {
                    key: ::core::stringify!($field),
                    effect: $crate::settings!(@effect $($option)*),
                    section: $crate::settings!(@section [$type] $($option)*),
                    formerly: $crate::settings!(@formerly $($option [$($($argument)*)?])*),
                }, )*
            ]);

            fn fault(&self) -> ::core::option::Option<$crate::Fault> {
                ::core::option::Option::None
                    $($( .or_else(|| $crate::settings!(@fault self $field $option [$($($argument)*)?])) )*)*
            }

            fn with_defaults(&self) -> Self {
                Self { $( $field: $crate::settings!(@kept self $field [$($default)?] $($option)*), )* }
            }
        }
    };

    (whole $(#[$meta:meta])* $visible:vis struct $($rest:tt)*) => {
        $crate::settings! { @declare [] $(#[$meta])* $visible struct $($rest)* }
    };
    ($(#[$meta:meta])* $visible:vis struct $($rest:tt)*) => {
        $crate::settings! { @declare [, default] $(#[$meta])* $visible struct $($rest)* }
    };
}
