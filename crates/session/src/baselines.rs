//! What is reached without any network, on the same test examples: a constant, and for the rows of a table a linear model.

use burnwright_data::{Content, DataError, Preparation, Source, Target, Targets};
use burnwright_metrics::MetricsError;
use burnwright_metrics::baseline::{
    ConstantNumber, Features, Layout, MajorityClass, fit_classes, fit_numbers, rows_to_fit,
};
use burnwright_run::Baseline;
use burnwright_task::Predictions;

use crate::SessionError;

/// The baselines of data that came from a user's files, fitted to the training examples `train` and judged by all of `test`. Other data
/// have none, and neither have labels. A linear model is left out where there are too many columns or classes for it.
pub(crate) fn baselines(
    train: &dyn Source,
    test: &dyn Source,
) -> Result<Vec<Baseline>, SessionError> {
    let preparation = train.preparation();
    if preparation.is_none() {
        return Ok(Vec::new());
    }
    let layout = layout(&preparation, train);
    let mut all = Vec::new();
    match train.targets() {
        Targets::Classes(classes) => {
            let (learned, asked) = (labels(train)?, labels(test)?);
            let constant = MajorityClass::of(&learned, classes.len())?.judge(&asked)?;
            all.extend(baseline("constant", &Predictions::Classification(constant)));
            if let Some(layout) = layout {
                let rows = rows_to_fit(train.len());
                let known = numbers(train, &rows)?;
                let learned = of_rows(&learned, &rows);
                let known = Features::new(&known, &layout)?;
                if let Some(linear) = if_feasible(fit_classes(&known, &learned, classes.len()))? {
                    let unknown = numbers(test, &all_rows(test))?;
                    let judged = linear.judge(&Features::new(&unknown, &layout)?, &asked)?;
                    all.extend(baseline("linear", &Predictions::Classification(judged)));
                }
            }
        }
        Targets::Number(_) => {
            let (learned, asked) = (values(train)?, values(test)?);
            let constant = ConstantNumber::mean(&learned)?.judge(&asked)?;
            all.extend(baseline("constant", &Predictions::Regression(constant)));
            if let Some(layout) = layout {
                let rows = rows_to_fit(train.len());
                let known = numbers(train, &rows)?;
                let learned = of_rows(&learned, &rows);
                let known = Features::new(&known, &layout)?;
                if let Some(linear) = if_feasible(fit_numbers(&known, &learned))? {
                    let unknown = numbers(test, &all_rows(test))?;
                    let judged = linear.judge(&Features::new(&unknown, &layout)?, &asked)?;
                    all.extend(baseline("linear", &Predictions::Regression(judged)));
                }
            }
        }
        Targets::Labels(_) => {}
    }
    Ok(all)
}

fn baseline(name: &str, predictions: &Predictions) -> Option<Baseline> {
    let scores = predictions.scores()?;
    Some(Baseline { name: name.to_owned(), scores })
}

/// What the columns of a row are; none where examples are pictures.
fn layout(preparation: &Preparation, source: &dyn Source) -> Option<Layout> {
    if source.content() != Content::Numbers {
        return None;
    }
    let cardinalities = preparation.categories();
    let numbers = source.shape().width.checked_sub(cardinalities.len())?;
    Some(Layout { numbers, cardinalities })
}

/// What was fitted; nothing where there are too many columns or classes for it.
fn if_feasible<T>(fitted: Result<T, MetricsError>) -> Result<Option<T>, MetricsError> {
    match fitted {
        Err(MetricsError::TooManyColumns { .. } | MetricsError::TooManyClasses { .. }) => Ok(None),
        fitted => fitted.map(Some),
    }
}

fn all_rows(source: &dyn Source) -> Vec<usize> {
    (0..source.len()).collect()
}

fn of_rows<T: Copy>(all: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().map(|&row| all[row]).collect()
}

/// Some rows of a source, one after the other.
fn numbers(source: &dyn Source, rows: &[usize]) -> Result<Vec<f32>, DataError> {
    let columns = source.shape().pixel_count();
    let mut numbers = vec![0.0; rows.len() * columns];
    for (&index, row) in rows.iter().zip(numbers.chunks_exact_mut(columns.max(1))) {
        source.read_numbers(index, row)?;
    }
    Ok(numbers)
}

fn labels(source: &dyn Source) -> Result<Vec<usize>, DataError> {
    let class = |index| {
        let target = source.target(index)?;
        Ok(target.class().expect("a source of classes has been checked") as usize)
    };
    (0..source.len()).map(class).collect()
}

fn values(source: &dyn Source) -> Result<Vec<f64>, DataError> {
    let number = |index| match source.target(index)? {
        Target::Number(number) => Ok(number),
        _ => unreachable!("a source of numbers has been checked"),
    };
    (0..source.len()).map(number).collect()
}
