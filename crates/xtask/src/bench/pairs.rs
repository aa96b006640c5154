//! A, B, A, B: two measurements in turn, and what they say.

use serde_json::{Value, json};

use super::{Case, Goal, Ground, Peer, Trouble};

/// A line of the table, as [`HEADING`] names them.
pub(crate) type Cells = [String; 8];

/// What stands above the table.
pub(crate) const HEADING: [&str; 8] =
    ["bench", "case", "ours", "peer", "ratio", "least to most", "n", "goal"];

/// What was measured of one case, pair by pair.
pub(crate) struct Pairs {
    ours: Vec<f64>,
    /// As many as ours, or none.
    peer: Vec<f64>,
}

/// Measures ours and the peer in turn, once to warm up and then so many times.
pub(crate) fn measure(case: &Case, ground: &Ground, pairs: u32) -> Result<Pairs, Trouble> {
    let peer = match &case.peer {
        Peer::PyTorch(_) if ground.python.is_none() => None,
        Peer::PyTorch(peer) | Peer::Ours(peer) => Some(peer),
    };
    let mut measured = Pairs { ours: Vec::new(), peer: Vec::new() };
    for pair in 0..=pairs {
        let ours = (case.ours)(ground)?;
        let theirs = peer.map(|peer| peer(ground)).transpose()?;
        if pair > 0 {
            measured.ours.push(ours);
            measured.peer.extend(theirs);
        }
    }
    Ok(measured)
}

/// The middle value; of an even number, the mean of the two in the middle.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

impl Pairs {
    /// The peer's cost over ours, pair by pair: how many times better ours is.
    fn ratios(&self) -> Vec<f64> {
        self.peer.iter().zip(&self.ours).map(|(peer, ours)| peer / ours).collect()
    }

    /// What a line says. The ratio is the peer's cost over ours: above 1, ours is better.
    pub(crate) fn cells(&self, case: &Case) -> Cells {
        let shown = |values: &[f64]| median(values).map_or("-".to_owned(), |m| case.unit.show(m));
        let ratios = self.ratios();
        let least_and_most =
            (ratios.iter().copied().reduce(f64::min), ratios.iter().copied().reduce(f64::max));
        [
            case.bench.to_owned(),
            case.name.clone(),
            shown(&self.ours),
            shown(&self.peer),
            median(&ratios).map_or("-".to_owned(), |ratio| format!("{ratio:.2}")),
            match least_and_most {
                (Some(least), Some(most)) => format!("{least:.2} to {most:.2}"),
                _ => "-".to_owned(),
            },
            self.ours.len().to_string(),
            match case.goal {
                Some(Goal::Ratio(least)) => format!("{least:.2}"),
                Some(Goal::Cost(most)) => format!("<= {}", case.unit.show(most)),
                None => "-".to_owned(),
            },
        ]
    }

    pub(crate) fn json(&self, case: &Case) -> Value {
        json!({
            "bench": case.bench,
            "case": case.name,
            "unit": case.unit.name(),
            "ours": self.ours,
            "peer": self.peer,
            "median_ours": median(&self.ours),
            "median_peer": median(&self.peer),
            "ratios": self.ratios(),
            "median_ratio": median(&self.ratios()),
            "least_ratio": match case.goal {
                Some(Goal::Ratio(least)) => Some(least),
                _ => None,
            },
            "most_cost": match case.goal {
                Some(Goal::Cost(most)) => Some(most),
                _ => None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_value() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 9.0]), Some(3.0));
    }

    #[test]
    fn ratios_are_of_pairs_and_above_one_where_ours_costs_less() {
        let pairs = Pairs { ours: vec![1.0, 2.0], peer: vec![3.0, 1.0] };
        assert_eq!(pairs.ratios(), [3.0, 0.5]);
    }
}
