//! The sizes of a convolution, and what follows from them.

/// The shape of a convolution. Pairs are (rows, columns), `channels` is (in, out).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conv2dShape {
    pub(crate) batch: usize,
    pub(crate) channels: [usize; 2],
    pub(crate) image: [usize; 2],
    pub(crate) kernel: [usize; 2],
    pub(crate) stride: [usize; 2],
    pub(crate) padding: [usize; 2],
    pub(crate) dilation: [usize; 2],
    pub(crate) groups: usize,
}

impl Conv2dShape {
    /// The size of an output plane, `[h, w]`.
    pub(crate) fn output(&self) -> [usize; 2] {
        [0, 1].map(|axis| {
            let reach = self.dilation[axis] * (self.kernel[axis] - 1);
            (self.image[axis] + 2 * self.padding[axis] - reach - 1) / self.stride[axis] + 1
        })
    }

    /// Panics unless the convolution is defined.
    pub(super) fn check(&self) {
        assert!(self.groups > 0, "groups");
        assert!(
            self.channels.iter().all(|channels| channels % self.groups == 0),
            "channels in groups"
        );
        for axis in [0, 1] {
            assert!(self.kernel[axis] > 0, "kernel size");
            assert!(self.stride[axis] > 0, "stride");
            assert!(self.dilation[axis] > 0, "dilation");
            let reach = self.dilation[axis] * (self.kernel[axis] - 1);
            assert!(
                self.image[axis] + 2 * self.padding[axis] > reach,
                "the kernel fits the padded image"
            );
        }
    }

    /// Channels of one group, `[in, out]`.
    pub(super) fn group(&self) -> [usize; 2] {
        self.channels.map(|channels| channels / self.groups)
    }

    pub(super) fn input_length(&self) -> usize {
        self.channels[0] * self.image[0] * self.image[1]
    }

    pub(super) fn output_area(&self) -> usize {
        let [height, width] = self.output();
        height * width
    }

    pub(super) fn output_length(&self) -> usize {
        self.channels[1] * self.output_area()
    }

    pub(super) fn weight_length(&self) -> usize {
        self.channels[1] * self.group()[0] * self.kernel[0] * self.kernel[1]
    }

    /// Where `weight[output][input][row][column]` lies, `input` counted in its group.
    pub(super) fn weight_index(
        &self,
        [output, input]: [usize; 2],
        [row, column]: [usize; 2],
    ) -> usize {
        ((output * self.group()[0] + input) * self.kernel[0] + row) * self.kernel[1] + column
    }
}

/// All triples below the three limits, the last index fastest.
pub(super) fn product3(first: usize, second: usize, third: usize) -> Vec<[usize; 3]> {
    let pairs = move |a: usize| (0..second).flat_map(move |b| (0..third).map(move |c| [a, b, c]));
    (0..first).flat_map(pairs).collect()
}
