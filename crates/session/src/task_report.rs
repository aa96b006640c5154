//! What a model says of the test samples in, its task's part of the report out.

use burnwright_data::{Content, Source};
use burnwright_metrics::{JudgedClass, JudgedLabels, JudgedNumber, RegressionPredictions};
use burnwright_task::{Evaluation, Predictions, TaskConfig};
use burnwright_training::Recipe;
use burnwright_view::{
    ClassificationReport, Example, MultiLabelReport, Picture, RegressionReport, TaskReport,
};

use crate::error::internal;
use crate::{Judgement, SessionError};

/// Samples with the highest loss that are shown.
const HARDEST: usize = 24;
/// Samples that are correct that are shown, at least one a class up to this many.
const CORRECT: usize = 20;

/// The task's part of a report; `names` are those of the outputs.
pub(crate) fn task_report<M>(
    judgement: &Judgement,
    recipe: &Recipe<M>,
    names: Vec<String>,
) -> Result<TaskReport, SessionError> {
    let source = judgement.source.as_ref();
    Ok(match (&judgement.predictions, &judgement.evaluation) {
        (Predictions::Classification(all), Evaluation::Classification(evaluation)) => {
            let worst = hardest(all.samples(), |one: &JudgedClass| one.loss);
            let correct = correct(all.samples(), all.classes());
            TaskReport::Classification(ClassificationReport {
                classes: names,
                evaluation: evaluation.clone(),
                hardest: examples(source, worst, |one| one.index)?,
                correct: examples(source, correct, |one| one.index)?,
            })
        }
        (Predictions::MultiLabel(all), Evaluation::MultiLabel(evaluation)) => {
            let worst = hardest(all.examples(), |one: &JudgedLabels| one.loss);
            TaskReport::MultiLabel(MultiLabelReport {
                labels: names,
                evaluation: evaluation.clone(),
                worst: examples(source, worst, |one| one.index)?,
            })
        }
        (Predictions::Regression(all), Evaluation::Regression(evaluation)) => {
            let error = |one: &JudgedNumber| (one.predicted - one.target).abs();
            let worst = hardest(all.examples(), error);
            TaskReport::Regression(RegressionReport {
                target: names.into_iter().next().ok_or_else(|| internal("a number has no name"))?,
                unit: unit(recipe),
                worst: examples(source, worst, |one| one.index)?,
                predictions: RegressionPredictions::clone(all),
                evaluation: evaluation.clone(),
            })
        }
        _ => return Err(internal("the scores are of another task than what was said")),
    })
}

fn unit<M>(recipe: &Recipe<M>) -> String {
    match &recipe.task {
        TaskConfig::Regression(config) => config.unit.clone(),
        _ => String::new(),
    }
}

/// The highest first; a value that is no number is higher than any. Equal ones in their order.
fn hardest<T>(samples: &[T], value: impl Fn(&T) -> f64) -> Vec<&T> {
    let mut places: Vec<&T> = samples.iter().collect();
    let height = |sample: &T| {
        let value = value(sample);
        if value.is_nan() { f64::INFINITY } else { value }
    };
    places.sort_by(|one, other| height(other).total_cmp(&height(one)));
    places.truncate(HARDEST);
    places
}

/// The first of each class that are correct.
fn correct(samples: &[JudgedClass], classes: usize) -> Vec<&JudgedClass> {
    let each = (CORRECT / classes.max(1)).max(1);
    let of_class = |class: usize| {
        let correct =
            samples.iter().filter(move |sample| sample.is_right() && sample.target == class);
        correct.take(each)
    };
    (0..classes).flat_map(of_class).take(CORRECT).collect()
}

fn examples<T: Clone>(
    source: &dyn Source,
    judged: Vec<&T>,
    index: impl Fn(&T) -> u32,
) -> Result<Vec<Example<T>>, SessionError> {
    let example = |one: &T| {
        let index = index(one);
        let picture = match source.content() {
            Content::Pixels => Some(picture(source, index)?),
            Content::Numbers => None,
        };
        let (name, columns) = (source.name(index as usize), source.columns(index as usize));
        Ok(Example { judged: one.clone(), name, picture, columns })
    };
    judged.into_iter().map(example).collect()
}

fn picture(source: &dyn Source, index: u32) -> Result<Picture, SessionError> {
    let shape = source.shape();
    let mut pixels = vec![0; shape.pixel_count()];
    source.read(index as usize, &mut pixels)?;
    let size = |pixels: usize| u32::try_from(pixels).map_err(internal);
    let (width, height) = (size(shape.width)?, size(shape.height)?);
    Ok(Picture { width, height, channels: size(shape.channels)?, pixels })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(index: u32, target: usize, predicted: usize, loss: f64) -> JudgedClass {
        JudgedClass { index, target, predicted, loss, probabilities: vec![0.5, 0.5] }
    }

    #[test]
    fn the_worst_come_first_and_what_is_no_number_is_the_worst() {
        let samples = [
            judged(0, 0, 0, 0.1),
            judged(1, 0, 1, 3.0),
            judged(2, 1, 0, f64::NAN),
            judged(3, 1, 1, 3.0),
        ];
        let order: Vec<u32> =
            hardest(&samples, |one| one.loss).iter().map(|sample| sample.index).collect();
        assert_eq!(order, [2, 1, 3, 0]);
    }

    #[test]
    fn the_correct_ones_are_spread_over_the_classes() {
        let samples: Vec<JudgedClass> = (0..60)
            .map(|index| judged(index, usize::from(index < 40), usize::from(index != 0), 0.0))
            .collect();
        let shown: Vec<u32> = correct(&samples, 2).iter().map(|sample| sample.index).collect();
        // None of class 0 is correct; of class 1 the first ten are shown.
        assert_eq!(shown, (1..11).collect::<Vec<u32>>());
        assert_eq!(correct(&samples, 1000).len(), 1);
    }
}
