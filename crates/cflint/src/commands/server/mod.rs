//! `cflint server`: a language server on standard input and output.
//!
//! It checks what is open, with the engine and the configuration of `cflint check`, and is done in milliseconds; so one
//! thread reads messages, and one answers them.

mod abilities;
mod actions;
mod completion;
mod configuration;
mod definition;
mod diagnostics;
mod documents;
mod example;
mod found;
mod hints;
mod hover;
mod look;
mod managed;
mod now;
mod picture;
mod place;
mod requests;
mod session;
mod spot;
mod stages;
mod symbols;
mod text;
mod uri;
mod values;
mod wire;
mod words;

use std::io::{self, BufReader, Write};
use std::sync::mpsc;
use std::thread;

use self::session::Session;
use self::wire::Client;
use crate::args::ServerArgs;
use crate::exit::Exit;
use crate::problem::Failure;

/// How many messages wait. A client that sends more waits itself.
const QUEUE: usize = 64;

/// `cflint server`.
pub(crate) fn run(args: &ServerArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (sender, receiver) = mpsc::sync_channel(QUEUE);
    // It ends with the process, or when the client closes its end.
    thread::spawn(move || {
        let mut stdin = BufReader::new(io::stdin());
        while let Ok(Some(message)) = wire::read(&mut stdin) {
            if sender.send(message).is_err() {
                break;
            }
        }
    });
    let mut session = Session::new(Client::new(out), &args.config);
    while let Ok(first) = receiver.recv() {
        let mut batch = vec![first];
        batch.extend(receiver.try_iter().take(QUEUE));
        if let Some(exit) = session.handle(batch)? {
            return Ok(exit);
        }
    }
    // The client has died.
    Ok(Exit::Findings)
}

#[cfg(test)]
mod tests;
