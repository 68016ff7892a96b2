//! Files that say what a run has to do: read with places, so that every complaint has one.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use cflint_diagnostics::{Encoding, FileId, Position, SourceFile, Span};
use cflint_template::syntax::{self, Entry, Kind, NodeRef, Parsed, ProblemKind, Scalar};
use clap::ValueEnum;

use crate::files::read::{self, Unreadable};
use crate::files::roots::{Roots, leads_out};
use crate::names::suggestion;
use crate::problem::Problem;

/// A place in a file, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) path: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Place {
    fn of(file: &SourceFile, span: Span) -> Self {
        Self::at(file, span.start as usize)
    }

    /// The place of a byte.
    pub(crate) fn at(file: &SourceFile, offset: usize) -> Self {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let Position { line, column } = file.position(offset, Encoding::CodePoints);
        Self { path: file.name().to_owned(), line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// Who says that a file is to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum NamedBy<'r> {
    User,
    /// Its usual name, or another file; then it has to be in one of these folders.
    Project(&'r Roots),
}

/// The text of a file that is shown by this name. `unreadable` makes the problem of a reason.
pub(crate) fn text(
    path: &Path,
    name: &str,
    by: NamedBy<'_>,
    unreadable: impl Fn(Unreadable) -> Problem,
) -> Result<Arc<str>, Problem> {
    let bytes = match by {
        NamedBy::User => read::option(path),
        NamedBy::Project(roots) => read::inside(path, roots),
    };
    let bytes = bytes.map_err(unreadable)?;
    syntax::decode(&bytes).map_err(|refused| {
        Problem::new(format!("{name}: {}", refused.message)).with_optional_help(refused.help)
    })
}

/// The result for a file that is shown by this name. If a link in the project stands for a file elsewhere, its
/// owner is unknown, and what is wrong with it is not quoted.
pub(crate) fn unquoted<T>(
    path: &Path,
    name: &str,
    by: NamedBy<'_>,
    made: Result<T, Problem>,
) -> Result<T, Problem> {
    made.map_err(|problem| match matches!(by, NamedBy::User) && leads_out(path) {
        true => Problem::new(format!("{name}: a link to a file outside the project, which has an error"))
            .with_help("name the file itself to see why"),
        false => problem,
    })
}

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Document {
    file: SourceFile,
    parsed: Parsed,
}

impl Document {
    /// Reads a file. `what` says what it is for, and `name` is how it is shown.
    pub(crate) fn read(path: &Path, name: &str, what: &str, by: NamedBy<'_>) -> Result<Self, Problem> {
        let unreadable = |why| Problem::new(format!("cannot read {what} `{name}`: {why}"));
        let text = text(path, name, by, unreadable)?;
        Self::parse(name, &text)
    }

    /// Reads a text. A duplicate key and a second document are rejected, because they are always mistakes.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, Problem> {
        let file = SourceFile::new(name, text);
        let parsed = syntax::parse(FileId(0), text.into()).map_err(|error| {
            Problem::new(format!("{}: {}", Place::of(&file, error.span), error.message))
                .with_optional_help(error.help)
        })?;
        if let Some(duplicate) = parsed.duplicates.first() {
            let Place { line, .. } = Place::of(&file, duplicate.first);
            let again = Place::of(&file, duplicate.again);
            return Err(Problem::new(format!("{again}: duplicate key `{}`", duplicate.name))
                .with_help(format!("it is also on line {line}; merge the two")));
        }
        let second = |problem: &&syntax::SyntaxProblem| problem.kind == ProblemKind::SecondDocument;
        if let Some(problem) = parsed.problems.iter().find(second) {
            let at = Place::of(&file, problem.error.span);
            return Err(Problem::new(format!("{at}: a second document, expected only one")));
        }
        Ok(Self { file, parsed })
    }

    /// The content of the file; `None` if it is empty.
    pub(crate) fn root(&self) -> Option<Value<'_>> {
        let node = self.parsed.tree.root()?;
        (!node.is_null()).then(|| Value { document: self, node, name: String::new() })
    }
}

/// A value in a document.
#[derive(Debug, Clone)]
pub(crate) struct Value<'d> {
    document: &'d Document,
    pub(crate) node: NodeRef<'d>,
    /// The keys that lead to it, such as `rules.duplicate-key.severity`; empty for the whole document.
    pub(crate) name: String,
}

impl<'d> Value<'d> {
    pub(crate) fn place(&self) -> Place {
        Place::of(&self.document.file, self.node.span())
    }

    /// The place of a byte of the document.
    pub(crate) fn place_at(&self, offset: usize) -> Place {
        Place::at(&self.document.file, offset)
    }

