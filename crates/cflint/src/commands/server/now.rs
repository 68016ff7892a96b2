//! A document as it is while someone types, with what was read for it when it was last checked.

use std::path::Path;

use cflint_diagnostics::{Encoding, FileId, SourceFile, Sources, Span};
use cflint_linter::{Input, Options, survey};
use cflint_template::syntax::Content;
use cflint_template::template::Template;

use super::documents::{Documents, Open};
use super::found::nests;
use crate::files::paths::target;

/// Whether it is a template, as far as is known: its configuration may be at fault.
pub(super) fn is_template(document: &Open) -> bool {
    document.look.is_some() || document.blame.is_some()
}

pub(super) struct Now<'d> {
    pub(super) inputs: Vec<Input>,
    pub(super) options: &'d Options,
    own: SourceFile,
    others: &'d Sources,
}

impl<'d> Now<'d> {
    /// Nothing if it was never checked, or is not a template.
    pub(super) fn of(document: &'d Open) -> Option<Self> {
        let look = document.look.as_deref()?;
        let text = document.text.as_deref()?;
        let mut inputs = look.linked();
        let first = inputs.first_mut()?;
        if *first.bytes != *text.as_bytes() {
            first.bytes = Content::from(text);
        }
        let own = SourceFile::new(first.name.as_str(), text);
        Some(Self { inputs, options: &look.options, own, others: &look.report.sources })
    }

    /// The open stacks around a document, each with its place among their files.
    pub(super) fn around(documents: &'d Documents, document: &Open) -> impl Iterator<Item = (Self, FileId)> {
        let outer = documents.iter().filter(|other| other.uri != document.uri && nests(other, document));
        outer.filter_map(|outer| {
            let mut now = Self::of(outer)?;
            let is_it = |input: &Input| target(&input.name).is_some_and(|it| Some(it) == document.real);
            let (index, input) = (0..).zip(&mut now.inputs).find(|(_, input)| is_it(input))?;
            input.bytes = document.text.as_deref()?.into();
            Some((now, FileId(index)))
        })
    }

    /// What was read when the document could last be parsed.
    pub(super) fn before(document: &'d Open) -> Option<Self> {
        let now = Self::of(document)?;
        Some(Self { inputs: document.last.clone(), ..now })
    }

    pub(super) fn text(&self) -> &str {
        self.own.text()
    }

    /// The name of the file, without its folder.
    pub(super) fn name(&self) -> String {
        let name = Path::new(self.own.name()).file_name();
        name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    pub(super) fn file(&self, id: FileId) -> Option<&SourceFile> {
        if id.0 == 0 { Some(&self.own) } else { self.others.get(id) }
    }

    /// The line of a place.
    pub(super) fn line(&self, span: Span) -> Option<u32> {
        self.file(span.file).map(|file| file.position(span.start, Encoding::Utf8).line)
    }

    /// Looks at the document as a template that is linked with the others.
    pub(super) fn with_template<T: Send>(
        &self,
        see: impl Fn(&Template<'_>) -> Option<T> + Sync,
    ) -> Option<T> {
        let own = |template: &Template<'_>, _: &Input| {
            (template.root().id().file() == FileId(0)).then(|| see(template)).flatten()
        };
        let found = |inputs: &[Input]| survey(inputs, self.options, own).found.into_iter().flatten().next();
        // A template that another one nests is a part of that; what is left is what it says itself.
        found(&self.inputs).or_else(|| found(self.inputs.get(..1)?))
    }
}
