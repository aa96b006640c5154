//! An error in, the way out of it out: the advice that stands below an error, in the words of this program's commands and flags.
//!
//! Libraries say what, where, what they got and what they expected. What can be done about it depends on who asks.

use std::io::ErrorKind;

use burnwright_data::DataError;
use burnwright_download::DownloadError;
use burnwright_inference::InferenceError;
use burnwright_model::WeightsError;
use burnwright_pictures::PicturesError;
use burnwright_run::RunError;
use burnwright_session::SessionError;
use burnwright_task::TaskError;
use burnwright_training::TrainingError;

/// What helps where a run was made by a program with an architecture of its own.
const OWN_ARCHITECTURE: &str =
    "only the program that trained the run has its architecture; resume, judge and report it there";

/// What helps where data cannot be read.
pub(crate) fn data(error: &DataError) -> Option<String> {
    Some(match error {
        DataError::FileMissing { .. } => {
            "data.path is the folder with the files of data.source, plain, .gz or .zst; leave it out for those that \
             `burnwright data fetch` brought, or for the MNIST inside the binary"
        }
        DataError::NotAFile { .. } => "data.path is a folder with four regular files; pipes, devices and folders are not read",
        DataError::FolderMissing { .. } => {
            "check data.path; leave it out for the files that `burnwright data fetch` brought, or for the MNIST inside the binary"
        }
        DataError::Header { .. } | DataError::Compression { .. } => {
            "the download was probably cut short; delete the file and fetch it again"
        }
        DataError::Length { got, expected, .. } if got < expected => {
            "the download was probably cut short; delete the file and fetch it again"
        }
        DataError::Length { .. } | DataError::Oversized { .. } => {
            "the header and the content disagree; delete the file and fetch it again"
        }
        DataError::Magic { .. } => {
            "image files start with 0x00000803, label files with 0x00000801; are two files swapped, or is it \
             another format?"
        }
        DataError::CountMismatch { .. } => {
            "one of the two files is from another data set or was cut short; fetch both again"
        }
        DataError::Label { .. } => "labels count from 0; check the label file",
        DataError::WorkerMissing { .. } => "set data.workers = 0: the training thread then makes the batches",
        DataError::NotGiven { .. } => {
            "only the program that made the run has these data; resume, judge and report it there"
        }
        DataError::NotBundled => "build with the feature bundled-mnist, or set data.path",
        DataError::NormalizeChannels { .. } => "give one value for all channels, or one a channel",
        DataError::NoPath { .. } => "say where it is: --set data.path=PATH",
        DataError::BadPictures { .. } => {
            "repair or remove them; --skip-bad (data.image.skip_bad = true in a recipe) leaves them out and says how many"
        }
        DataError::NotForSource { .. } => "leave it out: these data have their own",
        DataError::ClassFile { .. } => "write one class a line, each of those of the data once",
        DataError::NoTarget { columns, .. } => {
            return Some(format!("say which with --target COLUMN: {}", some_of(columns)));
        }
        DataError::Pictures(error) => return pictures(error),
        _ => return None,
    }
    .to_owned())
}

/// What helps where a published data set is not there.
pub(crate) fn download(error: &DownloadError) -> Option<String> {
    Some(match error {
        DownloadError::NotWhole { name, .. } => {
            format!("`burnwright data fetch {name}` fetches it; or put the files there by hand")
        }
        DownloadError::UnknownDataSet { .. } => return None,
        _ => "try again later: what came in is kept; or fetch the file by hand, `burnwright data fetch NAME --offline` says where to put it".to_owned(),
    })
}

/// What helps where pictures cannot be read or learned from.
fn pictures(error: &PicturesError) -> Option<String> {
    Some(
        match error {
            PicturesError::NoPictures { .. }
            | PicturesError::LoosePictures { .. }
            | PicturesError::OneClass { .. } => {
                "the folder holds one folder of pictures for each class, or train/ and test/ that hold these"
            }
            PicturesError::NotAFolder { .. } => {
                "check the path; a run is judged by pictures that lie where they lay when it was trained"
            }
            PicturesError::EmptyClasses { .. } => "remove the empty folders, or fill them",
            PicturesError::NoTraining { .. } => "name the folder with the training pictures train",
            PicturesError::LinkCircle { .. } => "remove the link",
            PicturesError::NotUtf8 { .. } => "rename it",
            PicturesError::MissingFiles { .. } => {
                "file names count from the folder that the list is in; put the files there, or take their rows out of the list"
            }
            PicturesError::ManifestTarget { columns, .. } => {
                let others: Vec<String> =
                    columns.iter().filter(|name| *name != "file_name").cloned().collect();
                return Some(format!("say which is learned with --target COLUMN: {}", some_of(&others)));
            }
            PicturesError::ManifestColumn { columns, .. } => {
                return Some(format!("it has these columns: {}", some_of(columns)));
            }
            PicturesError::ClassOrder { .. } => {
                "the file of --class-order has each class of the data once, one a line"
            }
            _ => return None,
        }
        .to_owned(),
    )
}

