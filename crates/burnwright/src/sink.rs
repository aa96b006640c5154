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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn a_function_is_called_with_each_event() {
        let (sender, receiver) = channel();
        let mut sink = on_event(move |event| sender.send(event.clone()).unwrap());
        let events = [Event::EpochStarted { epoch: 1 }, Event::EpochStarted { epoch: 2 }];
        for event in &events {
            sink.receive(event).unwrap();
        }
        assert_eq!(receiver.try_iter().collect::<Vec<_>>(), events);
    }
}
