//! A confusion matrix in, a picture of it out.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

use super::messages::Value;

/// The most classes whose counts are written into their cells.
const WITH_COUNTS: usize = 40;
/// Pixels a side of a cell without a count.
const PLAIN_CELL: u32 = 6;
/// Pixels of a point of a digit.
const POINT: u32 = 2;
/// Points a digit is wide, with the gap after it, and high.
const DIGIT: [u32; 2] = [4, 5];
/// Points around a count.
const MARGIN: u32 = 4;

/// Digits of 3 by 5 points, row by row from the top, the left point in the highest bit.
const DIGITS: [u16; 10] = [
    0b111_101_101_101_111,
    0b010_110_010_010_111,
    0b111_001_111_100_111,
    0b111_001_111_001_111,
    0b101_101_111_001_001,
    0b111_100_111_001_111,
    0b111_100_111_101_111,
    0b111_001_010_010_010,
    0b111_101_111_101_111,
    0b111_101_111_001_111,
];

/// How often each class was taken for each.
#[derive(Clone, Copy, Debug)]
pub struct Confusion<'a> {
    /// The split, such as `test`.
    pub split: &'a str,
    /// Rows are true classes, columns predicted ones.
    pub counts: &'a [Vec<u64>],
    /// The names of the classes.
    pub classes: &'a [String],
}

impl Confusion<'_> {
    /// The matrix as an image summary; none where it has no cell.
    pub(super) fn value(&self) -> Option<Value> {
        let picture = self.picture()?;
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png).ok()?;
        let description = format!(
            "Rows are true classes, columns predicted ones, both from {} on; the darker, the larger the share of the row.",
            self.classes.first().map_or("the first", String::as_str)
        );
        let size = [picture.width(), picture.height()];
        Some(Value::image(
            &format!("confusion/{}", self.split),
            size,
            png.into_inner(),
            &description,
        ))
    }

    fn picture(&self) -> Option<RgbImage> {
        let classes = u32::try_from(self.counts.len()).ok().filter(|&classes| classes > 0)?;
        let with_counts = self.counts.len() <= WITH_COUNTS;
        let longest = self.counts.iter().flatten().map(|count| count.to_string().len()).max()?;
        let longest = u32::try_from(longest).ok()?;
        let [width, height] = if with_counts {
            [(longest * DIGIT[0] + 2 * MARGIN) * POINT, (DIGIT[1] + 2 * MARGIN) * POINT]
        } else {
            [PLAIN_CELL; 2]
        };
        let mut picture =
            RgbImage::from_pixel(classes.checked_mul(width)?, classes.checked_mul(height)?, WHITE);
        for (row, counts) in (0..).zip(self.counts) {
            let support = counts.iter().sum();
            for (column, &count) in (0..).zip(counts) {
                let corner = [column * width, row * height];
                let shade = shade(count, support);
                fill(&mut picture, corner, [width, height], Rgb(shade));
                if with_counts && count > 0 {
                    let ink = if shade[0] < 128 { WHITE } else { BLACK };
                    write(&mut picture, corner.map(|at| at + MARGIN * POINT), count, ink);
                }
            }
        }
        Some(picture)
    }
}

const WHITE: Rgb<u8> = Rgb([255; 3]);
const BLACK: Rgb<u8> = Rgb([0; 3]);

/// From white to a dark blue, by the square root of the share, so that a mistake in a hundred is seen.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of 255"
)]
fn shade(count: u64, support: u64) -> [u8; 3] {
    let share = (count as f64 / support.max(1) as f64).sqrt();
    [(255.0, 8.0), (255.0, 64.0), (255.0, 129.0)]
        .map(|(none, all)| (none + share * (all - none)) as u8)
}

fn fill(picture: &mut RgbImage, [left, top]: [u32; 2], [width, height]: [u32; 2], colour: Rgb<u8>) {
    for y in top..top + height {
        for x in left..left + width {
            picture.put_pixel(x, y, colour);
        }
    }
}

fn write(picture: &mut RgbImage, [left, top]: [u32; 2], count: u64, ink: Rgb<u8>) {
    for (place, digit) in (0..).zip(count.to_string().bytes()) {
        let points = DIGITS[usize::from(digit.saturating_sub(b'0')).min(9)];
        for point in (0..15).filter(|point| points >> (14 - point) & 1 == 1) {
            let corner = [left + (place * DIGIT[0] + point % 3) * POINT, top + point / 3 * POINT];
            fill(picture, corner, [POINT; 2], ink);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_written_into_its_cell() {
        let (counts, classes) =
            (vec![vec![10, 0], vec![1, 9]], vec!["cat".to_owned(), "dog".to_owned()]);
        let picture =
            Confusion { split: "test", counts: &counts, classes: &classes }.picture().unwrap();
        assert_eq!(picture.dimensions(), (2 * 32, 2 * 26));
        // All of the first row: dark, with a light 1 and 0. None of its second cell.
        assert_eq!(*picture.get_pixel(0, 0), Rgb([8, 64, 129]));
        assert_eq!(*picture.get_pixel(8 + 2, 8), WHITE);
        assert_eq!(*picture.get_pixel(32, 0), WHITE);
        let light = *picture.get_pixel(0, 26);
        assert!(light != WHITE && light[0] > 128, "{light:?}");
    }

    #[test]
    fn many_classes_are_small_and_none_are_nothing() {
        let counts = vec![vec![1_u64; 1000]; 1000];
        let confusion = Confusion { split: "test", counts: &counts, classes: &[] };
        assert_eq!(confusion.picture().unwrap().dimensions(), (6000, 6000));
        assert!(Confusion { counts: &[], ..confusion }.value().is_none());
    }
}
