//! All scores of a split as text: what a task measures, and below it the tables that only this task has, from a file of its own.

mod classification;
mod multi_label;

use burnwright_metrics::{Metric, Score, Unit};
use burnwright_task::Evaluation;

use crate::escaping::escaped;
use crate::table::table;

/// One score a line, then the tables of the task. `more` are further lines of the first part: a name and what is said of it. Names are
/// escaped here: between colours, nobody could any more.
pub(crate) fn scores_text(
    evaluation: &Evaluation,
    classes: &[String],
    more: &[(&str, String)],
    is_coloured: bool,
) -> String {
    let classes: Vec<String> = classes.iter().map(|name| escaped(name).into_owned()).collect();
    match evaluation {
        Evaluation::Classification(evaluation) => {
            classification::text(evaluation, &classes, more, is_coloured)
        }
        Evaluation::MultiLabel(labels) => {
            let table = multi_label::label_table(labels, &classes);
            [measured_lines(evaluation, more), table].join("\n\n")
        }
        _ => measured_lines(evaluation, more),
    }
}

/// One measured score a line, with its interval where it has one.
fn measured_lines(evaluation: &Evaluation, more: &[(&str, String)]) -> String {
    let value = |metric: &Metric, value: f64| match metric.unit {
        Unit::Share => percent(value),
        _ => format!("{value:.4}"),
    };
    let measured = evaluation.measured();
    let mut rows: Vec<Vec<String>> = measured
        .all()
        .iter()
        .map(|Score { metric, value: score, interval }| {
            let interval = interval.map_or_else(String::new, |[low, high]| {
                format!(" (95% interval {} to {})", value(metric, low), value(metric, high))
            });
            vec![metric.title.to_owned(), format!("{}{interval}", value(metric, *score))]
        })
        .collect();
    rows.push(vec!["loss".to_owned(), format!("{:.4} a sample", evaluation.loss())]);
    rows.push(vec!["samples".to_owned(), evaluation.total().to_string()]);
    rows.extend(more.iter().map(|(name, text)| vec![(*name).to_owned(), text.clone()]));
    table(&rows)
}

fn percent(share: f64) -> String {
    format!("{:.2}%", 100.0 * share)
}
