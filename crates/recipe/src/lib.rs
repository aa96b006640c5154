//! A TOML text and overrides in, checked settings out, or an error that names the key and its place.
//!
//! This crate holds how settings are declared ([`settings!`], [`kinds!`]), read ([`parse()`]), written ([`to_toml`]) and compared
//! ([`changed_settings`]). It knows no setting itself: each is declared once, beside what it sets up, with its type, its default, its
//! check, and whether it may change when a run is resumed. Nothing else lists it.
//!
//! ```
//! use burnwright_recipe::{checks::{above_zero, within}, kinds, parse, settings};
//!
//! settings! {
//!     /// A jar.
//!     pub struct JarConfig {
//!         /// Litres.
//!         volume: f64 = 1.5, check(above_zero);
//!         /// Whoever reads it decides nothing about the jar.
//!         label: String = "jam".to_owned(), without_effect;
//!     }
//! }
//! settings! {
//!     /// A box.
//!     pub struct BoxConfig {
//!         /// Width, height and depth in centimetres.
//!         sides: [u32; 3] = [10; 3], check(burnwright_recipe::checks::each(within(1..=100)));
//!     }
//! }
//! kinds! {
//!     /// What things are kept in.
//!     pub enum VesselConfig = Jar {
//!         /// Of glass.
//!         "jar" => Jar(JarConfig),
//!         /// Of wood.
//!         "box" => Box(BoxConfig),
//!     }
//! }
//! settings! {
//!     /// All of it.
//!     pub struct KitchenConfig {
//!         /// What jam is kept in.
//!         vessel: VesselConfig, section;
//!     }
//! }
//!
//! let text = "[vessel]\nkind = \"box\"\nsides = [1, 2, 0]\n";
//! let error = parse::<KitchenConfig>("kitchen.toml", text, &[]).unwrap_err();
//! assert_eq!(error.to_string(), "vessel.sides [2] is 0, expected 1 to 100: kitchen.toml:3");
//! ```

pub mod checks;
mod compare;
mod declared;
mod decode;
mod document;
mod error;
pub mod kinds;
mod nearest;
mod parse;
mod settings;
mod write;

pub use compare::{
    as_read, by_first_keys, by_present_keys, changed_settings, defaults, differing_settings, fixed,
    flattened,
};
pub use declared::{Declared, Effect, Kind, Setting, UnknownKind};
pub use document::Override;
pub use error::{Place, RecipeError};
pub use nearest::nearest;
pub use parse::{parse, parse_and_complete};
pub use settings::{Fault, Settings, examine};
pub use write::to_toml;

#[doc(hidden)]
pub use serde;
