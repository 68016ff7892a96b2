use std::cell::RefCell;

use cflint_template::eval::Evaluator;
use cflint_template::links::links;
use cflint_template::model::{self, Graph, Model};
use cflint_template::syntax::NodeRef;
use cflint_template::template::Template;

use crate::merge::{Alike, group};

/// What is seen of a distribution under some of the conditions of its template.
#[derive(Debug, Clone)]
pub struct Seen<T> {
    /// Logical id of the distribution.
    pub distribution: String,
    /// The stack that it is in, if that has a name.
    pub stack: Option<String>,
    /// The path of the CDK construct that makes it, if that is known.
    pub construct: Option<String>,
    /// The conditions under which it is seen like this; none if it always is.
    pub conditions: Vec<(String, bool)>,
    /// Whether these conditions say all of it.
    pub is_exact: bool,
    /// Whether the distribution has more combinations of conditions than were checked.
    pub is_cut: bool,
    pub value: T,
}

/// Looks at each distribution of a template in each of its views. Views in which the same is seen are merged.
pub fn distributions<T: PartialEq>(template: &Template<'_>, look: impl Fn(&Model) -> T) -> Vec<Seen<T>> {
    distributions_for(template, &[()], |model, ()| look(model)).into_iter().flatten().collect()
}

/// Looks at each distribution once for each question, and returns what is seen by question. Reading the views, which
/// takes the time, happens once for all of them.
pub fn distributions_for<Q, T: PartialEq>(
    template: &Template<'_>,
    questions: &[Q],
    look: impl Fn(&Model, &Q) -> T,
) -> Vec<Vec<Seen<T>>> {
    let links = links(template);
    let graph = Graph::new(template, &links);
    let problems = RefCell::default();
    let mut answers: Vec<Vec<Seen<T>>> = questions.iter().map(|_| Vec::new()).collect();
    for index in model::distributions(template) {
        let views = model::views(template, &graph, index, &problems);
        let resource = &template.resources()[index];
        let (stack, id) = template.locate(&resource.id);
        let construct = construct(resource.at.node);
        let is_cut = views.cut;
        for (question, seen) in questions.iter().zip(&mut answers) {
            let looked =
                views.models.iter().map(|(conditions, model)| (conditions.clone(), look(model, question)));
            seen.extend(group(looked.collect()).into_iter().map(|group| Seen {
                distribution: id.to_owned(),
                stack: stack.map(str::to_owned),
                construct: construct.map(str::to_owned),
                conditions: group.conditions,
                is_exact: group.is_exact,
                is_cut,
                value: group.value,
            }));
        }
    }
    answers
}

/// Looks at values of a template in each view that they depend on. Views in which the same is seen are merged.
pub fn values<'t, T: PartialEq>(
    template: &Template<'t>,
    look: impl Fn(&Evaluator<'_, 't>) -> T,
) -> Vec<Alike<T>> {
    group(model::in_views(template, |evaluator| Some(look(evaluator))).0)
}

/// The path of the CDK construct that a template says of a resource.
pub(crate) fn construct(resource: NodeRef<'_>) -> Option<&str> {
    resource.get("Metadata")?.value.get("aws:cdk:path")?.value.text()
}
