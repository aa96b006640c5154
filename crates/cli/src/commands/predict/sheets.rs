//! Answers in, contact sheets in a folder out, each written whole.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use burnwright_inference::{ContactSheet, Prediction, PreparedImage, Tile};
use burnwright_run::ModelCard;
use burnwright_run::disk::create_folders;

use crate::destination::Destination;
use crate::failure::{Failure, status};

/// The sheet that is being filled, and where it will go.
pub(super) struct Sheets {
    folder: PathBuf,
    image_shape: [usize; 3],
    classes: Vec<String>,
    sheet: ContactSheet,
    written: usize,
}

impl Sheets {
    /// Makes the folder. One that holds something already is an error: old sheets would stand among the new ones.
    pub(super) fn open(folder: &Path, card: &ModelCard) -> Result<Self, Failure> {
        let fault = |text: String| {
            let text = format!("{text}: {}", folder.display());
            Failure::new(status::CANNOT_CREATE, text)
                .with_hint("give --annotate a new or an empty folder that can be written to")
        };
        if folder == Path::new("-") {
            return Err(fault("stdout is no folder".to_owned()));
        }
        create_folders(folder)
            .map_err(|error| fault(format!("cannot create the folder: {error}")))?;
        let mut entries = std::fs::read_dir(folder)
            .map_err(|error| fault(format!("cannot list the folder: {error}")))?;
        if entries.next().is_some() {
            return Err(fault("the folder is not empty".to_owned()));
        }
        Ok(Self {
            folder: folder.to_owned(),
            image_shape: card.image_shape,
            classes: card.classes.clone(),
            sheet: ContactSheet::new(card.image_shape),
            written: 0,
        })
    }

    /// Adds a picture with what was said of it, or a file that failed.
    pub(super) fn add(
        &mut self,
        path: &Path,
        answer: Option<&(PreparedImage, Prediction)>,
    ) -> Result<(), Failure> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy(); // default: `..` is its own name
        let folder = path.parent().and_then(Path::file_name).and_then(OsStr::to_str);
        // As in torchvision's ImageFolder: a folder called like a class holds pictures of that class.
        let truth = folder.filter(|name| self.classes.iter().any(|class| class == name));
        let [mut label, mut share] = ["failed".to_owned(), String::new()];
        let mut marked = true;
        if let Some((_, prediction)) = answer {
            let wrong = truth.filter(|truth| *truth != prediction.label);
            label.clone_from(&prediction.label);
            share = prediction
                .probability()
                .map_or_else(String::new, |share| format!("{:.1}%", 100.0 * share));
            marked = wrong.is_some();
            if let Some(truth) = wrong {
                label = format!("{label}, not {truth}");
            }
        }
        let picture = answer.map(|(picture, _)| picture);
        self.sheet.add(&Tile { picture, name: &name, said: [&label, &share], marked });
        if self.sheet.tile_count() == ContactSheet::CAPACITY { self.write() } else { Ok(()) }
    }

    /// Writes the last sheet.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        if self.sheet.tile_count() == 0 { Ok(()) } else { self.write() }
    }

    fn write(&mut self) -> Result<(), Failure> {
        let path = self.folder.join(format!("sheet-{:03}.png", self.written + 1));
        Destination::find(&path)?.write(&self.sheet.png()?)?;
        self.sheet = ContactSheet::new(self.image_shape);
        self.written += 1;
        Ok(())
    }
}
