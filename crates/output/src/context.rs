use std::collections::BTreeMap;

use cflint_diagnostics::Finding;
use cflint_linter::{Report, Rule, RuleMeta};

use crate::html::Page;

/// What a format needs besides the report.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Every rule, for what findings do not carry, such as the page that documents the rule.
    pub rules: &'a [&'static dyn Rule],
    /// Whether formats for people may use terminal colors.
    pub color: bool,
    /// Whether they may have links that a terminal opens.
    pub links: bool,
    /// How many columns they have.
    pub width: usize,
    /// The absolute path of a path of the report, for such links.
    pub absolute: &'a dyn Fn(&str) -> String,
    /// Whether formats for people end with the line that counts the findings.
    pub summary: bool,
    /// Whether formats that mark suppressed findings have them.
    pub suppressed: bool,
    /// What a page shows besides the report.
    pub page: &'a Page,
    /// A path of the report as it is called from the root of the repository, for formats that platforms read.
    pub from_root: &'a dyn Fn(&str) -> String,
}

/// Nothing of what only a page shows.
static NO_PAGE: Page = Page { maps: Vec::new(), traces: BTreeMap::new() };

impl<'a> Context<'a> {
    /// What a file or a pipe gets, with paths as they are.
    pub fn plain(rules: &'a [&'static dyn Rule]) -> Self {
        Self {
            rules,
            color: false,
            links: false,
            width: 80,
            absolute: &str::to_owned,
            summary: true,
            suppressed: true,
            page: &NO_PAGE,
            from_root: &str::to_owned,
        }
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&'static RuleMeta> {
        self.rules.iter().map(|rule| rule.meta()).find(|meta| meta.id == id)
    }

    /// The address of a file of the report.
    pub(crate) fn file_url(&self, path: &str) -> Option<String> {
        let absolute = self.links.then(|| (self.absolute)(path))?;
        let slash = if absolute.starts_with('/') { "" } else { "/" };
        let path = percent_encoding::utf8_percent_encode(&absolute, crate::place::PATH);
        Some(format!("file://{slash}{path}"))
    }

    /// The findings of formats that mark suppressed ones.
    pub(crate) fn reported<'r>(&self, report: &'r Report) -> impl Iterator<Item = &'r Finding> {
        let suppressed = self.suppressed;
        report.findings.iter().filter(move |finding| suppressed || finding.suppressed.is_none())
    }
}
