//! Pages for readers in, what they fail to keep out: the architecture page names every crate, and examples stay short enough to read
//! at once.

use super::Complaint;

/// The page that says what each crate is for.
pub(crate) const ARCHITECTURE: &str = "crates/README.md";
/// The examples that show how little is needed, and the lines that each may have.
pub(crate) const SHORT: [(&str, usize); 3] = [
    ("examples/mnist/src/main.rs", 30),
    ("examples/own-loop/src/main.rs", 60),
    ("examples/own-parts/src/main.rs", 80),
];

/// Complaints about crates that the architecture page passes over.
pub(crate) fn check_architecture<'a>(
    folders: impl Iterator<Item = &'a str>,
    page: &str,
) -> Vec<Complaint> {
    let names = folders.filter_map(|folder| folder.strip_prefix("crates/"));
    let missing = names.filter(|name| {
        let row = format!("| `{name}` |");
        !page.lines().any(|line| line.starts_with(&row))
    });
    missing
        .map(|name| {
            let message =
                format!("`{name}` has no row in the table; every crate has its sentence here");
            Complaint::of_file(ARCHITECTURE, message)
        })
        .collect()
}

/// A complaint about an example that has grown.
pub(crate) fn check_short(file: &str, lines: usize, text: &str) -> Option<Complaint> {
    let count = text.lines().count();
    let message = format!("{count} lines; allowed: {lines}");
    (count > lines).then(|| Complaint::of_file(file, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_the_page_does_not_name_is_found() {
        let folders = ["crates/data", "crates/model", "examples/x"].into_iter();
        let found = check_architecture(folders, "| `data` | file in, batch out |\n\nNot `model`.");
        assert_eq!(
            found.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "crates/README.md: `model` has no row in the table; every crate has its sentence here"
            ]
        );
    }

    #[test]
    fn an_example_that_has_grown_is_found() {
        assert_eq!(check_short("main.rs", 60, &"x\n".repeat(60)), None);
        let complaint = check_short("main.rs", 60, &"x\n".repeat(61)).unwrap();
        assert_eq!(complaint.to_string(), "main.rs: 61 lines; allowed: 60");
    }
}
