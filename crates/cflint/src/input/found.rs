use cflint_linter::{Input, InputError, Notice};

use crate::files::read::MAX_RUN;

/// What the paths led to.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Files to check, each once.
    pub(crate) inputs: Vec<Input>,
    /// Paths that could not be read.
    pub(crate) errors: Vec<InputError>,
    /// Files that were left out and should be known of.
    pub(crate) notices: Vec<Notice>,
    /// How many files were read and can be no templates.
    pub(crate) irrelevant: usize,
    /// How many bytes the inputs hold.
    held: usize,
    /// Files for which there was no room.
    pub(super) beyond: Vec<String>,
}

impl Found {
    /// How many more bytes a run holds.
    pub(super) fn room(&self) -> usize {
        MAX_RUN.saturating_sub(self.held)
    }

    /// Adds a file, or its name if there is no room for it.
    pub(super) fn add(&mut self, input: Input) {
        if input.bytes.len() <= self.room() {
            self.held += input.bytes.len();
            self.inputs.push(input);
        } else {
            self.beyond.push(input.name);
        }
    }

    /// Drops the inputs for which this is false.
    pub(super) fn retain(&mut self, holds: impl Fn(&Input) -> bool) {
        self.inputs.retain(holds);
        self.held = self.inputs.iter().map(|input| input.bytes.len()).sum();
    }

    /// Takes the inputs, to put others into their place.
    pub(super) fn take(&mut self) -> Vec<Input> {
        self.held = 0;
        std::mem::take(&mut self.inputs)
    }

    /// Says which files there was no room for.
    pub(super) fn say_beyond(&mut self) {
        let beyond = std::mem::take(&mut self.beyond);
        let Some((first, others)) = beyond.split_first() else { return };
        let others = match others {
            [] => String::new(),
            [other] => format!(", nor was `{other}`"),
            [other, more @ ..] => format!(", nor were `{other}` and {} more", more.len()),
        };
        let message = format!("not checked{others}: together, the templates are larger than 64 MiB");
        self.errors.push(InputError { path: first.clone(), message, span: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_named_once_and_what_is_smaller_may_still_have() {
        let mut found = Found::default();
        let mut add = |name: &str, size| found.add(Input::new(name, vec![0; size]));
        add("all but one", MAX_RUN - 1);
        add("a", 2);
        add("b", 3);
        add("one", 1);
        add("c", 1);
        found.say_beyond();
        assert_eq!(found.inputs.len(), 2);
        let [error] = found.errors.as_slice() else { panic!("{:?}", found.errors) };
        assert_eq!(error.path, "a");
        assert_eq!(
            error.message,
            "not checked, nor were `b` and 1 more: together, the templates are larger than 64 MiB"
        );
        found.retain(|input| input.name == "one");
        assert_eq!(found.room(), MAX_RUN - 1);
    }
}
