//! The workspace in, what breaks its rules out.
//!
//! Cargo unifies the features of packages that are built together, so a crate that reaches past its layer still compiles
//! in the workspace. These rules find it by reading manifests and sources; what Clippy can see is in `clippy.toml`. Nothing is built, nothing is changed.

mod circles;
mod defaults;
mod flags;
mod layers;
mod package;
mod packages;
mod pages;
mod source;
mod words;

use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::Path;

use circles::Modules;
use package::Package;
use source::Source;

/// Something to mend, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    file: String,
    line: Option<usize>,
    message: String,
}

impl Complaint {
    fn of_file(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, message: message.into() }
    }

    fn at(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::of_file(file, message) }
    }
}

impl Display for Complaint {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { file, line, message } = self;
        match line {
            Some(line) => write!(f, "{file}:{line}: {message}"),
            None => write!(f, "{file}: {message}"),
        }
    }
}

/// All complaints about the workspace at `root`, those about one file in the order of its lines.
pub(crate) fn check(root: &Path) -> Vec<Complaint> {
    let mut tidier = Tidier { root, complaints: Vec::new() };
    let packages = tidier.packages();
    for package in &packages {
        tidier.package(package);
    }
    tidier.pages(&packages);
    tidier.complaints
}

/// Reads the workspace and collects the complaints; a file that cannot be read is one.
struct Tidier<'a> {
    root: &'a Path,
    complaints: Vec<Complaint>,
}

impl Tidier<'_> {
    fn packages(&mut self) -> Vec<Package> {
        Package::all(self.root).unwrap_or_else(|why| {
            self.complaints.push(Complaint::of_file("Cargo.toml", why));
            Vec::new()
        })
    }

    fn package(&mut self, package: &Package) {
        self.complaints.extend(layers::check(package));
        self.complaints.extend(packages::check(package));
        if package.may_be_published() {
            self.published(package);
        }
        let mut modules = Modules::default();
        let folder = format!("{}/src", package.folder);
        for file in self.sources(&folder) {
            let Some(text) = self.read(&file) else { continue };
            match Source::parse(&text) {
                Ok(source) => {
                    let tokens = source.tokens();
                    self.complaints.extend(words::check(&package.folder, &file, &source, &tokens));
                    self.complaints.extend(defaults::check(&file, &text, &tokens));
                    self.complaints.extend(flags::check(&package.folder, &file, &tokens));
                    modules.add(&file, &file[folder.len() + 1..], &source, &tokens);
                }
                Err(error) => {
                    let line = error.span().start().line;
                    self.complaints.push(Complaint::at(&file, line, "not Rust"));
                }
            }
        }
        self.complaints.extend(modules.check());
    }

    /// What goes into a registry with a package.
    fn published(&mut self, package: &Package) {
        for licence in packages::LICENCES {
            let file = format!("{}/{licence}", package.folder);
            let (Some(text), Some(expected)) = (self.read(&file), self.read(licence)) else {
                continue;
            };
            if text != expected {
                let message = format!("not the text of {licence} at the root; link to that");
                self.complaints.push(Complaint::of_file(&file, message));
            }
        }
        let files = self.files(&package.folder);
        let sizes = files.iter().filter_map(|file| self.root.join(file).metadata().ok());
        let bytes = sizes.map(|metadata| metadata.len()).sum();
        self.complaints.extend(packages::check_size(package, bytes));
    }

    fn pages(&mut self, packages: &[Package]) {
        if let Some(text) = self.read(pages::ARCHITECTURE) {
            let folders = packages.iter().map(|package| &*package.folder);
            self.complaints.extend(pages::check_architecture(folders, &text));
        }
        for (file, lines) in pages::SHORT {
            if let Some(text) = self.read(file) {
                self.complaints.extend(pages::check_short(file, lines, &text));
            }
        }
    }

    /// All Rust files in a folder and below.
    fn sources(&mut self, folder: &str) -> Vec<String> {
        let is_source =
            |file: &String| Path::new(file).extension().is_some_and(|extension| extension == "rs");
        self.files(folder).into_iter().filter(is_source).collect()
    }

    /// All files in a folder and below.
    fn files(&mut self, folder: &str) -> Vec<String> {
        let mut files = Vec::new();
        for entry in self.list(folder) {
            if self.root.join(&entry).is_dir() {
                files.extend(self.files(&entry));
            } else {
                files.push(entry);
            }
        }
        files
    }

    /// What lies in a folder, sorted, with forward slashes on every system.
    fn list(&mut self, folder: &str) -> Vec<String> {
        let read = || -> io::Result<Vec<String>> {
            let mut entries = Vec::new();
            for entry in std::fs::read_dir(self.root.join(folder))? {
                entries.push(format!("{folder}/{}", entry?.file_name().to_string_lossy()));
            }
            entries.sort();
            Ok(entries)
        };
        match read() {
            Ok(entries) => entries,
            Err(error) => {
                self.complaints.push(Complaint::of_file(folder, format!("unreadable: {error}")));
                Vec::new()
            }
        }
    }

    fn read(&mut self, file: &str) -> Option<String> {
        match std::fs::read_to_string(self.root.join(file)) {
            Ok(text) => Some(text),
            Err(error) => {
                self.complaints.push(Complaint::of_file(file, format!("unreadable: {error}")));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_one_line_that_editors_can_open() {
        assert_eq!(
            Complaint::at("crates/run/Cargo.toml", 7, "why").to_string(),
            "crates/run/Cargo.toml:7: why"
        );
        assert_eq!(Complaint::of_file("a.rs", "why").to_string(), "a.rs: why");
    }

    #[test]
    fn a_package_without_the_licences_of_the_root_is_found() {
        let root = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        for licence in packages::LICENCES {
            write(licence, "you may\n");
        }
        write("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"3\"\n");
        for (name, publish) in [("new", true), ("own", false)] {
            let package =
                format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\npublish = {publish}\n");
            write(&format!("crates/{name}/Cargo.toml"), &package);
            write(&format!("crates/{name}/src/lib.rs"), "");
        }
        write("crates/new/LICENSE-MIT", "you must\n");
        let found: Vec<String> = check(root.path()).iter().map(ToString::to_string).collect();
        let found: Vec<_> =
            found.iter().filter(|complaint| complaint.contains("/LICENSE")).collect();
        assert_eq!(
            found[0],
            "crates/new/LICENSE-MIT: not the text of LICENSE-MIT at the root; link to that"
        );
        assert!(found[1].starts_with("crates/new/LICENSE-APACHE: unreadable: "), "{found:?}");
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn a_workspace_that_is_not_there_is_complained_of() {
        let complaints = check(Path::new("no/such/folder"));
        let files: Vec<_> = complaints.iter().map(|complaint| complaint.file.as_str()).collect();
        let [mnist, own_loop, own_parts] = pages::SHORT.map(|(file, _)| file);
        assert_eq!(files, ["Cargo.toml", pages::ARCHITECTURE, mnist, own_loop, own_parts]);
    }
}
