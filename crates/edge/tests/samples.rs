//! What is said of all requests agrees with what becomes of single ones.

#![allow(clippy::expect_used, reason = "a helper of a test may fail it")]

mod generated;

use std::cell::RefCell;
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_edge::routes::entrance::leads_to;
use cflint_edge::routes::path::{RequestPath, request_paths};
use cflint_edge::routes::pattern::normalize_path;
use cflint_edge::trace::{Verdict, trace};
use cflint_template::links::links;
use cflint_template::model::{self, Graph, Model};
use cflint_template::syntax::parse;
use cflint_template::template::Template;
use proptest::prelude::*;

use generated::{request, sketch};

fn with_model<T>(text: &str, look: impl FnOnce(&Model) -> T) -> T {
    let parsed = parse(FileId(0), Arc::from(text)).expect("the template parses");
    let template = Template::new(parsed.tree.root().expect("not empty"), &[]);
    let graph = Graph::new(&template, &links(&template));
    let distribution = model::distributions(&template).next().expect("a distribution");
    let views = model::views(&template, &graph, distribution, &RefCell::default());
    look(&views.models.first().expect("a view").1)
}

fn samples<'m>(path: &'m RequestPath<'_>) -> Vec<(&'m str, String)> {
    path.samples().iter().map(|sample| (sample.viewer_path.as_str(), sample.route.name())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// A route that some request comes to has a call, and each call comes to its route.
    #[test]
    fn calls_are_exact(sketch in sketch(), requests in prop::collection::vec(request(), 1..12)) {
        let text = sketch.template();
        with_model(&text, |model| -> Result<(), TestCaseError> {
            let paths = request_paths(model);
            for path in &paths {
                for sample in path.samples() {
                    let found = leads_to(path, &sample.viewer_path, sample.method);
                    prop_assert!(found.is_some_and(|route| std::ptr::eq(route, sample.route)), "{}", text);
                }
                for request in &requests {
                    // Calls are about paths as browsers write them.
                    let viewer_path = &request.path;
                    if normalize_path(viewer_path) != *viewer_path {
                        continue;
                    }
                    if let Some(route) = leads_to(path, viewer_path, request.method) {
                        let has_call = path.samples().iter().any(|sample| {
                            std::ptr::eq(sample.route, route) || sample.route.path == route.path
                        });
                        prop_assert!(has_call, "{viewer_path} {} {:?}\n{text}", route.name(), samples(path));
                    }
                }
            }
            Ok(())
        })?;
    }

    /// A trace always ends, says how, and chooses the behavior that takes the path.
    #[test]
    fn traces_agree_with_the_paths(sketch in sketch(), requests in prop::collection::vec(request(), 1..8)) {
        let text = sketch.template();
        with_model(&text, |model| -> Result<(), TestCaseError> {
            for request in &requests {
                let trace = trace(model, request);
                prop_assert!(trace.steps.last().is_some());
                // Of a request that is refused only the status can be open: that of an error page.
                let is_open = match trace.verdict {
                    Verdict::Undetermined => true,
                    Verdict::Rejected => trace.status.is_none(),
                    Verdict::Ok | Verdict::Redirected => false,
                };
                prop_assert!(trace.doubts.is_empty() || is_open, "{:?}\n{text}", trace.doubts);
                let is_root = request.path == "/" && !model.distribution.default_root_object.is_absent();
                let (Some(chosen), false) = (trace.behavior, is_root) else { continue };
                let normal = normalize_path(&request.path);
                let path = request_paths(model).into_iter().find(|path| path.behavior.index == chosen);
                let Some(path) = path else { continue };
                prop_assert!(path.takes(&normal), "{:?} {normal}\n{text}", chosen);
                if trace.verdict == Verdict::Ok && normal == request.path {
                    let is_preflight = trace.steps.iter().any(|step| step.title == "CORS");
                    let route = leads_to(&path, &normal, request.method);
                    prop_assert!(route.is_some() || is_preflight, "{:#?}\n{text}", trace.steps);
                }
            }
            Ok(())
        })?;
    }
}
