//! A report in, what the run was made from and of out: data, machine, time, and the way to make it again.

use maud::{Markup, html};

use super::Report;
use super::elements::facts;
use crate::command_line;
use crate::numbers::{rate, seconds, thousands};

pub(super) fn data(report: &Report) -> Markup {
    let fingerprint = |samples: &str| html! { code { (samples) } " (SHA-256 over shape, labels and pixels, in order)" };
    let mut rows = vec![
        ("Data set", html! { (report.dataset) }),
        (
            "Samples judged",
            html! { (thousands(report.task.part().total())) " (" (report.split) ")" },
        ),
        (
            "Fingerprint of the training samples",
            fingerprint(&report.manifest.identity.data_fingerprint),
        ),
    ];
    let test = report.manifest.test_fingerprint.as_deref();
    rows.extend(test.map(|samples| ("Fingerprint of the test samples", fingerprint(samples))));
    facts(&rows)
}

pub(super) fn machine(report: &Report) -> Markup {
    let (machine, summary) = (&report.manifest.machine, &report.summary);
    let times = &summary.seconds;
    facts(&[
        ("Version", html! { "Burnwright " (machine.version) }),
        ("Device", html! { (machine.device) }),
        ("Processor", html! { (machine.isa) ", " (machine.threads) " threads" }),
        ("Begun", html! { (report.manifest.started) }),
        ("Whole run", html! { (seconds(times.total)) }),
        ("Reading the data", html! { (seconds(times.loading)) }),
        (
            "Training",
            html! { (seconds(times.training)) ", " (rate(summary.images_per_second)) " images a second" },
        ),
        ("Judging the kept weights", html! { (seconds(times.evaluation)) }),
    ])
}

pub(super) fn reproduce(report: &Report) -> Markup {
    let (manifest, identity) = (&report.manifest, &report.manifest.identity);
    html! {
        @if report.departures.is_empty() {
            p {
                "The settings of this run give the same weights to the last bit, with the same version and data, on a processor with the "
                "same vector extensions:"
            }
        } @else {
            p { "The settings of this run give a model like this one, but the same bits cannot be promised:" }
            ul { @for departure in &report.departures { li { (departure) } } }
        }
        pre { code { (train_again(report)) } }
        p { code { "burnwright diverge" } " finds the first step at which two runs differ. This run was begun with:" }
        pre { code { (command_line(&manifest.command)) } }
        (facts(&[
            ("Seed", html! { (identity.seed) }),
            ("Digest of the weights", html! { code { (report.summary.weights_digest) } }),
            ("Digest of the initial weights", html! { code { (identity.initial_weights) } }),
            ("Hash of the settings", html! { code { (identity.settings_hash) } }),
        ]))
    }
}

/// The command that trains by the settings of the run as they stand, from the weights that it began with.
fn train_again(report: &Report) -> String {
    let of_run = |file: &str| format!("{}/{file}", report.summary.path);
    let mut words = vec!["burnwright".to_owned(), "train".to_owned(), of_run("recipe.toml")];
    if let Some(file) = &report.initial_weights {
        words.extend(["--init-from".to_owned(), of_run(file)]);
    }
    words.extend(["--device".to_owned(), report.manifest.machine.device.clone()]);
    command_line(&words)
}
