//! A confusion matrix in, a picture of it out.

use std::convert::Infallible;
use std::io::Cursor;

use embedded_graphics::Drawable;
use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::ascii::FONT_8X13;
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::text::{Baseline, Text};
use image::{ImageFormat, Rgb, RgbImage};

use super::messages::Value;

/// The most classes whose counts are written into their cells.
const WITH_COUNTS: usize = 40;
/// Pixels a side of a cell without a count.
const PLAIN_CELL: u32 = 6;
/// Around a count, in pixels.
const MARGIN: u32 = 8;
/// The digits of a count.
const FONT: &MonoFont<'_> = &FONT_8X13;

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
            let Size { width, height } = FONT.character_size;
            [longest * width + 2 * MARGIN, height + 2 * MARGIN]
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
                    let ink = if shade[0] < 128 { Rgb888::WHITE } else { Rgb888::BLACK };
                    Canvas(&mut picture).write(corner.map(|at| at + MARGIN), count, ink);
                }
            }
        }
        Some(picture)
    }
}

const WHITE: Rgb<u8> = Rgb([255; 3]);

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

/// A picture that `embedded_graphics` draws on.
struct Canvas<'a>(&'a mut RgbImage);

impl Canvas<'_> {
    fn write(&mut self, corner: [u32; 2], count: u64, ink: Rgb888) {
        let style = MonoTextStyle::new(FONT, ink);
        let corner = corner.map(i32::try_from);
        if let [Ok(left), Ok(top)] = corner {
            let count = count.to_string();
            let text = Text::with_baseline(&count, Point::new(left, top), style, Baseline::Top);
            let Ok(_end) = text.draw(self);
        }
    }
}

impl OriginDimensions for Canvas<'_> {
    fn size(&self) -> Size {
        Size::new(self.0.width(), self.0.height())
    }
}

impl DrawTarget for Canvas<'_> {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Infallible> {
        for Pixel(Point { x, y }, colour) in pixels {
            if let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
                && let Some(pixel) = self.0.get_pixel_mut_checked(x, y)
            {
                *pixel = Rgb([colour.r(), colour.g(), colour.b()]);
            }
        }
        Ok(())
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
        // Two digits of 8 by 13 pixels, and the margin.
        assert_eq!(picture.dimensions(), (2 * 32, 2 * 29));
        // All of the first row: dark, with a light 1 and 0. None of its second cell.
        assert_eq!(*picture.get_pixel(0, 0), Rgb([8, 64, 129]));
        let is_light = |x| (8..21).any(|y| *picture.get_pixel(x, y) == WHITE);
        assert!((8..16).any(is_light) && (16..24).any(is_light));
        assert!(!(0..8).any(is_light) && !(24..32).any(is_light));
        assert_eq!(*picture.get_pixel(32, 0), WHITE);
        let light = *picture.get_pixel(0, 29);
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
