//! Everything that can be wrong with pictures and their folders, with what was found and what was expected.

use std::path::PathBuf;

use crate::{Part, PictureFormat};

/// What went wrong with a picture, a folder of pictures, or a list of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PicturesError {
    /// Samples and sizes of a picture do not agree.
    #[error(
        "{got} samples for a picture of {width} x {height} pixels of {channels} channels, expected one a channel of each pixel, and 1 or 3 channels"
    )]
    Shape {
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
        /// Samples a pixel.
        channels: usize,
        /// Samples there are.
        got: usize,
    },
    /// A picture would have no pixels, or more than are held.
    #[error(
        "a picture of {width} x {height} pixels, expected at least 1 x 1 and at most {largest} samples"
    )]
    Size {
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
        /// The most samples that are held.
        largest: usize,
    },
    /// A part is larger than the picture it is to be cut out of.
    #[error(
        "a part of {} x {} pixels, expected at most the {} x {} of the padded picture",
        part[0], part[1], picture[0], picture[1]
    )]
    Part {
        /// Width and height of the part.
        part: [usize; 2],
        /// Width and height of the picture with what is put around it.
        picture: [usize; 2],
    },
    /// A transform is set up wrongly.
    #[error("{setting} of {kind} {text}")]
    Setting {
        /// The transform.
        kind: &'static str,
        /// Its setting.
        setting: &'static str,
        /// What it is and what was expected.
        text: String,
    },
    /// Shares that leave nothing to train on, or are none.
    #[error(
        "shares of {validation} for validation and {test} for the test, expected each from 0 on and together below 1"
    )]
    Shares {
        /// Of the validation.
        validation: f64,
        /// Of the test.
        test: f64,
    },
    /// The bytes are no picture that can be read.
    #[error("not a PNG, JPEG, GIF, BMP, WebP or TIFF picture: {found}")]
    NotAPicture {
        /// What they look like.
        found: String,
    },
    /// A picture is damaged or cut off.
    #[error("broken {format} ({reason})")]
    Broken {
        /// How the picture is written.
        format: PictureFormat,
        /// What is wrong with it.
        reason: String,
    },
    /// A picture is whole but of a kind that is not read.
    #[error("{format} of a kind that is not supported ({what})")]
    Unsupported {
        /// How the picture is written.
        format: PictureFormat,
        /// What it uses.
        what: String,
    },
    /// A picture has too many pixels.
    #[error(
        "the picture has {width} x {height} pixels, expected at most {side} a side and {pixels} in all"
    )]
    TooLarge {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// The longest side that is read.
        side: u32,
        /// The most pixels that are read.
        pixels: u64,
    },
    /// A picture would take too much memory.
    #[error(
        "the picture of {width} x {height} pixels takes {needed} bytes to decode, expected at most {most}"
    )]
    TooManyBytes {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes that decoding takes.
        needed: u64,
        /// Bytes that it may take.
        most: u64,
    },
    /// A header announces more pixels than the file can stand for.
    #[error("the header announces {width} x {height} pixels in a file of {bytes} bytes")]
    Oversized {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes of the file.
        bytes: usize,
    },
    /// A picture cannot be brought to a size.
    #[error(
        "a picture of {old_width} x {old_height} pixels cannot become one of {width} x {height}, expected 1 to {pixels} pixels"
    )]
    Scale {
        /// Pixels in a row as it is.
        old_width: usize,
        /// Rows as it is.
        old_height: usize,
        /// Pixels in a row as it was to be.
        width: usize,
        /// Rows as it was to be.
        height: usize,
        /// The most pixels that are made.
        pixels: usize,
    },
    /// A picture in a file cannot be read.
    #[error("{reason}: {}", path.display())]
    InFile {
        /// What is wrong with it.
        #[source]
        reason: Box<PicturesError>,
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot read ({source}): {}", path.display())]
    Io {
        /// The reason.
        source: std::io::Error,
        /// The file or folder.
        path: PathBuf,
    },
    /// A path that should lead to a folder leads elsewhere, or nowhere.
    #[error("not a folder, or not there: {}", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// A path that should lead to a file leads to something else.
    #[error("not a regular file: {}", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// A file has more bytes than are read.
    #[error("file of {bytes} bytes, expected at most {most}: {}", path.display())]
    FileTooLarge {
        /// Bytes of the file.
        bytes: u64,
        /// The most that are read.
        most: u64,
        /// The file.
        path: PathBuf,
    },
    /// A link leads to a folder that holds it.
    #[error("link leads in a circle, back to {}: {}", target.display(), path.display())]
    LinkCircle {
        /// The folder that it leads to.
        target: PathBuf,
        /// The link.
        path: PathBuf,
    },
    /// A name is not text.
    #[error("name is not UTF-8: {}", path.display())]
    NotUtf8 {
        /// The path, which holds the name.
        path: PathBuf,
    },
    /// A folder holds more than can be listed.
    #[error("more than {most} files and folders: {}", folder.display())]
    TooManyEntries {
        /// The most that are listed.
        most: usize,
        /// The folder.
        folder: PathBuf,
    },
    /// A folder holds no pictures.
    #[error("no pictures{}: {}", others(passed_over), folder.display())]
    NoPictures {
        /// The extensions of the files that it holds instead, and how many there are of each.
        passed_over: Vec<(String, usize)>,
        /// The folder.
        folder: PathBuf,
    },
    /// Pictures lie where only folders are expected.
    #[error(
        "{} pictures lie beside the folders ({}), expected each in the folder of its class: {}",
        pictures.len(),
        few(pictures),
        folder.display()
    )]
    LoosePictures {
        /// Their paths from the root.
        pictures: Vec<String>,
        /// The folder that they lie in.
        folder: PathBuf,
    },
    /// Class folders hold no pictures.
    #[error("no pictures in {} class folders ({}): {}", classes.len(), few(classes), folder.display())]
    EmptyClasses {
        /// The classes.
        classes: Vec<String>,
        /// The folder of the class folders.
        folder: PathBuf,
    },
    /// There is only one class folder.
    #[error("only one class ({class}), expected at least 2 folders with pictures: {}", folder.display())]
    OneClass {
        /// The class.
        class: String,
        /// The folders in its folder, which may be the classes that were meant.
        folders: Vec<String>,
        /// The folder of the class folder.
        folder: PathBuf,
    },
    /// A part has classes that the training part does not know.
    #[error(
        "{} classes of the {part} part are not among those to train with ({}): {}",
        classes.len(),
        few(classes),
        folder.display()
    )]
    UnknownClasses {
        /// The part.
        part: Part,
        /// The classes.
        classes: Vec<String>,
        /// The folder of the part.
        folder: PathBuf,
    },
    /// Two folders are called after one part.
    #[error("{first} and {second} both name the {part} part: {}", folder.display())]
    SamePart {
        /// The part.
        part: Part,
        /// A folder.
        first: String,
        /// Another one.
        second: String,
        /// The folder that holds both.
        folder: PathBuf,
    },
    /// Some folders are called after parts, and others are not.
    #[error(
        "{} are parts of the data, but {} is not, expected parts alone or classes alone: {}",
        few(parts),
        few(others),
        folder.display()
    )]
    StrayFolders {
        /// The folders that are called after parts.
        parts: Vec<String>,
        /// The other ones.
        others: Vec<String>,
        /// The folder that holds them.
        folder: PathBuf,
    },
    /// There are parts but nothing to train with.
    #[error("folders {} but none called train or training: {}", few(parts), folder.display())]
    NoTraining {
        /// The folders that are called after parts.
        parts: Vec<String>,
        /// The folder that holds them.
        folder: PathBuf,
    },
    /// A class order names a class twice.
    #[error("the class order names {class} twice")]
    ClassTwice {
        /// The class.
        class: String,
    },
    /// A class order and the classes do not agree.
    #[error("the class order does not fit{}{}: {}", listed(" (no folder: ", without_folder), listed(" (not in the order: ", not_listed), folder.display())]
    ClassOrder {
        /// Classes of the order that are not there.
        without_folder: Vec<String>,
        /// Classes that the order does not name.
        not_listed: Vec<String>,
        /// The folder.
        folder: PathBuf,
    },
    /// A folder has no list of its pictures.
    #[error("no metadata.csv or metadata.jsonl: {}", folder.display())]
    NoManifest {
        /// The folder.
        folder: PathBuf,
    },
    /// A folder has two lists of its pictures.
    #[error("both metadata.csv and metadata.jsonl, expected one of them: {}", folder.display())]
    TwoManifests {
        /// The folder.
        folder: PathBuf,
    },
    /// A manifest is not text.
    #[error("not UTF-8 at byte {byte}: {}", path.display())]
    ManifestText {
        /// Where, behind a byte order mark.
        byte: usize,
        /// The manifest.
        path: PathBuf,
    },
    /// A manifest has no rows.
    #[error("no rows: {}", path.display())]
    ManifestEmpty {
        /// The manifest.
        path: PathBuf,
    },
    /// A row of a manifest cannot be used.
    #[error("line {line}: {reason}: {}", path.display())]
    ManifestRow {
        /// The row's first line, counted from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
        /// The manifest.
        path: PathBuf,
    },
    /// A manifest lacks a column.
    #[error("no column {wanted} among {} ({}): {}", columns.len(), few(columns), path.display())]
    ManifestColumn {
        /// The column.
        wanted: String,
        /// The columns there are.
        columns: Vec<String>,
        /// The manifest.
        path: PathBuf,
    },
    /// Several columns of a manifest could be the target, or none.
    #[error("which of {} columns is the target ({}): {}", columns.len(), few(columns), path.display())]
    ManifestTarget {
        /// The columns there are.
        columns: Vec<String>,
        /// The manifest.
        path: PathBuf,
    },
    /// A manifest has only one class.
    #[error("only one class ({class}) in the list, expected at least 2: {}", path.display())]
    ManifestOneClass {
        /// The class.
        class: String,
        /// The manifest, or the folder of several.
        path: PathBuf,
    },
    /// A part has classes or labels that the training part does not know.
    #[error(
        "{} {called} of the {part} part are not among those to train with ({}): {}",
        names.len(),
        few(names),
        path.display()
    )]
    ManifestUnknown {
        /// The part.
        part: Part,
        /// What the names are: classes or labels.
        called: &'static str,
        /// The names.
        names: Vec<String>,
        /// The manifest, or the folder of several.
        path: PathBuf,
    },
    /// A manifest names files that are not there.
    #[error("{} files are not there ({}): {}", missing.len(), few(missing), path.display())]
    MissingFiles {
        /// Their paths from the root.
        missing: Vec<String>,
        /// The manifest.
        path: PathBuf,
    },
}

