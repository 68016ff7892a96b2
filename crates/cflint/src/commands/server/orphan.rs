//! A server ends when its client has, even if the client could not say so.

use serde_json::Value;

/// Ends this process when the one that `initialize` names has ended. Usually the input ends first; it does not if
/// another process has inherited it.
#[cfg(unix)]
pub(super) fn watch(params: &Value) {
    use rustix::io::Errno;
    use rustix::process::{Pid, test_kill_process};

    const EVERY: std::time::Duration = std::time::Duration::from_secs(2);

    let id = params.get("processId").and_then(Value::as_i64).and_then(|id| i32::try_from(id).ok());
    let Some(client) = id.filter(|id| *id > 0).and_then(Pid::from_raw) else { return };
    std::thread::spawn(move || {
        while test_kill_process(client) != Err(Errno::SRCH) {
            std::thread::sleep(EVERY);
        }
        end();
    });
}

/// Without signals, the end of the input has to do.
#[cfg(not(unix))]
pub(super) fn watch(_: &Value) {}

#[cfg(unix)]
#[expect(clippy::exit, reason = "the session may wait for a client that reads nothing any more")]
fn end() {
    std::process::exit(crate::exit::Exit::Findings as i32);
}
