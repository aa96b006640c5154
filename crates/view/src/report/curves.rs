//! Events in, curves of the loss, the named scores and the learning rate and a table of the epochs out.

use burnwright_metrics::{Direction, Metric, Unit};
use burnwright_run::{Event, Scores};
use maud::{Markup, html};

use super::Report;
use super::elements::{capitalised, scrolling};
use crate::numbers::{NONE, loss, measured, rate, seconds, thousands};
use crate::plot::{Look, Plot, Series};
use crate::thin::{Point, thin};

/// Points of a curve: more than a screen has columns for it.
const POINTS: usize = 1000;

/// Rows of the table of epochs; of more, every second, third and so on is shown.
const ROWS: usize = 30;

const NO_STEP: &str = "not a step was made";

pub(super) fn section(report: &Report) -> Markup {
    let (events, task) = (&report.events, report.task.part());
    let epochs: Vec<Epoch> = events.iter().filter_map(Epoch::of).collect();
    let mut metrics = task.metrics();
    metrics.retain(|metric| events.iter().any(|event| is_logged(event, metric)));
    let unit = task.unit();
    html! {
        @if !epochs.iter().any(|epoch| epoch.validation.is_some()) {
            p.quiet { "No curve of validation: " (why_no_validation(report)) "." }
        }
        div.plots {
            figure { figcaption { "Loss" } (loss_plot(events, &epochs).markup()) (gaps(events)) }
            @for metric in &metrics {
                figure { figcaption { (capitalised(metric.title)) } (score_plot(*metric, unit, events, &epochs).markup()) }
            }
            figure { figcaption { "Learning rate" } (rate_plot(events).markup()) }
        }
        (table(&epochs, &metrics))
    }
}

/// An epoch that ended.
struct Epoch<'a> {
    number: usize,
    step: f64,
    train: &'a Scores,
    validation: Option<&'a Scores>,
    seconds: f64,
    images_per_second: f64,
}

