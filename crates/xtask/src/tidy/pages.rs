//! Pages for readers in, what they fail to keep out: the architecture page names every crate, and the example of a loop
//! stays short enough to read at once.

use super::Complaint;

/// The page that says what each crate is for.
pub(crate) const ARCHITECTURE: &str = "crates/README.md";
/// The example that shows how little is needed.
pub(crate) const OWN_LOOP: &str = "examples/own-loop/src/main.rs";

const OWN_LOOP_LINES: usize = 60;

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
pub(crate) fn check_own_loop(text: &str) -> Option<Complaint> {
    let count = text.lines().count();
    let message = format!("{count} lines; allowed: {OWN_LOOP_LINES}");
    (count > OWN_LOOP_LINES).then(|| Complaint::of_file(OWN_LOOP, message))
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
    fn a_loop_of_sixty_lines_is_the_longest() {
        assert_eq!(check_own_loop(&"x\n".repeat(60)), None);
        let complaint = check_own_loop(&"x\n".repeat(61)).unwrap();
        assert_eq!(complaint.to_string(), "examples/own-loop/src/main.rs: 61 lines; allowed: 60");
    }
}
