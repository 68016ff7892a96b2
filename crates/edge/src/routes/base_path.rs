//! The base paths of a custom domain, and which mapping a path matches.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html>

use cflint_template::model::{CustomDomain, Mapping};
use cflint_template::value::Text;

use crate::language::Language;

/// Which mapping matches a path.
#[derive(Debug, Clone, Copy)]
pub enum Choice<'m> {
    Mapping(&'m Mapping),
    Nothing,
    /// The template does not say.
    Unknown,
}

/// The mapping that matches a path.
///
/// With base paths of one level, the first segment has to be equal to the base path. As soon as one base path of the
/// domain has several levels, the longest one that the path starts with matches, even in the middle of a segment.
pub fn choose<'m>(domain: &'m CustomDomain, path: &str) -> Choice<'m> {
    let mut best: Option<&Mapping> = None;
    let levels = has_levels(domain);
    for mapping in domain.mappings.iter() {
        let key = mapping.prefix();
        let Some(key) = key.as_ref().and_then(Text::as_literal) else { return Choice::Unknown };
        let takes = match path.strip_prefix(key) {
            Some(rest) => key.is_empty() || levels || rest.is_empty() || rest.starts_with('/'),
            None => false,
        };
        let length = |mapping: &Mapping| mapping.key.literal().map_or(0, str::len);
        if takes && best.is_none_or(|other| length(other) < length(mapping)) {
            best = Some(mapping);
        }
    }
    match best {
        Some(mapping) => Choice::Mapping(mapping),
        None if domain.mappings.open.is_some() => Choice::Unknown,
        None => Choice::Nothing,
    }
}

/// Whether a base path may have several levels.
pub(super) fn has_levels(domain: &CustomDomain) -> bool {
    let allows = |key: &Text| match key.as_literal() {
        Some(key) => key.contains('/'),
        None => key.alphabet().allows('/'),
    };
    domain.mappings.iter().any(|mapping| mapping.key.known().is_some_and(allows))
}

/// The paths that a base path may match, unless other ones match them first.
pub(super) fn takes(key: &Language, levels: bool) -> Vec<Language> {
    if levels || key.tokens().is_empty() {
        return vec![key.clone().then(&Language::anything())];
    }
    let mut below = key.clone();
    below.push_literal("/");
    vec![key.clone(), below.then(&Language::anything())]
}

/// The paths that longer base paths certainly match first.
pub(super) fn before(domain: &CustomDomain, key: &Text) -> Vec<Language> {
    let Some(key) = key.as_literal() else { return Vec::new() };
    let literals = || domain.mappings.iter().filter_map(|mapping| mapping.key.literal());
    let levels = literals().any(|key| key.contains('/'));
    let others = literals().map(|other| format!("/{other}"));
    let longer = others.filter(|other| other.len() > key.len() && other.starts_with(key));
    longer.flat_map(|other| takes(&Language::literal(&other), levels)).collect()
}
