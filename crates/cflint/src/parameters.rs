//! Values of parameters, as they are written down: for the command line, the configuration, and in files for deploying.

mod given;
mod malformed;
mod overrides;
mod samconfig;
pub(crate) mod values;

use std::path::Path;

use cflint_diagnostics::{FileId, SourceFile};
use cflint_template::syntax;

pub(crate) use self::given::Given;
use self::malformed::Malformed;
use crate::files::document::{self, NamedBy, Place, unquoted};
use crate::files::read::Unreadable;
use crate::problem::Problem;

/// Reads a file that stacks are deployed with.
pub(crate) fn read(path: &Path, name: &str, by: NamedBy<'_>) -> Result<Vec<Given>, Problem> {
    unquoted(path, name, by, read_all(path, name, by))
}

fn read_all(path: &Path, name: &str, by: NamedBy<'_>) -> Result<Vec<Given>, Problem> {
    let unreadable = |why| {
        let help = match why {
            Unreadable::Outside => "name it on the command line, with `--parameters-file`",
            _ => "`--parameters-file` accepts JSON, YAML or TOML",
        };
        Problem::new(format!("cannot read the parameters in `{name}`: {why}")).with_help(help)
    };
    let text = document::text(path, name, by, unreadable)?;
    let is_toml = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    parse(&text, is_toml).map_err(|malformed| match malformed.at {
        Some(at) => malformed.into_problem(Place::at(&SourceFile::new(name, text.as_ref()), at)),
        None => malformed.into_problem(name),
    })
}

/// Reads a text in the first of the forms that it has.
pub(crate) fn parse(text: &str, is_toml: bool) -> Result<Vec<Given>, Malformed> {
    if is_toml {
        return samconfig::read(text);
    }
    let parsed = syntax::parse(FileId(0), text.into());
    let is_structured = matches!(&parsed, Ok(parsed) if !values::is_single_text(&parsed.tree));
    // A file without the usual ending, such as a pipe, may still be TOML.
    if !is_structured && samconfig::is_toml(text) {
        return samconfig::read(text);
    }
    let parsed = parsed.map_err(|error| Malformed {
        at: Some(error.span.start as usize),
        message: error.message,
        help: error.help.or_else(|| Some(values::FORMS.to_owned())),
    })?;
    values::read(&parsed.tree)
}

#[cfg(test)]
mod tests;
