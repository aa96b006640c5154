//! Manifests in, arrows that point the wrong way out.

use super::Complaint;
use super::package::{Lints, Package};

/// What a crate may be built with. Development dependencies are free: they never reach a user.
struct Layer {
    folder: &'static str,
    dependencies: &'static [&'static str],
    burn_features: &'static [&'static str],
}

/// From the bottom up. What is not here, [`is_top`], may depend on everything.
const LAYERS: [Layer; 17] = [
    Layer { folder: "crates/random", dependencies: &[], burn_features: &[] },
    Layer {
        folder: "crates/recipe",
        dependencies: &["serde", "serde_json", "strsim", "thiserror", "toml"],
        burn_features: &[],
    },
    Layer {
        folder: "crates/metrics",
        dependencies: &["burnwright-random", "schemars", "serde", "statrs", "thiserror"],
        burn_features: &[],
    },
    Layer {
        folder: "crates/pictures",
        dependencies: &[
            "burnwright-random",
            "blake3",
            "csv",
            "fast_image_resize",
            "image",
            "rayon",
            "schemars",
            "serde",
            "serde_json",
            "thiserror",
            "tiff",
            "walkdir",
            "zune-core",
            "zune-jpeg",
        ],
        burn_features: &[],
    },
    Layer {
        folder: "crates/table",
        dependencies: &[
            "burnwright-random",
            "blake3",
            "flate2",
            "schemars",
            "serde",
            "statrs",
            "strsim",
            "thiserror",
            "zstd",
        ],
        burn_features: &[],
    },
    Layer {
        folder: "crates/download",
        dependencies: &["flate2", "rawzip", "sha2", "tar", "thiserror", "ureq"],
        burn_features: &[],
    },
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
            "burnwright-pictures",
            "burnwright-recipe",
            "burnwright-table",
            "blake3",
            "burn",
            "flate2",
            "rayon",
            "serde",
            "sha2",
            "thiserror",
            "zstd",
        ],
        burn_features: &["dataset"],
    },
    Layer {
        folder: "crates/run",
        dependencies: &["blake3", "humantime", "schemars", "serde", "serde_json", "thiserror"],
        burn_features: &[],
    },
    Layer {
        folder: "crates/task",
        dependencies: &[
            "burnwright-data",
            "burnwright-kernels",
            "burnwright-metrics",
            "burnwright-model",
            "burnwright-recipe",
            "burnwright-run",
            "burn",
            "schemars",
            "serde",
            "thiserror",
        ],
        burn_features: &[],
    },
    Layer {
        folder: "crates/training",
        dependencies: &[
            "burnwright-task",
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
            "burnwright-task",
            "burnwright-model",
            "burnwright-data",
            "burnwright-pictures",
            "burnwright-run",
            "burnwright-table",
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
        dependencies: &["burnwright-run", "crc32c", "csv", "embedded-graphics", "image", "prost"],
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
            "burnwright-task",
            "burnwright-model",
            "burnwright-data",
            "burnwright-pictures",
            "burnwright-run",
            "burnwright-table",
            "burnwright-training",
            "burnwright-inference",
            "burnwright-view",
            "burnwright-export",
            "humantime",
            "burnwright-metrics",
            "burn",
            "schemars",
            "serde",
            "serde_json",
            "thiserror",
        ],
        burn_features: &["train"],
    },
    Layer {
        folder: "crates/xtask",
        dependencies: &[
            "clap",
            "humantime",
            "png",
            "proc-macro2",
            "serde",
            "serde_json",
            "tempfile",
            "toml",
            "zstd",
        ],
        burn_features: &[],
    },
];

/// The one crate whose lints are its own: the workspace's forbid `unsafe`, and what is forbidden cannot be asked for.
const MAY_ASK_FOR_UNSAFE: &str = "crates/kernels";

/// What every crate gets of Burn; more, in the root manifest, reaches all layers.
const BURN_FEATURES_OF_ALL: [&str; 1] = ["std"];

/// Complaints about the manifest of a package.
pub(super) fn check(package: &Package) -> Vec<Complaint> {
    let mut messages = Vec::new();
    if !lints_are_on(package) {
        messages.push(
            "the workspace's lints are off; add `[lints]` with `workspace = true`".to_owned(),
        );
    }
    if let Some(layer) = LAYERS.iter().find(|layer| layer.folder == package.folder) {
        messages.extend(layer.check(package));
    } else if !is_top(&package.folder) {
        messages.push(
            "no layer is known for this crate; add it to crates/xtask/src/tidy/layers.rs"
                .to_owned(),
        );
    }
    let file = package.manifest();
    messages.into_iter().map(|message| Complaint::of_file(&file, message)).collect()
}

