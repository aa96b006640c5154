//! A confusion matrix as text: numbers first, colour where there is a terminal.

use comfy_table::{Cell, CellAlignment, Color, ColumnConstraint, Width};

use crate::table::without_lines;

/// The most classes that fit a terminal side by side.
const WIDEST: usize = 20;
/// Without a matrix, so many of the most frequent mistakes are listed.
const MISTAKES: usize = 10;

/// Rows are true classes, columns predicted ones; an empty cell is 0. With more classes than fit side by side, the most frequent
/// mistakes.
pub(crate) fn confusion_text(
    confusion: &[Vec<u64>],
    classes: &[String],
    is_coloured: bool,
) -> String {
    if classes.len() > WIDEST {
        mistakes(confusion, classes)
    } else {
        matrix(confusion, classes, is_coloured)
    }
}

fn matrix(confusion: &[Vec<u64>], classes: &[String], is_coloured: bool) -> String {
    let mut table = without_lines();
    if is_coloured {
        table.enforce_styling();
    }
    let heading = ["    "].into_iter().chain(classes.iter().map(String::as_str));
    table.add_row(heading);
    for (class, (name, row)) in classes.iter().zip(confusion).enumerate() {
        let support = row.iter().sum();
        let cells = row.iter().enumerate().map(|(column, &count)| {
            let cell = Cell::new_owned(if count == 0 { ".".to_owned() } else { count.to_string() });
            match shade(count, support, column == class) {
                Some((ink, paper)) => cell.fg(Color::AnsiValue(ink)).bg(Color::AnsiValue(paper)),
                None => cell,
            }
        });
        table.add_row([Cell::new(name)].into_iter().chain(cells));
    }
    let widths = table.column_max_content_widths();
    // default: without a class there is no cell whose width could matter.
    let width = 1 + widths.into_iter().skip(1).max().unwrap_or(0);
    for (number, column) in table.column_iter_mut().enumerate() {
        if number == 0 {
            column.set_padding((0, 1));
        } else {
            column.set_padding((1, 0));
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let title = "confusion (rows: true class, columns: predicted)";
    format!("{title}\n{}", table.trim_fmt())
}

/// Ink and paper among the 256 colours that terminals have: black on green for what is correct, white on red for what is not, the
/// stronger the larger its share of the row.
fn shade(count: u64, support: u64, is_correct: bool) -> Option<(u8, u8)> {
    const BLACK: u8 = 0;
    const WHITE: u8 = 15;
    let at_least = |percent: u64| count > 0 && count * 100 >= percent * support;
    let (ink, papers) = if is_correct {
        (BLACK, [(90, 77), (70, 114), (0, 151)])
    } else {
        (WHITE, [(10, 160), (3, 124), (1, 88)])
    };
    papers.into_iter().find(|&(percent, _)| at_least(percent)).map(|(_, paper)| (ink, paper))
}

fn mistakes(confusion: &[Vec<u64>], classes: &[String]) -> String {
    let cells = confusion.iter().enumerate().flat_map(|(class, row)| {
        row.iter().enumerate().map(move |(taken, &count)| (count, class, taken))
    });
    let mut wrong: Vec<_> =
        cells.filter(|&(count, class, taken)| count > 0 && class != taken).collect();
    // The most frequent first; equal ones in the order of the classes.
    wrong.sort_by_key(|&(count, class, taken)| (std::cmp::Reverse(count), class, taken));
    let mut lines = vec!["the most frequent mistakes".to_owned()];
    lines.extend(wrong.iter().take(MISTAKES).map(|&(count, class, taken)| {
        format!("{count:>6}  {} taken for {}", classes[class], classes[taken])
    }));
    if wrong.is_empty() {
        lines.push("none".to_owned());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|class| format!("c{class}")).collect()
    }

    #[test]
    fn numbers_stand_in_columns() {
        let confusion = [vec![120, 1, 0], vec![0, 7, 9], vec![0, 0, 0]];
        assert_snapshot!(confusion_text(&confusion, &names(3), false), @r"
        confusion (rows: true class, columns: predicted)
               c0  c1  c2
        c0    120   1   .
        c1      .   7   9
        c2      .   .   .
        ");
    }

    #[test]
    fn colour_changes_no_number() {
        let confusion = [vec![95, 5], vec![40, 60]];
        // Also where the one who tests wants no colour.
        ratatui::crossterm::style::force_color_output(true);
        let coloured = confusion_text(&confusion, &names(2), true);
        assert!(
            coloured.contains("\u{1b}[48;5;77m\u{1b}[38;5;0m 95\u{1b}[49m\u{1b}[39m"),
            "{coloured:?}"
        );
        assert!(
            coloured.contains("\u{1b}[48;5;160m\u{1b}[38;5;15m 40\u{1b}[49m\u{1b}[39m"),
            "{coloured:?}"
        );
        let plain: String = coloured
            .split('\u{1b}')
            .enumerate()
            .map(|(part, text)| if part == 0 { text } else { text.split_once('m').unwrap().1 })
            .collect();
        assert_eq!(plain, confusion_text(&confusion, &names(2), false));
    }

    #[test]
    fn many_classes_give_their_mistakes() {
        let mut confusion = vec![vec![0; 30]; 30];
        (confusion[3][4], confusion[4][3], confusion[7][7], confusion[9][2]) = (2, 5, 90, 2);
        assert_snapshot!(confusion_text(&confusion, &names(30), false), @r"
        the most frequent mistakes
             5  c4 taken for c3
             2  c3 taken for c4
             2  c9 taken for c2
        ");
    }
}
