//! Features and classes in, probabilities that are linear in their logarithms out (`sklearn.linear_model.LogisticRegression`).
//!
//! As scikit-learn's default: L2 with C = 1, no penalty on the intercept, one set of weights for two classes and one a class for more.

use super::constant::check_labels;
use super::curvature::Coordinates;
use super::design::{Design, places};
use super::encoding::Encoding;
use super::features::Features;
use super::fit::{Fit, MOST_PRODUCTS, chosen_rows};
use super::lbfgs::minimise;
use super::products::CentredProducts;
use super::softmax::{log_loss, softmax};
use crate::{ClassificationPredictions, JudgedClass, MetricsError};

/// The inverse of the penalty's strength; scikit-learn's default.
const C: f64 = 1.0;
/// The largest part of the gradient of the mean loss that may be left; a hundredth of scikit-learn's default, for a few steps more.
const TOLERANCE: f64 = 1e-6;
/// How often the loss may be computed; `adult` needs 31, scikit-learn's default is 100 steps.
const MOST_EVALUATIONS: usize = 200;
/// The most weights: with 1,024 inputs, those of 64 classes. L-BFGS remembers twenty times as many numbers.
const MOST_WEIGHTS: usize = 1 << 16;
/// Products that a computation of the scores may take; the gradient takes as many again.
const MOST_WORK: usize = 1 << 25;
/// Products that all evaluations may take: some ten seconds, of which most tables need milliseconds.
const MOST_TOTAL_WORK: usize = 1 << 34;

/// A classifier whose decision borders are planes.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearClasses {
    encoding: Encoding,
    scores: LinearScores,
    /// The classes that training held, rising; all others have probability 0.
    held: Vec<usize>,
    classes: usize,
    fit: Fit,
}

/// Fits class probabilities to the labels, `[rows]`.
///
/// # Errors
///
/// Returns an error without a row, with more than 1,024 columns, with so many classes that there were more than 65,536 weights, if there is not
/// one label a row, or if one is no class.
pub fn fit_classes(
    features: &Features<'_>,
    labels: &[usize],
    class_count: usize,
) -> Result<LinearClasses, MetricsError> {
    features.check_targets(labels.len())?;
    check_labels(labels, class_count)?;
    if labels.is_empty() {
        return Err(MetricsError::NoRows);
    }
    let width = features.layout().columns() + 1;
    // A row costs its products once, and its scores in each evaluation.
    let work = width.saturating_mul(class_count).max(width * width / (MOST_PRODUCTS / MOST_WORK));
    let rows = chosen_rows(features.rows(), work, MOST_WORK);
    let encoding = Encoding::of(features, &rows)?;
    let inputs = encoding.inputs() + 1;
    if inputs.saturating_mul(class_count) > MOST_WEIGHTS {
        return Err(MetricsError::TooManyClasses {
            classes: class_count,
            inputs,
            most: MOST_WEIGHTS,
        });
    }
    let design = Design::of(features, &rows, &encoding);
    let mut held: Vec<usize> = rows.iter().map(|&row| labels[row]).collect();
    held.sort_unstable();
    held.dedup();
    let place = |row: &usize| held.binary_search(&labels[*row]).expect("a label of a chosen row");
    let targets: Vec<usize> = rows.iter().map(place).collect();

    let mut scores = LinearScores::new(encoding.inputs(), held.len());
    let mut fit = Fit::new(rows.len(), features.rows(), &encoding);
    if scores.outputs > 0 {
        let products = CentredProducts::of(&design, encoding.inputs());
        let coordinates = Coordinates::new(products, strength(&targets), scores.outputs);
        let size = scores.weights.len();
        // Scores and gradient of each row, and two triangles for each output.
        let work = scores.outputs * (2 * rows.len() * width + inputs * inputs);
        let most_evaluations = MOST_EVALUATIONS.min(MOST_TOTAL_WORK / work);
        let found = minimise(size, TOLERANCE, most_evaluations, |point, gradient| {
            coordinates.weights(point, &mut scores.weights);
            let loss = scores.loss(&design, &targets, gradient);
            coordinates.turn(gradient);
            loss
        });
        coordinates.weights(&found.point, &mut scores.weights);
        (fit.evaluations, fit.converged) = (found.evaluations, found.converged);
    }
    Ok(LinearClasses { encoding, scores, held, classes: class_count, fit })
}

impl LinearClasses {
    /// The weights, `[inputs, outputs]`, input after input: the numbers, then the categories that have an input, by column and code. Two
    /// classes have one output, that of the second; more have one each.
    pub fn weights(&self) -> &[f64] {
        &self.scores.weights[..self.scores.weights.len() - self.scores.outputs]
    }

    /// The intercept of each output, `[outputs]`.
    pub fn intercepts(&self) -> &[f64] {
        &self.scores.weights[self.scores.weights.len() - self.scores.outputs..]
    }

    /// What it was fitted to.
    pub fn fit(&self) -> &Fit {
        &self.fit
    }

