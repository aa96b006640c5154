//! The recipes that travel inside the program.

use burnwright_recipe::nearest;

use super::{Recipe, RecipeError};

/// A recipe that has a name.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// What `burnwright train` calls it.
    pub name: &'static str,
    /// The document.
    pub text: &'static str,
}

impl Builtin {
    /// The first line of the document: command, and what to expect.
    pub fn headline(&self) -> &'static str {
        let first = self
            .text
            .lines()
            .next()
            .expect("a recipe that travels along has a headline, by a test");
        first.trim_start_matches(['#', ' '])
    }

    /// The recipe, without overrides.
    pub fn recipe(&self) -> Result<Recipe, RecipeError> {
        Recipe::parse(self.name, self.text, &[])
    }
}

/// All of them, the course first.
pub fn builtins() -> &'static [Builtin] {
    &[
        Builtin { name: "course", text: include_str!("../../recipes/course.toml") },
        Builtin { name: "cnn", text: include_str!("../../recipes/cnn.toml") },
        Builtin { name: "fashion-mnist", text: include_str!("../../recipes/fashion-mnist.toml") },
    ]
}

/// The built-in recipe of that name.
pub fn builtin(name: &str) -> Result<&'static Builtin, RecipeError> {
    builtins().iter().find(|recipe| recipe.name == name).ok_or_else(|| RecipeError::Unknown {
        name: name.to_owned(),
        nearest: nearest(name, builtins().iter().map(|recipe| recipe.name)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Settings;

    #[test]
    fn the_course_is_the_default_of_every_setting() {
        assert_eq!(builtin("course").unwrap().recipe().unwrap(), Recipe::default());
    }

    #[test]
    fn every_recipe_stands_for_a_run() {
        for builtin in builtins() {
            assert_eq!(builtin.recipe().unwrap().fault(), None, "{}", builtin.name);
            assert!(builtin.headline().starts_with("burnwright train"), "{}", builtin.headline());
        }
    }
}
