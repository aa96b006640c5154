//! A folder in, the packages of its workspace out: what `cargo metadata` says of them, and their lints, of which it says nothing.
//!
//! Cargo reads the manifests: names, inherited versions and features are what it makes of them. The few fields that are needed are
//! decoded here, because the crate `cargo_metadata` asks for a feature of `serde_json` that would reach the program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

/// A member of the workspace.
#[derive(Debug)]
pub(super) struct Package {
    /// Its folder below the workspace's, with forward slashes on every system.
    pub(super) folder: String,
    pub(super) lints: Lints,
    pub(super) says: Says,
    dependencies: Vec<Dependency>,
    features: BTreeMap<String, Vec<String>>,
}

/// What a package says of itself to a registry.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Says {
    pub(super) description: Option<String>,
    pub(super) license: Option<String>,
    pub(super) readme: Option<String>,
    pub(super) keywords: Vec<String>,
    pub(super) categories: Vec<String>,
    /// The registries that may have it; none where all may.
    publish: Option<Vec<String>>,
}

/// One entry of a dependency table, as Cargo completes it from the workspace's.
#[derive(Debug, Deserialize)]
pub(super) struct Dependency {
    /// The package's name, also where the manifest gives it another.
    pub(super) name: String,
    /// `dev` or `build`, or nothing.
    kind: Option<String>,
    /// The versions that it takes; `*` where it says none.
    #[serde(default)]
    pub(super) req: String,
    /// Where it lies, if it is one of ours.
    pub(super) path: Option<PathBuf>,
    /// The features that it switches on.
    pub(super) features: Vec<String>,
    pub(super) uses_default_features: bool,
}

/// Whose lints a package has.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lints {
    OfWorkspace,
    /// Its own, and the level of `unsafe_code` among them.
    Own {
        unsafe_code: Option<String>,
    },
}

impl Package {
    /// The members of the workspace at `root`, in the order of their folders.
    pub(super) fn all(root: &Path) -> Result<Vec<Self>, String> {
        #[derive(Deserialize)]
        struct Metadata {
            packages: Vec<Member>,
            workspace_root: PathBuf,
        }
        #[derive(Deserialize)]
        struct Member {
            manifest_path: PathBuf,
            #[serde(flatten)]
            says: Says,
            dependencies: Vec<Dependency>,
            features: BTreeMap<String, Vec<String>>,
        }
        // default: outside Cargo, the one that the shell finds.
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
            .arg("--manifest-path")
            .arg(root.join("Cargo.toml"))
            .output()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        let metadata: Metadata =
            serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
        let package = |Member { manifest_path, says, dependencies, features }: Member| {
            let text = std::fs::read_to_string(&manifest_path)
                .map_err(|error| format!("{}: {error}", manifest_path.display()))?;
            let lints = Lints::parse(&text)?;
            let folder = folder(&metadata.workspace_root, &manifest_path);
            Ok(Self { folder, lints, says, dependencies, features })
        };
        let mut packages: Vec<Self> =
            metadata.packages.into_iter().map(package).collect::<Result<_, String>>()?;
        packages.sort_by(|a, b| a.folder.cmp(&b.folder));
        Ok(packages)
    }

    /// Its manifest, for a complaint.
    pub(super) fn manifest(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }

    /// Whether nothing keeps the package out of a registry.
    pub(super) fn may_be_published(&self) -> bool {
        self.says.publish.as_ref().is_none_or(|registries| !registries.is_empty())
    }

    /// What the package is built with, for every target; development dependencies are not.
    pub(super) fn built_with(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|dependency| dependency.kind.as_deref() != Some("dev"))
    }

    /// The features of `package` that this package's own features switch on, written `package/feature`.
    pub(super) fn forwarded_features(&self, package: &str) -> impl Iterator<Item = &str> {
        self.features.values().flatten().filter_map(move |feature| {
            let (owner, name) = feature.split_once('/')?;
            (owner.trim_end_matches('?') == package).then_some(name)
        })
    }
}

impl Lints {
    fn parse(manifest: &str) -> Result<Self, String> {
        let table: toml::Table = manifest.parse().map_err(|e: toml::de::Error| e.to_string())?;
        let lints = table.get("lints");
        let of_workspace = lints.and_then(|lints| lints.get("workspace")?.as_bool()) == Some(true);
        if of_workspace {
            return Ok(Self::OfWorkspace);
        }
        let level = lints.and_then(|lints| lints.get("rust")?.get("unsafe_code")?.as_str());
        Ok(Self::Own { unsafe_code: level.map(str::to_owned) })
    }
}

