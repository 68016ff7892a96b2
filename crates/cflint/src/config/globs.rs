//! Globs of the configuration.

use globset::{Error, GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};

use crate::files::document::Value;
use crate::problem::Problem;

/// A glob for paths, as in `.gitignore`: without a slash it means files and folders of that name wherever they are,
/// with one a path from the folder of the configuration. What is in a folder is meant with it.
#[derive(Debug, Clone)]
pub(crate) struct PathGlob {
    pub(crate) text: String,
    set: GlobSet,
}

/// A glob for names with or without slashes, such as logical ids and the paths of constructs.
#[derive(Debug, Clone)]
pub(crate) struct NameGlob {
    pub(crate) text: String,
    matcher: GlobMatcher,
}

impl PathGlob {
    /// Reads a glob. The error is a part of a sentence.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let inner = text.trim_end_matches('/');
        let path = inner.strip_prefix("./").unwrap_or(inner).trim_start_matches('/');
        if path.is_empty() {
            return Err("it matches no file".to_owned());
        }
        if path.starts_with('!') {
            return Err("`!` does not negate a glob; write `[!]` for the character itself".to_owned());
        }
        if path.split('/').any(|part| part == "..") {
            return Err("it points outside the folder of the configuration".to_owned());
        }
        let path = if inner.contains('/') { path.to_owned() } else { format!("**/{path}") };
        let mut set = GlobSetBuilder::new();
        set.add(glob(&path)?);
        set.add(glob(&format!("{path}/**"))?);
        Ok(Self { text: text.to_owned(), set: set.build().map_err(|error| reason(&error))? })
    }

    /// The glob that a configuration holds.
    pub(crate) fn read(value: &Value<'_>) -> Result<Self, Problem> {
        let text = value.text()?;
        Self::new(text)
            .map_err(|why| value.refuse(format_args!("`{text}` is not a valid glob for paths: {why}")))
    }

    /// Whether a path from the folder of the configuration is meant.
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }
}

impl NameGlob {
    /// Reads a glob. The error is a part of a sentence.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        Ok(Self { text: text.to_owned(), matcher: glob(text)?.compile_matcher() })
    }

    /// The glob that a configuration holds.
    pub(crate) fn read(value: &Value<'_>) -> Result<Self, Problem> {
        let text = value.text()?;
        Self::new(text).map_err(|why| value.refuse(format_args!("`{text}` is not a valid glob: {why}")))
    }

    /// Whether a name is meant.
    pub(crate) fn matches(&self, name: &str) -> bool {
        self.matcher.is_match(name)
    }
}

fn glob(text: &str) -> Result<globset::Glob, String> {
    // What a backslash means is not to depend on the system.
    let mut builder = GlobBuilder::new(text);
    builder.literal_separator(true).backslash_escape(true);
    builder.build().map_err(|error| reason(&error))
}

fn reason(error: &Error) -> String {
    error.kind().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(glob: &str, path: &str) -> bool {
        PathGlob::new(glob).unwrap().matches(path)
    }

    #[test]
    fn a_name_is_meant_wherever_it_is() {
        assert!(takes("examples", "examples/a.yaml") && takes("examples", "infra/examples/b/a.yaml"));
        assert!(takes("*.test.yaml", "a.test.yaml") && takes("*.test.yaml", "infra/a.test.yaml"));
        assert!(!takes("examples", "examples2/a.yaml") && !takes("*.test.yaml", "a.yaml"));
    }

    #[test]
    fn a_path_starts_at_the_folder_of_the_configuration() {
        for glob in ["infra/old", "./infra/old", "/infra/old", "infra/old/", "infra/*", "infra/**"] {
            assert!(takes(glob, "infra/old/a.yaml"), "{glob}");
            assert!(!takes(glob, "apps/infra/old/a.yaml"), "{glob}");
        }
        assert!(takes("/edge.yaml", "edge.yaml") && !takes("/edge.yaml", "infra/edge.yaml"));
        assert!(!takes("infra/*.yaml", "infra/old/a.yaml") && takes("infra/**/*.yaml", "infra/old/a.yaml"));
        assert!(takes("old/", "old/a.yaml"));
    }

    #[test]
    fn globs_without_sense_are_refused() {
        for glob in ["", "/", "[a", "{a", "../a"] {
            assert!(PathGlob::new(glob).is_err(), "{glob}");
        }
    }

    #[test]
    fn names_of_constructs_have_levels() {
        let takes = |glob: &str, name: &str| NameGlob::new(glob).unwrap().matches(name);
        assert!(takes("Shop/**", "Shop/Edge/Pages") && !takes("Shop/*", "Shop/Edge/Pages"));
        assert!(takes("Api*", "ApiGateway") && !takes("Api", "ApiGateway"));
    }
}
