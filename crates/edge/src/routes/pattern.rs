//! Path patterns of cache behaviors.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html>

use crate::language::{Budget, Cover, Domain, Language, covered_within};

/// The longest pattern that CloudFront accepts.
pub const MAX_PATTERN_LENGTH: usize = 255;

/// The path pattern of a cache behavior, such as `/api/*`.
///
/// `*` is zero or more characters and `?` exactly one, both including `/`. The whole path has to match, case is
/// significant, and query strings and cookies are ignored. A leading `/` is implied, so `api/*` and `/api/*` are
/// equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PathPattern {
    text: String,
    language: Language,
}

impl PathPattern {
    /// The pattern as the template has it, with or without the leading `/`.
    pub fn new(pattern: &str) -> Self {
        let text = format!("/{}", pattern.strip_prefix('/').unwrap_or(pattern));
        let language = Language::glob(&text);
        Self { text, language }
    }

    /// The pattern of the default behavior, which matches every path.
    pub fn default_behavior() -> Self {
        Self::new("*")
    }

    /// The pattern with its leading `/`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The paths that match. Compare in [`Domain::NormalizedPath`]: CloudFront normalizes before it matches.
    pub const fn language(&self) -> &Language {
        &self.language
    }

    /// Whether a path matches; see [`normalize_path`] for what it must look like.
    pub fn matches(&self, normalized_path: &str) -> bool {
        self.language.matches(normalized_path)
    }

    /// Whether every path that matches `other` matches this one too, so that `other` is dead when it comes later.
    /// `None` when that takes too long to find out.
    pub fn contains(&self, other: &Self) -> Option<bool> {
        self.language.contains_in(&other.language, Domain::NormalizedPath)
    }

    /// The shortest path that matches `other` and not this one.
    pub fn counterexample(&self, other: &Self) -> Option<String> {
        self.language.counterexample_in(&other.language, Domain::NormalizedPath)
    }

    /// A path that matches both, written so that it reads well; `None` exactly when there is none.
    pub fn intersects(&self, other: &Self) -> Option<String> {
        self.language.shared_example(&other.language, Domain::NormalizedPath)
    }

    /// A path that matches, such as `/api/users` for `/api/*`.
    pub fn example(&self) -> String {
        self.intersects(&Self::default_behavior()).unwrap_or_else(|| self.language.example())
    }

    /// Whether CloudFront ever compares a path that matches: `false` for `//api/*`, because repeated slashes and dot
    /// segments are gone by then.
    pub fn matches_anything(&self) -> bool {
        self.language.meets(&Self::default_behavior().language, Domain::NormalizedPath)
    }

    /// The first segment, when no wildcard can change it: `api` in `/api`, `/api/` and `/api/*`, not in `/api*`.
    pub fn first_segment(&self) -> Option<&str> {
        let segment = self.text.split('/').nth(1)?;
        (!segment.is_empty() && !segment.contains(['*', '?'])).then_some(segment)
    }

    /// Whether the pattern has a wildcard.
    pub fn has_wildcard(&self) -> bool {
        self.text.contains(['*', '?'])
    }

    /// The first character that CloudFront does not accept in a pattern. Only probable: the documentation lists
    /// what is allowed, not what happens otherwise.
    pub fn disallowed_char(&self) -> Option<char> {
        self.text.chars().find(|c| !c.is_ascii_alphanumeric() && !"_-.*$/~\"'@:+&?".contains(*c))
    }
}

/// Which of the earlier patterns match every path of a later one, by their positions: the first that does alone, or a
/// few that do together. `None` if some path is left, if there was none to begin with, or if it takes too long to find
/// out.
pub fn shadows(earlier: &[&PathPattern], later: &PathPattern, budget: &Budget) -> Option<Vec<usize>> {
    if !later.matches_anything() {
        return None;
    }
    let contains = |pattern: &&PathPattern| {
        pattern.language().contains_within(later.language(), Domain::NormalizedPath, budget) == Some(true)
    };
    if let Some(alone) = earlier.iter().position(contains) {
        return Some(vec![alone]);
    }
    let is_covered = |by: &[usize]| {
        let by: Vec<&Language> = by.iter().filter_map(|at| Some(earlier.get(*at)?.language())).collect();
        covered_within(later.language(), &by, Domain::NormalizedPath, budget) == Cover::Full
    };
    let all: Vec<usize> = (0..earlier.len()).collect();
    if !is_covered(&all) {
        return None;
    }
    // Those that share nothing with it cannot be needed.
    let shares = |at: &usize| {
        let meets = |other: &&PathPattern| {
            other.language().meets_within(later.language(), Domain::NormalizedPath, budget)
        };
        earlier.get(*at).and_then(meets) != Some(false)
    };
    let mut needed: Vec<usize> = all.into_iter().filter(shares).collect();
    for at in needed.clone().into_iter().rev() {
        let without: Vec<usize> = needed.iter().copied().filter(|other| *other != at).collect();
        if is_covered(&without) {
            needed = without;
        }
    }
    Some(needed)
}

/// The path as CloudFront compares it with patterns: repeated slashes are one, `.` and `..` segments are resolved
/// (RFC 3986, 5.2.4), and there is a leading `/`. The raw path is still what is requested from the origin.
///
/// `raw` is the path alone, without the query string. Percent-encoding stays as it is: whether CloudFront decodes
/// unreserved characters here is not documented.
pub fn normalize_path(raw: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    // A path that ends in a slash or in a dot segment names a directory, and keeps its slash.
    let mut is_directory = false;
    for segment in raw.split('/') {
        is_directory = matches!(segment, "" | "." | "..");
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    let mut path = String::with_capacity(raw.len() + 1);
    for segment in &segments {
        path.push('/');
        path.push_str(segment);
    }
    if is_directory || path.is_empty() {
        path.push('/');
    }
    path
}
