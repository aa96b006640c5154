//! Examples with a high loss in, a sheet of their pictures or a table out: which labels each has, and which were predicted.

use burnwright_metrics::JudgedLabels;
use maud::{Markup, html};

use super::super::elements::scrolling;
use super::super::examples::{Example, rows, shown};
use super::MultiLabelReport;
use crate::numbers::loss;

/// Labels of an example that are named; an example of hundreds would hide all others.
const NAMED: usize = 12;

pub(super) fn section(report: &MultiLabelReport, split: &str) -> Markup {
    let lead = format!(
        "The {split} samples with the highest loss, the worst first. Some are mistakes of whoever labelled them."
    );
    shown(
        &report.worst,
        &lead,
        |example| in_words(report, example),
        |example| caption(report, example),
        || table(report, split),
    )
}

fn in_words(report: &MultiLabelReport, example: &Example<JudgedLabels>) -> String {
    let judged = &example.judged;
    let names: Vec<String> = having(&judged.targets).map(|label| report.label(label)).collect();
    format!("{}, labels: {}", example.place(judged.index), names.join(", "))
}

fn caption(report: &MultiLabelReport, example: &Example<JudgedLabels>) -> Markup {
    let judged = &example.judged;
    let Outcome { found, missed, wrong } = Outcome::of(report, judged);
    html! {
        @if !missed.is_empty() { "missed " span.wrong { (names(report, judged, &missed)) } br; }
        @if !wrong.is_empty() { "wrongly predicted " span.wrong { (names(report, judged, &wrong)) } br; }
        @if !found.is_empty() { "found " (names(report, judged, &found)) br; }
        span.quiet { (example.place(judged.index)) ", loss " (loss(judged.loss)) }
    }
}

fn table(report: &MultiLabelReport, split: &str) -> Markup {
    let caption = html! {
        "The " (split) " samples with the highest loss, the worst first, by their place in the data. Some are mistakes of whoever labelled them."
    };
    let cells = |judged: &JudgedLabels| {
        let Outcome { found, missed, wrong } = Outcome::of(report, judged);
        html! {
            td { span.wrong { (names(report, judged, &missed)) } }
            td { span.wrong { (names(report, judged, &wrong)) } }
            td { (names(report, judged, &found)) }
            td { (loss(judged.loss)) }
        }
    };
    let columns = ["missed", "wrongly predicted", "found", "loss"];
    let place = |example: &Example<JudgedLabels>| example.place(example.judged.index);
    let rows = html! { table.texts { (rows(&report.worst, &columns, place, cells)) } };
    scrolling("Highest loss", &caption, &rows)
}

/// Labels of an example, by what the model said of them.
struct Outcome {
    found: Vec<usize>,
    missed: Vec<usize>,
    wrong: Vec<usize>,
}

impl Outcome {
    fn of(report: &MultiLabelReport, judged: &JudgedLabels) -> Self {
        let predicted = judged.predicted(report.evaluation.threshold);
        let those = |has: bool, is_predicted: bool| -> Vec<usize> {
            let labels = judged.targets.iter().zip(&predicted).enumerate();
            let those = labels.filter(|&(_, (&one, &other))| (one, other) == (has, is_predicted));
            those.map(|(label, _)| label).collect()
        };
        Self { found: those(true, true), missed: those(true, false), wrong: those(false, true) }
    }
}

/// The names with the probability of each; without probabilities, none.
fn names(report: &MultiLabelReport, judged: &JudgedLabels, labels: &[usize]) -> Markup {
    html! {
        @for (place, &label) in labels.iter().take(NAMED).enumerate() {
            @if place > 0 { ", " }
            strong { (report.label(label)) }
            @if let Some(probability) = judged.probabilities.get(label) { " " (whole_percent(*probability)) }
        }
        @if labels.len() > NAMED { " and " (labels.len() - NAMED) " more" }
    }
}

/// Probabilities of many labels, side by side: finer ones hide the names.
fn whole_percent(probability: f64) -> String {
    format!("{:.0}%", 100.0 * probability)
}

fn having(labels: &[bool]) -> impl Iterator<Item = usize> {
    labels.iter().enumerate().filter(|(_, has)| **has).map(|(label, _)| label)
}
