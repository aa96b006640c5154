//! A confusion matrix as text: numbers first, colour where there is a terminal.

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
    let counts = confusion.iter().flatten().map(|count| count.to_string().len());
    let names = classes.iter().map(|name| name.chars().count());
    // default: without a class there is no cell whose width could matter.
    let width = counts.chain(names.clone()).max().unwrap_or(1) + 1;
    // default: the same.
    let label_width = names.max().unwrap_or(1).max(4);
    let heading: Vec<String> = classes.iter().map(|name| format!("{name:>width$}")).collect();
    let mut lines = vec![
        "confusion (rows: true class, columns: predicted)".to_owned(),
        format!("{:label_width$} {}", "", heading.concat()),
    ];
    for (class, (name, row)) in classes.iter().zip(confusion).enumerate() {
        let support = row.iter().sum();
        let cell = |(column, &count): (usize, &u64)| {
            let text = if count == 0 { ".".to_owned() } else { count.to_string() };
            let text = format!("{text:>width$}");
            match colour(count, support, column == class).filter(|_| is_coloured) {
                Some(code) => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
                None => text,
            }
        };
        let cells: String = row.iter().enumerate().map(cell).collect();
        lines.push(format!("{name:label_width$} {cells}"));
    }
    lines.join("\n")
}

/// Black on green for what is right, white on red for what is wrong, the stronger the larger its share of the row (colours of
/// the 256 that terminals have).
fn colour(count: u64, support: u64, is_right: bool) -> Option<&'static str> {
    let at_least = |percent: u64| count > 0 && count * 100 >= percent * support;
    let shades = if is_right {
        [(90, "30;48;5;77"), (70, "30;48;5;114"), (0, "30;48;5;151")]
    } else {
        [(10, "97;48;5;160"), (3, "97;48;5;124"), (1, "97;48;5;88")]
    };
    shades.into_iter().find(|&(percent, _)| at_least(percent)).map(|(_, code)| code)
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
        let coloured = confusion_text(&confusion, &names(2), true);
        assert!(coloured.contains("\u{1b}[30;48;5;77m 95\u{1b}[0m"), "{coloured:?}");
        assert!(coloured.contains("\u{1b}[97;48;5;160m 40\u{1b}[0m"), "{coloured:?}");
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