impl PicturesError {
    /// The message of an error of one file without the file's path, for where the path stands already.
    pub(crate) fn without_path(&self) -> String {
        let message = self.to_string();
        match self {
            Self::InFile { path, .. }
            | Self::Io { path, .. }
            | Self::NotAFile { path }
            | Self::FileTooLarge { path, .. } => {
                let end = format!(": {}", path.display());
                message.strip_suffix(&end).expect("an error ends with its path").to_owned()
            }
            _ => message,
        }
    }
}

/// The first ten names, and how many more there are.
fn few(names: &[String]) -> String {
    let first = names.iter().take(10).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(10) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

fn listed(start: &str, names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("{start}{})", few(names)) }
}

/// What a folder holds instead of pictures.
fn others(passed_over: &[(String, usize)]) -> String {
    let count: usize = passed_over.iter().map(|(_, count)| count).sum();
    let kind = |(extension, count): &(String, usize)| match extension.as_str() {
        "" => format!("{count} without extension"),
        extension => format!("{count} .{extension}"),
    };
    match count {
        0 => String::new(),
        _ => format!(
            " among {count} files ({})",
            few(&passed_over.iter().map(kind).collect::<Vec<_>>())
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_a_file_are_said_without_its_path() {
        let path = PathBuf::from("a: b/c.png");
        let broken =
            PicturesError::Broken { format: PictureFormat::Png, reason: "torn".to_owned() };
        let source = std::io::Error::other("no disk");
        let errors = [
            PicturesError::InFile { reason: Box::new(broken), path: path.clone() },
            PicturesError::Io { source, path: path.clone() },
            PicturesError::NotAFile { path: path.clone() },
            PicturesError::FileTooLarge { bytes: 7, most: 6, path },
            PicturesError::NotAPicture { found: "text".to_owned() },
        ];
        assert_eq!(
            errors.map(|error| error.without_path()),
            [
                "broken PNG (torn)",
                "cannot read (no disk)",
                "not a regular file",
                "file of 7 bytes, expected at most 6",
                "not a PNG, JPEG, GIF, BMP, WebP or TIFF picture: text",
            ]
        );
    }
}
