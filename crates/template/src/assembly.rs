//! CDK cloud assemblies: what `cdk synth` leaves in `cdk.out`, read through its manifest.
//!
//! Only what the manifest names belongs to the app: templates of earlier runs stay in the folder.
//! <https://docs.aws.amazon.com/cdk/v2/guide/deploy.html>

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cflint_diagnostics::{FileId, SourceLocation};

use crate::syntax::{NodeRef, Parsed, parse};

/// The newest version of the manifest whose form is known.
const KNOWN_VERSION: u32 = 55;
/// How deep assemblies may lie in assemblies.
const MAX_NESTING: usize = 8;
/// How a nested template is called, up to the end of its name.
const NESTED: &str = ".nested.template.json";

/// A stack of an assembly, ready to be checked.
#[derive(Debug, Clone)]
pub struct Stack {
    /// Path of the template below the folder of the assembly, with `/`.
    pub template: String,
    /// The bytes of the template.
    pub bytes: Vec<u8>,
    /// What the manifest says of it.
    pub facts: Arc<StackFacts>,
    /// Whether it is a stack inside the one that the facts are of.
    pub is_nested: bool,
}

/// What a manifest says of a stack.
#[derive(Debug, Default)]
pub struct StackFacts {
    /// The name under which it is deployed.
    pub name: String,
    /// The account, if it is known.
    pub account: Option<String>,
    /// The region, if it is known.
    pub region: Option<String>,
    /// Construct paths by logical id, where the template does not hold them.
    paths: BTreeMap<String, String>,
    /// Where constructs were made, by their path.
    made: BTreeMap<String, SourceLocation>,
}

impl StackFacts {
    /// The path of the construct that made a resource. `written` is what the template says.
    #[must_use]
    pub fn construct<'a>(&'a self, logical_id: &str, written: Option<&'a str>) -> Option<&'a str> {
        written.or_else(|| self.paths.get(logical_id).map(String::as_str))
    }

    /// The line of the user's source that made a construct, or one that it is part of.
    #[must_use]
    pub fn made_at(&self, construct: &str) -> Option<&SourceLocation> {
        let mut path = construct;
        loop {
            if let Some(location) = self.made.get(path) {
                return Some(location);
            }
            path = path.rsplit_once('/')?.0;
        }
    }
}

/// What was read of an assembly.
#[derive(Debug, Default)]
pub struct Assembly {
    /// The stacks in the order of the manifests, nested ones behind the stack that they belong to.
    pub stacks: Vec<Stack>,
    /// Files that are named and cannot be read: the path below the assembly, and why.
    pub errors: Vec<(String, String)>,
    /// What a user should know, such as a version that is newer than cflint.
    pub notices: Vec<String>,
    seen: BTreeSet<String>,
}

/// Reads an assembly. `file` gives the bytes of a file below the folder of the assembly, by its path with `/`.
///
/// What is missing or cannot be understood is told in [`Assembly::errors`]; the rest is read all the same.
#[must_use]
pub fn read(file: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>) -> Assembly {
    let mut assembly = Assembly::default();
    assembly.folder("", 0, file);
    assembly
}

impl Assembly {
    fn error(&mut self, path: &str, message: impl Into<String>) {
        self.errors.push((path.to_owned(), message.into()));
    }

    fn folder(&mut self, folder: &str, depth: usize, file: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>) {
        let path = format!("{folder}manifest.json");
        if depth > MAX_NESTING || !self.seen.insert(path.clone()) {
            self.error(&path, "assemblies lie in each other too deeply");
            return;
        }
        let Some(manifest) = self.json(&path, file) else { return };
        let Some(root) = manifest.tree.root() else { return };
        let version = text(root, "version").unwrap_or_default();
        if version
            .split('.')
            .next()
            .and_then(|major| major.parse().ok())
            .is_some_and(|v: u32| v > KNOWN_VERSION)
        {
            self.notices
                .push(format!("version {version} is newer than cflint knows; what is known of it is read"));
        }
        let artifacts = root.get("artifacts").into_iter().flat_map(|entry| entry.value.entries());
        for artifact in artifacts {
            let properties = artifact.value.get("properties").map(|entry| entry.value);
            let property = |name: &str| properties.and_then(|node| text(node, name));
            match text(artifact.value, "type") {
                Some("aws:cloudformation:stack") => {
                    let template = property("templateFile").unwrap_or_default().to_owned();
                    let name = property("stackName").unwrap_or(artifact.name()).to_owned();
                    let facts = Arc::new(self.facts(name, folder, artifact.value, file));
                    self.template(folder, &template, &facts, false, file);
                }
                Some("cdk:cloud-assembly") => {
                    if let Some(inner) = self.inside(folder, property("directoryName").unwrap_or_default()) {
                        self.folder(&format!("{inner}/"), depth + 1, file);
                    }
                }
                // Assets, the tree and whatever later versions add.
                _ => {}
            }
        }
    }

