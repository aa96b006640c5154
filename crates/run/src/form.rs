//! The version that a file says it has in, its content or the reason why it is not read out.
//!
//! A form changes in one of two ways. What is added so that an older reader may pass over it leaves the version as it is; all else
//! makes it one higher. So a reader looks at the version first, and at what it knows after that.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// A form of a file, and which of its versions are read here.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The key under which an object says its version.
    key: &'static str,
    /// The version of an object that does not say one; none where each says it.
    unsaid: Option<u64>,
    oldest: u64,
    newest: u64,
}

/// A version that is not read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub struct UnknownVersion {
    /// The version that the file says it has.
    pub got: u64,
    /// The oldest that is read.
    pub oldest: u64,
    /// The newest that is read, and the one that is written.
    pub newest: u64,
}

/// Why an object is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormFault {
    /// It is of a version that is not read here; what else is in it was not looked at.
    #[error(transparent)]
    Version(#[from] UnknownVersion),
    /// It is not of its form.
    #[error("{0}")]
    Malformed(String),
}

impl UnknownVersion {
    /// Whether another program, later than this one, wrote it.
    pub fn is_newer(&self) -> bool {
        self.got > self.newest
    }

    fn text(&self) -> String {
        let Self { got, oldest, newest } = self;
        if self.is_newer() {
            format!("format version {got} is newer than {newest}, the newest that is known here")
        } else {
            format!("format version {got} is older than {oldest}, the oldest that is known here")
        }
    }
}

impl Form {
    /// A form whose objects say their version under `key`; the versions from `oldest` to `newest` are read.
    pub const fn new(key: &'static str, oldest: u64, newest: u64) -> Self {
        Self { key, unsaid: None, oldest, newest }
    }

    /// The same where an object that says no version is of version `unsaid`.
    #[must_use]
    pub const fn or_unsaid(self, unsaid: u64) -> Self {
        Self { unsaid: Some(unsaid), ..self }
    }

    /// Whether a version is read here.
    pub fn check(&self, got: u64) -> Result<(), UnknownVersion> {
        let Self { oldest, newest, .. } = *self;
        if (oldest..=newest).contains(&got) {
            return Ok(());
        }
        Err(UnknownVersion { got, oldest, newest })
    }

    /// The version that an object of JSON says it has, if it is one that is read.
    pub fn version(&self, json: &[u8]) -> Result<u64, FormFault> {
        let object: Value = serde_json::from_slice(json).map_err(|error| unreadable(&error))?;
        let got = match (object.get(self.key), self.unsaid) {
            (None, Some(version)) => version,
            (None, None) => {
                let what = format!("unreadable JSON: it has no \"{}\"", self.key);
                return Err(FormFault::Malformed(what));
            }
            (Some(said), _) => said.as_u64().ok_or_else(|| {
                let what =
                    format!("unreadable JSON: {} is {said}, expected a whole number", self.key);
                FormFault::Malformed(what)
            })?,
        };
        self.check(got)?;
        Ok(got)
    }

    /// The content of an object of JSON whose version is read here. Keys that are not known are passed over.
    pub fn read<T: DeserializeOwned>(&self, json: &[u8]) -> Result<T, FormFault> {
        self.version(json)?;
        serde_json::from_slice(json).map_err(|error| unreadable(&error))
    }
}

fn unreadable(error: &serde_json::Error) -> FormFault {
    FormFault::Malformed(format!("unreadable JSON at line {}: {error}", error.line()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Thing {
        size: u32,
    }

    const FORM: Form = Form::new("schema", 2, 3);

    fn read(text: &str) -> Result<u32, String> {
        FORM.read::<Thing>(text.as_bytes())
            .map(|thing| thing.size)
            .map_err(|fault| fault.to_string())
    }

    #[test]
    fn a_version_that_is_known_is_read_and_what_is_new_in_it_passed_over() {
        assert_eq!(read(r#"{"schema": 2, "size": 7}"#), Ok(7));
        assert_eq!(read(r#"{"schema": 3, "size": 7, "colour": {"red": 1}}"#), Ok(7));
    }

    #[test]
    fn other_versions_are_refused_whatever_else_they_hold() {
        let newer = "format version 4 is newer than 3, the newest that is known here";
        assert_eq!(read(r#"{"schema": 4, "size": "large"}"#), Err(newer.to_owned()));
        let older = "format version 1 is older than 2, the oldest that is known here";
        assert_eq!(read(r#"{"schema": 1}"#), Err(older.to_owned()));
        let error = read(r#"{"schema": -1, "size": 7}"#).unwrap_err();
        assert_eq!(error, "unreadable JSON: schema is -1, expected a whole number");
        let error = read(r#"{"size": 7}"#).unwrap_err();
        assert_eq!(error, "unreadable JSON: it has no \"schema\"");
    }

    #[test]
    fn what_says_no_version_may_be_of_the_first() {
        let log = Form::new("version", 1, 2).or_unsaid(1);
        assert_eq!(log.version(b"{}"), Ok(1));
        assert_eq!(log.version(br#"{"version": 2}"#), Ok(2));
        assert!(matches!(log.version(br#"{"version": 3}"#), Err(FormFault::Version(_))));
    }
}
