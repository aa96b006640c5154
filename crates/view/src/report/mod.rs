//! A finished run and its evaluation in, one HTML page out.
//!
//! A section a file. A section is handed the whole report, decides for itself what it shows, and returns markup; texts are
//! escaped by the templates, and no section writes markup as text.

mod calibration;
mod classes;
mod confusion;
mod curves;
mod model_choice;
mod origin;
mod overview;
mod page;
mod samples;
mod settings;

use burnwright_metrics::{Evaluation, Judged};
use burnwright_run::{Event, Manifest, Summary};

use crate::Picture;

/// All that is shown of a run, as plain data.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// What the run was begun with.
    pub manifest: Manifest,
    /// How it ended.
    pub summary: Summary,
    /// What happened in between, in order.
    pub events: Vec<Event>,
    /// Every setting and where it came from, in the order of the recipe.
    pub settings: Vec<Setting>,
    /// The name of each class, in the order of the evaluation's; a class without a name is called by its number.
    pub classes: Vec<String>,
    /// The split that was evaluated, such as `test`.
    pub split: String,
    /// How the kept model did on it.
    pub evaluation: Evaluation,
    /// The samples with the highest loss, the worst first.
    pub hardest: Vec<Sample>,
    /// Some that were classified rightly, in the order in which they are shown.
    pub right: Vec<Sample>,
    /// In what the run departs from its recipe and machine, a clause each: why training by the recipe would give other bits. None where
    /// it gives the same.
    pub departures: Vec<String>,
    /// The file in the run's folder with the weights that it was begun with, where they were not made from the seed.
    pub initial_weights: Option<String>,
    /// How many times the test samples were consulted for this run, this one included.
    pub looks: usize,
    /// What is wrong with the ledger in which the looks are written down.
    pub ledger_fault: Option<String>,
    /// The name of the data set.
    pub dataset: String,
}

/// A setting of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Section and name, such as `optimizer.learning_rate`.
    pub key: String,
    /// The value, as it is written in TOML.
    pub value: String,
    /// Where it came from, such as `built-in recipe course`, `--set` or `default`.
    pub origin: String,
}

/// A sample to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// What was said of it.
    pub judged: Judged,
    /// What it looks like.
    pub picture: Picture,
}

impl Report {
    /// One HTML 5 page that needs no other file, runs no script and asks no server for anything. The same report gives the same
    /// bytes, on any machine.
    pub fn html(&self) -> String {
        // Control characters may come from names in files; HTML allows none but white space.
        let is_barred = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
        page::page(self).into_string().replace(is_barred, "\u{fffd}")
    }

    /// The name of a class.
    fn class(&self, class: usize) -> String {
        let named = self.classes.get(class).filter(|name| !name.is_empty());
        named.cloned().unwrap_or_else(|| format!("class {class}"))
    }
}

#[cfg(test)]
mod tests {
    use burnwright_metrics::Predictions;
    use burnwright_run::{Identity, Machine, NamedMetric, Scores, Seconds, StopReason};
    use proptest::prelude::*;

    use super::*;

    const HOSTILE: &str = "<script src=\"http://x\">'&\u{1}</script>";

    fn judged(index: u32, target: usize, predicted: usize, classes: usize) -> Judged {
        let mut probabilities = vec![0.1 / f64::from(u32::try_from(classes).unwrap()); classes];
        probabilities[predicted] += 0.9;
        Judged { index, target, predicted, loss: f64::from(index), probabilities }
    }

