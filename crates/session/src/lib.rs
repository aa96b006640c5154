//! Recipe and device in, finished run out.
//!
//! A [`Session`] is a run in the hands of a process: begun anew or taken up at its newest good checkpoint, trained, judged, written
//! down. What is shown meanwhile, on which device, and when a signal comes, its user decides. [`diverge()`] tells two runs apart,
//! [`judge()`] judges one, [`compare()`] several, [`report()`] shows one.

mod baselines;
mod check;
mod classes;
mod comparing;
mod diverge;
mod error;
mod exports;
mod finish;
mod history;
mod inferring;
mod inspecting;
mod judging;
mod model;
mod opening;
mod previewing;
mod reporting;
mod resume;
mod session;
mod split_record;
mod surroundings;
mod task_report;

pub use classes::ClassCount;
pub use comparing::{Comparison, Contestant, Judged, Pair, SeedPair, Standing, compare};
pub use diverge::{Cause, Divergence, diverge};
pub use error::SessionError;
pub use finish::Trained;
pub use inferring::{Inferred, Wish, WishedSplit, infer};
pub use inspecting::{
    AbsentClass, ExactCopies, Inspected, InspectedImages, InspectedPictures, InspectedTable,
    InspectedTarget, LeftOut, PassedOver, TargetClass, inspect, inspect_images,
};
pub use judging::{Judgement, LookFault, Noted, Split, judge, note, note_once, open_split};
pub use previewing::{Preview, Previewed, PreviewedExample, preview};
pub use reporting::report;
pub use resume::Resumed;
pub use session::{Observers, Request, Session};
pub use surroundings::{Clock, Surroundings, isa, machine, now, threads};
