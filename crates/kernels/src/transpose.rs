//! Comes in: a matrix on a slice. Goes out: its transpose, moved in square blocks.

#![expect(
    clippy::inline_always,
    reason = "the bodies must join the function that has the wide instructions"
)]

/// The side of a block.
const SIDE: usize = 16;

type Block = [[f32; SIDE]; SIDE];

/// The transpose of a block.
#[inline(always)]
fn transposed(block: &Block) -> Block {
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V4::try_new() {
        return in_registers(simd, block);
    }
    let mut result = [[0.0; SIDE]; SIDE];
    for (row, line) in block.iter().enumerate() {
        for (target, value) in result.iter_mut().zip(line) {
            target[row] = *value;
        }
    }
    result
}

/// The transpose by four rounds that interleave the upper half of the rows with the lower one.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn in_registers(simd: pulp::x86::V4, block: &Block) -> Block {
    use std::arch::x86_64::{__m512, __m512i};
    let low: __m512i = pulp::cast([0_u32, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23]);
    let high: __m512i =
        pulp::cast([8_u32, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31]);
    let mut rows: [__m512; SIDE] = pulp::cast(*block);
    for _ in 0..SIDE.ilog2() {
        let mut mixed = rows;
        for (index, pair) in mixed.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let (upper, lower) = (rows[index], rows[index + SIDE / 2]);
            pair[0] = simd.avx512f._mm512_permutex2var_ps(upper, low, lower);
            pair[1] = simd.avx512f._mm512_permutex2var_ps(upper, high, lower);
        }
        rows = mixed;
    }
    pulp::cast(rows)
}

/// Writes `target[column · target_stride + row] = source[row · source_stride + column]`.
///
/// `add` holds what to add to each column, `[columns]`, or nothing.
#[inline(always)]
pub(crate) fn transpose(
    source: &[f32],
    [rows, columns]: [usize; 2],
    source_stride: usize,
    target: &mut [f32],
    target_stride: usize,
    add: Option<&[f32]>,
) {
    for column in (0..columns).step_by(SIDE) {
        for row in (0..rows).step_by(SIDE) {
            let height = SIDE.min(rows - row);
            let width = SIDE.min(columns - column);
            let mut block = [[0.0; SIDE]; SIDE];
            for (index, line) in block.iter_mut().enumerate().take(height) {
                let start = (row + index) * source_stride + column;
                if let Some(whole) = source[start..].first_chunk::<SIDE>() {
                    *line = *whole;
                } else {
                    line[..width].copy_from_slice(&source[start..start + width]);
                }
            }
            let block = transposed(&block);
            for (index, line) in block.iter().enumerate().take(width) {
                let start = (column + index) * target_stride + row;
                let value = add.map_or(0.0, |add| add[column + index]);
                if height == SIDE {
                    for (target, source) in target[start..start + SIDE].iter_mut().zip(line) {
                        *target = source + value;
                    }
                } else {
                    for (target, source) in target[start..start + height].iter_mut().zip(line) {
                        *target = source + value;
                    }
                }
            }
        }
    }
}
