//! What is reached without any network, on the same test examples: a constant, and for the rows of a table a linear model.

use burnwright_data::{Content, DataError, Preparation, Source, Target, Targets};
use burnwright_metrics::baseline::{
    ConstantNumber, Features, Layout, MajorityClass, fit_classes, fit_numbers,
};
use burnwright_run::Baseline;
use burnwright_task::Predictions;

use crate::SessionError;

/// The baselines of data that came from a user's files, fitted to the training examples `train` and judged by all of `test`. Other data
/// have none, and neither have labels.
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
                let (known, unknown) = (numbers(train)?, numbers(test)?);
                let linear =
                    fit_classes(&Features::new(&known, &layout)?, &learned, classes.len())?
                        .judge(&Features::new(&unknown, &layout)?, &asked)?;
                all.extend(baseline("linear", &Predictions::Classification(linear)));
            }
        }
        Targets::Number(_) => {
            let (learned, asked) = (values(train)?, values(test)?);
            let constant = ConstantNumber::mean(&learned)?.judge(&asked)?;
            all.extend(baseline("constant", &Predictions::Regression(constant)));
            if let Some(layout) = layout {
                let (known, unknown) = (numbers(train)?, numbers(test)?);
                let linear = fit_numbers(&Features::new(&known, &layout)?, &learned)?
                    .judge(&Features::new(&unknown, &layout)?, &asked)?;
                all.extend(baseline("linear", &Predictions::Regression(linear)));
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

/// All rows of a source, one after the other.
fn numbers(source: &dyn Source) -> Result<Vec<f32>, DataError> {
    let columns = source.shape().pixel_count();
    let mut all = vec![0.0; source.len() * columns];
    for (index, row) in all.chunks_exact_mut(columns.max(1)).enumerate() {
        source.read_numbers(index, row)?;
    }
    Ok(all)
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