    /// Adds the stack of a template, and those of the nested templates that it names.
    fn template(
        &mut self,
        folder: &str,
        name: &str,
        facts: &Arc<StackFacts>,
        is_nested: bool,
        file: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    ) {
        let Some(path) = self.inside(folder, name) else { return };
        // Two stacks may share one template, with other environments.
        if !self.seen.insert(format!("{path}\0{}", facts.name)) {
            return;
        }
        match file(&path) {
            Ok(bytes) => {
                let nested = nested_templates(&bytes);
                self.stacks.push(Stack { template: path, bytes, facts: Arc::clone(facts), is_nested });
                for name in nested {
                    self.template(folder, &name, facts, true, file);
                }
            }
            Err(message) => self.error(&path, message),
        }
    }

    fn facts(
        &mut self,
        name: String,
        folder: &str,
        artifact: NodeRef<'_>,
        file: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
    ) -> StackFacts {
        let mut facts = StackFacts { name, ..StackFacts::default() };
        let place = text(artifact, "environment").and_then(|e| e.strip_prefix("aws://")?.split_once('/'));
        if let Some((account, region)) = place {
            facts.account = Some(account.to_owned()).filter(|account| !account.starts_with("unknown-"));
            facts.region = Some(region.to_owned()).filter(|region| !region.starts_with("unknown-"));
        }
        if let Some(metadata) = artifact.get("metadata") {
            facts.add(metadata.value);
        }
        let additional = text(artifact, "additionalMetadataFile").map(str::to_owned);
        if let Some(path) = additional.and_then(|name| self.inside(folder, &name))
            && let Some(metadata) = self.json(&path, file)
            && let Some(root) = metadata.tree.root()
        {
            facts.add(root);
        }
        facts
    }

    fn json(&mut self, path: &str, file: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>) -> Option<Parsed> {
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
        match parse(FileId(0), Arc::from(source)) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.error(path, error.message);
                None
            }
        }
    }

    /// A path below the assembly; refused if it leads out of it.
    fn inside(&mut self, folder: &str, name: &str) -> Option<String> {
        let path = format!("{folder}{name}");
        let leads_out = name.is_empty()
            || name.starts_with(['/', '\\'])
            || name.contains(':')
            || name.split(['/', '\\']).any(|part| part == "..");
        if leads_out {
            self.error(&format!("{folder}manifest.json"), format!("`{name}` is no path inside the assembly"));
            return None;
        }
        Some(path)
    }
}

impl StackFacts {
    /// Adds the metadata of constructs: `{"/path": [{"type": …, "data": …}]}`.
    fn add(&mut self, metadata: NodeRef<'_>) {
        for construct in metadata.entries() {
            let path = construct.name().trim_start_matches('/');
            for entry in construct.value.items() {
                let data = entry.get("data").map(|entry| entry.value);
                let frames = match text(entry, "type") {
                    Some("aws:cdk:logicalId") => {
                        if let Some(id) = data.and_then(NodeRef::text) {
                            self.paths.insert(id.to_owned(), path.to_owned());
                        }
                        entry.get("trace").map(|entry| entry.value)
                    }
                    Some("aws:cdk:creationStack") => data,
                    _ => None,
                };
                let user =
                    frames.and_then(|frames| frames.items().filter_map(NodeRef::text).find_map(user_frame));
                if let Some(location) = user {
                    self.made.entry(path.to_owned()).or_insert(location);
                }
            }
        }
    }
}

/// The place of a frame such as `new EdgeStack (/app/app.ts:54:18)`, unless it is in a library or in Node.js.
fn user_frame(frame: &str) -> Option<SourceLocation> {
    let place = match frame.strip_suffix(')') {
        Some(frame) => frame.rsplit_once('(')?.1,
        None => frame.rsplit(' ').next()?,
    };
    let (rest, column) = place.rsplit_once(':')?;
    let (path, line) = rest.rsplit_once(':')?;
    let path = path.strip_prefix("file://").unwrap_or(path);
    let of_library = path.starts_with("node:") || path.starts_with("...") || path.contains("node_modules");
    let location =
        SourceLocation { path: path.to_owned(), line: line.parse().ok()?, column: column.parse().ok()? };
    (!of_library && !path.is_empty()).then_some(location)
}

