//! `burnwright data inspect`: what is in data, and what is wrong with them.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use burnwright_data::{DataConfig, named};
use burnwright_session::{Inspected, inspect, inspect_images};
use burnwright_view::{CopyGroup, DataSetReport, DataSetTable};
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::InspectFlags;
use crate::cache::cache;
use crate::destination::Destination;
use crate::failure::{Failure, status};
use crate::output::{self, say};
use crate::table::table;

/// Progress is said this often.
const PAUSE: Duration = Duration::from_secs(2);
/// The most rows of a table that a terminal is shown.
const MOST_ROWS: usize = 60;
/// The most groups of copies that a terminal is shown.
const MOST_GROUPS: usize = 10;

/// What `--json` prints, by what the data are.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct Output<F> {
    path: String,
    seconds: f64,
    #[serde(flatten)]
    found: F,
}

pub(super) fn run(flags: &InspectFlags) -> Result<ExitCode, Failure> {
    let destination = flags.output.as_deref().map(Destination::find).transpose()?;
    if let Some(destination) = &destination {
        destination.refuse_json_on_stdout("--output", flags.json)?;
    }
    let begun = Instant::now();
    let found = found(flags)?;
    let seconds = begun.elapsed().as_secs_f64();
    if let (Some(destination), Some(path)) = (&destination, &flags.output) {
        destination.write(found.illustrated().html().as_bytes())?;
        if destination.is_stdout() {
            return Ok(ExitCode::SUCCESS);
        }
        say(&format!("wrote {}", output::path(path)));
    }
    if flags.json {
        print_json(flags, seconds, &found)?;
    } else {
        output::line(&text(&found.report()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn found(flags: &InspectFlags) -> Result<Inspected, Failure> {
    let path = &flags.path;
    if path.exists() {
        let progress = Progress::new();
        return Ok(inspect(path, flags.target.as_deref(), |all| progress.step(all))?);
    }
    let Some(named) = path.to_str().and_then(named::find) else {
        return Err(missing(path));
    };
    if flags.target.is_some() {
        return Err(burnwright_session::SessionError::NoTable { path: path.clone() }.into());
    }
    let mut data = DataConfig { source: named.name.to_owned(), ..DataConfig::default() };
    // That of MNIST is in the program.
    if named.name != "mnist" {
        let set = burnwright_download::find(named.name)?;
        data.path = Some(cache(None)?.open(set)?.folder);
    }
    Ok(Inspected::Images(Box::new(inspect_images(&data)?)))
}

fn missing(path: &Path) -> Failure {
    let names: Vec<&str> = named::all().iter().map(|named| named.name).collect();
    Failure::new(status::MISSING, format!("no such file or folder: {}", path.display())).with_hint(
        format!(
            "give a folder of pictures, a table, or a published data set: {}",
            names.join(", ")
        ),
    )
}

/// How many pictures were looked at, said now and then.
struct Progress {
    done: Mutex<(usize, Instant)>,
}

impl Progress {
    fn new() -> Self {
        Self { done: Mutex::new((0, Instant::now())) }
    }

    fn step(&self, all: usize) {
        // A thread that panicked has left a number, no more.
        let mut done = self.done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        done.0 += 1;
        if done.1.elapsed() >= PAUSE {
            done.1 = Instant::now();
            say(&format!("{} of {all} pictures", done.0));
        }
    }
}

fn print_json(flags: &InspectFlags, seconds: f64, found: &Inspected) -> Result<(), Failure> {
    let path = flags.path.display().to_string();
    match found {
        Inspected::Pictures(found) => output::json(&Output { path, seconds, found }),
        Inspected::Table(found) => output::json(&Output { path, seconds, found }),
        Inspected::Images(found) => output::json(&Output { path, seconds, found }),
    }
}

/// What was found, as a terminal shows it.
fn text(report: &DataSetReport) -> String {
    let mut parts = vec![format!("{}: {}", one_line(&report.name), one_line(&report.headline))];
    parts.push(table(&report.facts.iter().map(|fact| fact.to_vec()).collect::<Vec<_>>()));
    let warnings: Vec<String> =
        report.warnings.iter().map(|warning| format!("note: {}", one_line(warning))).collect();
    if !warnings.is_empty() {
        parts.push(warnings.join("\n"));
    }
    parts.extend(report.tables.iter().filter(|table| !table.rows.is_empty()).map(table_text));
    if !report.copies.is_empty() {
        parts.push(copies_text(report));
    }
    parts.join("\n\n")
}

fn one_line(text: &str) -> std::borrow::Cow<'_, str> {
    crate::escaping::escaped(text)
}

fn table_text(of: &DataSetTable) -> String {
    let mut rows = vec![of.columns.clone()];
    rows.extend(of.rows.iter().take(MOST_ROWS).cloned());
    let more = of.rows.len().saturating_sub(MOST_ROWS);
    let text = format!("{}\n{}", of.heading, table(&rows));
    if more == 0 {
        return text;
    }
    format!("{text}\n... and {more} more; --json and -o FILE.html have all")
}

fn copies_text(report: &DataSetReport) -> String {
    let group = |(number, group): (usize, &CopyGroup)| {
        let heading = format!("{}. {}", number + 1, one_line(&group.sameness));
        let mut rows: Vec<Vec<String>> = (group.pictures.iter())
            .map(|copy| vec![format!("   {}", one_line(&copy.path)), copy.place()])
            .collect();
        if group.more > 0 {
            rows.push(vec![format!("   and {} more", group.more), String::new()]);
        }
        format!("{heading}\n{}", table(&rows))
    };
    let shown = report.copies.iter().enumerate().take(MOST_GROUPS).map(group);
    let mut parts = vec!["Copies".to_owned()];
    parts.extend(shown);
    if report.copies.len() > MOST_GROUPS || report.more_copies.is_some() {
        parts.push(
            "... and others; --json has all, -o FILE.html shows them with pictures".to_owned(),
        );
    }
    parts.join("\n")
}