    fn report(text: &str, classes: usize, epochs: usize, loss: f64) -> Report {
        let mut predictions = Predictions::new(classes);
        for index in 0..40_u32 {
            let target = index as usize % classes;
            predictions.push(judged(
                index,
                target,
                (target + usize::from(index > 35)) % classes,
                classes,
            ));
        }
        let picture = Picture { width: 2, height: 2, channels: 1, pixels: vec![0, 80, 160, 255] };
        let samples = predictions.samples().iter().take(3);
        let samples: Vec<Sample> = samples
            .map(|judged| Sample { judged: judged.clone(), picture: picture.clone() })
            .collect();
        let machine = Machine {
            version: "1".to_owned(),
            device: text.to_owned(),
            threads: 2,
            isa: text.to_owned(),
        };
        let score = Scores::of_loss(loss).with("accuracy", 0.5);
        let identity = Identity {
            settings_hash: "a".to_owned(),
            data_fingerprint: "b".to_owned(),
            seed: 42,
            initial_weights: "c".to_owned(),
        };
        Report {
            manifest: Manifest {
                schema: 2,
                run: text.to_owned(),
                recipe: text.to_owned(),
                settings: serde_json::Value::Null,
                identity,
                test_fingerprint: Some("e".to_owned()),
                machine,
                command: vec![text.to_owned()],
                started: "2026-11-24T00:00:00Z".to_owned(),
            },
            summary: Summary {
                schema: 2,
                run: text.to_owned(),
                path: text.to_owned(),
                task: "classification".to_owned(),
                metrics: vec![NamedMetric {
                    name: "accuracy".to_owned(),
                    label: "Accuracy".to_owned(),
                    percent: true,
                    higher_is_better: true,
                }],
                device: text.to_owned(),
                epochs,
                steps: epochs,
                stopped: StopReason::Completed,
                best_epoch: None,
                best_step: None,
                train: Some(score.clone()),
                validation: Some(score.clone()),
                test: Some(
                    Scores::of_loss(loss).of(40).with("accuracy", 0.9).with_count("correct", 36),
                ),
                look: None,
                seconds: Seconds { total: 1.0, loading: 0.1, training: 0.8, evaluation: 0.1 },
                images_per_second: 1e5,
                weights_digest: "d".to_owned(),
                interrupted: false,
            },
            events: (1..=epochs)
                .map(|epoch| Event::EpochEnded {
                    epoch,
                    step: epoch,
                    train: score.clone(),
                    validation: Some(score.clone()),
                    seconds: 1.0,
                    images_per_second: loss,
                })
                .collect(),
            settings: vec![Setting {
                key: text.to_owned(),
                value: text.to_owned(),
                origin: text.to_owned(),
            }],
            classes: vec![text.to_owned(); classes],
            split: "test".to_owned(),
            evaluation: Evaluation::of(&predictions).unwrap(),
            hardest: samples.clone(),
            right: samples,
            departures: vec![text.to_owned()],
            initial_weights: Some(text.to_owned()),
            looks: 2,
            ledger_fault: Some(text.to_owned()),
            dataset: text.to_owned(),
        }
    }

    #[test]
    fn what_names_say_stays_text() {
        let page = report(HOSTILE, 10, 3, 0.5).html();
        assert!(page.contains("&lt;script src=&quot;http://x&quot;&gt;"), "{page}");
        assert!(!page.contains("<script") && !page.contains('\u{1}'));
        assert!(!page.contains("src=\"http") && !page.contains("href=\"http"));
    }

    #[test]
    fn the_same_run_gives_the_same_page() {
        assert_eq!(report("a", 10, 3, 0.5).html(), report("a", 10, 3, 0.5).html());
    }

    #[test]
    fn a_page_of_many_classes_and_epochs_stays_small() {
        let page = report("a", 1000, 5000, 0.5).html();
        assert!(page.len() < 400_000, "{}", page.len());
        assert!(page.contains("The most frequent mistakes among 1,000 classes"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_run_breaks_the_page(text: String, classes in 1_usize..40, epochs in 0_usize..4, loss: f64) {
            let page = report(&text, classes, epochs, loss).html();
            prop_assert!(!page.contains("NaN") || text.contains("NaN"));
            prop_assert_eq!(page.matches("<section").count(), page.matches("</section>").count());
        }
    }
}
