//! `burnwright watch`: Burn's dashboard on a run that another process trains, or trained.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use burnwright_run::{Event, Follower, RunDirectory};

use crate::arguments::WatchFlags;
use crate::escaping::escaped;
use crate::failure::{Failure, status};
use crate::signals::{self, Received};
use crate::view::{Dashboard, Replay};

/// Between two looks at the log.
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) fn run(flags: &WatchFlags) -> Result<ExitCode, Failure> {
    if !(flags.speed.is_finite() && flags.speed > 0.0) {
        let text = format!("--speed is {}, expected a number above 0", flags.speed);
        return Err(Failure::new(status::USAGE, text));
    }
    let run = RunDirectory::find_to_watch(&flags.artifacts, flags.run.as_deref())?;
    let mut follower = Follower::new(&run.events_path());
    // A log that cannot be read is said before the screen is taken.
    let history = follower.read()?;
    if !(std::io::stdout().is_terminal() && std::io::stdin().is_terminal()) {
        let hint =
            format!("`tail -f {}` follows the events themselves", run.events_path().display());
        return Err(Failure::new(status::USAGE, "watch needs a terminal on stdin and stdout")
            .with_hint(hint));
    }
    let received = signals::watch_to_leave()?;
    let is_over = is_over(&run);
    let label = format!("{} (q leaves)", escaped(&run.name()));
    let mut replay = Replay::new(Box::new(Dashboard::open_to_watch()), label);
    let pace = is_over.then_some(flags.speed);
    let shown = play(&history, pace, &mut replay, &received);
    let shown = shown.and_then(|()| follow(&run, &mut follower, &mut replay, &received));
    let epochs = replay.epochs();
    let renderer = replay.into_renderer();
    match shown {
        Ok(()) => Dashboard::linger(renderer, epochs, &ending(&run), &received),
        Err(Left::ByPerson) => drop(renderer),
        Err(Left::Failed(failure)) => {
            drop(renderer);
            return Err(failure);
        }
    }
    Ok(match received.exit_status() {
        Some(status) if !received.is_quit() => ExitCode::from(status),
        _ => ExitCode::SUCCESS,
    })
}

/// Why the events are no longer shown, although there may be more.
enum Left {
    ByPerson,
    Failed(Failure),
}

/// Shows events, at the pace at which they came times `speed`, or at once.
fn play(
    events: &[Event],
    speed: Option<f64>,
    replay: &mut Replay,
    received: &Received,
) -> Result<(), Left> {
    let (begun, mut due) = (Instant::now(), Duration::ZERO);
    let mut last = 0.0;
    for event in events {
        if let (Some(speed), Event::Window { seconds, .. }) = (speed, event) {
            // default: a run that was taken up counts on; times that go back, or are no times, are not waited for.
            due += Duration::try_from_secs_f64((seconds - last) / speed).unwrap_or_default();
            last = *seconds;
        }
        while begun.elapsed() < due {
            if received.exit_status().is_some() {
                return Err(Left::ByPerson);
            }
            std::thread::sleep(PAUSE.min(due.saturating_sub(begun.elapsed())));
        }
        replay.show(event);
    }
    if received.exit_status().is_some() { Err(Left::ByPerson) } else { Ok(()) }
}

/// Shows what comes until the run is over.
fn follow(
    run: &RunDirectory,
    follower: &mut Follower,
    replay: &mut Replay,
    received: &Received,
) -> Result<(), Left> {
    loop {
        // Before the log is read: what is written last is still shown.
        let is_over = is_over(run);
        let events = follower.read().map_err(|error| Left::Failed(error.into()))?;
        play(&events, None, replay, received)?;
        if is_over {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
    }
}

fn is_over(run: &RunDirectory) -> bool {
    !run.is_locked()
}

fn ending(run: &RunDirectory) -> String {
    match run.summary() {
        Ok(Some(summary)) => crate::training::ending(&summary),
        _ => "stopped; `burnwright resume` goes on".to_owned(),
    }
}
