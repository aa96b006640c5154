//! A confusion matrix in, a table with shades out; of many classes, the most frequent mistakes.

use maud::{Markup, html};

use super::super::elements::scrolling;
use super::ClassificationReport;
use crate::numbers::{percent, thousands};

/// The most classes that are shown as a matrix.
const WIDEST: usize = 25;
/// Of more classes, so many mistakes are listed.
const MISTAKES: usize = 30;

pub(super) fn section(report: &ClassificationReport) -> Markup {
    if report.evaluation.confusion.len() > WIDEST { mistakes(report) } else { matrix(report) }
}

fn matrix(report: &ClassificationReport) -> Markup {
    let confusion = &report.evaluation.confusion;
    let caption = html! { "Rows are true classes, columns predicted ones. The darker, the larger the share of its row." };
    let rows = html! {
        table.confusion {
            thead {
                tr {
                    td {}
                    @for class in 0..confusion.len() { th scope="col" { (report.class(class)) } }
                }
            }
            tbody {
                @for (class, row) in confusion.iter().enumerate() {
                    @let support = row.iter().sum();
                    tr {
                        th scope="row" { (report.class(class)) }
                        @for (taken, &cases) in row.iter().enumerate() {
                            td class=[shade(cases, support, taken == class)] {
                                @if cases > 0 { (thousands(cases)) } @else { "·" }
                            }
                        }
                    }
                }
            }
        }
    };
    scrolling("Confusion matrix", &caption, &rows)
}

/// `right` or `wrong` with a strength from 1 to 4; nothing where there is no case. Mistakes show early: 1 in 100 is seen.
fn shade(cases: u64, support: u64, is_right: bool) -> Option<&'static str> {
    let at_least = |percent: u64| cases > 0 && cases * 100 >= percent * support;
    let shades = if is_right {
        [(95, "right-4"), (85, "right-3"), (60, "right-2"), (0, "right-1")]
    } else {
        [(10, "wrong-4"), (4, "wrong-3"), (1, "wrong-2"), (0, "wrong-1")]
    };
    shades.into_iter().find(|&(percent, _)| at_least(percent)).map(|(_, class)| class)
}

fn mistakes(report: &ClassificationReport) -> Markup {
    let confusion = &report.evaluation.confusion;
    let cells = confusion.iter().enumerate().flat_map(|(class, row)| {
        row.iter().enumerate().map(move |(taken, &cases)| (cases, class, taken))
    });
    let mut wrong: Vec<_> =
        cells.filter(|&(cases, class, taken)| cases > 0 && class != taken).collect();
    // The most frequent first; equal ones in the order of the classes.
    wrong.sort_by_key(|&(cases, class, taken)| (std::cmp::Reverse(cases), class, taken));
    wrong.truncate(MISTAKES);
    let caption =
        html! { "The most frequent mistakes among " (thousands(confusion.len())) " classes" };
    let rows = html! {
        table {
            thead {
                tr {
                    th scope="col" { "true class" }
                    th scope="col" { "taken for" }
                    th scope="col" { "cases" }
                    th scope="col" { "of the class" }
                }
            }
            tbody {
                @for (cases, class, taken) in wrong {
                    tr {
                        th scope="row" { (report.class(class)) }
                        td { (report.class(taken)) }
                        td { (thousands(cases)) }
                        td { (share(cases, confusion[class].iter().sum())) }
                    }
                }
            }
        }
    };
    scrolling("Mistakes", &caption, &rows)
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^53")]
fn share(cases: u64, support: u64) -> String {
    percent(cases as f64 / support as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_follow_the_share_of_the_row() {
        assert_eq!(shade(0, 100, true), None);
        assert_eq!(shade(0, 0, false), None);
        let right = [10, 60, 85, 95].map(|cases| shade(cases, 100, true).unwrap());
        assert_eq!(right, ["right-1", "right-2", "right-3", "right-4"]);
        let wrong = [9, 10, 40, 100].map(|cases| shade(cases, 1000, false).unwrap());
        assert_eq!(wrong, ["wrong-1", "wrong-2", "wrong-3", "wrong-4"]);
    }
}
