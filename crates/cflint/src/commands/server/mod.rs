//! `cflint server`: a language server on standard input and output.
//!
//! It checks what is open, with the engine and the configuration of `cflint check`. One thread reads messages, one checks, and
//! one owns the state and responds.

mod abilities;
mod actions;
mod behavior;
mod commands;
mod completion;
mod configuration;
mod definition;
mod diagnostics;
mod documents;
mod edits;
mod example;
mod folders;
mod found;
mod hints;
mod hover;
mod look;
mod managed;
mod now;
mod orphan;
mod picture;
mod place;
mod projects;
mod publish;
mod queue;
mod requests;
mod room;
mod session;
mod spot;
mod stages;
mod status;
mod symbols;
mod text;
mod uri;
mod values;
mod waiting;
mod wire;
mod words;
mod work;

use std::io::{self, BufReader, Write};
use std::sync::{Arc, mpsc};
use std::thread;

use self::room::Room;
use self::session::Session;
use self::wire::Client;
use self::work::{Event, Worker};
use crate::args::ServerArgs;
use crate::exit::Exit;
use crate::problem::Failure;

/// How many messages wait; their size has a bound as well. A client that sends more waits itself.
const QUEUE: usize = 64;

/// `cflint server`.
pub(crate) fn run(args: &ServerArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (events, receiver) = mpsc::sync_channel(QUEUE);
    let messages = events.clone();
    // It ends with the process, or when the client closes its end.
    thread::spawn(move || {
        let mut stdin = BufReader::new(io::stdin());
        let room = Arc::new(Room::default());
        while let Ok(Some(message)) = wire::read(&mut stdin) {
            let taken = room.take(message.size());
            if messages.send(Event::Message(message, taken)).is_err() {
                return;
            }
        }
        let _ = messages.send(Event::End);
    });
    let worker = Worker::start(args.config.clone(), events);
    let mut session = Session::new(Client::new(out), worker);
    loop {
        let mut batch = Vec::new();
        if session.ready().is_none() {
            batch.extend(receiver.recv());
        }
        batch.extend(receiver.try_iter().take(QUEUE));
        match session.handle(batch) {
            Ok(None) => {}
            Ok(Some(exit)) => return Ok(exit),
            // The client has closed the other end, or died.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Exit::Findings),
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests;
