//! The templates in the folders of the workspace, as `cflint check FOLDER` finds them: for clients that want to see what no one
//! has opened.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use cflint_diagnostics::Encoding;
use cflint_rules::RULES;
use gen_lsp_types::{Diagnostic, Uri};
use serde_json::Value;

use super::diagnostics::{Places, diagnostic};
use super::uri;
use crate::args::{ConfigFileArgs, InputArgs};
use crate::files::paths::{absolute, shown, target};
use crate::input::discover::{self, Exclude};
use crate::input::open::Unsaved;
use crate::settings::Settings;

/// The folders that `initialize` and later notifications name.
pub(super) fn of(params: &Value) -> Vec<Uri> {
    let named = params.get("workspaceFolders").and_then(Value::as_array);
    let named = named.map(|folders| uris(folders.iter())).filter(|folders| !folders.is_empty());
    let root = || params.get("rootUri").and_then(Value::as_str).map(Uri::from);
    named.unwrap_or_else(|| root().into_iter().collect())
}

/// Adds and removes folders.
pub(super) fn change(folders: &mut Vec<Uri>, params: &Value) {
    let list = |name: &str| {
        let list = params.pointer(&format!("/event/{name}")).and_then(Value::as_array);
        list.map(|list| uris(list.iter())).unwrap_or_default()
    };
    let removed = list("removed");
    folders.retain(|folder| !removed.contains(folder));
    folders.extend(list("added"));
}

fn uris<'v>(folders: impl Iterator<Item = &'v Value>) -> Vec<Uri> {
    folders.filter_map(|folder| Some(Uri::from(folder.get("uri")?.as_str()?))).collect()
}

/// What is asked about the folders.
pub(super) struct Folders {
    pub(super) folders: Vec<Uri>,
    pub(super) unsaved: Unsaved,
    pub(super) encoding: Encoding,
    /// Which state of all documents and files it is.
    pub(super) revision: u64,
}

/// What is found in them, by URI.
pub(super) struct Scan {
    pub(super) revision: u64,
    pub(super) by_uri: BTreeMap<String, Vec<Diagnostic>>,
}

/// Checks the folders; nothing if it was stopped.
pub(super) fn scan(asked: &Folders, config: &ConfigFileArgs, stop: &AtomicBool) -> Option<Scan> {
    let mut by_uri = BTreeMap::new();
    for folder in asked.folders.iter().filter_map(uri::path) {
        check(folder, asked, config, stop, &mut by_uri)?;
    }
    Some(Scan { revision: asked.revision, by_uri })
}

fn check(
    folder: PathBuf,
    asked: &Folders,
    config: &ConfigFileArgs,
    stop: &AtomicBool,
    by_uri: &mut BTreeMap<String, Vec<Diagnostic>>,
) -> Option<()> {
    let paths = [folder.clone()];
    // What is wrong with a configuration is shown when it, or a template next to it, is open.
    let Ok(settings) = Settings::of_config(&paths, &InputArgs::default(), config) else { return Some(()) };
    let exclude = Exclude { paths: settings.exclude(), is_forced: false };
    let mut inputs = discover::below(folder, &exclude, stop)?.inputs;
    for input in &mut inputs {
        if let Some(content) = target(&input.name).and_then(|real| asked.unsaved.get(&real)) {
            input.bytes = content.clone();
        }
    }
    let report = cflint_linter::check_until(inputs, RULES, &settings.options(), stop)?;
    let least = settings.min_severity.value.into();
    let uri = |name: &str| uri::of(&shown(&absolute(name.as_ref())));
    let places = Places { encoding: asked.encoding, uri: &uri };
    for finding in report.active().filter(|finding| finding.severity >= least) {
        let file = uri(report.sources.name(finding.primary.span.file));
        by_uri.entry(file.0).or_default().push(diagnostic(&report, finding, places));
    }
    Some(())
}
