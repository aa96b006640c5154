//! What Clippy refuses in a library: the project's `clippy.toml`, and the workspace's lints on printing and exiting.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use std::path::Path;
use std::process::Command;

/// What a function is called with.
fn arguments(path: &str) -> &'static str {
    match path {
        "std::env::set_var" => "\"a\", \"b\"",
        "std::env::var"
        | "std::env::var_os"
        | "std::env::remove_var"
        | "std::env::set_current_dir" => "\"a\"",
        _ => "",
    }
}

/// Each line of `lines` is a function's body; those of which Clippy complains, from 1.
fn refused(lines: &[String]) -> Option<Vec<usize>> {
    let folder = tempfile::tempdir().unwrap();
    let function = |(number, line): (usize, &String)| format!("pub fn f{number}() {{ {line} }}\n");
    let source: String = lines.iter().enumerate().map(function).collect();
    std::fs::write(folder.path().join("lib.rs"), source).unwrap();
    let output = Command::new("clippy-driver")
        .args(["lib.rs", "--crate-type", "lib", "--edition", "2021", "--emit", "metadata"])
        .args(["--error-format", "short", "-A", "warnings"])
        .args(["-D", "clippy::disallowed_methods", "-D", "clippy::exit"])
        .args(["-D", "clippy::print_stdout", "-D", "clippy::print_stderr"])
        .env("CLIPPY_CONF_DIR", Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .current_dir(folder.path())
        .output();
    let text = String::from_utf8(output.ok()?.stderr).unwrap();
    let places = text.lines().filter_map(|line| line.strip_prefix("lib.rs:")?.split(':').next());
    let mut found: Vec<usize> = places.map(|place| place.parse().unwrap()).collect();
    found.sort_unstable();
    found.dedup();
    Some(found)
}

#[test]
fn a_library_does_not_print_exit_ask_for_the_date_or_read_its_surroundings() {
    let settings = include_str!("../../../clippy.toml").parse::<toml::Table>().unwrap();
    let methods = settings["disallowed-methods"].as_array().unwrap();
    let paths = methods.iter().map(|method| method["path"].as_str().unwrap());
    let mut lines: Vec<String> =
        paths.map(|path| format!("let _ = {path}({});", arguments(path))).collect();
    lines.extend(
        [
            "print!(\"x\")",
            "println!()",
            "eprint!(\"x\")",
            "eprintln!()",
            "std::process::exit(1)",
            "use std::env::*; let _ = args().count();",
            "use std::time::SystemTime as Clock; let _ = Clock::now();",
        ]
        .map(str::to_owned),
    );
    let forbidden = lines.len();
    lines.push("let _ = std::time::Instant::now();".to_owned());
    let Some(found) = refused(&lines) else {
        eprintln!("skipped: Clippy is not installed");
        return;
    };
    assert_eq!(found, (1..=forbidden).collect::<Vec<_>>());
}
