//! A function in, a sink of events out.

use burnwright_run::{Event, EventSink, RunError};

/// A sink that calls a function with each event, for those that cannot fail. What may end a run implements [`EventSink`] itself.
pub fn on_event(function: impl FnMut(&Event) + Send + 'static) -> Box<dyn EventSink> {
    Box::new(Function(function))
}

struct Function<F>(F);

impl<F: FnMut(&Event) + Send> EventSink for Function<F> {
    fn receive(&mut self, event: &Event) -> Result<(), RunError> {
        (self.0)(event);
        Ok(())
    }
}
