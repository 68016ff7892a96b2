//! CDK cloud assemblies: what `cdk synth` leaves in `cdk.out`, read through its manifest.
//!
//! Only what the manifest names belongs to the app: templates of earlier runs stay in the folder.
//! <https://docs.aws.amazon.com/cdk/v2/guide/deploy.html>

mod frames;
mod metadata;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cflint_diagnostics::{Encoding, FileId, SourceFile, SourceLocation};

pub use self::metadata::Acknowledged;
use self::metadata::Metadata;
use crate::syntax::{Content, Entry, Kind, NodeRef, Parsed, parse};

/// The newest version of the manifest whose form is known.
const KNOWN_VERSION: u32 = 55;
/// How deep assemblies may be nested.
const MAX_NESTING: usize = 8;
/// How the file name of a nested template ends.
const NESTED: &str = ".nested.template.json";

/// Returns the bytes of a file by its path below the folder of the assembly, with `/`, or says why it cannot.
pub type File<'f> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'f;

/// A stack of an assembly, ready to be checked.
#[derive(Debug, Clone)]
pub struct Stack {
    /// Path of the template below the folder of the assembly, with `/`.
    pub template: String,
    /// The bytes of the template.
    pub bytes: Content,
    /// What the manifest says about it.
    pub facts: Arc<StackFacts>,
    /// Whether it is a nested stack of the one that the facts are about.
    pub is_nested: bool,
}

/// What an assembly says about the stack of a template.
#[derive(Debug, Clone, Default)]
pub struct StackFacts {
    /// Templates of its nested stacks, by the hash of their asset.
    nested: BTreeMap<String, String>,
    /// The name under which it is deployed.
    pub name: String,
    /// The account, if it is known.
    pub account: Option<String>,
    /// The region, if it is known.
    pub region: Option<String>,
    /// Construct paths by logical id, where the template does not contain them.
    paths: BTreeMap<String, String>,
    /// Where constructs were created, by their path.
    made: Arc<BTreeMap<String, SourceLocation>>,
    /// The construct that is the stack of the template, if that is known.
    pub own_construct: Option<String>,
    /// Acknowledgements in all templates of the stack.
    pub acknowledged: Arc<Vec<Acknowledged>>,
}

impl StackFacts {
    /// The template that a URL with the hash of an asset stands for.
    pub fn nested_template(&self, url: &str) -> Option<&str> {
        let named = |(hash, _): &(&String, &String)| !hash.is_empty() && url.contains(hash.as_str());
        self.nested.iter().find(named).map(|(_, path)| path.as_str())
    }

    /// The path of the construct that created a resource. `written` is what the template says.
    pub fn construct<'a>(&'a self, logical_id: &str, written: Option<&'a str>) -> Option<&'a str> {
        written.or_else(|| self.paths.get(logical_id).map(String::as_str))
    }

    /// The line of the user's source that created a construct, or one that it is part of.
    pub fn made_at(&self, construct: &str) -> Option<&SourceLocation> {
        upwards(construct).find_map(|path| self.made.get(path))
    }
}

/// What was read of an assembly.
#[derive(Debug, Default)]
pub struct Assembly {
    /// The stacks in the order of the manifests, nested ones after the stack that they belong to.
    pub stacks: Vec<Stack>,
    /// Files that are named but cannot be read: the path below the assembly, and why.
    pub errors: Vec<(String, String)>,
    /// What a user should know, such as a version that is newer than cflint.
    pub notices: Vec<String>,
    seen: BTreeSet<String>,
}

/// Reads an assembly.
///
/// What is missing or cannot be understood is listed in [`Assembly::errors`]; the rest is still read.
pub fn read(file: &mut File<'_>) -> Assembly {
    let mut assembly = Assembly::default();
    assembly.folder("", 0, file);
    assembly
}

impl Assembly {
    fn error(&mut self, path: &str, message: impl Into<String>) {
        self.errors.push((path.to_owned(), message.into()));
    }

    fn folder(&mut self, folder: &str, depth: usize, file: &mut File<'_>) {
        let path = format!("{folder}manifest.json");
        if depth > MAX_NESTING || !self.seen.insert(path.clone()) {
            self.error(&path, "assemblies are nested too deeply");
            return;
        }
        let Some(manifest) = self.json(&path, file) else { return };
        let root = manifest.tree.root();
        let version = root.and_then(|root| text(root, "version")).unwrap_or_default();
        if version
            .split('.')
            .next()
            .and_then(|major| major.parse().ok())
            .is_some_and(|v: u32| v > KNOWN_VERSION)
        {
            let notice = format!(
                "version {version} is newer than cflint supports; only the parts that it knows are read"
            );
            if !self.notices.contains(&notice) {
                self.notices.push(notice);
            }
        }
        let artifacts = root.and_then(|root| Some(root.get("artifacts")?.value));
        let Some(artifacts) = artifacts.filter(|node| node.kind() == Kind::Mapping) else {
            self.error(&path, "the manifest has no `artifacts`");
            return;
        };
        for artifact in artifacts.entries() {
            match text(artifact.value, "type") {
                Some("aws:cloudformation:stack") => self.stack(folder, artifact, artifacts, file),
                Some("cdk:cloud-assembly") => {
                    let name = property(artifact.value, "directoryName").unwrap_or_default();
                    if let Some(inner) = self.inside(folder, name) {
                        self.folder(&format!("{inner}/"), depth + 1, file);
                    }
                }
                // Assets, the tree and whatever later versions add.
                _ => {}
            }
        }
    }

