//! Comes in: the number of items of a batch. Goes out: a partition that the shape alone fixes.

/// The number of consecutive items in one part, so that there are at most `parts` parts.
pub(crate) fn part_length(items: usize, parts: usize) -> usize {
    items.div_ceil(parts.max(1)).max(1)
}
