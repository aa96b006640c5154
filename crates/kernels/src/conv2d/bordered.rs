//! Images with a border of zeros, and the buffers of a thread.

use std::cell::Cell;

use super::shape::Conv2dShape;

/// Planes with a border of zeros, `[channels, rows, columns]`.
#[derive(Clone, Copy)]
pub(super) struct Bordered {
    pub(super) channels: usize,
    pub(super) image: [usize; 2],
    pub(super) border: [usize; 2],
    pub(super) size: [usize; 2],
}

impl Bordered {
    /// The planes of an image with their border; as they are, where there is none.
    pub(super) fn of<'a>(&self, image: &'a [f32], buffer: &'a mut Vec<f32>) -> &'a [f32] {
        if self.is_plain() {
            return image;
        }
        self.copy(image, buffer);
        buffer
    }

    /// Whether the planes are used as they are.
    fn is_plain(&self) -> bool {
        self.image == self.size
    }

    pub(super) fn area(&self) -> usize {
        self.size[0] * self.size[1]
    }

    /// Copies `image` into its border.
    fn copy(&self, image: &[f32], buffer: &mut Vec<f32>) {
        buffer.clear();
        buffer.resize(self.channels * self.area(), 0.0);
        let [height, width] = self.image;
        if height * width == 0 {
            return;
        }
        for (plane, source) in
            buffer.chunks_exact_mut(self.area()).zip(image.chunks_exact(height * width))
        {
            let rows = plane.chunks_exact_mut(self.size[1]).skip(self.border[0]);
            for (row, source) in rows.zip(source.chunks_exact(width)) {
                row[self.border[1]..self.border[1] + width].copy_from_slice(source);
            }
        }
    }
}

/// The input with its padding.
pub(super) fn padded(shape: &Conv2dShape) -> Bordered {
    Bordered {
        channels: shape.channels[0],
        image: shape.image,
        border: shape.padding,
        size: [0, 1].map(|axis| shape.image[axis] + 2 * shape.padding[axis]),
    }
}

/// Where each output position starts in the padded input: row and place.
pub(super) fn window_starts(shape: &Conv2dShape, columns: usize) -> Vec<(usize, usize)> {
    let [height, width] = shape.output();
    let start = |row: usize, column: usize| {
        (row * shape.stride[0], row * shape.stride[0] * columns + column * shape.stride[1])
    };
    (0..height).flat_map(|row| (0..width).map(move |column| start(row, column))).collect()
}

thread_local! {
    static SCRATCH: Cell<[Vec<f32>; 2]> = const { Cell::new([Vec::new(), Vec::new()]) };
}

/// Lends this thread's buffers to `work`.
pub(super) fn with_scratch(work: impl FnOnce(&mut [Vec<f32>; 2])) {
    let mut buffers = SCRATCH.take();
    work(&mut buffers);
    SCRATCH.set(buffers);
}
