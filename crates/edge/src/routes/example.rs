//! Paths for messages: what a viewer may request so that a behavior handles it.

use cflint_template::model::RoutePath;

use crate::language::{Domain, Language};
use crate::routes::path::RequestPath;
use crate::routes::route_paths::route_path;

impl RequestPath<'_> {
    /// A path that the behavior matches and that reads well; one of a route of the API, where there is one.
    pub fn example_path(&self) -> String {
        self.memo.example(self.key(), || self.find_example()).as_ref().clone()
    }

    fn find_example(&self) -> String {
        let Some(pattern) = self.pattern() else { return "/".to_owned() };
        let mappings = self.backend.domain().into_iter().flat_map(|domain| domain.mappings.iter());
        let mapped = mappings
            .filter(|mapping| mapping.key.is_absent())
            .filter_map(|mapping| self.model.api(mapping.api.known()?.as_resource()?));
        let routes = self.backend.api().into_iter().chain(mapped).flat_map(|api| api.routes.iter());
        let before = self.memo.patterns_before(self.behavior).unwrap_or_default();
        let budget = self.memo.budget_of_examples();
        let is_taken = |paths: &Language| {
            before.iter().any(|other| other.language().obviously_contains_within(paths, budget))
        };
        let fits = |paths: Language| {
            pattern.language().shared_example_within(&paths, Domain::NormalizedPath, self.memo.budget())
        };
        routes
            .filter(|route| route.path != RoutePath::Default)
            .take_while(|_| !budget.is_spent())
            .map(route_path)
            // Most routes belong to other behaviors, and it would be slower to compare with all patterns.
            .filter(|paths| !pattern.language().clashes(paths) && !is_taken(paths))
            .filter_map(fits)
            .find(|viewer_path| self.takes(viewer_path))
            .or_else(|| [pattern.example(), "/".to_owned()].into_iter().find(|path| self.takes(path)))
            .unwrap_or_else(|| pattern.example())
    }

    /// The same, if this behavior certainly handles a request for it.
    pub fn taken_path(&self) -> Option<String> {
        let example = self.example_path();
        self.taken(&example).map(str::to_owned)
    }
}
