//! Manifests in, what a registry would refuse or its readers would miss out.

use super::Complaint;
use super::manifest::{Dependency, Manifest};

/// What lies in the folder of every package that may be published, with the text of the one at the root.
pub(crate) const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

/// What every package says of itself.
const OF_ALL: [&str; 2] = ["description", "license"];
/// What a package that may be published says, too.
const OF_PUBLISHED: [&str; 3] = ["readme", "keywords", "categories"];

/// The largest package that crates.io takes, in bytes; compressed, and here before that.
const LARGEST: u64 = 10 * 1024 * 1024;

/// Complaints about what a package says of itself and of the packages next to it.
pub(crate) fn check_member(manifest: &Manifest<'_>) -> Vec<Complaint> {
    let published = if manifest.may_be_published() { &OF_PUBLISHED[..] } else { &[] };
    let missing = OF_ALL.iter().chain(published).filter(|key| !manifest.package_has(key));
    let missing = missing.map(|key| {
        manifest.complaint_of_file(format!("`[package]` has no `{key}`, which a registry shows"))
    });
    let dependencies = manifest.dependencies();
    let by_path = dependencies.iter().filter(|dependency| dependency.path.is_some());
    let by_path = by_path.map(|Dependency { package, line, .. }| {
        let message = format!(
            "`{package}` is taken by its path; put path and version into the root manifest and say `workspace = true`"
        );
        manifest.complaint(*line, message)
    });
    missing.chain(by_path).collect()
}

/// Complaints about packages of the workspace without the version that a registry knows them by.
pub(crate) fn check_workspace(manifest: &Manifest<'_>) -> Vec<Complaint> {
    let expected = manifest.workspace_version();
    let dependencies = manifest.workspace_dependencies();
    let wrong = dependencies
        .iter()
        .filter(|dependency| dependency.path.is_some() && dependency.version != expected);
    wrong
        .map(|Dependency { package, line, version, .. }| {
            let show = |version: Option<&str>| {
                version.map_or_else(|| "none".to_owned(), |version| format!("\"{version}\""))
            };
            let (got, expected) = (show(*version), show(expected));
            let message =
                format!("the version of `{package}` is {got}; the workspace's is {expected}");
            manifest.complaint(*line, message)
        })
        .collect()
}

/// A complaint about a package whose files take too much room.
pub(crate) fn check_size(manifest: &Manifest<'_>, bytes: u64) -> Option<Complaint> {
    let message = format!("the package's files take {bytes} bytes; a registry takes {LARGEST}");
    (bytes > LARGEST).then(|| manifest.complaint_of_file(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(text: &str) -> Vec<String> {
        let manifest = Manifest::parse("Cargo.toml", text).unwrap();
        check_member(&manifest).iter().map(ToString::to_string).collect()
    }

    fn workspace(dependency: &str) -> Vec<String> {
        let text = format!(
            "[workspace.package]\nversion = \"0.1.0\"\n[workspace.dependencies]\n{dependency}\n"
        );
        let manifest = Manifest::parse("Cargo.toml", &text).unwrap();
        check_workspace(&manifest).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_package_that_says_everything_passes() {
        let text = r#"
            [package]
            description = "bits"
            license.workspace = true
            readme.workspace = true
            keywords = ["bits"]
            categories.workspace = true
            [dependencies]
            serde.workspace = true
        "#;
        assert_eq!(member(text), [""; 0]);
    }

    #[test]
    fn what_a_package_does_not_say_is_found() {
        let found = member("[package]\ndescription = \"\"\nkeywords = []\nreadme = false\n");
        let keys = ["description", "license", "readme", "keywords", "categories"];
        let expected = keys
            .map(|key| format!("Cargo.toml: `[package]` has no `{key}`, which a registry shows"));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_package_of_the_projects_own_needs_less() {
        let text = "[package]\npublish = false\ndescription = \"chores\"\nlicense = \"MIT\"\n";
        assert_eq!(member(text), [""; 0]);
        assert_eq!(member("[package]\npublish = false\nlicense = \"MIT\"\n").len(), 1);
    }

    #[test]
    fn a_path_in_a_member_is_found() {
        let text = "[package]\npublish = false\ndescription = \"x\"\nlicense = \"MIT\"\n\
                    [dependencies]\nrun = { path = \"../run\", version = \"0.1.0\" }\n";
        assert_eq!(
            member(text),
            [
                "Cargo.toml:6: `run` is taken by its path; put path and version into the root manifest and say `workspace = true`"
            ]
        );
    }

    #[test]
    fn a_path_without_the_workspaces_version_is_found() {
        assert_eq!(workspace("run = { path = \"crates/run\", version = \"0.1.0\" }"), [""; 0]);
        assert_eq!(workspace("serde = \"1\""), [""; 0]);
        assert_eq!(
            workspace("run = { path = \"crates/run\" }"),
            ["Cargo.toml:4: the version of `run` is none; the workspace's is \"0.1.0\""]
        );
        assert_eq!(
            workspace("run = { path = \"crates/run\", version = \"0.0.9\" }"),
            ["Cargo.toml:4: the version of `run` is \"0.0.9\"; the workspace's is \"0.1.0\""]
        );
    }

    #[test]
    fn a_package_that_no_registry_takes_is_found() {
        let manifest = Manifest::parse("Cargo.toml", "").unwrap();
        assert_eq!(check_size(&manifest, LARGEST), None);
        assert_eq!(
            check_size(&manifest, LARGEST + 1).unwrap().to_string(),
            "Cargo.toml: the package's files take 10485761 bytes; a registry takes 10485760"
        );
    }
}
