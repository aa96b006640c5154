//! A name that is not there in, the names that are most like it out.

/// How alike two names must be, 1 being equal (Jaro and Winkler).
const ALIKE: f64 = 0.7;

/// At most three names, the most alike first; case, `-`, `_` and spaces make no difference.
pub(crate) fn nearest(wanted: &str, names: &[String]) -> Vec<String> {
    let wanted = folded(wanted);
    let mut found: Vec<(f64, &String)> = names
        .iter()
        .map(|name| (strsim::jaro_winkler(&wanted, &folded(name)), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(3).map(|(_, name)| name.clone()).collect()
}

/// Cut, because the comparison takes the product of both lengths.
fn folded(name: &str) -> String {
    let letters = name.chars().take(100).filter(|c| !matches!(c, '-' | '_' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_comes_first_and_strangers_do_not_come() {
        let names = ["median_income", "median_house_value", "latitude"].map(String::from);
        assert_eq!(nearest("median house vaule", &names)[0], "median_house_value");
        assert_eq!(nearest("Median-Income", &names)[0], "median_income");
        assert!(nearest("xyz", &names).is_empty());
    }
}