    /// The place of the first node in it that satisfies a condition.
    pub(crate) fn find(&self, holds: impl Fn(NodeRef<'d>) -> bool) -> Option<Place> {
        let node = self.node.subtree().find(|node| holds(*node))?;
        Some(Place::of(&self.document.file, node.span()))
    }

    /// A problem with this value, at its place.
    pub(crate) fn refuse(&self, message: impl fmt::Display) -> Problem {
        Problem::new(format!("{}: {message}", self.place()))
    }

    /// Says what the value has to be, and what it is.
    pub(crate) fn expected(&self, what: &str) -> Problem {
        let subject = match self.name.as_str() {
            "" => "the file".to_owned(),
            name => format!("`{name}`"),
        };
        self.refuse(format_args!("{subject} must be {what}, found {}", self.kind()))
    }

    fn kind(&self) -> String {
        match (self.node.kind(), self.node.scalar()) {
            _ if self.node.is_null() => "nothing".to_owned(),
            (_, Some(Scalar::Str(text))) => format!("the string `{text}`"),
            (Kind::Mapping, _) => "a mapping".to_owned(),
            (Kind::Sequence, _) => "a list".to_owned(),
            (Kind::Scalar, _) => format!("`{}`", self.node.text().unwrap_or_default()),
        }
    }

    /// The entries of a mapping.
    pub(crate) fn entries(&self, what: &str) -> Result<Vec<Field<'d>>, Problem> {
        if self.node.kind() != Kind::Mapping {
            return Err(self.expected(what));
        }
        let field = |entry: Entry<'d>| {
            let key = entry.name();
            let name = if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
            let of = |node| Value { document: self.document, node, name: name.clone() };
            Field { key, at: of(entry.key), value: of(entry.value) }
        };
        Ok(self.node.entries().map(field).collect())
    }

    /// The entries of a mapping that can have these keys. Those without a value are treated as absent.
    pub(crate) fn fields(&self, keys: &[&str]) -> Result<Vec<Field<'d>>, Problem> {
        let what = || format!("a mapping with {}", alternatives(keys, "and"));
        let mut fields = self.entries(&what())?;
        if let Some(Field { key, at, .. }) = fields.iter().find(|field| !keys.contains(&field.key)) {
            let of = if self.name.is_empty() { String::new() } else { format!(" in `{}`", self.name) };
            let help = suggestion(key, keys.iter().copied())
                .unwrap_or_else(|| format!("the keys are {}", alternatives(keys, "and")));
            return Err(at.refuse(format_args!("unknown key `{key}`{of}")).with_help(help));
        }
        fields.retain(|field| !field.value.node.is_null());
        Ok(fields)
    }

    /// The items of a list.
    pub(crate) fn items(&self, what: &str) -> Result<Vec<Value<'d>>, Problem> {
        if self.node.kind() != Kind::Sequence {
            return Err(self.expected(what));
        }
        let item =
            |(index, node)| Value { document: self.document, node, name: format!("{}[{index}]", self.name) };
        Ok(self.node.items().enumerate().map(item).collect())
    }

    /// A text, or a number that is meant as one.
    pub(crate) fn text(&self) -> Result<&'d str, Problem> {
        match self.node.text() {
            Some(text) if !self.node.is_null() => Ok(text),
            _ => Err(self.expected("a text")),
        }
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self) -> Result<bool, Problem> {
        match self.node.scalar() {
            Some(Scalar::Bool(flag)) => Ok(flag),
            _ => Err(self.expected("`true` or `false`")),
        }
    }

    /// One of the values of an option.
    pub(crate) fn choice<T: ValueEnum>(&self) -> Result<T, Problem> {
        let names: Vec<String> = choices::<T>();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let text = self.node.text().filter(|_| !self.node.is_null());
        if let Some(found) = text.and_then(|text| T::from_str(text, false).ok()) {
            return Ok(found);
        }
        let help = text.and_then(|text| suggestion(text, names.iter().copied()));
        Err(self.expected(&alternatives(&names, "or")).with_optional_help(help))
    }
}

/// An entry of a mapping.
#[derive(Debug, Clone)]
pub(crate) struct Field<'d> {
    pub(crate) key: &'d str,
    /// The key, for complaints about it.
    pub(crate) at: Value<'d>,
    pub(crate) value: Value<'d>,
}

/// The names that an option takes.
pub(crate) fn choices<T: ValueEnum>() -> Vec<String> {
    let names = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    names.map(|value| value.get_name().to_owned()).collect()
}

/// `a`, `b` or `c`
pub(crate) fn alternatives(names: &[&str], word: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} {word} {last}", rest.join(", ")),
    }
}