/// The folder of a manifest below the workspace's.
fn folder(root: &Path, manifest: &Path) -> String {
    // default: a package outside the workspace's folder keeps its whole path.
    let below = manifest.strip_prefix(root).unwrap_or(manifest);
    let parts = below.parent().into_iter().flat_map(Path::components);
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Workspaces of one member, written to be read.
#[cfg(test)]
pub(super) mod samples {
    use super::*;

    const BURN: &str = "{ version = \"1\", default-features = false, features = [\"std\"] }";

    /// The package in `folder` with the rest of its manifest.
    pub(in super::super) fn of(folder: &str, manifest: &str) -> Package {
        with_burn(BURN, folder, manifest).unwrap()
    }

    /// The same where the workspace says this of Burn.
    pub(in super::super) fn with_burn(
        burn: &str,
        folder: &str,
        manifest: &str,
    ) -> Result<Package, String> {
        let root = tempfile::tempdir().unwrap();
        let workspace = format!(
            "[workspace]\nmembers = [\"{folder}\"]\nresolver = \"3\"\n[workspace.lints]\n\
             [workspace.dependencies]\nburn = {burn}\nburnwright-data = \"1\"\n\
             burnwright-training = \"1\"\nclap = \"1\"\nproptest = \"1\"\nserde = \"1\"\n"
        );
        std::fs::write(root.path().join("Cargo.toml"), workspace).unwrap();
        let member = root.path().join(folder);
        std::fs::create_dir_all(member.join("src")).unwrap();
        std::fs::write(member.join("src/lib.rs"), "").unwrap();
        let package = "[package]\nname = \"member\"\nversion = \"1.0.0\"\nedition = \"2024\"\n";
        std::fs::write(member.join("Cargo.toml"), format!("{package}{manifest}")).unwrap();
        Ok(Package::all(root.path())?.remove(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_dependency_is_seen() {
        let text = "\
[dependencies]
serde.workspace = true
two = \"1\"
three = { package = \"real-three\", version = \"1\", features = [\"a\", \"b\"], default-features = false }
[dependencies.burn]
workspace = true
features = [\"train\"]
[build-dependencies]
five = \"1\"
[target.'cfg(unix)'.dependencies]
six = \"1\"
[dev-dependencies]
seven = \"1\"
";
        let package = samples::of("crates/x", text);
        let mut seen: Vec<_> = package
            .built_with()
            .map(|found| (&*found.name, found.features.join(" "), found.uses_default_features))
            .collect();
        seen.sort_unstable();
        let expected = [
            ("burn", "std train", false),
            ("five", "", true),
            ("real-three", "a b", false),
            ("serde", "", true),
            ("six", "", true),
            ("two", "", true),
        ];
        assert_eq!(seen, expected.map(|(name, features, on)| (name, features.to_owned(), on)));
        assert_eq!(package.manifest(), "crates/x/Cargo.toml");
    }

    #[test]
    fn features_that_are_passed_on_are_seen() {
        let text = "[dependencies]\nburn = { workspace = true, optional = true }\nother = \"1\"\n\
            [features]\na = [\"burn/wgpu\",\n \"other/x\", \"b\"]\nb = [\"burn?/tui\"]\n";
        let package = samples::of("crates/x", text);
        assert_eq!(package.forwarded_features("burn").collect::<Vec<_>>(), ["wgpu", "tui"]);
    }

    #[test]
    fn a_broken_manifest_is_an_error_with_its_file_and_line() {
        let why = samples::with_burn("\"1\"", "crates/x", "description = \n").unwrap_err();
        assert!(why.contains("crates/x/Cargo.toml:5:15"), "{why}");
    }

    #[test]
    fn lints_are_the_workspaces_or_its_own() {
        let own = |level: Option<&str>| Lints::Own { unsafe_code: level.map(str::to_owned) };
        for (text, lints) in [
            ("[lints]\nworkspace = true\n", Lints::OfWorkspace),
            ("[lints]\nworkspace = false\n", own(None)),
            ("", own(None)),
            ("[lints.rust]\nunsafe_code = \"deny\"\n", own(Some("deny"))),
        ] {
            assert_eq!(Lints::parse(text), Ok(lints), "{text}");
        }
    }
}
