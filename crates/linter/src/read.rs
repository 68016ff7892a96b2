//! From the bytes of all files to the trees of the templates.

use std::sync::Arc;

use cflint_diagnostics::{FileId, Span};
use cflint_template::syntax::limits::MAX_ALIASED_NODES;
use cflint_template::syntax::{self, Parsed, SyntaxError, Tree};
use cflint_template::template::is_template;

use crate::input::Input;
use crate::parallel::in_order;

/// A file that was read.
pub(crate) struct Read {
    pub(crate) source: Arc<str>,
    /// Nothing if it is another kind of file: its tree is of no use.
    pub(crate) template: Result<Option<Parsed>, SyntaxError>,
    /// Whether nothing is wrong with it but what the other files of the run hold.
    pub(crate) has_no_room: bool,
}

impl Read {
    pub(crate) fn tree(&self) -> Option<&Tree> {
        self.template.as_ref().ok()?.as_ref().map(|parsed| &parsed.tree)
    }

    fn new(index: usize, input: &Input) -> Self {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        let (source, template) = match input.bytes.decode() {
            Ok(source) => {
                let parsed = syntax::parse(id, Arc::clone(&source));
                (source, parsed.map(|parsed| is_template(&parsed.tree).then_some(parsed)))
            }
            Err(refused) => (Arc::clone(&refused.text), Err(refused.into_error(id))),
        };
        Self { source, template, has_no_room: false }
    }

    /// Takes the nodes that come from aliases from what is left for the run, or says that there is no room for them.
    fn spend(&mut self, left: &mut usize) {
        let Ok(Some(parsed)) = &self.template else { return };
        if let Some(rest) = left.checked_sub(parsed.tree.aliased_len()) {
            *left = rest;
            return;
        }
        let span = parsed.aliases.first().copied();
        self.has_no_room = true;
        self.template = Err(SyntaxError {
            span: span.or(parsed.tree.root().map(|root| root.span())).unwrap_or(Span::new(FileId(0), 0, 0)),
            message: format!(
                "not checked: together, the aliases of all files expand to more than {MAX_ALIASED_NODES} nodes"
            ),
            help: Some("check it in a run of its own, or write out what its aliases stand for".to_owned()),
        });
    }
}

/// Reads the inputs on all processors. Which ones there is no room for depends on their order alone.
pub(crate) fn read_all(inputs: &[Input]) -> Vec<Read> {
    let mut all = Vec::with_capacity(inputs.len());
    let mut left = MAX_ALIASED_NODES;
    in_order(
        1,
        inputs.iter().enumerate(),
        |(index, input), (): &mut ()| Read::new(index, input),
        |read| read.tree().map_or(0, Tree::size),
        |mut read| {
            read.spend(&mut left);
            all.push(read);
        },
    );
    all
}
