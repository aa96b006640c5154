//! Sources of pictures in, what the model says of each out, in their order: read and prepared by several threads, predicted some at
//! a time; knows neither where the bytes come from nor how answers are shown.

use std::panic::{AssertUnwindSafe, catch_unwind};

use burnwright_model::{Architecture, ModelConfig};

use crate::belt::Belt;
use crate::{InferenceError, Prediction, Predictor, PreparedImage, prepare};

/// What became of one source.
#[derive(Clone, Debug)]
pub struct Answer<S, E> {
    /// The source.
    pub source: S,
    /// The picture with what the model says of it, or why there is neither.
    pub result: Result<(PreparedImage, Prediction), E>,
}

/// A source, and its picture.
type Made<S, E> = (S, Result<PreparedImage, E>);

/// The answers to all sources, in their order; each step of the iterator gives those that are ready, at least one.
pub struct Answers<'a, S, E, A: Architecture = ModelConfig> {
    predictor: &'a Predictor<A>,
    belt: Belt<Made<S, E>>,
}

impl<A: Architecture> Predictor<A> {
    /// What the model says of each source, in the order of the sources, whatever the number of threads.
    ///
    /// `read` gives the bytes of a source's PNG or JPEG; up to `threads` threads read and [`prepare`], and the thread that takes the
    /// answers runs the model. One source's failure is its own answer; the rest is done. A panic while it is read or prepared
    /// is such a failure. At most two batches of prepared pictures, and one file a thread, are held at a time; sources are only
    /// taken as there is room. Dropping the answers stops the work.
    ///
    /// # Panics
    ///
    /// Taking answers panics where `sources` does.
    pub fn predict_each<S, E, R>(
        &self,
        sources: impl Iterator<Item = S> + Send + 'static,
        read: R,
        threads: usize,
    ) -> Result<Answers<'_, S, E, A>, InferenceError>
    where
        S: Send + 'static,
        E: From<InferenceError> + Send + 'static,
        R: Fn(&S) -> Result<Vec<u8>, E> + Send + Sync + 'static,
    {
        let card = self.card().clone();
        let make = move |source: S| {
            let picture = caught(|| Ok(prepare(&read(&source)?, &card)?));
            (source, picture)
        };
        let belt = Belt::start(sources, make, threads, self.batch_size());
        Ok(Answers { predictor: self, belt: belt.map_err(InferenceError::NoThread)? })
    }
}

/// What `work` gives; its panic as an error.
fn caught<T, E: From<InferenceError>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<&str>().map(ToString::to_string);
        let message = text.or_else(|| payload.downcast_ref::<String>().cloned());
        let message = message.unwrap_or_else(|| "no message".to_owned());
        Err(InferenceError::Panicked { message }.into())
    })
}

impl<S, E, A> Iterator for Answers<'_, S, E, A>
where
    A: Architecture,
    S: Send + 'static,
    E: From<InferenceError> + Send + 'static,
{
    type Item = Vec<Answer<S, E>>;

    fn next(&mut self) -> Option<Self::Item> {
        let made = self.belt.take();
        (!made.is_empty()).then(|| self.answer(made))
    }
}

impl<S, E: From<InferenceError>, A: Architecture> Answers<'_, S, E, A> {
    fn answer(&self, made: Vec<Made<S, E>>) -> Vec<Answer<S, E>> {
        let pictures: Vec<_> =
            made.iter().filter_map(|(_, picture)| picture.as_ref().ok()).collect();
        let mut predictions = self.predictions(&pictures).into_iter();
        let mut answer = |picture: PreparedImage| {
            let none = || Err(InferenceError::Device("the model gave no answer".to_owned()));
            let prediction = predictions.next().unwrap_or_else(none)?;
            Ok((picture, prediction))
        };
        made.into_iter()
            .map(|(source, picture)| Answer { source, result: picture.and_then(&mut answer) })
            .collect()
    }

    /// A prediction a picture. Where not all can be had at once, each is asked for alone, so that an error is that of its picture.
    fn predictions(&self, pictures: &[&PreparedImage]) -> Vec<Result<Prediction, InferenceError>> {
        let alone = |picture: &&PreparedImage| {
            let mut one = self.predictor.predict_all(&[*picture])?;
            one.pop().ok_or_else(|| InferenceError::Device("the model gave no answer".to_owned()))
        };
        match self.predictor.predict_all(pictures) {
            Ok(predictions) => predictions.into_iter().map(Ok).collect(),
            Err(_) => pictures.iter().map(alone).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_with_its_message() {
        let said = |work: fn() -> Result<(), InferenceError>| caught(work).unwrap_err().to_string();
        assert_eq!(said(|| panic!("as {}", "said")), "the reader panicked: as said");
        assert_eq!(said(|| panic!("plain")), "the reader panicked: plain");
        assert_eq!(said(|| Err(InferenceError::BatchSize)), InferenceError::BatchSize.to_string());
    }
}
