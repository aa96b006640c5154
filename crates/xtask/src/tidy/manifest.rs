//! The text of a `Cargo.toml` in, dependencies with their lines out.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Complaint;

/// A manifest that knows where in its text everything stands.
pub(crate) struct Manifest<'a> {
    file: &'a str,
    text: &'a str,
    root: DeTable<'a>,
}

/// One entry of a dependency table.
pub(crate) struct Dependency<'a> {
    /// The package's name, also where the manifest gives it another.
    pub(crate) package: &'a str,
    /// The line of the entry.
    pub(crate) line: usize,
    /// The features that it switches on.
    pub(crate) features: Vec<Feature<'a>>,
    /// What it says of the package's default features, where it says anything.
    pub(crate) default_features: Option<bool>,
    /// Whether version and further features are the workspace's.
    pub(crate) from_workspace: bool,
    /// Where the package lies, if it is one of ours.
    pub(crate) path: Option<&'a str>,
    /// The version that it asks for, if it says one.
    pub(crate) version: Option<&'a str>,
}

/// A feature that a manifest switches on.
pub(crate) struct Feature<'a> {
    pub(crate) name: &'a str,
    pub(crate) line: usize,
}

impl<'a> Manifest<'a> {
    pub(crate) fn parse(file: &'a str, text: &'a str) -> Result<Self, Complaint> {
        match DeTable::parse(text) {
            Ok(root) => Ok(Self { file, text, root: root.into_inner() }),
            Err(error) => {
                // default: an error of the whole text is shown at its first line
                let line = line_of(text, error.span().unwrap_or_default());
                Err(Complaint::at(file, line, format!("not TOML: {}", error.message())))
            }
        }
    }

    pub(crate) fn complaint(&self, line: usize, message: impl Into<String>) -> Complaint {
        Complaint::at(self.file, line, message)
    }

    pub(crate) fn complaint_of_file(&self, message: impl Into<String>) -> Complaint {
        Complaint::of_file(self.file, message)
    }

    /// Whether it takes the workspace's lints.
    pub(crate) fn takes_workspace_lints(&self) -> bool {
        let lints = self.root.get("lints").and_then(|lints| lints.get_ref().get("workspace"));
        lints.and_then(|value| value.get_ref().as_bool()) == Some(true)
    }

    /// Whether it has lints of its own that refuse `unsafe` but where it is asked for with a reason.
    pub(crate) fn denies_unsafe(&self) -> bool {
        let lints = self.root.get("lints").and_then(|lints| lints.get_ref().get("rust"));
        let level = lints.and_then(|rust| rust.get_ref().get("unsafe_code"));
        level.and_then(|value| value.get_ref().as_str()) == Some("deny")
    }

    /// Whether the package says something under `key`, itself or through the workspace.
    pub(crate) fn package_has(&self, key: &str) -> bool {
        let value = table(&self.root, "package").and_then(|package| package.get(key));
        value.is_some_and(|value| match value.get_ref() {
            DeValue::String(text) => !text.is_empty(),
            DeValue::Array(items) => !items.is_empty(),
            DeValue::Table(table) => table.get("workspace").is_some(),
            _ => false,
        })
    }

    /// Whether nothing keeps the package out of a registry.
    pub(crate) fn may_be_published(&self) -> bool {
        let publish = table(&self.root, "package").and_then(|package| package.get("publish"));
        publish.and_then(|value| value.get_ref().as_bool()) != Some(false)
    }

    /// The version that members inherit.
    pub(crate) fn workspace_version(&self) -> Option<&str> {
        let package = table(&self.root, "workspace").and_then(|table| table.get("package"));
        package.and_then(|package| package.get_ref().get("version")?.get_ref().as_str())
    }