    /// The probabilities of each row, `[rows, classes]`; 0 for a class that no row had to which it was fitted.
    ///
    /// # Errors
    ///
    /// Returns an error if the features have other columns than those that it was fitted to.
    pub fn predict(&self, features: &Features<'_>) -> Result<Vec<Vec<f64>>, MetricsError> {
        self.encoding.check(features)?;
        let (mut scores, mut held) = (vec![0.0; self.scores.outputs], vec![0.0; self.held.len()]);
        let predict = |row: &[f32]| {
            let numbers = &row[..self.encoding.numbers()];
            self.scores.of(numbers, places(self.encoding.hot(row)), &mut scores);
            probabilities(&scores, &mut held);
            let mut all = vec![0.0; self.classes];
            for (&class, &probability) in self.held.iter().zip(&held) {
                all[class] = probability;
            }
            all
        };
        Ok(features.iter().map(predict).collect())
    }

    /// What it says of examples with these labels, `[rows]`; the loss is the cross-entropy, at most 36 (`sklearn.metrics.log_loss`).
    ///
    /// # Errors
    ///
    /// Returns an error if there is not one label a row, if one is no class, or if the features have other columns than those that it was
    /// fitted to.
    pub fn judge(
        &self,
        features: &Features<'_>,
        labels: &[usize],
    ) -> Result<ClassificationPredictions, MetricsError> {
        features.check_targets(labels.len())?;
        check_labels(labels, self.classes)?;
        let mut predictions = ClassificationPredictions::new(self.classes);
        for ((index, &target), probabilities) in (0..).zip(labels).zip(self.predict(features)?) {
            let predicted = most_probable(&probabilities);
            let loss = log_loss(probabilities[target]);
            predictions.push(JudgedClass { index, target, predicted, loss, probabilities });
        }
        Ok(predictions)
    }
}

/// The first of the most probable classes.
fn most_probable(probabilities: &[f64]) -> usize {
    let better = |best: usize, class: usize| {
        if probabilities[class] > probabilities[best] { class } else { best }
    };
    (1..probabilities.len()).fold(0, better)
}

/// Scores that are linear in the inputs.
#[derive(Clone, Debug, PartialEq)]
struct LinearScores {
    /// `[inputs + 1, outputs]`; last the intercepts.
    weights: Vec<f64>,
    outputs: usize,
}

impl LinearScores {
    /// Weights of 0. A single class needs no output, and of two the second alone has one.
    fn new(inputs: usize, classes: usize) -> Self {
        let outputs = if classes > 2 { classes } else { classes - 1 };
        Self { weights: vec![0.0; (inputs + 1) * outputs], outputs }
    }

    /// Writes the scores of a row, `[outputs]`.
    fn of(&self, numbers: &[f32], hot: impl Iterator<Item = usize>, scores: &mut [f64]) {
        let of = |input: usize| &self.weights[input * self.outputs..][..self.outputs];
        scores.copy_from_slice(&self.weights[self.weights.len() - self.outputs..]);
        for (input, value) in numbers.iter().enumerate() {
            for (score, weight) in scores.iter_mut().zip(of(input)) {
                *score += f64::from(*value) * weight;
            }
        }
        for input in hot {
            for (score, weight) in scores.iter_mut().zip(of(input)) {
                *score += weight;
            }
        }
    }

    /// Writes the gradient, `[inputs + 1, outputs]`, of the mean loss and its penalty, and returns both.
    #[expect(clippy::cast_precision_loss, reason = "at most 32,768 rows")]
    fn loss(&self, design: &Design, targets: &[usize], gradient: &mut [f64]) -> f64 {
        let (outputs, rows) = (self.outputs, targets.len() as f64);
        let intercepts = self.weights.len() - outputs;
        let mut scores = vec![0.0; outputs];
        gradient.fill(0.0);
        let mut loss = 0.0;
        for (row, &target) in targets.iter().enumerate() {
            self.of(design.numbers(row), design.hot(row), &mut scores);
            loss += residuals(&mut scores, target);
            for (input, value) in design.numbers(row).iter().enumerate() {
                let gradient = &mut gradient[input * outputs..][..outputs];
                for (gradient, residual) in gradient.iter_mut().zip(&scores) {
                    *gradient += f64::from(*value) * residual;
                }
            }
            for input in design.hot(row).map(|input| input * outputs).chain([intercepts]) {
                for (gradient, residual) in gradient[input..].iter_mut().zip(&scores) {
                    *gradient += residual;
                }
            }
        }
        for gradient in &mut *gradient {
            *gradient /= rows;
        }
        let strength = strength(targets);
        let weights = &self.weights[..intercepts];
        for (gradient, weight) in gradient.iter_mut().zip(weights) {
            *gradient += strength * weight;
        }
        loss / rows + 0.5 * strength * weights.iter().map(|weight| weight * weight).sum::<f64>()
    }
}

/// The factor of half the weights' squares in the mean loss.
#[expect(clippy::cast_precision_loss, reason = "at most 32,768 rows")]
fn strength(targets: &[usize]) -> f64 {
    1.0 / (C * targets.len() as f64)
}

