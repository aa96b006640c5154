//! Everything that can be wrong with data, with what was found and what was expected.

use std::path::PathBuf;

/// What went wrong with a data set or one of its files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file of the data set is not there.
    #[error("no {name} (nor {name}.gz, {name}.zst) in the data folder: {}", folder.display())]
    FileMissing {
        /// The file's name.
        name: &'static str,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// The data folder is not there, or is a file.
    #[error("the data folder does not exist or is not a folder: {}", folder.display())]
    FolderMissing {
        /// The folder.
        folder: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// The path leads to a folder, a pipe or a device.
    #[error("not a regular file: {}", path.display())]
    NotAFile {
        /// What is there.
        path: PathBuf,
    },
    /// A compressed file could not be decompressed.
    #[error("cannot decompress ({source}): {}", path.display())]
    Compression {
        /// The file.
        path: PathBuf,
        /// The decoder's reason.
        source: std::io::Error,
    },
    /// The file does not start with the four bytes of an IDX file of this kind.
    #[error(
        "IDX magic number at byte 0 is {got:#010x}, expected {expected:#010x} ({kind}): {}",
        path.display()
    )]
    Magic {
        /// What the file starts with.
        got: u32,
        /// What such a file starts with.
        expected: u32,
        /// What such a file holds.
        kind: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The file ends inside its header.
    #[error("file of {got} bytes ends inside its {expected}-byte IDX header: {}", path.display())]
    Header {
        /// Bytes there are.
        got: usize,
        /// Bytes of the header.
        expected: usize,
        /// The file.
        path: PathBuf,
    },
    /// An image has no pixels or too many.
    #[error("images of {rows} x {columns} pixels at byte 8, expected 1 to 4096 each: {}", path.display())]
    Dimensions {
        /// Rows in the header.
        rows: usize,
        /// Columns in the header.
        columns: usize,
        /// The file.
        path: PathBuf,
    },
    /// The file is shorter or longer than its header says.
    #[error("file holds {got} bytes after its header, expected {expected}: {}", path.display())]
    Length {
        /// Bytes after the header; for a file that is too long, at least this many.
        got: u64,
        /// Bytes that the header announces.
        expected: u64,
        /// The file.
        path: PathBuf,
    },
    /// A compressed file holds more than its size lets expect.
    #[error("{limit} bytes or more are packed in a file of {file_bytes} bytes: {}", path.display())]
    Unpacked {
        /// How far it was unpacked.
        limit: u64,
        /// Bytes of the file on disk.
        file_bytes: u64,
        /// The file.
        path: PathBuf,
    },
    /// The file does not consist of whole records.
    #[error(
        "file of {got} bytes, expected a multiple of the {record} bytes of an image with its label: {}",
        path.display()
    )]
    Records {
        /// Bytes there are.
        got: usize,
        /// Bytes of a record.
        record: usize,
        /// The file.
        path: PathBuf,
    },
    /// A label stands for no letter.
    #[error("label {label} at sample {index} is no letter's, expected 1 to 26: {}", path.display())]
    Letter {
        /// The label.
        label: u8,
        /// The sample's place in the file, from 0.
        index: usize,
        /// The label file.
        path: PathBuf,
    },
    /// The header announces more than the file can sensibly hold.
    #[error(
        "header announces {announced} bytes in a file of {file_bytes} bytes: {}",
        path.display()
    )]
    Oversized {
        /// Bytes that the header announces.
        announced: u64,
        /// Bytes of the file on disk.
        file_bytes: u64,
        /// The file.
        path: PathBuf,
    },
    /// Images and labels do not pair up.
    #[error(
        "label file holds {labels} labels but the image file holds {images} images: {}",
        path.display()
    )]
    CountMismatch {
        /// Labels there are.
        labels: usize,
        /// Images there are.
        images: usize,
        /// The label file.
        path: PathBuf,
    },
    /// Training and test images differ in shape.
    #[error("test images are {test}, training images {train}: {}", folder.display())]
    ShapeMismatch {
        /// The shape of the test images.
        test: String,
        /// The shape of the training images.
        train: String,
        /// The data folder.
        folder: PathBuf,
    },
    /// A label stands for no class.
    #[error("label {label} at sample {index} is not below the {classes} classes: {place}")]
    Label {
        /// The label.
        label: u32,
        /// The sample's place in its source, from 0.
        index: usize,
        /// How many classes there are.
        classes: usize,
        /// The file or source.
        place: String,
    },
    /// A sample has the wrong number of pixels.
    #[error("sample {index} has {got} pixels, expected {expected}")]
    SampleShape {
        /// The sample's place in its source, from 0.
        index: usize,
        /// Pixels it has.
        got: usize,
        /// Pixels it should have.
        expected: usize,
    },
    /// A user's data set failed to give a sample.
    #[error("sample {index} could not be read: {reason}")]
    Sample {
        /// The sample's place in its source, from 0.
        index: usize,
        /// What the data set said.
        reason: String,
    },
    /// There is nothing to train or test on.
    #[error("the {what} holds no sample")]
    Empty {
        /// Which part is empty.
        what: String,
    },
    /// Another number of labels than the data set has.
    #[error("{got} labels at sample {index}, expected {expected}: {place}")]
    LabelCount {
        /// Labels there are.
        got: usize,
        /// Labels of the data set.
        expected: usize,
        /// The sample's place in its source, from 0.
        index: usize,
        /// The source.
        place: String,
    },
    /// A target is infinite or not a number.
    #[error("the target at sample {index} is {value}, expected a finite number: {place}")]
    NumberNotFinite {
        /// The target.
        value: f64,
        /// The sample's place in its source, from 0.
        index: usize,
        /// The source.
        place: String,
    },
    /// A target has no logarithm.
    #[error(
        "the target at sample {index} is {value}, and only numbers above -1 can be learned as log1p"
    )]
    NoLogarithm {
        /// The target.
        value: f64,
        /// The sample's place in its source, from 0.
        index: usize,
    },
    /// A target is of another kind than those of the data set.
    #[error(
        "the target at sample {index} is {got}, expected one of the {expected} of the data set: {place}"
    )]
    TargetKind {
        /// What it is.
        got: &'static str,
        /// What those of the data set are.
        expected: &'static str,
        /// The sample's place in its source, from 0.
        index: usize,
        /// The source.
        place: String,
    },
    /// Images of another shape than the preprocessing is for.
    #[error("the images are {got}, expected {expected}")]
    ImageShape {
        /// The shape that the source has.
        got: String,
        /// The shape that the preprocessing is for.
        expected: String,
    },
    /// More samples than the format of the order allows.
    #[error("{got} samples are more than the 4,294,967,295 that a data set may hold")]
    TooMany {
        /// Samples there are.
        got: usize,
    },
    /// Mean and standard deviation do not fit the images.
    #[error(
        "{name} has {got} values for images of {channels} channel(s), expected one, or one a channel"
    )]
    NormalizeChannels {
        /// `mean` or `std`.
        name: &'static str,
        /// Values given.
        got: usize,
        /// Channels of the images.
        channels: usize,
    },
    /// A data set panicked; without this, the batches of its worker would silently be missing.
    #[error("reading sample {sample} (batch {batch}) panicked: {message}")]
    SamplePanicked {
        /// The batch's place in its epoch, from 0.
        batch: usize,
        /// The sample's place in its source, from 0.
        sample: u32,
        /// What it said.
        message: String,
    },
    /// A worker is not there to make its batch.
    #[error("the data worker of batch {batch} could not be started or is gone")]
    WorkerMissing {
        /// The batch's place in its epoch, from 0.
        batch: usize,
    },
    /// An epoch ended without all its samples.
    #[error("epoch {epoch} handed out {got} samples, expected {expected}")]
    Incomplete {
        /// The epoch, from 1.
        epoch: usize,
        /// Samples handed out.
        got: usize,
        /// Samples there are.
        expected: usize,
    },
    /// A data set that is not known.
    #[error("no data set is called \"{name}\", expected {expected}")]
    UnknownDataset {
        /// What was asked for.
        name: String,
        /// What there is.
        expected: String,
    },
    /// A data set that a program brings itself, and that was not brought.
    #[error(
        "the data set \"{name}\" is brought by the program that made the run, and was not given"
    )]
    NotGiven {
        /// Its name in the recipe.
        name: String,
    },
    /// MNIST was asked for without a folder, from a build that does not hold it.
    #[error("this build does not hold MNIST, and data.path names no folder with its files")]
    NotBundled,
    /// A folder or a table was asked for without saying which.
    #[error("data.source is \"{source_kind}\", and data.path does not say where it is")]
    NoPath {
        /// What was asked for.
        source_kind: String,
    },
    /// Rows of numbers, or examples that have no class, were to be mixed.
    #[error("data.augment.{setting} mixes pictures of classes, and these are {what}")]
    NotMixable {
        /// `mixup` or `cutmix`.
        setting: &'static str,
        /// What they are.
        what: &'static str,
    },
    /// Settings of a transform do not go together.
    #[error("data.augment.{key} {text}")]
    Augment {
        /// The section and the setting.
        key: String,
        /// What is wrong with it.
        text: String,
    },
    /// Rows of numbers were to be varied as pictures are.
    #[error("data.augment varies pictures, and these are rows")]
    NotVariable,
    /// Rows of numbers were asked for as pixels.
    #[error("rows of numbers have no pixels")]
    NoPixels,
    /// A table that cannot be read or used.
    #[error(transparent)]
    Table(#[from] burnwright_table::TableError),
    /// A folder of pictures that cannot be read or used.
    #[error(transparent)]
    Pictures(#[from] burnwright_pictures::PicturesError),
    /// A table was asked for without its column to learn.
    #[error("data.target does not say which column of the table is learned: {}", path.display())]
    NoTarget {
        /// The columns.
        columns: Vec<String>,
        /// The table.
        path: PathBuf,
    },
    /// A file that is to say the order of the classes does not.
    #[error("the list of classes {reason}: {}", path.display())]
    ClassFile {
        /// What is wrong with it.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// A number that is to be learned is the same everywhere.
    #[error("column {column} is {value} for all {count} pictures: {}", path.display())]
    OneNumber {
        /// The column.
        column: String,
        /// The number.
        value: f64,
        /// Pictures there are.
        count: usize,
        /// The list.
        path: PathBuf,
    },
    /// A setting that is for other data.
    #[error("data.{key} is for {of}, but data.source is \"{source_kind}\"")]
    NotForSource {
        /// The setting.
        key: &'static str,
        /// What it is for.
        of: &'static str,
        /// What is read.
        source_kind: String,
    },
    /// Pictures of a folder that cannot be read.
    #[error(
        "{} of {total} pictures cannot be read: {}: {}",
        bad.len(),
        listed(bad),
        folder.display()
    )]
    BadPictures {
        /// Each with the reason.
        bad: Vec<(PathBuf, String)>,
        /// Pictures there are.
        total: usize,
        /// The folder.
        folder: PathBuf,
    },
}

/// The first of some files, each with what is wrong with it.
fn listed(bad: &[(PathBuf, String)]) -> String {
    const SHOWN: usize = 10;
    let shown =
        bad.iter().take(SHOWN).map(|(path, reason)| format!("{} ({reason})", path.display()));
    let text = shown.collect::<Vec<_>>().join("; ");
    match bad.len().saturating_sub(SHOWN) {
        0 => text,
        more => format!("{text}; and {more} more"),
    }
}
