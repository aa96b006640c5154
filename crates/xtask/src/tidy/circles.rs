//! The sources of a crate in, the circles among its modules out.
//!
//! A module is a file or folder beside the crate's root. Where two import each other, neither can be read, tested or moved without the
//! other. A path counts wherever it stands, in a function and in a macro, too; tests do not.

use std::collections::{BTreeMap, BTreeSet};

use super::Complaint;
use super::source::{Source, Token};

/// Which modules of a crate use which.
#[derive(Default)]
pub(super) struct Modules {
    /// For each module: what it uses, and the file and line where it first does.
    uses: BTreeMap<String, BTreeMap<String, (String, usize)>>,
    /// The module of each name that the crate's root imports.
    root: BTreeMap<String, String>,
}

impl Modules {
    /// Takes a source file, by its path below `src`.
    pub(super) fn add(&mut self, file: &str, below: &str, source: &Source, code: &[Token]) {
        let path: Vec<&str> = below.trim_end_matches(".rs").split('/').collect();
        if matches!(path[..], ["lib" | "main"]) {
            for (_, import) in source.imports() {
                let import: Vec<_> = import.into_iter().filter(|part| part != "crate").collect();
                if let [module, .., name] = &import[..] {
                    self.root.insert(name.clone(), module.clone());
                }
            }
            return;
        }
        if path.last() == Some(&"tests") {
            return;
        }
        // How many `super` lead to the root: `a/mod.rs` is as deep as `a.rs`.
        let depth = path.len() - usize::from(path.last() == Some(&"mod"));
        let paths = code.iter().enumerate().filter_map(|(place, token)| {
            let rest: Vec<&str> = code[place..].iter().map(|token| &*token.text).collect();
            let begins = place == 0 || code[place - 1].text != ":";
            let name = if begins { below_root(&rest, depth)? } else { return None };
            Some((name.to_owned(), token.line))
        });
        let imports = source.imports().into_iter().filter_map(|(line, import)| {
            let parts: Vec<&str> = import.iter().flat_map(|part| [part, ":", ":"]).collect();
            Some((below_root(&parts, depth)?.to_owned(), line))
        });
        let uses = self.uses.entry(path[0].to_owned()).or_default();
        for (name, line) in paths.chain(imports) {
            uses.entry(name).or_insert_with(|| (file.to_owned(), line));
        }
    }

    /// A complaint for each use that is part of a circle, in the order of the modules.
    pub(super) fn check(mut self) -> Vec<Complaint> {
        self.follow_the_root();
        let mut complaints = Vec::new();
        for (module, uses) in &self.uses {
            for (used, (file, line)) in uses {
                if used != module && self.reachable(used).contains(&**module) {
                    let message = format!(
                        "`{module}` uses `{used}`, which uses `{module}` in turn; move what both need below them"
                    );
                    complaints.push(Complaint::at(file, *line, message));
                }
            }
        }
        complaints
    }

    /// `crate::Name` is a use of the module from which the root imports the name.
    fn follow_the_root(&mut self) {
        let modules: BTreeSet<String> = self.uses.keys().cloned().collect();
        for uses in self.uses.values_mut() {
            for (name, place) in std::mem::take(uses) {
                let module = match self.root.get(&name) {
                    Some(module) if !modules.contains(&name) => module.clone(),
                    _ => name,
                };
                uses.entry(module).or_insert(place);
            }
        }
    }

    /// All modules that `module` uses, directly or through others.
    fn reachable<'a>(&'a self, module: &'a str) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        let mut next = vec![module];
        while let Some(module) = next.pop() {
            let uses = self.uses.get(module).into_iter().flat_map(BTreeMap::keys);
            next.extend(uses.map(String::as_str).filter(|used| found.insert(*used)));
        }
        found
    }
}

/// The name below the crate's root with which code goes on, where it begins with `crate::` or with as many `super::` as lead there.
fn below_root<'a>(code: &[&'a str], depth: usize) -> Option<&'a str> {
    let after = |prefix: &str, count: usize| {
        let is_prefix = |part: &[&str]| part == [prefix, ":", ":"];
        let head = code.get(..3 * count)?;
        head.chunks(3).all(is_prefix).then(|| code.get(3 * count).copied())?
    };
    let name =
        after("crate", 1).or_else(|| after("super", depth).filter(|&name| name != "super"))?;
    (name != "{").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(files: &[(&str, &str)]) -> Vec<String> {
        let mut modules = Modules::default();
        for (file, text) in files {
            let source = Source::parse(text).unwrap();
            modules.add(file, file, &source, &source.tokens());
        }
        modules.check().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn modules_that_use_each_other_are_found() {
        let found = complaints(&[
            ("a.rs", "use std::io;\nuse crate::{b::B, c};"),
            ("b/mod.rs", "fn f() { assert!(super::a::yes()) }"),
            ("c.rs", "struct C;"),
        ]);
        let message = |one: &str, other: &str| {
            format!(
                "`{one}` uses `{other}`, which uses `{one}` in turn; move what both need below them"
            )
        };
        assert_eq!(
            found,
            [
                format!("a.rs:2: {}", message("a", "b")),
                format!("b/mod.rs:1: {}", message("b", "a"))
            ]
        );
    }

    #[test]
    fn a_longer_way_round_and_one_through_the_root_count() {
        let round = [
            ("a.rs", "use crate::b;"),
            ("b/x.rs", "use super::super::c::C;"),
            ("c.rs", "fn f() -> crate::A { todo!() }"),
            ("lib.rs", "mod a; pub use a::A; pub use crate::c::C;"),
        ];
        assert_eq!(complaints(&round).len(), 3);
        assert_eq!(complaints(&round[..3]).len(), 0);
    }

    #[test]
    fn what_stays_inside_a_module_is_no_circle() {
        let inside = [
            ("a/mod.rs", "mod b; use b::B; pub struct A;"),
            ("a/b.rs", "use super::A; use super::c::C;"),
            ("c.rs", "#[cfg(test)]\nmod tests { use crate::a::A; }"),
        ];
        assert_eq!(complaints(&inside), [""; 0]);
    }
}
