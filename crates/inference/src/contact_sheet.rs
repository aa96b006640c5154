//! Pictures with what was said of them in, one PNG that shows them side by side out; knows neither files nor models.

use std::convert::Infallible;
use std::io::Cursor;

use embedded_graphics::Drawable;
use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::iso_8859_1::FONT_6X10;
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::primitives::{Line, Primitive, PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Baseline, Text};
use image::imageops::{self, FilterType};
use image::{ImageFormat, Rgb, RgbImage};

use crate::{InferenceError, PreparedImage};

/// Tiles side by side: with ten rows, the whole sheet fits a screen.
const COLUMNS: u32 = 16;
const ROWS: u32 = 10;
/// The square that a picture is fitted into, in pixels.
const BOX: u32 = 96;
/// Around the square, and between it and the text.
const MARGIN: u32 = 5;
const LINE_HEIGHT: u32 = 11;
const TILE_WIDTH: u32 = BOX + 2 * MARGIN;
const TILE_HEIGHT: u32 = BOX + 3 * MARGIN + 3 * LINE_HEIGHT;
/// Characters of 6 pixels that fit below a picture.
const CHARACTERS: usize = 17;

const PAPER: Rgb<u8> = Rgb([255; 3]);
const NO_PICTURE: Rgb<u8> = Rgb([225; 3]);
const TEXT: Rgb888 = Rgb888::BLACK;
const MARK: Rgb888 = Rgb888::new(200, 0, 0);

/// One picture of a sheet, and the lines below it.
#[derive(Clone, Copy, Debug)]
pub struct Tile<'a> {
    /// The picture as the model saw it; without it, a cross.
    pub picture: Option<&'a PreparedImage>,
    /// Whose it is; of a long name, the end is shown.
    pub name: &'a str,
    /// What was said of it, two lines; of a long one, the beginning is shown.
    pub said: [&'a str; 2],
    /// Whether it is to be looked at: it has a red frame and red text.
    pub marked: bool,
}

/// A page of [`ContactSheet::CAPACITY`] pictures, 16 a row.
pub struct ContactSheet {
    /// `[channels, height, width]` of all pictures.
    image_shape: [usize; 3],
    canvas: Canvas,
    tiles: u32,
}

impl ContactSheet {
    /// Tiles that a sheet holds; one more is not seen.
    pub const CAPACITY: usize = (COLUMNS * ROWS) as usize;

    /// An empty sheet for pictures `[channels, height, width]`, grey or RGB.
    pub fn new(image_shape: [usize; 3]) -> Self {
        let canvas = RgbImage::from_pixel(COLUMNS * TILE_WIDTH, ROWS * TILE_HEIGHT, PAPER);
        Self { image_shape, canvas: Canvas(canvas), tiles: 0 }
    }

    /// How many tiles were added.
    pub fn tile_count(&self) -> usize {
        self.tiles as usize
    }

    /// Draws one tile more.
    pub fn add(&mut self, tile: &Tile<'_>) {
        let (left, top) = (self.tiles % COLUMNS * TILE_WIDTH, self.tiles / COLUMNS * TILE_HEIGHT);
        self.tiles = self.tiles.saturating_add(1);
        let (x, y) = (left + MARGIN, top + MARGIN);
        match tile.picture {
            Some(picture) => {
                let shown = fitted(&rgb(picture, self.image_shape));
                let (right, down) = ((BOX - shown.width()) / 2, (BOX - shown.height()) / 2);
                imageops::overlay(
                    &mut self.canvas.0,
                    &shown,
                    (x + right).into(),
                    (y + down).into(),
                );
            }
            None => self.canvas.cross(x, y),
        }
        if tile.marked {
            self.canvas.frame(x - 2, y - 2, BOX + 4);
        }
        let colour = if tile.marked { MARK } else { TEXT };
        let lines = [ending(tile.name), beginning(tile.said[0]), beginning(tile.said[1])];
        for (line, below) in lines.iter().zip([0, LINE_HEIGHT, 2 * LINE_HEIGHT]) {
            self.canvas.text(line, x, y + BOX + MARGIN + below, colour);
        }
    }

