//! The ways to break a run, one file each.

mod corruption;
mod crash_points;
mod io_errors;
mod kill9;
mod lock;
mod malformed;
mod non_finite;
mod order;
mod power_loss;
mod resume;
mod signals;

use serde::Serialize;

use crate::found::Found;
use crate::ground::{Ground, Trouble};

pub(crate) use resume::{combinations, resume_everywhere};

/// How many cases are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Size {
    Quick,
    Full,
}

impl Size {
    pub(crate) fn pick<T>(self, quick: T, full: T) -> T {
        match self {
            Self::Quick => quick,
            Self::Full => full,
        }
    }
}

/// A way to break a run.
pub(crate) struct Check {
    pub(crate) name: &'static str,
    /// Cases promised, quick and full.
    cases: [usize; 2],
    pub(crate) run: fn(&Ground, Size) -> Result<Found, Trouble>,
}

impl Check {
    pub(crate) fn promised(&self, size: Size) -> usize {
        size.pick(self.cases[0], self.cases[1])
    }
}

/// All of them. A run that saves each of its 18 steps makes some 300 changes on the disk.
pub(crate) const CHECKS: [Check; 11] = [
    Check { name: "crash-points", cases: [110, 600], run: crash_points::run },
    Check { name: "kill9", cases: [50, 1000], run: kill9::run },
    Check { name: "resume", cases: [180, 1080], run: resume::run },
    Check { name: "power-loss", cases: [1000, 5000], run: power_loss::run },
    Check { name: "corruption", cases: [20_000, 100_000], run: corruption::run },
    Check { name: "io-errors", cases: [100, 1000], run: io_errors::run },
    Check { name: "lock", cases: [120, 2020], run: lock::run },
    Check { name: "signals", cases: [18, 90], run: signals::run },
    Check { name: "non-finite", cases: [12, 12], run: non_finite::run },
    Check { name: "order", cases: [16, 64], run: order::run },
    Check { name: "malformed", cases: [1000, 20_000], run: malformed::run },
];
