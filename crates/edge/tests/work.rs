//! How much work is done, counted instead of timed.

#![allow(clippy::expect_used, reason = "a helper of a test may fail it")]

#[path = "generated/large.rs"]
mod large;

use std::cell::RefCell;
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_edge::language::{Budget, Cover, Domain, Language, shared_covered_by};
use cflint_edge::routes::entrance::leads_to;
use cflint_edge::routes::memo::{Memo, STEPS};
use cflint_edge::routes::path::request_paths;
use cflint_edge::routes::pattern::{PathPattern, shadows};
use cflint_template::links::links;
use cflint_template::model::{self, Graph, Model};
use cflint_template::syntax::parse;
use cflint_template::template::Template;

use large::{Kind, large};

/// No question may cost more than this, with what it takes to put it.
const QUESTION: usize = 1_500_000;

fn with_model<T>(text: &str, look: impl FnOnce(&Model) -> T) -> T {
    let parsed = parse(FileId(0), Arc::from(text)).expect("the template parses");
    let template = Template::new(parsed.tree.root().expect("not empty"), &[]);
    let graph = Graph::new(&template, &links(&template));
    let distribution = model::distributions(&template).next().expect("a distribution");
    let views = model::views(&template, &graph, distribution, &RefCell::default());
    look(&views.models.first().expect("a view").1)
}

/// The calls that are found, whether they are all, and how many steps that took.
fn samples(kind: Kind, behaviors: usize, routes: usize) -> (usize, bool, usize) {
    with_model(&large(kind, behaviors, routes), |model| {
        let paths = request_paths(model);
        let mut count = 0;
        for path in &paths {
            for sample in path.samples() {
                let found = leads_to(path, &sample.viewer_path, sample.method);
                assert!(
                    found.is_some_and(|route| std::ptr::eq(route, sample.route)),
                    "{}",
                    sample.viewer_path
                );
                count += 1;
            }
        }
        let is_all = paths.iter().all(cflint_edge::routes::path::RequestPath::knows_all_samples);
        (count, is_all, STEPS - Memo::of(model).budget().left())
    })
}

#[test]
fn as_much_as_aws_accepts_is_far_from_the_bound() {
    for kind in [Kind::Services, Kind::Middles] {
        let (count, is_all, spent) = samples(kind, 75, 300);
        assert!(count == 300 && is_all && spent < STEPS / 10, "{kind:?}: {count} calls, {spent} steps");
    }
}

#[test]
fn what_is_known_is_not_worked_out_again() {
    with_model(&large(Kind::Middles, 10, 40), |model| {
        let count = || request_paths(model).iter().map(|path| path.samples().len()).sum::<usize>();
        let first = count();
        let left = Memo::of(model).budget().left();
        assert_eq!((count(), Memo::of(model).budget().left()), (first, left));
        let copy = model.clone();
        assert_eq!(Memo::of(&copy).budget().left(), STEPS);
    });
}

#[test]
fn hostile_distributions_end_with_what_is_not_known() {
    let (count, is_all, spent) = samples(Kind::Hostile, 40, 100);
    assert!(!is_all && spent == STEPS, "{count} calls, {spent} steps");
}

#[test]
fn each_request_that_is_tried_costs_a_step_for_each_route() {
    let spent = |routes| samples(Kind::Services, 1, routes).2;
    let (some, twice) = (spent(400), spent(800));
    assert!(twice >= 2 * some + 800 * 400, "{some} and {twice} steps");
}

#[test]
fn a_question_costs_a_part_of_what_all_may_cost() {
    let patterns: Vec<Language> = (0..40).map(|n| Language::glob(&format!("/*a*b*c*{n}*"))).collect();
    let others: Vec<&Language> = patterns.iter().collect();
    let budget = Budget::new(STEPS);
    let any = Language::glob("/*");
    let words = Language::glob("/*a*?b*c*");
    let answer = shared_covered_by(&any, &words, &others, Domain::NormalizedPath, &budget);
    assert!(!matches!(answer, Cover::Full) && STEPS - budget.left() < QUESTION, "{answer:?}");
}

#[test]
fn without_steps_only_what_is_obvious_is_known() {
    let spent = Budget::new(0);
    let shadows = |earlier: &[&str], later: &str| {
        let earlier: Vec<PathPattern> = earlier.iter().copied().map(PathPattern::new).collect();
        shadows(&earlier.iter().collect::<Vec<_>>(), &PathPattern::new(later), &spent)
    };
    assert_eq!(shadows(&["/img/*", "/api/*"], "/api/v1/*"), Some(vec![1]));
    assert_eq!(shadows(&["/a/?*", "/a/"], "/a/*"), None, "together they take it");
    let (words, more) = (Language::glob("/*a*b*"), Language::glob("/*b*a*"));
    let answer = shared_covered_by(&words, &more, &[&words], Domain::NormalizedPath, &spent);
    assert_eq!(answer, Cover::Unknown);
}
