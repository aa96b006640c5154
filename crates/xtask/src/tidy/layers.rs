//! Manifests in, arrows that point the wrong way out.

use super::Complaint;
use super::manifest::{Dependency, Feature, Manifest};

/// What a crate may be built with. Development dependencies are free: they never reach a user.
struct Layer {
    folder: &'static str,
    dependencies: &'static [&'static str],
    burn_features: &'static [&'static str],
}

/// From the bottom up. What is not here, [`is_top`], may depend on everything.
const LAYERS: [Layer; 13] = [
    Layer { folder: "crates/random", dependencies: &[], burn_features: &[] },
    Layer {
        folder: "crates/recipe",
        dependencies: &["serde", "serde_json", "strsim", "thiserror", "toml"],
        burn_features: &[],
    },
    Layer { folder: "crates/metrics", dependencies: &["serde", "statrs"], burn_features: &[] },
    Layer {
        folder: "crates/kernels",
        dependencies: &["burn", "gemm", "libc", "pulp", "rayon"],
        burn_features: &["autodiff", "extension", "flex", "ndarray", "rayon", "simd", "x86-v4"],
    },
    Layer {
        folder: "crates/model",
        dependencies: &[
            "burnwright-kernels",
            "burnwright-random",
            "burnwright-recipe",
            "burn",
            "safetensors",
            "serde",
            "thiserror",
        ],
        burn_features: &["store", "safetensors"],
    },
    Layer {
        folder: "crates/data",
        dependencies: &[
            "burnwright-random",
            "burnwright-recipe",
            "blake3",
            "burn",
            "flate2",
            "serde",
            "sha2",
            "thiserror",
            "zstd",
        ],
        burn_features: &["dataset"],
    },
    Layer {
        folder: "crates/run",
        dependencies: &["blake3", "humantime", "serde", "serde_json", "thiserror"],
        burn_features: &[],
    },
    Layer {
        folder: "crates/training",
        dependencies: &[
            "burnwright-kernels",
            "burnwright-model",
            "burnwright-data",
            "burnwright-random",
            "burnwright-recipe",
            "burnwright-run",
            "blake3",
            "burn",
            "serde",
            "serde_json",
            "thiserror",
        ],
        burn_features: &["train"],
    },
    Layer {
        folder: "crates/inference",
        dependencies: &[
            "burnwright-metrics",
            "burnwright-model",
            "burnwright-data",
            "burnwright-recipe",
            "burnwright-run",
            "burn",
            "embedded-graphics",
            "image",
            "serde",
            "serde_json",
            "thiserror",
        ],
        burn_features: &[],
    },
    Layer {
        folder: "crates/export",
        dependencies: &["burnwright-run", "crc32c", "csv", "image", "prost"],
        burn_features: &[],
    },
    Layer {
        folder: "crates/view",
        dependencies: &["burnwright-metrics", "burnwright-run", "base64", "image", "maud"],
        burn_features: &[],
    },
    Layer {
        folder: "crates/session",
        dependencies: &[
            "burnwright-model",
            "burnwright-data",
            "burnwright-run",
            "burnwright-training",
            "burnwright-inference",
            "burnwright-view",
            "burnwright-export",
            "humantime",
            "burnwright-metrics",
            "burn",
            "serde",
            "serde_json",
            "thiserror",
        ],
        burn_features: &["train"],
    },
    Layer {
        folder: "crates/xtask",
        dependencies: &["clap", "humantime", "png", "serde_json", "tempfile", "toml", "zstd"],
        burn_features: &[],
    },
];

/// The one crate whose lints are its own: the workspace's forbid `unsafe`, and what is forbidden cannot be asked for.
const MAY_ASK_FOR_UNSAFE: &str = "crates/kernels";

/// What every crate gets of Burn; more, in the root manifest, would reach all layers.
const BURN_FEATURES_OF_ALL: [&str; 1] = ["std"];

/// Complaints about the manifest of the package in `folder`.
pub(crate) fn check_member(folder: &str, manifest: &Manifest<'_>) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let lints_are_on = if folder == MAY_ASK_FOR_UNSAFE {
        manifest.denies_unsafe()
    } else {
        manifest.takes_workspace_lints()
    };
    if !lints_are_on {
        let message = "the workspace's lints are off; add `[lints]` with `workspace = true`";
        complaints.push(manifest.complaint_of_file(message));
    }
    if let Some(layer) = LAYERS.iter().find(|layer| layer.folder == folder) {
        complaints.extend(layer.check(manifest));
    } else if !is_top(folder) {
        let message = "no layer is known for this crate; add it to crates/xtask/src/tidy/layers.rs";
        complaints.push(manifest.complaint_of_file(message));
    }
    complaints
}