    /// The sheet as a PNG, without the rows and columns that hold nothing.
    pub fn png(&self) -> Result<Vec<u8>, InferenceError> {
        let columns = self.tiles.clamp(1, COLUMNS);
        let rows = self.tiles.div_ceil(COLUMNS).clamp(1, ROWS);
        let (width, height) = (columns * TILE_WIDTH, rows * TILE_HEIGHT);
        let used = imageops::crop_imm(&self.canvas.0, 0, 0, width, height).to_image();
        let mut bytes = Vec::new();
        used.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .map_err(InferenceError::Sheet)?;
        Ok(bytes)
    }
}

/// `[channels, height, width]` to what a screen shows; grey has three equal channels.
fn rgb(picture: &PreparedImage, [channels, height, width]: [usize; 3]) -> RgbImage {
    // default: no picture has such sides, and none is shown.
    let [shown_width, shown_height] = [width, height].map(|side| u32::try_from(side).unwrap_or(0));
    let apart = if channels == 3 { height * width } else { 0 };
    RgbImage::from_fn(shown_width, shown_height, |x, y| {
        let place = y as usize * width + x as usize;
        let value = |channel| picture.pixels.get(channel * apart + place).copied();
        // default: where a picture has fewer values than its shape, it is dark.
        Rgb([0, 1, 2].map(|channel| value(channel).unwrap_or(0)))
    })
}

/// The picture in its box: small ones as large squares, to be seen as the model does; large ones scaled down.
fn fitted(picture: &RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    let longer = width.max(height).max(1);
    if longer <= BOX {
        let factor = BOX / longer;
        return imageops::resize(picture, width * factor, height * factor, FilterType::Nearest);
    }
    let scaled = |side: u32| (side * BOX / longer).max(1);
    imageops::resize(picture, scaled(width), scaled(height), FilterType::Triangle)
}

/// As much of a text as fits, from its beginning; a character that would move the pen is a question mark.
fn beginning(text: &str) -> String {
    let characters: Vec<char> = text.chars().map(drawable).collect();
    if characters.len() <= CHARACTERS {
        return characters.into_iter().collect();
    }
    characters[..CHARACTERS - 2].iter().chain(&['.', '.']).collect()
}

/// As much of a text as fits, up to its end.
fn ending(text: &str) -> String {
    let characters: Vec<char> = text.chars().map(drawable).collect();
    if characters.len() <= CHARACTERS {
        return characters.into_iter().collect();
    }
    ['.', '.'].iter().chain(&characters[characters.len() + 2 - CHARACTERS..]).collect()
}

fn drawable(character: char) -> char {
    if character.is_control() { '?' } else { character }
}

/// The pixels of a sheet, to be drawn on.
struct Canvas(RgbImage);

impl Canvas {
    fn text(&mut self, text: &str, x: u32, y: u32, colour: Rgb888) {
        let style = MonoTextStyle::new(&FONT_6X10, colour);
        let Ok(_) = Text::with_baseline(text, point(x, y), style, Baseline::Top).draw(self);
    }

    fn frame(&mut self, x: u32, y: u32, side: u32) {
        let square = Rectangle::new(point(x, y), Size::new_equal(side));
        let Ok(()) = square.into_styled(PrimitiveStyle::with_stroke(MARK, 2)).draw(self);
    }

    /// What stands in for a picture that could not be read.
    fn cross(&mut self, x: u32, y: u32) {
        let ground = RgbImage::from_pixel(BOX, BOX, NO_PICTURE);
        imageops::overlay(&mut self.0, &ground, x.into(), y.into());
        let (right, bottom) = (x + BOX - 1, y + BOX - 1);
        for [from, to] in [[(x, y), (right, bottom)], [(right, y), (x, bottom)]] {
            let line = Line::new(point(from.0, from.1), point(to.0, to.1));
            let Ok(()) = line.into_styled(PrimitiveStyle::with_stroke(MARK, 2)).draw(self);
        }
    }
}

