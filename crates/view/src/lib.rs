//! Events and results in, pictures out.
//!
//! This crate knows no Burn, no file and no terminal: what it shows is handed to it as plain data, and what it returns is text.
//! [`Report`] turns a finished run into one HTML file that needs nothing beside it, [`DataSetReport`] what was found in data.

mod axis;
mod cloud;
mod command_line;
mod frame;
mod histogram;
mod numbers;
mod picture;
mod plot;
mod report;
mod thin;

pub use command_line::command_line;
pub use numbers::{counted, thousands};
pub use picture::Picture;
pub use report::{
    ClassificationReport, CopiedPicture, CopyGroup, DataSetReport, DataSetTable, Example,
    MultiLabelReport, RegressionReport, Report, Setting, TaskReport,
};
