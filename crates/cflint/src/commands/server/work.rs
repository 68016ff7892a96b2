//! What takes time is done on a thread of its own, one thing after the other, so that the session always responds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender, SyncSender};
use std::thread;

use gen_lsp_types::Uri;
use serde_json::Value;

use super::commands::{self, Command};
use super::folders::{self, Folders, Scan};
use super::look::{Outcome, Snapshot, look};
use super::projects::Projects;
use super::room::Taken;
use super::wire::{Incoming, Refusal};
use crate::args::ConfigFileArgs;

/// What the session waits for.
pub(super) enum Event {
    /// With the room that it takes until it is handled.
    Message(Incoming, Taken),
    Done(Done),
    /// The client has closed its end, or died.
    End,
}

pub(super) enum Task {
    Look(Snapshot),
    Command(Command),
    Folders(Folders),
}

pub(super) enum Done {
    Looked {
        uri: Uri,
        opened: u64,
        outcome: Outcome,
    },
    /// The result of a request.
    Responded(Value, Result<Value, Refusal>),
    Scanned(Option<Scan>),
}

pub(super) struct Worker {
    tasks: Sender<(Task, Arc<AtomicBool>)>,
    /// Stops the task that runs.
    running: Option<Arc<AtomicBool>>,
}

impl Worker {
    /// Starts the thread. It ends with the process.
    pub(super) fn start(config: ConfigFileArgs, events: SyncSender<Event>) -> Self {
        let (tasks, receiver) = mpsc::channel::<(Task, Arc<AtomicBool>)>();
        thread::spawn(move || {
            let mut projects = Projects::default();
            for (task, stop) in receiver {
                let done = task.run(&config, &mut projects, &stop);
                if events.send(Event::Done(done)).is_err() {
                    return;
                }
            }
        });
        Self { tasks, running: None }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.running.is_none()
    }

    /// Starts a task; the worker has to be idle.
    pub(super) fn run(&mut self, task: Task) {
        let stop = Arc::new(AtomicBool::new(false));
        if self.tasks.send((task, Arc::clone(&stop))).is_ok() {
            self.running = Some(stop);
        }
    }

    /// The task has ended.
    pub(super) fn rest(&mut self) {
        self.running = None;
    }

    /// Stops the task that runs. Its end is still reported.
    pub(super) fn stop(&self) {
        if let Some(stop) = &self.running {
            stop.store(true, Ordering::Relaxed);
        }
    }
}

impl Task {
    fn run(self, config: &ConfigFileArgs, projects: &mut Projects, stop: &AtomicBool) -> Done {
        match self {
            Self::Look(document) => {
                let outcome = look(&document, config, projects, stop);
                Done::Looked { uri: document.uri, opened: document.opened, outcome }
            }
            Self::Command(command) => {
                let result = commands::run(&command, config, projects, stop);
                Done::Responded(command.id, result)
            }
            Self::Folders(asked) => Done::Scanned(folders::scan(&asked, config, stop)),
        }
    }
}