fn lints_are_on(package: &Package) -> bool {
    let may_ask = package.folder == MAY_ASK_FOR_UNSAFE;
    match &package.lints {
        Lints::OfWorkspace => !may_ask,
        Lints::Own { unsafe_code } => may_ask && unsafe_code.as_deref() == Some("deny"),
    }
}

impl Layer {
    fn check(&self, package: &Package) -> Vec<String> {
        let mut messages = Vec::new();
        for dependency in package.built_with() {
            if !self.dependencies.contains(&&*dependency.name) {
                messages.push(format!(
                    "{} may not depend on `{}`; {}",
                    self.name(),
                    dependency.name,
                    allowed(self.dependencies)
                ));
            } else if dependency.name == "burn" {
                if dependency.uses_default_features {
                    messages.push(DEFAULT_FEATURES.to_owned());
                }
                messages.extend(dependency.features.iter().filter_map(|f| self.check_feature(f)));
            }
        }
        let forwarded = package.forwarded_features("burn");
        messages.extend(forwarded.filter_map(|feature| self.check_feature(feature)));
        messages
    }

    fn check_feature(&self, feature: &str) -> Option<String> {
        if self.burn_features.contains(&feature) || BURN_FEATURES_OF_ALL.contains(&feature) {
            return None;
        }
        let allowed = allowed(self.burn_features);
        Some(format!("{} may not switch on Burn's `{feature}`; {allowed}", self.name()))
    }

    fn name(&self) -> &'static str {
        self.folder.trim_start_matches("crates/")
    }
}

const DEFAULT_FEATURES: &str =
    "Burn's default features hold a backend; say `default-features = false`";

/// Where a backend is chosen and a terminal is drawn on.
fn is_top(folder: &str) -> bool {
    matches!(folder, "crates/burnwright" | "crates/cli" | "crates/reliability")
        || folder.starts_with("examples/")
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
    use super::super::package::samples;
    use super::*;

    const LINTS: &str = "[lints]\nworkspace = true\n";

    fn complaints(folder: &str, text: &str) -> Vec<String> {
        found(&samples::of(folder, &format!("{text}\n{LINTS}")))
    }

    fn found(package: &Package) -> Vec<String> {
        check(package).iter().map(ToString::to_string).collect()
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
            ["crates/run/Cargo.toml: run may not depend on `burnwright-training`; \
              allowed: blake3, humantime, schemars, serde, serde_json, thiserror"]
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
        assert_eq!(
            found,
            ["crates/random/Cargo.toml: random may not depend on `libc`; allowed: nothing"]
        );
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
        let found = complaints(
            "crates/training",
            "[dependencies]\nburn.workspace = true\n[features]\ngpu = [\"burn/wgpu\"]\n",
        );
        assert_eq!(
            found,
            [
                "crates/training/Cargo.toml: training may not switch on Burn's `wgpu`; allowed: train"
            ]
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
        for text in ["", "[lints.rust]\nunsafe_code = \"allow\"\n"] {
            let found = found(&samples::of("crates/cli", text));
            assert!(found[0].contains("lints are off"), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn one_crate_may_ask_for_unsafe_and_denies_it_otherwise() {
        let found = |text: &str| check(&samples::of(MAY_ASK_FOR_UNSAFE, text)).len();
        assert_eq!(found("[lints.rust]\nunsafe_code = \"deny\"\n"), 0);
        for text in ["", "[lints.rust]\nunsafe_code = \"allow\"\n", LINTS] {
            assert_eq!(found(text), 1, "{text:?}");
        }
    }

    #[test]
    fn the_root_hands_no_backend_to_all() {
        let found = |burn: &str| {
            let text = format!("[dependencies]\nburn.workspace = true\n{LINTS}");
            found(&samples::with_burn(burn, "crates/data", &text).unwrap())
        };
        assert_eq!(
            found("{ version = \"1\", default-features = false, features = [\"std\"] }"),
            [""; 0]
        );
        assert_eq!(found("\"1\""), [format!("crates/data/Cargo.toml: {DEFAULT_FEATURES}")]);
        assert_eq!(
            found("{ version = \"1\", default-features = false, features = [\"tui\"] }"),
            ["crates/data/Cargo.toml: data may not switch on Burn's `tui`; allowed: dataset"]
        );
    }
}
