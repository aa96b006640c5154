//! A smooth function and its gradient in, the place of its minimum out: L-BFGS (Nocedal 1980; `scipy.optimize.minimize(method="L-BFGS-B")`
//! without bounds).
//!
//! The step is found by bisection until it satisfies the weak Wolfe conditions (Lewis and Overton 2013), of which a convex function asks no
//! more.

use std::collections::VecDeque;

use super::cholesky::{add_scaled, dot};

/// Pairs of steps and changes of the gradient that are remembered; `SciPy`'s default.
const MEMORY: usize = 10;
/// Share of the promised decrease that a step must bring.
const DECREASE: f64 = 1e-4;
/// Share of the slope that may be left after a step.
const CURVATURE: f64 = 0.9;
/// Tries of a step; what needs more has come to the end of the numbers' precision.
const TRIES: usize = 40;

/// Where the search ended.
pub(super) struct Minimum {
    pub(super) point: Vec<f64>,
    /// How often the function was computed.
    pub(super) evaluations: usize,
    /// Whether no part of the gradient is larger than the tolerance.
    pub(super) converged: bool,
}

struct Place {
    point: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

/// Searches from 0, `[size]`. `function` writes the gradient at a point and returns the value.
pub(super) fn minimise(
    size: usize,
    tolerance: f64,
    most_evaluations: usize,
    mut function: impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Minimum {
    let mut evaluations = 0;
    let mut compute = |point: Vec<f64>| {
        let mut gradient = vec![0.0; size];
        let value = function(&point, &mut gradient);
        evaluations += 1;
        (Place { point, value, gradient }, evaluations)
    };
    let (mut place, mut spent) = compute(vec![0.0; size]);
    let mut memory = Memory::default();
    while largest(&place.gradient) > tolerance && spent < most_evaluations {
        let direction = memory.direction(&place.gradient);
        let slope = dot(&direction, &place.gradient);
        let (mut low, mut high) = (0.0, f64::INFINITY);
        // The first direction is the gradient itself, whose length says nothing of the step's.
        let first = 1.0 / dot(&direction, &direction).sqrt();
        let mut step = if memory.is_empty() { first.min(1.0) } else { 1.0 };
        let mut found = None;
        for _ in 0..TRIES {
            let mut point = place.point.clone();
            add_scaled(&mut point, step, &direction);
            let tried;
            (tried, spent) = compute(point);
            // A value that is not finite is too far as well.
            if tried.value.is_nan() || tried.value > place.value + DECREASE * step * slope {
                high = step;
            } else if dot(&tried.gradient, &direction) < CURVATURE * slope {
                low = step;
            } else {
                found = Some(tried);
                break;
            }
            step = if high.is_finite() { f64::midpoint(low, high) } else { 2.0 * step };
        }
        let Some(next) = found else { break };
        memory.remember(&place, &next);
        place = next;
    }
    let converged = largest(&place.gradient) <= tolerance;
    Minimum { point: place.point, evaluations: spent, converged }
}

/// The largest part; infinite where one is NaN.
fn largest(gradient: &[f64]) -> f64 {
    let length = |value: f64| if value.is_nan() { f64::INFINITY } else { value.abs() };
    gradient.iter().fold(0.0, |largest, &value| length(value).max(largest))
}

/// The last steps, each with the change of the gradient over it and the inverse of their product.
#[derive(Default)]
struct Memory(VecDeque<(Vec<f64>, Vec<f64>, f64)>);

impl Memory {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn remember(&mut self, from: &Place, to: &Place) {
        let difference = |one: &[f64], other: &[f64]| -> Vec<f64> {
            one.iter().zip(other).map(|(one, other)| one - other).collect()
        };
        let step = difference(&to.point, &from.point);
        let change = difference(&to.gradient, &from.gradient);
        let product = dot(&step, &change);
        // The Wolfe conditions make it positive, but for rounding.
        if product > 0.0 {
            if self.0.len() == MEMORY {
                self.0.pop_front();
            }
            self.0.push_back((step, change, 1.0 / product));
        }
    }

    /// The gradient times the approximate inverse of the second derivatives, downwards (the two loops of Nocedal 1980).
    fn direction(&self, gradient: &[f64]) -> Vec<f64> {
        let mut direction: Vec<f64> = gradient.iter().map(|value| -value).collect();
        let mut shares = Vec::with_capacity(self.0.len());
        for (step, change, inverse) in self.0.iter().rev() {
            let share = inverse * dot(step, &direction);
            add_scaled(&mut direction, -share, change);
            shares.push(share);
        }
        if let Some((_, change, inverse)) = self.0.back() {
            let scale = 1.0 / (inverse * dot(change, change));
            for value in &mut direction {
                *value *= scale;
            }
        }
        for ((step, change, inverse), share) in self.0.iter().zip(shares.into_iter().rev()) {
            let factor = share - inverse * dot(change, &direction);
            add_scaled(&mut direction, factor, step);
        }
        direction
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_valley_is_followed_to_its_lowest_place() {
        // Rosenbrock's function, moved so that the search begins at its usual start (-1.2, 1).
        let rosenbrock = |point: &[f64], gradient: &mut [f64]| {
            let (x, y) = (point[0] - 1.2, point[1] + 1.0);
            gradient[0] = -2.0 * (1.0 - x) - 400.0 * x * (y - x * x);
            gradient[1] = 200.0 * (y - x * x);
            (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
        };
        let found = minimise(2, 1e-9, 200, rosenbrock);
        assert!(found.converged && found.evaluations < 100, "{} evaluations", found.evaluations);
        assert!((found.point[0] - 2.2).abs() < 1e-8 && found.point[1].abs() < 1e-8);
    }

    #[test]
    fn the_bound_of_work_holds_and_is_said() {
        let slope = |point: &[f64], gradient: &mut [f64]| {
            gradient[0] = -1.0;
            -point[0]
        };
        let found = minimise(1, 1e-9, 5, slope);
        assert!(!found.converged && found.evaluations <= 5 + TRIES, "{}", found.evaluations);
    }

    #[test]
    fn a_function_that_is_not_finite_ends_the_search() {
        let found = minimise(1, 1e-9, 50, |_, gradient| {
            gradient[0] = f64::NAN;
            f64::NAN
        });
        assert!(found.point[0].is_finite());
    }
}