/// Complaints about what the root manifest hands to every member.
pub(crate) fn check_workspace(manifest: &Manifest<'_>) -> Vec<Complaint> {
    let dependencies = manifest.workspace_dependencies();
    let burn = dependencies.iter().filter(|dependency| dependency.package == "burn");
    let mut complaints = Vec::new();
    for burn in burn {
        if burn.default_features != Some(false) {
            complaints.push(manifest.complaint(burn.line, DEFAULT_FEATURES));
        }
        let surplus = |feature: &&Feature<'_>| !BURN_FEATURES_OF_ALL.contains(&feature.name);
        complaints.extend(burn.features.iter().filter(surplus).map(|feature| {
            let Feature { name, line } = feature;
            let message = format!(
                "every crate would get Burn's `{name}`; {}",
                allowed(&BURN_FEATURES_OF_ALL)
            );
            manifest.complaint(*line, message)
        }));
    }
    complaints
}

const DEFAULT_FEATURES: &str =
    "Burn's default features hold a backend; say `default-features = false`";

impl Layer {
    fn check(&self, manifest: &Manifest<'_>) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        for dependency in manifest.dependencies() {
            complaints.extend(self.check_dependency(&dependency, manifest));
        }
        for feature in manifest.forwarded_features("burn") {
            complaints.extend(self.check_feature(&feature, manifest));
        }
        complaints
    }

    fn check_dependency(
        &self,
        dependency: &Dependency<'_>,
        manifest: &Manifest<'_>,
    ) -> Vec<Complaint> {
        let Dependency { package, line, features, default_features, from_workspace, .. } =
            dependency;
        if !self.dependencies.contains(package) {
            let message = format!(
                "{} may not depend on `{package}`; {}",
                self.name(),
                allowed(self.dependencies)
            );
            return vec![manifest.complaint(*line, message)];
        }
        if *package != "burn" {
            return Vec::new();
        }
        let mut complaints = Vec::new();
        // A member inherits the workspace's `false`, and can only switch the default features on again.
        if !default_features.map_or(*from_workspace, |on| !on) {
            complaints.push(manifest.complaint(*line, DEFAULT_FEATURES));
        }
        complaints
            .extend(features.iter().filter_map(|feature| self.check_feature(feature, manifest)));
        complaints
    }

    fn check_feature(&self, feature: &Feature<'_>, manifest: &Manifest<'_>) -> Option<Complaint> {
        let Feature { name, line } = feature;
        if self.burn_features.contains(name) || BURN_FEATURES_OF_ALL.contains(name) {
            return None;
        }
        let message = format!(
            "{} may not switch on Burn's `{name}`; {}",
            self.name(),
            allowed(self.burn_features)
        );
        Some(manifest.complaint(*line, message))
    }

    fn name(&self) -> &'static str {
        self.folder.trim_start_matches("crates/")
    }
}

/// Where a backend is chosen and a terminal is drawn on.
fn is_top(folder: &str) -> bool {
    matches!(folder, "crates/cli" | "crates/reliability") || folder.starts_with("examples/")
}