    fn stack(&mut self, folder: &str, artifact: Entry<'_>, artifacts: NodeRef<'_>, file: &mut File<'_>) {
        let node = artifact.value;
        let Some(template) = property(node, "templateFile") else {
            self.error(
                &format!("{folder}manifest.json"),
                format!("stack `{}` has no `templateFile`", artifact.name()),
            );
            return;
        };
        let mut metadata = Metadata::default();
        if let Some(inline) = node.get("metadata") {
            metadata.add(inline.value);
        }
        let additional = text(node, "additionalMetadataFile");
        if let Some(path) = additional.and_then(|name| self.inside(folder, name))
            && let Some(parsed) = self.json(&path, file)
            && let Some(root) = parsed.tree.root()
        {
            metadata.add(root);
        }
        let mut facts = StackFacts {
            name: property(node, "stackName").unwrap_or(artifact.name()).to_owned(),
            made: Arc::new(std::mem::take(&mut metadata.made)),
            acknowledged: Arc::new(std::mem::take(&mut metadata.acknowledged)),
            ..StackFacts::default()
        };
        let place = text(node, "environment").and_then(|e| e.strip_prefix("aws://")?.split_once('/'));
        if let Some((account, region)) = place {
            facts.account = Some(account.to_owned()).filter(|account| !account.starts_with("unknown-"));
            facts.region = Some(region.to_owned()).filter(|region| !region.starts_with("unknown-"));
        }
        // The first is the stack itself.
        let mut templates = vec![template.to_owned()];
        let mut next = 0;
        while let Some(name) = templates.get(next).cloned() {
            let is_nested = next > 0;
            next += 1;
            let Some(path) = self.inside(folder, &name) else { continue };
            // Two stacks may share one template, with other environments.
            if !self.seen.insert(format!("{path}\0{}", facts.name)) {
                continue;
            }
            let bytes = match file(&path) {
                Ok(bytes) => bytes,
                Err(message) => {
                    self.error(&path, message);
                    continue;
                }
            };
            let nested = nested_templates(&bytes);
            if nested.is_empty() && !is_nested && holds(&bytes, "AWS::CloudFormation::Stack") {
                facts.nested = self.nested_assets(folder, node, artifacts, file);
                templates.extend(facts.nested.values().cloned());
            }
            templates.extend(nested);
            let facts = Arc::new(StackFacts {
                paths: metadata.paths(&name, is_nested),
                own_construct: metadata.stack_of(&name),
                ..facts.clone()
            });
            self.stacks.push(Stack { template: path, bytes: bytes.into(), facts, is_nested });
        }
    }

    /// The nested templates that are assets of the stack: its template does not name them if the app was run
    /// without the tool.
    fn nested_assets(
        &mut self,
        folder: &str,
        stack: NodeRef<'_>,
        artifacts: NodeRef<'_>,
        file: &mut File<'_>,
    ) -> BTreeMap<String, String> {
        let mut names = BTreeMap::new();
        let dependencies = stack.get("dependencies").into_iter().flat_map(|entry| entry.value.items());
        for dependency in dependencies.filter_map(|name| artifacts.get(name.text()?)) {
            if text(dependency.value, "type") == Some("cdk:asset-manifest")
                && let Some(path) =
                    property(dependency.value, "file").and_then(|name| self.inside(folder, name))
                && let Some(assets) = self.json(&path, file)
                && let Some(files) = assets.tree.root().and_then(|root| root.get("files"))
            {
                for asset in files.value.entries() {
                    let path = asset.value.get("source").and_then(|source| text(source.value, "path"));
                    if let Some(path) = path.filter(|path| path.ends_with(NESTED)) {
                        names.insert(asset.name().to_owned(), path.to_owned());
                    }
                }
            }
        }
        names
    }

    fn json(&mut self, path: &str, file: &mut File<'_>) -> Option<Parsed> {
        let source = match file(path).map(String::from_utf8) {
            Ok(Ok(source)) => source,
            Ok(Err(_)) => {
                self.error(path, "the file is not UTF-8");
                return None;
            }
            Err(message) => {
                self.error(path, message);
                return None;
            }
        };
        let source: Arc<str> = Arc::from(source);
        match parse(FileId(0), Arc::clone(&source)) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                let place = SourceFile::new(path, source).position(error.span.start, Encoding::CodePoints);
                self.error(path, format!("{} (line {}, column {})", error.message, place.line, place.column));
                None
            }
        }
    }

    /// A path below the assembly; rejected if it leaves it.
    fn inside(&mut self, folder: &str, name: &str) -> Option<String> {
        let path = format!("{folder}{name}");
        let stays = |part: &str| !matches!(part, "" | "." | "..");
        if name.contains(':') || !name.split(['/', '\\']).all(stays) {
            self.error(
                &format!("{folder}manifest.json"),
                format!("`{name}` is not a path inside the assembly"),
            );
            return None;
        }
        Some(path)
    }
}

/// A construct path and those of the constructs that it is in.
pub fn upwards(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| Some(path.rsplit_once('/')?.0))
}

/// The nested templates that a template names, recognized by CDK's file names, without parsing.
fn nested_templates(bytes: &[u8]) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    let mut names: Vec<String> = Vec::new();
    for (end, _) in text.match_indices(NESTED) {
        let start = text[..end].rfind('"').map_or(0, |quote| quote + 1);
        let name = format!("{}{NESTED}", &text[start..end]);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn holds(bytes: &[u8], word: &str) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.contains(word))
}

fn property<'t>(artifact: NodeRef<'t>, name: &str) -> Option<&'t str> {
    text(artifact.get("properties")?.value, name)
}

fn text<'t>(node: NodeRef<'t>, name: &str) -> Option<&'t str> {
    node.get(name).and_then(|entry| entry.value.text())
}

#[cfg(test)]
mod tests;
