//! Packages in, what a registry would refuse or its readers would miss out.

use super::Complaint;
use super::package::{Package, Says};

/// What lies in the folder of every package that may be published, with the text of the one at the root.
pub(super) const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

/// The largest package that crates.io takes, in bytes; compressed, and here before that.
const LARGEST: u64 = 10 * 1024 * 1024;

/// Complaints about what a package says of itself, and of the packages of ours that it is built with.
pub(super) fn check(package: &Package) -> Vec<Complaint> {
    let Says { description, license, readme, keywords, categories, .. } = &package.says;
    let is_said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    let mut said = vec![("description", is_said(description)), ("license", is_said(license))];
    if package.may_be_published() {
        said.extend([
            ("readme", is_said(readme)),
            ("keywords", !keywords.is_empty()),
            ("categories", !categories.is_empty()),
        ]);
    }
    let missing = said.into_iter().filter(|(_, is_there)| !is_there);
    let missing =
        missing.map(|(key, _)| format!("`[package]` has no `{key}`, which a registry shows"));
    let of_ours = package.built_with().filter(|dependency| dependency.path.is_some());
    let without_version = of_ours.filter(|dependency| dependency.req == "*").map(|dependency| {
        format!("`{}` has no version, by which a registry knows it", dependency.name)
    });
    let file = package.manifest();
    missing.chain(without_version).map(|message| Complaint::of_file(&file, message)).collect()
}

/// A complaint about a package whose files take too much room.
pub(super) fn check_size(package: &Package, bytes: u64) -> Option<Complaint> {
    let message = format!("the package's files take {bytes} bytes; a registry takes {LARGEST}");
    (bytes > LARGEST).then(|| Complaint::of_file(&package.manifest(), message))
}

#[cfg(test)]
mod tests {
    use super::super::package::samples;
    use super::*;

    fn said_of(manifest: &str) -> Vec<String> {
        let package = samples::of("crates/run", manifest);
        check(&package).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_a_package_does_not_say_is_found() {
        let found = said_of("description = \"\"\nkeywords = []\nreadme = false\n");
        let keys = ["description", "license", "readme", "keywords", "categories"];
        let expected = keys.map(|key| {
            format!("crates/run/Cargo.toml: `[package]` has no `{key}`, which a registry shows")
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn a_package_of_the_projects_own_needs_less() {
        let own = "publish = false\ndescription = \"chores\"\nlicense = \"MIT\"\n";
        assert_eq!(said_of(own), [""; 0]);
        assert_eq!(said_of("publish = false\nlicense = \"MIT\"\n").len(), 1);
    }

    #[test]
    fn a_package_that_no_registry_takes_is_found() {
        let package = samples::of("crates/run", "");
        assert_eq!(check_size(&package, LARGEST), None);
        assert_eq!(
            check_size(&package, LARGEST + 1).unwrap().to_string(),
            "crates/run/Cargo.toml: the package's files take 10485761 bytes; a registry takes 10485760"
        );
    }
}