/// Makes the loss's derivatives of the scores in their place, `[outputs]`, and returns the loss.
fn residuals(scores: &mut [f64], target: usize) -> f64 {
    if let [score] = scores {
        let signed = if target == 1 { *score } else { -*score };
        let loss = (-signed.abs()).exp().ln_1p() + (-signed).max(0.0);
        *score = logistic(*score) - if target == 1 { 1.0 } else { 0.0 };
        return loss;
    }
    let true_score = scores[target];
    let logarithm = softmax(scores);
    scores[target] -= 1.0;
    logarithm - true_score
}

/// Writes the probabilities, `[classes held]`, of scores, `[outputs]`.
fn probabilities(scores: &[f64], probabilities: &mut [f64]) {
    match scores {
        [] => probabilities.fill(1.0),
        [score] => probabilities.copy_from_slice(&[logistic(-score), logistic(*score)]),
        scores => {
            probabilities.copy_from_slice(scores);
            softmax(probabilities);
        }
    }
}

fn logistic(score: f64) -> f64 {
    1.0 / (1.0 + (-score).exp())
}

#[cfg(test)]
mod tests {
    use super::super::features::Layout;
    use super::*;
    use crate::ClassificationEvaluation;

    static ONE_NUMBER: Layout = Layout { numbers: 1, cardinalities: Vec::new() };

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let layout = Layout { numbers: 2, cardinalities: vec![3] };
        let values = [0.5, -1.0, 1.0, 1.5, 0.25, 2.0, -0.75, 2.0, 0.0, 1.0, 1.0, 2.0];
        let features = Features::new(&values, &layout).unwrap();
        let rows = [0, 1, 2, 3];
        let encoding = Encoding::of(&features, &rows).unwrap();
        let design = Design::of(&features, &rows, &encoding);
        for (classes, targets) in [(2, [0, 1, 1, 0]), (3, [0, 1, 2, 2])] {
            let mut scores = LinearScores::new(encoding.inputs(), classes);
            for (place, weight) in (0_u32..).zip(&mut scores.weights) {
                *weight = f64::from(place).sin();
            }
            let (mut gradient, mut unused) =
                (vec![0.0; scores.weights.len()], scores.weights.clone());
            scores.loss(&design, &targets, &mut gradient);
            for (place, expected) in gradient.iter().enumerate() {
                let mut moved = |by: f64| {
                    let mut scores = scores.clone();
                    scores.weights[place] += by;
                    scores.loss(&design, &targets, &mut unused)
                };
                let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                assert!((difference - expected).abs() < 1e-9, "{difference}, expected {expected}");
            }
        }
    }

    #[test]
    fn classes_that_training_never_held_have_probability_0() {
        let features = Features::new(&[-1.0, 1.0, -2.0, 3.0], &ONE_NUMBER).unwrap();
        let linear = fit_classes(&features, &[1, 3, 1, 3], 5).unwrap();
        assert!(linear.fit().converged);
        let predicted = linear.judge(&features, &[1, 3, 1, 0]).unwrap();
        let evaluation = ClassificationEvaluation::of(&predicted).unwrap();
        assert_eq!(evaluation.correct, 3);
        for sample in predicted.samples() {
            let sum: f64 = sample.probabilities.iter().sum();
            assert!(
                (sum - 1.0).abs() < 1e-12
                    && sample.probabilities[0] + sample.probabilities[4] == 0.0
            );
        }
    }

    #[test]
    fn a_single_class_is_certain() {
        let features = Features::new(&[-1.0, 1.0], &ONE_NUMBER).unwrap();
        let linear = fit_classes(&features, &[2, 2], 3).unwrap();
        assert_eq!(linear.predict(&features).unwrap(), [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]);
        assert_eq!((linear.weights().len(), linear.intercepts().len()), (0, 0));
    }

    #[test]
    fn enormous_features_end_with_finite_probabilities() {
        let features = Features::new(&[-f32::MAX, f32::MAX, 0.0, 1.0], &ONE_NUMBER).unwrap();
        for labels in [[0, 1, 0, 1], [0, 1, 2, 1]] {
            let linear = fit_classes(&features, &labels, 3).unwrap();
            let predicted = linear.predict(&features).unwrap();
            assert!(predicted.iter().flatten().all(|value| value.is_finite()), "{predicted:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let features = Features::new(&[1.0, 2.0], &ONE_NUMBER).unwrap();
        let fault = |labels: &[usize]| fit_classes(&features, labels, 2).unwrap_err().to_string();
        assert_eq!(fault(&[1]), "1 targets for 2 rows");
        assert_eq!(fault(&[1, 2]), "the label of row 1 is no class: 2, expected a number below 2");
        let expected = MetricsError::TooManyClasses { classes: 40_000, inputs: 2, most: 65_536 };
        assert_eq!(fit_classes(&features, &[1, 2], 40_000).unwrap_err(), expected);
        let none = Features::new(&[], &ONE_NUMBER).unwrap();
        assert_eq!(fit_classes(&none, &[], 2).unwrap_err(), MetricsError::NoRows);
    }
}
