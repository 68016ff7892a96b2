//! How work and time grow with the size of a distribution: `cargo run --release -p cflint-edge --example work`.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "it is run by hand")]

#[path = "../tests/generated/large.rs"]
mod large;

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

use cflint_diagnostics::FileId;
use cflint_edge::routes::memo::{Memo, STEPS};
use cflint_edge::routes::path::request_paths;
use cflint_template::links::links;
use cflint_template::model::{self, Graph};
use cflint_template::syntax::parse;
use cflint_template::template::Template;

use large::{Kind, large};

const SIZES: [(usize, usize); 5] = [(5, 20), (10, 50), (25, 100), (25, 300), (75, 300)];

fn main() {
    println!("{:<9} {:>9} {:>6} {:>9} {:>7} {:>7}", "kind", "behaviors", "routes", "steps", "steps", "time");
    for kind in [Kind::Services, Kind::Middles, Kind::Hostile] {
        let mut first = None;
        for (behaviors, routes) in SIZES {
            let (steps, seconds) = measure(&large(kind, behaviors, routes));
            let (of_steps, of_time) = *first.get_or_insert((steps, seconds));
            println!(
                "{:<9} {behaviors:>9} {routes:>6} {steps:>9} {:>6.1}x {:>6.1}x",
                format!("{kind:?}"),
                steps as f64 / of_steps as f64,
                seconds / of_time,
            );
        }
    }
}

/// The steps and the seconds that the calls of all request paths take.
fn measure(text: &str) -> (usize, f64) {
    let parsed = parse(FileId(0), Arc::from(text)).expect("the template parses");
    let template = Template::new(parsed.tree.root().expect("not empty"), &[]);
    let graph = Graph::new(&template, &links(&template));
    let distribution = model::distributions(&template).next().expect("a distribution");
    let views = model::views(&template, &graph, distribution, &RefCell::default());
    let model = &views.models.first().expect("a view").1;
    let start = Instant::now();
    for path in request_paths(model) {
        let _ = path.samples();
    }
    (STEPS - Memo::of(model).budget().left(), start.elapsed().as_secs_f64())
}
