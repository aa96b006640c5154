//! Values in, their mean and variance out.

/// Mean and variance of some values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments {
    pub(crate) count: f64,
    pub(crate) mean: f64,
    /// Over `count - 1`; NaN for one value.
    pub(crate) variance: f64,
}

impl Moments {
    #[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^53")]
    pub(crate) fn of(values: &[f64]) -> Self {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Self { count, mean, variance: squares / (count - 1.0) }
    }

    /// The standard error of the mean.
    pub(crate) fn error(&self) -> f64 {
        (self.variance / self.count).sqrt()
    }
}

/// Mean and sample standard deviation; the latter is NaN for one value.
pub fn mean_and_deviation(values: &[f64]) -> [f64; 2] {
    let moments = Moments::of(values);
    [moments.mean, moments.variance.sqrt()]
}