/// The nested templates that a template names, told by how CDK calls them, without parsing.
fn nested_templates(bytes: &[u8]) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    let mut names = Vec::new();
    for (end, _) in text.match_indices(NESTED) {
        let start = text[..end].rfind('"').map_or(0, |quote| quote + 1);
        let name = format!("{}{NESTED}", &text[start..end]);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn text<'t>(node: NodeRef<'t>, name: &str) -> Option<&'t str> {
    node.get(name).and_then(|entry| entry.value.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assembly(files: &[(&str, &str)]) -> Assembly {
        read(&mut |path| {
            let found = files.iter().find(|(name, _)| *name == path);
            found.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| "no such file".to_owned())
        })
    }

    const TEMPLATE: &str = r#"{"Resources": {}}"#;

    #[test]
    fn only_what_the_manifest_names_is_read_with_its_environment() {
        let assembly = assembly(&[
            (
                "manifest.json",
                r#"{"version": "55.0.0", "artifacts": {
                    "Api": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1",
                            "properties": {"templateFile": "Api.template.json", "stackName": "api-prod"}},
                    "Assets": {"type": "cdk:asset-manifest"},
                    "Stage": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Stage"}}}}"#,
            ),
            (
                "Api.template.json",
                r#"{"Resources": {"N": {"Metadata": {"aws:asset:path": "ApiN1.nested.template.json"}}}}"#,
            ),
            ("ApiN1.nested.template.json", TEMPLATE),
            ("Old.template.json", TEMPLATE),
            (
                "assembly-Stage/manifest.json",
                r#"{"version": "55.0.0", "artifacts": {"StageWeb": {"type": "aws:cloudformation:stack",
                    "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "Web.template.json"}}}}"#,
            ),
            ("assembly-Stage/Web.template.json", TEMPLATE),
        ]);
        assert_eq!(assembly.errors, []);
        let seen: Vec<_> = assembly
            .stacks
            .iter()
            .map(|stack| (stack.template.as_str(), stack.facts.name.as_str(), stack.facts.region.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [
                ("Api.template.json", "api-prod", Some("eu-west-1")),
                ("ApiN1.nested.template.json", "api-prod", Some("eu-west-1")),
                ("assembly-Stage/Web.template.json", "StageWeb", None),
            ]
        );
    }

    #[test]
    fn what_leads_out_or_is_missing_is_told_and_the_rest_is_read() {
        let assembly = assembly(&[
            (
                "manifest.json",
                r#"{"version": "99.0.0", "artifacts": {
                    "A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "../../etc/passwd"}},
                    "B": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "B.template.json"}},
                    "C": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "C.template.json"}},
                    "D": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "/"}},
                    "E": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}}"#,
            ),
            ("C.template.json", TEMPLATE),
        ]);
        assert_eq!(assembly.stacks.len(), 1);
        assert_eq!(
            assembly.notices,
            ["version 99.0.0 is newer than cflint knows; what is known of it is read"]
        );
        let paths: Vec<_> = assembly.errors.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["manifest.json", "B.template.json", "manifest.json", "./manifest.json"]);
    }

    #[test]
    fn a_construct_has_the_line_of_the_user_in_every_form_of_the_metadata() {
        let inline = r#"{"version": "50.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack",
            "properties": {"templateFile": "S.template.json"}, "metadata": {"/S/Rest/Resource": [
                {"type": "aws:cdk:logicalId", "data": "Rest1", "trace": [
                    "new RestApi (/app/node_modules/aws-cdk-lib/aws-apigateway/lib/restapi.js:1:12818)",
                    "new S (/app/bin/app.js:2:69)"]}]}}}}"#;
        let file = r#"{"version": "55.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack",
            "properties": {"templateFile": "S.template.json"}, "additionalMetadataFile": "S.metadata.json"}}}"#;
        let metadata = r#"{"/S/Dist": [{"type": "aws:cdk:creationStack", "data": [
            "...new Distribution2 in aws-cdk-lib...", "new S (/app/app.ts:54:18)", "node:internal/x:1:1"]}],
            "/S/Dist/Resource": [{"type": "aws:cdk:logicalId", "data": "Dist1"}]}"#;
        let old = assembly(&[("manifest.json", inline), ("S.template.json", TEMPLATE)]);
        let new = assembly(&[
            ("manifest.json", file),
            ("S.template.json", TEMPLATE),
            ("S.metadata.json", metadata),
        ]);
        let made = |assembly: &Assembly, id: &str| {
            let facts = &assembly.stacks[0].facts;
            let construct = facts.construct(id, None).unwrap_or_default().to_owned();
            let at = facts.made_at(&construct).map(|at| format!("{}:{}:{}", at.path, at.line, at.column));
            (construct, at.unwrap_or_default())
        };
        assert_eq!(made(&old, "Rest1"), ("S/Rest/Resource".to_owned(), "/app/bin/app.js:2:69".to_owned()));
        assert_eq!(made(&new, "Dist1"), ("S/Dist/Resource".to_owned(), "/app/app.ts:54:18".to_owned()));
    }
}
