//! What is reached without any network: a constant, and a linear model.
//!
//! Each is fitted to the training rows alone and judged by the same metrics as the model that it is compared with. Fitting is a pure
//! function of its arguments, on one thread, and its work is bounded: of many rows some are chosen, and [`Fit`] says how many.

mod cholesky;
mod constant;
mod curvature;
mod design;
mod encoding;
mod features;
mod fit;
mod lbfgs;
mod least_squares;
mod logistic;
mod products;
mod softmax;

pub use constant::{ConstantNumber, MajorityClass};
pub use features::{Features, Layout};
pub use fit::{Fit, rows_to_fit};
pub use least_squares::{LinearNumbers, fit_numbers};
pub use logistic::{LinearClasses, fit_classes};
