//! Cases in, what a check found out: counted, and told as far as it helps.

/// What a check found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Cases that ran.
    pub(crate) cases: usize,
    /// Cases that did not hold.
    pub(crate) failed: usize,
    /// Cases that this machine cannot run.
    pub(crate) skipped: usize,
    /// What there is to say about them.
    pub(crate) details: Vec<String>,
}

/// More complaints of one check than these help nobody.
const MOST_DETAILS: usize = 20;

impl Found {
    /// Counts a case; an error is what did not hold.
    pub(crate) fn case(&mut self, result: Result<(), String>) {
        self.cases += 1;
        if let Err(what) = result {
            self.failed += 1;
            self.note(what);
        }
    }

    pub(crate) fn note(&mut self, what: String) {
        if self.details.len() < MOST_DETAILS {
            self.details.push(what);
        }
    }

    pub(crate) fn skip(&mut self, cases: usize, why: &str) {
        self.skipped += cases;
        self.note(format!("{cases} skipped: {why}"));
    }
}
