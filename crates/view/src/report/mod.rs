//! A finished run and its evaluation in, one HTML page out.
//!
//! A section a file. A section is handed the whole report, decides for itself what it shows, and returns markup; texts are
//! escaped by the templates, and no section writes markup as text.

mod classification;
mod curves;
mod data_set;
mod elements;
mod examples;
mod model_choice;
mod multi_label;
mod origin;
mod overview;
mod page;
mod regression;
mod settings;
mod task;

use burnwright_run::{Event, Manifest, Summary};

pub use classification::ClassificationReport;
pub use data_set::{CopiedPicture, CopyGroup, DataSetReport, DataSetTable};
pub use examples::Example;
pub use multi_label::MultiLabelReport;
pub use regression::RegressionReport;
pub use task::TaskReport;

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
    /// The split that was evaluated, such as `test`.
    pub split: String,
    /// How the kept model did on it, by its task.
    pub task: TaskReport,
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

impl Report {
    /// One HTML 5 page that needs no other file, runs no script and asks no server for anything. The same report gives the same
    /// bytes, on any machine.
    pub fn html(&self) -> String {
        page::text(page::page(self))
    }
}

#[cfg(test)]
mod tests {
    use burnwright_metrics::{
        ClassificationEvaluation, ClassificationPredictions, JudgedClass, JudgedLabels,
        JudgedNumber, MultiLabelEvaluation, MultiLabelPredictions, RegressionEvaluation,
        RegressionPredictions,
    };
    use burnwright_run::{Identity, Machine, Scores, Seconds, StopReason};
    use proptest::prelude::*;

    use super::*;
    use crate::Picture;

    const HOSTILE: &str = "<script src=\"http://x\">'&\u{1}</script>";

    fn judged(index: u32, target: usize, predicted: usize, classes: usize) -> JudgedClass {
        let mut probabilities = vec![0.1 / f64::from(u32::try_from(classes).unwrap()); classes];
        probabilities[predicted] += 0.9;
        JudgedClass { index, target, predicted, loss: f64::from(index), probabilities }
    }

    fn picture() -> Picture {
        Picture { width: 2, height: 2, channels: 1, pixels: vec![0, 80, 160, 255] }
    }

    fn classification(text: &str, classes: usize) -> TaskReport {
        let mut predictions = ClassificationPredictions::new(classes);
        for index in 0..40_u32 {
            let target = index as usize % classes;
            predictions.push(judged(
                index,
                target,
                (target + usize::from(index > 35)) % classes,
                classes,
            ));
        }
        let samples = predictions.samples().iter().take(3).cloned();
        let samples: Vec<Example<JudgedClass>> = samples
            .map(|judged| Example {
                judged,
                name: None,
                picture: Some(picture()),
                columns: Vec::new(),
            })
            .collect();
        TaskReport::Classification(ClassificationReport {
            classes: vec![text.to_owned(); classes],
            evaluation: ClassificationEvaluation::of(&predictions).unwrap(),
            hardest: samples.clone(),
            correct: samples,
        })
    }

    fn regression(text: &str, pairs: &[(f64, f64)], picture: Option<&Picture>) -> TaskReport {
        let mut predictions = RegressionPredictions::new();
        for (index, &(target, predicted)) in (0..).zip(pairs) {
            let loss = (predicted - target).powi(2);
            predictions.push(JudgedNumber { index, target, predicted, loss });
        }
        let worst = predictions.examples().iter().take(12);
        TaskReport::Regression(RegressionReport {
            target: text.to_owned(),
            unit: text.to_owned(),
            evaluation: RegressionEvaluation::of(&predictions).unwrap(),
            worst: worst
                .map(|&judged| Example {
                    judged,
                    name: None,
                    picture: picture.cloned(),
                    columns: Vec::new(),
                })
                .collect(),
            predictions,
        })
    }

    fn multi_label(
        text: &str,
        labels: usize,
        probability: f64,
        picture: Option<&Picture>,
    ) -> TaskReport {
        let mut predictions = MultiLabelPredictions::new(labels, 0.5);
        for index in 0..40_u32 {
            let targets: Vec<bool> =
                (0..labels).map(|label| (label + index as usize) % 3 == 1).collect();
            // What is no probability stands for scores that are not finite.
            let is_said = (0.0..=1.0).contains(&probability);
            let probabilities = if is_said { vec![probability; labels] } else { vec![] };
            let loss = f64::from(index);
            predictions.push(JudgedLabels { index, targets, probabilities, loss });
        }
        let worst = predictions.examples().iter().take(5).cloned();
        TaskReport::MultiLabel(MultiLabelReport {
            labels: vec![text.to_owned(); labels],
            evaluation: MultiLabelEvaluation::of(&predictions).unwrap(),
            worst: worst
                .map(|judged| Example {
                    judged,
                    name: None,
                    picture: picture.cloned(),
                    columns: Vec::new(),
                })
                .collect(),
        })
    }