    /// What the package is built with, for every target; development dependencies are not.
    pub(crate) fn dependencies(&self) -> Vec<Dependency<'_>> {
        let mut found = self.dependencies_of(&self.root);
        for (_, target) in table(&self.root, "target").into_iter().flatten() {
            found.extend(
                target.get_ref().as_table().map(|t| self.dependencies_of(t)).into_iter().flatten(),
            );
        }
        found
    }

    /// The versions and features that members refer to.
    pub(crate) fn workspace_dependencies(&self) -> Vec<Dependency<'_>> {
        table(&self.root, "workspace")
            .map(|table| self.entries(table, "dependencies"))
            .unwrap_or_default() // default: the table may be left out
    }

    /// The features of `package` that this package's own features switch on, written `package/feature`.
    pub(crate) fn forwarded_features(&self, package: &str) -> Vec<Feature<'_>> {
        let lists = table(&self.root, "features").into_iter().flatten().map(|(_, list)| list);
        let mut found: Vec<_> = lists.flat_map(|list| self.strings(list.get_ref())).collect();
        found.retain_mut(|feature| {
            let Some((owner, name)) = feature.name.split_once('/') else { return false };
            feature.name = name;
            owner.trim_end_matches('?') == package
        });
        found
    }

    fn dependencies_of<'t>(&self, of: &'t DeTable<'a>) -> Vec<Dependency<'t>> {
        let kinds = ["dependencies", "build-dependencies"];
        kinds.into_iter().flat_map(|kind| self.entries(of, kind)).collect()
    }

    fn entries<'t>(&self, of: &'t DeTable<'a>, kind: &str) -> Vec<Dependency<'t>> {
        let entries = table(of, kind).into_iter().flatten();
        entries
            .map(|(name, value)| self.dependency(name.get_ref(), name.span(), value.get_ref()))
            .collect()
    }

    fn dependency<'t>(
        &self,
        name: &'t str,
        span: Range<usize>,
        value: &'t DeValue<'a>,
    ) -> Dependency<'t> {
        let field = |key| value.get(key).map(Spanned::get_ref);
        Dependency {
            package: field("package").and_then(DeValue::as_str).unwrap_or(name),
            line: line_of(self.text, span),
            // default: no list is an empty list
            features: field("features").map(|list| self.strings(list)).unwrap_or_default(),
            default_features: field("default-features").and_then(DeValue::as_bool),
            from_workspace: field("workspace").and_then(DeValue::as_bool) == Some(true),
            path: field("path").and_then(DeValue::as_str),
            // default: the short form is the version itself
            version: field("version").unwrap_or(value).as_str(),
        }
    }

    fn strings<'t>(&self, list: &'t DeValue<'a>) -> Vec<Feature<'t>> {
        let items = list.as_array().into_iter().flat_map(|array| array.iter());
        items
            .filter_map(|item| {
                let name = item.get_ref().as_str()?;
                Some(Feature { name, line: line_of(self.text, item.span()) })
            })
            .collect()
    }
}

fn table<'t, 'a>(of: &'t DeTable<'a>, key: &str) -> Option<&'t DeTable<'a>> {
    of.get(key).and_then(|value| value.get_ref().as_table())
}

/// The line, from 1, on which a span of `text` begins.
fn line_of(text: &str, span: Range<usize>) -> usize {
    text[..span.start].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_dependency_is_seen() {
        let text = "\
[dependencies]
one.workspace = true
two = \"1\"
three = { package = \"real-three\", version = \"1\", features = [\"a\", \"b\"], default-features = false }
[dependencies.four]
workspace = true
[build-dependencies]
five = \"1\"
[target.'cfg(unix)'.dependencies]
six = \"1\"
[dev-dependencies]
seven = \"1\"
";
        let manifest = Manifest::parse("Cargo.toml", text).unwrap();
        let mut seen: Vec<_> = manifest
            .dependencies()
            .iter()
            .map(|found| (found.line, found.package.to_owned()))
            .collect();
        seen.sort();
        let expected =
            [(2, "one"), (3, "two"), (4, "real-three"), (5, "four"), (8, "five"), (10, "six")];
        assert_eq!(seen, expected.map(|(line, name)| (line, name.to_owned())));
    }

    #[test]
    fn features_that_are_passed_on_are_seen() {
        let text = "[features]\na = [\"burn/wgpu\",\n \"other/x\", \"y\"]\nb = [\"burn?/tui\"]\n";
        let manifest = Manifest::parse("Cargo.toml", text).unwrap();
        let found = manifest.forwarded_features("burn");
        let found: Vec<_> = found.iter().map(|feature| (feature.name, feature.line)).collect();
        assert_eq!(found, [("wgpu", 2), ("tui", 4)]);
    }

    #[test]
    fn a_broken_manifest_is_complained_of_with_its_line() {
        let complaint =
            Manifest::parse("crates/x/Cargo.toml", "[package]\nname = \n").err().unwrap();
        assert!(
            complaint.to_string().starts_with("crates/x/Cargo.toml:2: not TOML: "),
            "{complaint}"
        );
    }
}