/// The first of many names.
fn some_of(names: &[String]) -> String {
    const SHOWN: usize = 20;
    let mut text = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        let more = names.len() - SHOWN;
        text = format!("{text} and {more} more");
    }
    text
}

/// What helps where a run cannot be made, found, read or written.
pub(crate) fn run(error: &RunError) -> Option<String> {
    Some(match error {
        RunError::Create { .. } => {
            "choose another folder with --artifacts, or make this one writable".to_owned()
        }
        RunError::Killed => "`burnwright resume` goes on from the last checkpoint".to_owned(),
        RunError::Exists { .. } => {
            "leave --name out for a new number, or choose another".to_owned()
        }
        RunError::Leftover { .. } => {
            "delete it if a run was killed there before it began; or choose another name"
                .to_owned()
        }
        RunError::NotFound { nearest, .. } if !nearest.is_empty() => {
            format!("nearest: {}; `burnwright runs` lists all", nearest.join(", "))
        }
        RunError::NotFound { .. } => "`burnwright runs` lists the runs".to_owned(),
        RunError::NoRun { what: "unfinished", .. } => {
            "`burnwright runs` lists the runs; a finished one goes on with more epochs: `burnwright resume RUN --set training.epochs=N`"
                .to_owned()
        }
        RunError::NoRun { .. } => "`burnwright train` makes one".to_owned(),
        RunError::FileMissing { file: "model.json" | "model.safetensors", .. } => {
            "the run was stopped before it had a model; `burnwright resume` goes on with it".to_owned()
        }
        RunError::Version { version, .. } if version.is_newer() => {
            "the run was written by a newer Burnwright; update this one, or use that one"
                .to_owned()
        }
        RunError::Version { .. } => {
            "the run was written by an older Burnwright; use that one".to_owned()
        }
        RunError::Locked { .. } => "wait until it ends, or stop it".to_owned(),
        RunError::FileMissing { file: "manifest.json", .. } => {
            "the run was killed before it began; delete its folder and train again".to_owned()
        }
        RunError::NoRoom { .. } => {
            "make room on the disk; a run that had begun then goes on with `burnwright resume`"
                .to_owned()
        }
        RunError::LogTooShort { .. } => {
            "put the log back from a copy, or delete the newest checkpoint to go on from an older one"
                .to_owned()
        }
        RunError::Io { path, source, .. } if source.kind() == ErrorKind::IsADirectory => {
            format!("move the folder {} away: a file belongs in its place", path.display())
        }
        RunError::Malformed { path, .. } if path.ends_with("manifest.json") => {
            "put the file back from a copy: without it, nothing says what the run began with"
                .to_owned()
        }
        _ => return None,
    })
}

/// What helps where a task does not fit.
pub(crate) fn task(error: &TaskError) -> Option<String> {
    match error {
        TaskError::Data(error) => data(error),
        TaskError::Targets { .. } => {
            Some("task.kind says what is learned; it must be what the data have".to_owned())
        }
        _ => None,
    }
}

/// What helps where training ended badly.
pub(crate) fn training(error: &TrainingError) -> Option<String> {
    match error {
        TrainingError::Data(error) => data(error),
        TrainingError::Run(error) => run(error),
        TrainingError::NonFinite { .. }
        | TrainingError::NonFiniteWeights { .. }
        | TrainingError::NonFiniteValidation { .. } => Some(
            "lower optimizer.learning_rate, or set training.clip_global_norm (1.0 is a common choice)"
                .to_owned(),
        ),
        TrainingError::ModelDoesNotFit(_) => Some("choose model.kind = \"mlp\"".to_owned()),
        TrainingError::Device(_) => {
            Some("try a smaller data.batch_size, or --device flex".to_owned())
        }
        TrainingError::Task(error) => task(error),
        _ => None,
    }
}

/// What helps where a model or a picture cannot be used.
pub(crate) fn inference(error: &InferenceError) -> Option<String> {
    Some(
        match error {
            InferenceError::Run(error) => return run(error),
            InferenceError::Data(error) => return data(error),
            InferenceError::Task(error) => return task(error),
            InferenceError::UnknownArchitecture { .. } => OWN_ARCHITECTURE,
            InferenceError::TooFewWeights { .. } | InferenceError::Weights { .. } | InferenceError::Digest { .. } => {
                "model.safetensors was changed or damaged after training; restore it, or train again"
            }
            InferenceError::NotAPicture { .. } => "convert it to PNG",
            InferenceError::Broken { .. } | InferenceError::Oversized { .. } => {
                "the file was probably cut short or damaged; export it again"
            }
            InferenceError::TooLarge { .. } => "scale the picture down; a digit needs no more than 1000 x 1000",
            InferenceError::TooManyBytes { .. } => {
                "scale the picture down, or save it with 8 bits a channel; a digit needs no more than 1000 x 1000"
            }
            InferenceError::Panicked { .. } => "please report it, with the file",
            InferenceError::NotFinite { .. } => {
                "training diverged; train again with a lower learning rate"
            }
            InferenceError::ImageShape { .. } | InferenceError::ClassCount { .. } => {
                "evaluate with the data set that the model was trained on"
            }
            _ => return None,
        }
        .to_owned(),
    )
}