impl<'a> Epoch<'a> {
    fn of(event: &'a Event) -> Option<Self> {
        let Event::EpochEnded { epoch, step, train, validation, seconds, images_per_second } =
            event
        else {
            return None;
        };
        Some(Self {
            number: *epoch,
            step: number(*step),
            train,
            validation: validation.as_ref(),
            seconds: *seconds,
            images_per_second: *images_per_second,
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "steps are far below 2^53")]
fn number(step: usize) -> f64 {
    step as f64
}

/// Whether an event holds a score.
fn is_logged(event: &Event, metric: &Metric) -> bool {
    let has = |scores: &Scores| scores.get(metric.name).is_some();
    match event {
        Event::Window { scores, .. } | Event::EpochEnded { validation: Some(scores), .. } => {
            has(scores)
        }
        _ => false,
    }
}

fn why_no_validation(report: &Report) -> &'static str {
    if report.summary.epochs == 0 { "no epoch was finished" } else { "no samples were held out" }
}

/// The loss of every step: a window's losses end at its step.
fn step_losses(events: &[Event]) -> Vec<Point> {
    let of_window = |event: &Event| match event {
        Event::Window { step, scores, losses, .. } if losses.is_empty() => {
            vec![Point { x: number(*step), y: scores.loss() }]
        }
        Event::Window { step, losses, .. } => {
            let first = (step + 1).saturating_sub(losses.len());
            let steps = (first..).map(number).zip(losses);
            steps.map(|(x, &y)| Point { x, y: f64::from(y) }).collect()
        }
        _ => Vec::new(),
    };
    events.iter().flat_map(of_window).collect()
}

/// A value of each window of steps.
fn windows(events: &[Event], value: impl Fn(&Event) -> Option<f64>) -> Vec<Point> {
    let of_window = |event: &Event| match event {
        Event::Window { step, .. } => value(event).map(|y| Point { x: number(*step), y }),
        _ => None,
    };
    events.iter().filter_map(of_window).collect()
}

/// Means of the epochs, beside each other: while training, and on what was held out.
fn means(epochs: &[Epoch<'_>], value: impl Fn(&Scores) -> Option<f64>) -> [Series; 2] {
    let point = |epoch: &Epoch<'_>, scores| Some(Point { x: epoch.step, y: value(scores)? });
    let trained = epochs.iter().filter_map(|epoch| point(epoch, epoch.train));
    let held_out =
        epochs.iter().filter_map(|epoch| epoch.validation.and_then(|scores| point(epoch, scores)));
    let thinned = |points: Vec<Point>| thin(&points, POINTS);
    [
        Series {
            name: "training, mean of the epoch",
            look: Look::Dotted,
            points: thinned(trained.collect()),
        },
        Series {
            name: "validation, after the epoch",
            look: Look::Dashed,
            points: thinned(held_out.collect()),
        },
    ]
}

fn with_noise(name: &'static str, points: &[Point], means: [Series; 2]) -> Vec<Series> {
    let noisy = Series { name, look: Look::Thin, points: thin(points, POINTS) };
    [noisy].into_iter().chain(means).collect()
}

fn loss_plot(events: &[Event], epochs: &[Epoch<'_>]) -> Plot {
    Plot {
        title: "Loss over steps".to_owned(),
        x: "steps",
        y: "loss a sample".to_owned(),
        floor: Some(0.0),
        series: with_noise(
            "training, each step",
            &step_losses(events),
            means(epochs, |scores| Some(scores.loss())),
        ),
        empty: NO_STEP,
    }
}

fn score_plot(metric: Metric, unit: &str, events: &[Event], epochs: &[Epoch<'_>]) -> Plot {
    let factor = if metric.unit == Unit::Share { 100.0 } else { 1.0 };
    let value = |scores: &Scores| scores.get(metric.name).map(|value| factor * value);
    let noisy = windows(events, |event| match event {
        Event::Window { scores, .. } => value(scores),
        _ => None,
    });
    let better = match metric.direction {
        Direction::HigherIsBetter => "higher is better",
        Direction::LowerIsBetter => "lower is better",
    };
    let unit = match metric.unit {
        Unit::Share => ", %".to_owned(),
        Unit::Target if !unit.is_empty() => format!(", {unit}"),
        Unit::Target | Unit::Plain => String::new(),
    };
    Plot {
        title: format!("{} over steps", capitalised(metric.title)),
        x: "steps",
        y: format!("{}{unit} ({better})", metric.title),
        floor: None,
        series: with_noise("training, each window of steps", &noisy, means(epochs, value)),
        empty: NO_STEP,
    }
}

fn rate_plot(events: &[Event]) -> Plot {
    let learning_rate = |event: &Event| match event {
        Event::Window { learning_rate, .. } => Some(*learning_rate),
        _ => None,
    };
    let points = thin(&windows(events, learning_rate), POINTS);
    Plot {
        title: "Learning rate over steps".to_owned(),
        x: "steps",
        y: "learning rate".to_owned(),
        floor: Some(0.0),
        series: vec![Series { name: "last step of each window", look: Look::Thin, points }],
        empty: NO_STEP,
    }
}

/// Says so where the curve of losses has holes.
fn gaps(events: &[Event]) -> Markup {
    let gaps = step_losses(events).iter().filter(|point| !point.is_shown()).count();
    html! {
        @if gaps > 0 { p.note { "The loss of " (thousands(gaps)) " of the steps is not finite; the curve has gaps there." } }
    }
}

fn table(epochs: &[Epoch<'_>], metrics: &[Metric]) -> Markup {
    let every = epochs.len().div_ceil(ROWS).max(1);
    let is_shown = |place: usize| place.is_multiple_of(every) || place + 1 == epochs.len();
    let shown =
        epochs.iter().enumerate().filter(|(place, _)| is_shown(*place)).map(|(_, epoch)| epoch);
    let value = |scores: Option<&Scores>, metric: &Metric| {
        let value = scores.and_then(|scores| scores.get(metric.name));
        value.map_or(NONE.to_owned(), |value| measured(*metric, value, ""))
    };
    let scores = |scores: Option<&Scores>| {
        html! {
            td { (scores.map_or(NONE.to_owned(), |scores| loss(scores.loss()))) }
            @for metric in metrics { td { (value(scores, metric)) } }
        }
    };
    let caption = html! { "Epochs. Training values are means while the weights were changing."
    @if every > 1 { " Every " (every) "th epoch and the last." } };
    let rows = html! {
        table {
            thead {
                tr {
                    th scope="col" { "epoch" }
                    @for split in ["training", "validation"] {
                        th scope="col" { (split) " loss" }
                        @for metric in metrics { th scope="col" { (split) " " (metric.title) } }
                    }
                    th scope="col" { "time" }
                    th scope="col" { "images a second" }
                }
            }
            tbody {
                @for epoch in shown {
                    tr {
                        th scope="row" { (thousands(epoch.number)) }
                        (scores(Some(epoch.train)))
                        (scores(epoch.validation))
                        td { (seconds(epoch.seconds)) }
                        td { (rate(epoch.images_per_second)) }
                    }
                }
            }
        }
    };
    if epochs.is_empty() {
        html! { p.quiet { "No epoch was finished." } }
    } else {
        scrolling("Epochs", &caption, &rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(step: usize, losses: Vec<f32>) -> Event {
        Event::Window {
            epoch: 1,
            step,
            samples: 64,
            scores: Scores::of_loss(0.5).with("rmse", 2.0),
            losses,
            learning_rate: 1e-3,
            seconds: 0.1,
        }
    }

    #[test]
    fn losses_of_a_window_end_at_its_step() {
        let points =
            step_losses(&[window(1, vec![3.0]), window(3, vec![2.0, 1.0]), window(9, vec![])]);
        let found: Vec<_> = points.iter().map(|point| (point.x, point.y)).collect();
        assert_eq!(found, [(1.0, 3.0), (2.0, 2.0), (3.0, 1.0), (9.0, 0.5)]);
    }

    #[test]
    fn a_score_has_a_curve_and_columns_by_its_name() {
        let rmse = burnwright_metrics::regression::METRICS[0].metric;
        let drawn = score_plot(rmse, "$", &[window(1, vec![3.0])], &[]).markup().into_string();
        for said in ["RMSE over steps", "RMSE, $ (lower is better)", ">2.0<"] {
            assert!(drawn.contains(said), "{said}: {drawn}");
        }
        let split = Scores::of_loss(0.5).with("rmse", 1.5);
        let (validation, seconds) = (Some(&split), 1.0);
        let epoch = Epoch {
            number: 1,
            step: 1.0,
            train: &split,
            validation,
            seconds,
            images_per_second: 1.0,
        };
        let text = table(&[epoch], &[rmse]).into_string();
        for said in ["training RMSE", "validation RMSE", "<td>1.500</td>"] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }

    #[test]
    fn long_tables_keep_the_last_epoch() {
        let score = Scores::of_loss(0.5);
        let epoch = |number| Epoch {
            number,
            step: 1.0,
            train: &score,
            validation: None,
            seconds: 1.0,
            images_per_second: 1.0,
        };
        let text = table(&(1..=100).map(epoch).collect::<Vec<_>>(), &[]).into_string();
        assert_eq!(text.matches("scope=\"row\"").count(), 26);
        assert!(text.contains("Every 4th epoch") && text.contains(">100<"), "{text}");
    }
}
