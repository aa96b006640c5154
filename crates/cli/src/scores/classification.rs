//! The scores of classes as text: one a line, then a line for each class, the confusion matrix and the reliability table.

use burnwright_metrics::{Calibration, ClassScores, ClassificationEvaluation, Means};

use super::percent;
use crate::confusion::confusion_text;
use crate::table::{table, table_of_numbers};

/// All of it; the names of the classes are escaped.
pub(super) fn text(
    evaluation: &ClassificationEvaluation,
    classes: &[String],
    more: &[(&str, String)],
    is_coloured: bool,
) -> String {
    let mut parts = vec![
        first_lines(evaluation, more),
        class_table(evaluation, classes),
        confusion_text(&evaluation.confusion, classes, is_coloured),
    ];
    parts.extend(evaluation.calibration.as_ref().map(reliability_table));
    parts.join("\n\n")
}

fn first_lines(evaluation: &ClassificationEvaluation, more: &[(&str, String)]) -> String {
    let [low, high] = evaluation.interval;
    let accuracy = format!(
        "{} ({} of {}; 95% interval {} to {})",
        percent(evaluation.accuracy),
        evaluation.correct,
        evaluation.total,
        percent(low),
        percent(high),
    );
    let mut lines = vec![("accuracy".to_owned(), accuracy)];
    let tops = evaluation.top_k.iter();
    lines.extend(tops.map(|top| (format!("top {}", top.k), percent(top.accuracy))));
    lines.push(("loss".to_owned(), format!("{:.4} a sample", evaluation.loss)));
    if let Some(area) = evaluation.macro_mean.roc_auc {
        let area = format!("{area:.4} (each class against the rest, mean over the classes)");
        lines.push(("ROC AUC".to_owned(), area));
    }
    if let Some(calibration) = &evaluation.calibration {
        let error = format!("{} between confidence and accuracy", percent(calibration.error));
        lines.push(("calibration error".to_owned(), error));
    }
    lines.extend(more.iter().map(|(name, text)| ((*name).to_owned(), text.clone())));
    let rows: Vec<Vec<String>> = lines.into_iter().map(|(name, text)| vec![name, text]).collect();
    table(&rows)
}

fn class_table(evaluation: &ClassificationEvaluation, classes: &[String]) -> String {
    let heading = ["class", "precision", "recall", "F1", "ROC AUC", "support"];
    let mut rows = vec![heading.map(ToOwned::to_owned).to_vec()];
    let cells = |name: &str, shares: [f64; 3], area: Option<f64>, support: String| {
        let area = area.map_or_else(|| "-".to_owned(), |area| format!("{area:.4}"));
        let shares = shares.map(percent);
        [&[name.to_owned()], &shares[..], &[area, support]].concat()
    };
    for (name, class) in classes.iter().zip(&evaluation.per_class) {
        let ClassScores { precision, recall, f1, support, roc_auc } = *class;
        rows.push(cells(name, [precision, recall, f1], roc_auc, support.to_string()));
    }
    let means =
        [("macro mean", evaluation.macro_mean), ("weighted mean", evaluation.weighted_mean)];
    for (name, Means { precision, recall, f1, roc_auc }) in means {
        rows.push(cells(name, [precision, recall, f1], roc_auc, evaluation.total.to_string()));
    }
    table_of_numbers(&rows)
}

/// The bins that hold a sample.
fn reliability_table(calibration: &Calibration) -> String {
    let heading = ["confidence", "right", "mean confidence", "samples"];
    let mut rows = vec![heading.map(ToOwned::to_owned).to_vec()];
    rows.extend(calibration.bins.iter().filter(|bin| bin.count > 0).map(|bin| {
        let range = format!("{:>3.0}% to {:>3.0}%", 100.0 * bin.low, 100.0 * bin.high);
        vec![range, percent(bin.accuracy), percent(bin.confidence), bin.count.to_string()]
    }));
    table_of_numbers(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burnwright_metrics::{ClassificationPredictions, JudgedClass};
    use insta::assert_snapshot;

    #[test]
    fn all_that_is_said_of_a_split() {
        let mut predictions = ClassificationPredictions::new(3);
        for (index, (target, probabilities)) in [
            (0, [0.9, 0.06, 0.04]),
            (0, [0.5, 0.4, 0.1]),
            (1, [0.5, 0.4, 0.1]),
            (2, [0.0, 0.1, 0.9]),
        ]
        .into_iter()
        .enumerate()
        {
            let predicted = (0..3).find(|&class| probabilities[class] >= 0.5).unwrap();
            predictions.push(JudgedClass {
                index: u32::try_from(index).unwrap(),
                target,
                predicted,
                loss: 0.25,
                probabilities: probabilities.to_vec(),
            });
        }
        let classes = ["cat", "dog", "owl"].map(str::to_owned);
        let evaluation = ClassificationEvaluation::of(&predictions).unwrap();
        let more = [("looks", "2 at these samples".to_owned())];
        assert_snapshot!(text(&evaluation, &classes, &more, false), @r"
        accuracy           75.00% (3 of 4; 95% interval 30.06% to 95.44%)
        top 2              100.00%
        loss               0.2500 a sample
        ROC AUC            0.9028 (each class against the rest, mean over the classes)
        calibration error  5.00% between confidence and accuracy
        looks              2 at these samples

        class          precision   recall       F1  ROC AUC  support
        cat               66.67%  100.00%   80.00%   0.8750        2
        dog                0.00%    0.00%    0.00%   0.8333        1
        owl              100.00%  100.00%  100.00%   1.0000        1
        macro mean        55.56%   66.67%   60.00%   0.9028        4
        weighted mean     58.33%   75.00%   65.00%   0.8958        4

        confusion (rows: true class, columns: predicted)
              cat dog owl
        cat     2   .   .
        dog     1   .   .
        owl     .   .   1

        confidence      right  mean confidence  samples
         47% to  53%   50.00%           50.00%        2
         87% to  93%  100.00%           90.00%        2
        ");
    }
}
