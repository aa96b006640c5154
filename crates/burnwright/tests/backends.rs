//! Which backends a build has, and which one it takes.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use support::Workplace;

#[cfg(not(feature = "ndarray"))]
#[test]
fn a_backend_that_was_left_out_is_named_with_its_feature() {
    insta::assert_snapshot!(Workplace::new().run(&["train", "--device", "ndarray"]).failure(), @r#"
    exit 69
    error: the device "ndarray" is not compiled in; compiled in: flex

    hint: cargo run --features ndarray
    "#);
}

#[cfg(feature = "ndarray")]
#[test]
fn a_build_with_ndarray_prefers_it_and_ends_with_the_bits_of_flex() {
    let workplace = Workplace::new();
    let flex = workplace.train(&["--name", "flex", "--json"]).json();
    let words = ["train", "course", "--set", "data.path=data", "--name", "auto", "--json"];
    let auto = workplace.run(&words).json();
    assert_eq!((flex["device"].as_str(), auto["device"].as_str()), (Some("flex"), Some("ndarray")));
    assert_eq!(flex["weights_digest"], auto["weights_digest"]);
}