/// What helps where a run cannot be begun, taken up, finished or judged.
pub(crate) fn session(error: &SessionError) -> Option<String> {
    match error {
        SessionError::Data(error) | SessionError::RecipeDoesNotFit(error) => data(error),
        SessionError::Recipe(error) => error.hint(),
        SessionError::Run(error) => run(error),
        SessionError::Training(error) => training(error),
        SessionError::Inference(error) => inference(error),
        SessionError::Task(error) => task(error),
        SessionError::NoTable { .. } | SessionError::DoesNotApply { what: "a target", .. } => {
            Some("leave --target out: the folders say what is learned".to_owned())
        }
        SessionError::DoesNotApply { what: "a table of test rows", .. } => Some(
            "put the test pictures into test/ and the others into train/, or leave --test out"
                .to_owned(),
        ),
        SessionError::DoesNotApply { .. } => Some("leave the flag out".to_owned()),
        SessionError::PublishedFiles { name, path } => Some(format!(
            "`burnwright train cnn --set data.source={name} --set data.path={}` trains on them",
            path.display()
        )),
        SessionError::OtherTask { .. } => Some("compare runs of one task".to_owned()),
        SessionError::InitialWeights(WeightsError::Mismatch { matched, .. }) => Some(format!(
            "{} matched ({}); the [model] section must describe the network that the weights are from",
            matched.len(),
            matched.join(", ")
        )),
        SessionError::InitialWeights(_) => Some(
            "safetensors.torch.save_file(model.state_dict(), ...) writes such a file".to_owned(),
        ),
        SessionError::TooLarge { .. } => {
            Some("choose narrower layers, or a smaller data.batch_size".to_owned())
        }
        SessionError::SettingsChanged { .. } => Some(
            "put them back in the run's recipe.toml, or train anew; training.epochs, training.max_steps, \
             data.workers, data.path, data.class_order, early_stopping.patience and [checkpoint] may change"
                .to_owned(),
        ),
        SessionError::Shorter { .. } => Some(
            "a run cannot be made shorter than it is; leave the setting as it was, or train anew: \
             `burnwright train RUN/recipe.toml --set training.epochs=N`"
                .to_owned(),
        ),
        SessionError::DataChanged { .. } => Some(
            "put the data back, or train anew; `burnwright resume RUN --set data.path=FOLDER` says where they are now"
                .to_owned(),
        ),
        SessionError::SplitMoved { .. } => Some(
            "put them back where they were, or train anew: a model is not judged by what it has learned from"
                .to_owned(),
        ),
        SessionError::WeightsChanged { .. } => Some("train anew".to_owned()),
        SessionError::UnknownArchitecture { .. } => Some(OWN_ARCHITECTURE.to_owned()),
        SessionError::RecipeChanged { .. } => Some("restore it, or train again".to_owned()),
        SessionError::NotFinished { run } => {
            Some(format!("`burnwright resume {run}` goes on with it"))
        }
        SessionError::NoneFinished { runs, .. } => {
            let first = runs.first()?;
            Some(format!("`burnwright resume {first}` goes on with the first"))
        }
        SessionError::OtherSamples { split: "validation", .. } => Some(
            "which samples are held out depends on the seed; compare by --split test".to_owned(),
        ),
        SessionError::OtherSamples { .. } => {
            Some("compare runs on one data set; `burnwright evaluate` judges each by its own".to_owned())
        }
        SessionError::MixedSet { .. } => {
            Some("name the runs one by one, or train the set again".to_owned())
        }
        SessionError::NoValidation { .. } => Some(
            "train with --set data.validation=0.1, or evaluate --split test".to_owned(),
        ),
        SessionError::NonFiniteLoss { .. } => {
            Some("lower optimizer.learning_rate, or set training.clip_global_norm".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burnwright_run::RunDirectory;

    #[test]
    fn a_folder_that_is_no_run_is_to_be_deleted_not_named_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("course-001")).unwrap();
        let error = RunDirectory::check_new(folder.path(), "course-001").unwrap_err();
        let hint = run(&error).unwrap();
        assert!(hint.contains("delete it") && !hint.contains("--name"), "{hint}");
    }

    #[test]
    fn a_picture_that_cannot_be_used_has_a_way_out() {
        let hint = |error: &InferenceError| inference(error).unwrap();
        let found = String::new;
        assert_eq!(hint(&InferenceError::NotAPicture { found: found() }), "convert it to PNG");
        let (width, height, needed, most) = (9, 9, 2, 1);
        let large = InferenceError::TooManyBytes { width, height, needed, most };
        assert!(hint(&large).contains("8 bits a channel"));
        let (got, expected, path) = (found(), found(), "model.safetensors".into());
        let damaged = InferenceError::Digest { got, expected, path };
        assert!(hint(&damaged).contains("restore it"));
    }
}