fn allowed(names: &[&str]) -> String {
    if names.is_empty() {
        "allowed: nothing".to_owned()
    } else {
        format!("allowed: {}", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINTS: &str = "[lints]\nworkspace = true\n";

    fn complaints(folder: &str, text: &str) -> Vec<String> {
        let text = format!("{text}\n{LINTS}");
        let manifest = Manifest::parse("Cargo.toml", &text).unwrap();
        check_member(folder, &manifest).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn allowed_arrows_pass() {
        let training = r#"
            [dependencies]
            burn = { workspace = true, features = ["train"] }
            burnwright-data.workspace = true
        "#;
        assert_eq!(complaints("crates/training", training), [""; 0]);
    }

    #[test]
    fn an_arrow_that_points_back_is_found() {
        let found = complaints(
            "crates/run",
            "[dependencies]\nserde.workspace = true\nburnwright-training.workspace = true\n",
        );
        assert_eq!(
            found,
            ["Cargo.toml:3: run may not depend on `burnwright-training`; \
              allowed: blake3, humantime, serde, serde_json, thiserror"]
        );
    }

    #[test]
    fn burn_under_another_name_is_still_burn() {
        let found = complaints(
            "crates/run",
            "[dependencies]\ntensors = { package = \"burn\", version = \"1\" }\n",
        );
        assert!(found[0].contains("run may not depend on `burn`"), "{found:?}");
    }

    #[test]
    fn a_dependency_of_one_target_counts() {
        let found =
            complaints("crates/random", "[target.'cfg(unix)'.dependencies]\nlibc = \"1\"\n");
        assert_eq!(found, ["Cargo.toml:2: random may not depend on `libc`; allowed: nothing"]);
    }

    #[test]
    fn a_library_chooses_no_backend() {
        for feature in ["flex", "ndarray", "wgpu", "vulkan", "metal", "cuda", "rocm", "cpu", "tui"]
        {
            for folder in ["crates/model", "crates/data", "crates/training", "crates/inference"] {
                let text = format!(
                    "[dependencies]\nburn = {{ workspace = true, features = [\"{feature}\"] }}\n"
                );
                let found = complaints(folder, &text);
                assert!(
                    found[0].contains(&format!("may not switch on Burn's `{feature}`")),
                    "{folder}: {found:?}"
                );
            }
        }
    }

    #[test]
    fn a_feature_that_is_passed_on_counts() {
        let found = complaints("crates/training", "[features]\ngpu = [\"burn/wgpu\"]\n");
        assert_eq!(
            found,
            ["Cargo.toml:2: training may not switch on Burn's `wgpu`; allowed: train"]
        );
    }

    #[test]
    fn burns_default_features_stay_off() {
        for burn in
            ["\"0.22\"", "{ version = \"0.22\" }", "{ workspace = true, default-features = true }"]
        {
            let found = complaints("crates/model", &format!("[dependencies]\nburn = {burn}\n"));
            assert!(found[0].contains("default features"), "{burn}: {found:?}");
        }
    }

    #[test]
    fn the_top_may_choose_a_backend() {
        let text = r#"
            [dependencies]
            burn = { workspace = true, features = ["flex", "tui"] }
            clap.workspace = true
        "#;
        assert_eq!(complaints("crates/cli", text), [""; 0]);
        assert_eq!(complaints("examples/mnist", text), [""; 0]);
    }

    #[test]
    fn development_dependencies_are_free() {
        let text = r#"
            [dev-dependencies]
            burn = { workspace = true, features = ["flex"] }
            proptest.workspace = true
        "#;
        assert_eq!(complaints("crates/data", text), [""; 0]);
    }

    #[test]
    fn a_crate_without_a_layer_is_found() {
        for folder in ["crates/new", "crates/client"] {
            assert!(complaints(folder, "")[0].contains("no layer is known"));
        }
    }

    #[test]
    fn a_crate_without_the_workspace_lints_is_found() {
        for text in ["", "[lints.rust]\nunsafe_code = \"allow\"\n", "[lints]\nworkspace = false\n"]
        {
            let manifest = Manifest::parse("Cargo.toml", text).unwrap();
            let found = check_member("crates/cli", &manifest);
            assert!(found[0].to_string().contains("lints are off"), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn one_crate_may_ask_for_unsafe_and_denies_it_otherwise() {
        let found = |text: &str| {
            let manifest = Manifest::parse("Cargo.toml", text).unwrap();
            check_member(MAY_ASK_FOR_UNSAFE, &manifest).len()
        };
        assert_eq!(found("[lints.rust]\nunsafe_code = \"deny\"\n"), 0);
        for text in ["", "[lints.rust]\nunsafe_code = \"allow\"\n", LINTS] {
            assert_eq!(found(text), 1, "{text:?}");
        }
    }

    #[test]
    fn the_root_hands_no_backend_to_all() {
        let found = |burn: &str| {
            let text = format!("[workspace.dependencies]\nburn = {burn}\n");
            let manifest = Manifest::parse("Cargo.toml", &text).unwrap();
            check_workspace(&manifest).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            found("{ version = \"1\", default-features = false, features = [\"std\"] }"),
            [""; 0]
        );
        assert_eq!(found("\"1\""), [format!("Cargo.toml:2: {DEFAULT_FEATURES}")]);
        assert_eq!(
            found("{ version = \"1\", default-features = false, features = [\"tui\"] }"),
            ["Cargo.toml:2: every crate would get Burn's `tui`; allowed: std"]
        );
    }
}