    fn report(text: &str, classes: usize, epochs: usize, loss: f64) -> Report {
        report_of(text, classification(text, classes), epochs, loss)
    }

    fn report_of(text: &str, task: TaskReport, epochs: usize, loss: f64) -> Report {
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
                split_digest: None,
                command: vec![text.to_owned()],
                started: "2026-11-24T00:00:00Z".to_owned(),
            },
            summary: Summary {
                schema: 2,
                run: text.to_owned(),
                path: text.to_owned(),
                task: "classification".to_owned(),
                metrics: Vec::new(),
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
                baselines: Vec::new(),
                left_out: 0,
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
            split: "test".to_owned(),
            task,
            departures: vec![text.to_owned()],
            initial_weights: Some(text.to_owned()),
            looks: 2,
            ledger_fault: Some(text.to_owned()),
            dataset: text.to_owned(),
        }
    }

    #[test]
    fn what_names_say_stays_text() {
        let pictured = picture();
        let pairs = [(1.0, 2.0), (2.0, 2.5), (3.0, 1.0)];
        for picture in [Some(&pictured), None] {
            for task in [
                classification(HOSTILE, 10),
                regression(HOSTILE, &pairs, picture),
                multi_label(HOSTILE, 10, 0.7, picture),
            ] {
                let page = report_of(HOSTILE, task, 3, 0.5).html();
                assert!(page.contains("&lt;script src=&quot;http://x&quot;&gt;"), "{page}");
                assert!(!page.contains("<script") && !page.contains('\u{1}'));
                assert!(!page.contains("src=\"http") && !page.contains("href=\"http"));
            }
        }
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

    #[test]
    fn a_page_of_many_numbers_or_labels_stays_small() {
        let pairs: Vec<(f64, f64)> =
            (0..50_000).map(|place| (f64::from(place % 977), f64::from(place % 1013))).collect();
        let page = report_of("a", regression("a", &pairs, None), 3, 0.5).html();
        assert!(page.len() < 200_000, "{}", page.len());
        assert!(page.contains("Of 50,000 examples"));
        let page = report_of("a", multi_label("a", 1000, 0.7, None), 3, 0.5).html();
        assert!(page.len() < 200_000, "{}", page.len());
        assert!(page.contains("The 100 labels with the lowest average precision."));
    }

    #[test]
    fn what_a_regression_has_not_said_is_told() {
        let pairs = [(1.0, 2.0), (2.0, f64::NAN), (3.0, 1.0)];
        let page = report_of("a", regression("price", &pairs, None), 3, 0.5).html();
        assert!(page.contains("For 1 of the test examples the prediction is not finite"), "{page}");
        assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
        let page = report_of("a", multi_label("a", 3, f64::NAN, None), 3, 0.5).html();
        assert!(
            page.contains("For 40 of the test examples the model&#39;s scores")
                || page.contains("For 40 of the test examples the model's scores"),
            "{page}"
        );
        assert!(!page.contains("NaN"), "{page}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_run_breaks_the_page(text: String, classes in 1_usize..40, epochs in 0_usize..4, loss: f64) {
            let page = report(&text, classes, epochs, loss).html();
            prop_assert!(!page.contains("NaN") || text.contains("NaN"));
            prop_assert_eq!(page.matches("<section").count(), page.matches("</section>").count());
        }

        #[test]
        fn no_numbers_break_the_page(pairs in prop::collection::vec((-1e9..1e9_f64, any::<f64>()), 1..40), scale in -300..290_i32) {
            let scale = 10_f64.powi(scale);
            let pairs: Vec<(f64, f64)> =
                pairs.into_iter().map(|(target, predicted)| (target * scale, predicted)).collect();
            let page = report_of("a", regression("price", &pairs, None), 2, 0.5).html();
            prop_assert!(!page.contains("NaN") && !page.contains(">inf") && !page.contains("\"inf"));
            prop_assert_eq!(page.matches("<section").count(), page.matches("</section>").count());
        }

        #[test]
        fn no_labels_break_the_page(text: String, labels in 1_usize..40, probability in -0.5..1.0_f64) {
            let page = report_of(&text, multi_label(&text, labels, probability, None), 2, 0.5).html();
            prop_assert!(!page.contains("NaN") || text.contains("NaN"));
            prop_assert_eq!(page.matches("<section").count(), page.matches("</section>").count());
        }
    }
}
