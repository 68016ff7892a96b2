//! What a single step of the engine takes. A run that hangs in one is left behind, and no other starts in this process, so
//! that this test has a process of its own.

#![expect(clippy::expect_used, reason = "a test knows what it expects")]

use std::time::{Duration, Instant};

use cflint_functions::{Event, Outcome, Program, Request, Runtime};

fn ends(body: &str) -> Outcome {
    let code = format!("function handler(event) {{ {body} return event.request; }}");
    let program = Program::new(&code, Runtime::V2).expect("it is small");
    let request = Request { method: "GET".to_owned(), uri: "/".to_owned(), ..Request::default() };
    let start = Instant::now();
    let outcome = program.run(&Event { request, ..Event::default() }).outcome;
    assert!(start.elapsed() < Duration::from_secs(20), "{body}: {:?}", start.elapsed());
    outcome
}

#[test]
fn a_step_of_the_engine_without_an_end_does_not_hang_the_process() {
    let outcome = ends("var a = []; a.length = 4294967295; a.reverse();");
    assert!(matches!(&outcome, Outcome::Unknown(reason) if reason.contains("engine")), "{outcome:?}");
    // Nothing is run after that, so it cannot happen twice.
    let outcome = ends("");
    assert!(matches!(&outcome, Outcome::Unknown(_)), "{outcome:?}");
}
