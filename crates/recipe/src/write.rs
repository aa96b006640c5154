//! Settings become a TOML text that reads back as the same.

use crate::{Fault, Place, RecipeError, Settings, parse};

/// The complete settings as TOML. [`parse()`] gives back the same, or this is an error: TOML has no integer above `i64::MAX` and no
/// path that is not UTF-8.
pub fn to_toml<S: Settings>(settings: &S) -> Result<String, RecipeError> {
    if let Some(Fault { key, text: fault }) = settings.fault() {
        let place = Place::Recipe("the settings".to_owned());
        return Err(RecipeError::Value { key, fault, place, nearest: None });
    }
    let written = toml::to_string(settings);
    let text = written.map_err(|error| RecipeError::Unwritable(error.to_string()))?;
    match parse::<S>("the settings as they would be written", &text, &[])? {
        read if read == *settings => Ok(text),
        _ => Err(RecipeError::Unwritable("they read back as other settings".to_owned())),
    }
}