fn point(x: u32, y: u32) -> Point {
    // default: a place past the largest integer is on no sheet; the canvas leaves it out.
    Point::new(i32::try_from(x).unwrap_or(i32::MAX), i32::try_from(y).unwrap_or(i32::MAX))
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(self.0.width(), self.0.height())
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I>(&mut self, pixels: I) -> Result<(), Infallible>
    where
        I: IntoIterator<Item = Pixel<Rgb888>>,
    {
        for Pixel(place, colour) in pixels {
            let (Ok(x), Ok(y)) = (u32::try_from(place.x), u32::try_from(place.y)) else { continue };
            if let Some(pixel) = self.0.get_pixel_mut_checked(x, y) {
                *pixel = Rgb([colour.r(), colour.g(), colour.b()]);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(picture: Option<&PreparedImage>, marked: bool) -> Tile<'_> {
        Tile { picture, name: "folder/a\nb.png", said: ["7", "99.8%"], marked }
    }

    fn picture(pixels: Vec<u8>) -> PreparedImage {
        PreparedImage { pixels, inverted: false, resized: false, converted: false }
    }

    fn decoded(sheet: &ContactSheet) -> RgbImage {
        image::load_from_memory(&sheet.png().unwrap()).unwrap().into_rgb8()
    }

    #[test]
    fn a_sheet_is_as_large_as_its_tiles() {
        let mut sheet = ContactSheet::new([1, 28, 28]);
        let size = |sheet: &ContactSheet| decoded(sheet).dimensions();
        assert_eq!(size(&sheet), (TILE_WIDTH, TILE_HEIGHT));
        for (tiles, columns, rows) in
            [(1, 1, 1), (2, 2, 1), (16, 16, 1), (17, 16, 2), (160, 16, 10)]
        {
            while sheet.tile_count() < tiles {
                sheet.add(&tile(None, false));
            }
            assert_eq!(size(&sheet), (columns * TILE_WIDTH, rows * TILE_HEIGHT), "{tiles} tiles");
        }
        // One more than it holds does no harm.
        sheet.add(&tile(None, true));
        assert_eq!(size(&sheet), (16 * TILE_WIDTH, 10 * TILE_HEIGHT));
        assert_eq!(ContactSheet::CAPACITY, 160);
    }

    #[test]
    fn pictures_are_enlarged_in_squares_or_scaled_down() {
        let mut sheet = ContactSheet::new([1, 2, 1]);
        sheet.add(&tile(Some(&picture(vec![9, 200])), false));
        let seen = decoded(&sheet);
        // 48 x 96, in the middle of the box.
        assert_eq!(*seen.get_pixel(MARGIN + 23, MARGIN), PAPER);
        assert_eq!(*seen.get_pixel(MARGIN + 24, MARGIN), Rgb([9; 3]));
        assert_eq!(*seen.get_pixel(MARGIN + 71, MARGIN + 48), Rgb([200; 3]));

        let mut sheet = ContactSheet::new([3, 10, 1000]);
        sheet
            .add(&tile(Some(&picture([1, 2, 3].map(|value| vec![value; 10_000]).concat())), false));
        assert_eq!(*decoded(&sheet).get_pixel(MARGIN, MARGIN + 47), Rgb([1, 2, 3]));
    }

    #[test]
    fn marked_tiles_are_red_and_others_have_no_red() {
        let red = |marked, shown: Option<&PreparedImage>| {
            let mut sheet = ContactSheet::new([1, 1, 1]);
            sheet.add(&tile(shown, marked));
            decoded(&sheet).pixels().any(|pixel| *pixel == Rgb([200, 0, 0]))
        };
        let black = picture(vec![0]);
        assert!(!red(false, Some(&black)));
        assert!(red(true, Some(&black)));
        assert!(red(false, None), "the cross");
    }

    #[test]
    fn long_texts_are_cut_where_they_matter_least() {
        assert_eq!(beginning("a short label"), "a short label");
        assert_eq!(beginning("a label that is far too long"), "a label that is..");
        assert_eq!(ending("validation/seven/00123.png"), "..seven/00123.png");
        assert_eq!(ending("line\nbreak\té"), "line?break?é");
    }
}
