//! From the bytes of all files to the trees of the templates.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cflint_diagnostics::{FileId, Span};
use cflint_template::definitions::{LocalDefinition, local_definitions, may_name_definitions};
use cflint_template::syntax::limits::MAX_ALIASED_NODES;
use cflint_template::syntax::{self, NodeId, Parsed, SyntaxError, Tree};
use cflint_template::template::is_template;

use crate::input::Input;
use crate::options::Options;
use crate::parallel::in_order;

/// A file that was read.
pub(crate) struct Read {
    pub(crate) source: Arc<str>,
    /// Nothing if it is another kind of file: its tree is of no use.
    pub(crate) template: Result<Option<Parsed>, SyntaxError>,
    /// Its tree if it is not a template, but an OpenAPI definition that a template names.
    pub(crate) definition: Option<Parsed>,
    /// The OpenAPI definitions that it names: the nodes where they belong, and the files.
    pub(crate) names: Vec<(NodeId, usize)>,
    /// Whether nothing is wrong with it but what the other files of the run hold.
    pub(crate) has_no_room: bool,
}

impl Read {
    pub(crate) fn tree(&self) -> Option<&Tree> {
        let parsed = self.template.as_ref().ok()?.as_ref().or(self.definition.as_ref());
        parsed.map(|parsed| &parsed.tree)
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
        Self::of(source, template)
    }

    fn of(source: Arc<str>, template: Result<Option<Parsed>, SyntaxError>) -> Self {
        Self { source, template, definition: None, names: Vec::new(), has_no_room: false }
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

/// Reads the inputs on all processors, and none of those that are left once `stop` is set. Which ones there is no room for
/// depends on their order alone.
pub(crate) fn read_all(inputs: &[Input], options: &Options, stop: &AtomicBool) -> Vec<Read> {
    let mut all = Vec::with_capacity(inputs.len());
    let mut left = MAX_ALIASED_NODES;
    in_order(
        1,
        inputs.iter().enumerate(),
        |(index, input), (): &mut ()| match stop.load(Ordering::Relaxed) {
            false => Read::new(index, input),
            true => Read::of("".into(), Ok(None)),
        },
        |read| read.tree().map_or(0, Tree::size),
        |mut read| {
            read.spend(&mut left);
            all.push(read);
        },
    );
    read_definitions(inputs, &mut all, options);
    all
}

/// Reads the files that templates name as OpenAPI definitions. One that cannot be read stays unknown.
fn read_definitions(inputs: &[Input], all: &mut [Read], options: &Options) {
    let real = options.real_path;
    let by_path: LazyCell<BTreeMap<String, usize>, _> = LazyCell::new(|| {
        inputs.iter().enumerate().map(|(index, input)| (real(&input.name), index)).collect()
    });
    // Each use makes routes of its own, so a file that many APIs name costs as much as many files.
    let mut left = MAX_ALIASED_NODES;
    let mut tried = BTreeSet::new();
    for index in 0..all.len() {
        let Some(input) = inputs.get(index) else { continue };
        for (node, path) in named(input, all.get(index)) {
            let Some(&file) = by_path.get(&real(&path)) else { continue };
            let Some(read) = all.get_mut(file).filter(|read| matches!(read.template, Ok(None))) else {
                continue;
            };
            if tried.insert(file) {
                let id = FileId(u32::try_from(file).unwrap_or(u32::MAX));
                let parsed = syntax::parse(id, Arc::clone(&read.source)).ok();
                read.definition = parsed.filter(|parsed| parsed.tree.len() <= left);
            }
            let size = read.definition.as_ref().map(|parsed| parsed.tree.len());
            let Some(rest) = size.and_then(|size| left.checked_sub(size)) else { continue };
            left = rest;
            if let Some(naming) = all.get_mut(index) {
                naming.names.push((node, file));
            }
        }
    }
}

/// The nodes where definitions belong that are in files, and the paths of these.
fn named(input: &Input, read: Option<&Read>) -> Vec<(NodeId, String)> {
    let template =
        read.filter(|read| may_name_definitions(&read.source)).and_then(|read| match &read.template {
            Ok(template) => template.as_ref(),
            Err(_) => None,
        });
    let Some(root) = template.and_then(|parsed| parsed.tree.root()) else { return Vec::new() };
    let folder = input.name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let in_folder =
        |definition: LocalDefinition<'_>| (definition.node.id(), format!("{folder}{}", definition.path));
    local_definitions(root).map(in_folder).collect()
}
