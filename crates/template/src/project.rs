//! Templates that use each other's values: exports and imports, nested stacks, and what CDK writes instead.
//!
//! A template is checked together with those that it uses: their names get a prefix, such as `ApiStack.`, and an
//! imported value is evaluated where it is exported. So nothing that reads values needs to know where they come from.

mod imports;
mod names;

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use self::imports::wanted;
use self::names::Names;
use crate::at::{At, Env};
use crate::definitions::Definitions;
use crate::eval::{Evaluator, Value, View, stack_output_name};
use crate::scope::Scope;
use crate::syntax::NodeRef;
use crate::template::{Ambiguous, Template};
use crate::value::{Text, Tri};

/// How many templates one template may be linked with, itself included.
const MAX_SCOPES: usize = 64;
/// How deep stacks may be nested.
const MAX_NESTING: usize = 8;

/// A template of a project.
#[derive(Debug)]
pub struct Unit<'t> {
    /// The root of the template.
    pub root: NodeRef<'t>,
    /// Its name in messages: that of the stack, or of the file.
    pub name: String,
    /// Parameters and pseudo parameters that are known.
    pub given: Vec<(String, String)>,
    /// The account and region, as far as they are known. Values are passed only within one.
    pub environment: String,
    /// Its nested stacks: logical id, and index of the unit of their template.
    pub nested: Vec<(String, usize)>,
    /// Its OpenAPI definitions that are in files.
    pub definitions: Definitions<'t>,
}

/// A value that a unit passes to others.
#[derive(Debug)]
struct Export<'t> {
    unit: usize,
    name: Text,
    /// Whether it can be used from other regions.
    everywhere: bool,
    value: NodeRef<'t>,
}

/// The templates of one run.
#[derive(Debug)]
pub struct Project<'t> {
    units: Vec<Unit<'t>>,
    /// Where each unit is the template of a stack: the unit around it, and the position among the stacks there.
    around: Vec<Vec<(usize, usize)>>,
    exports: Vec<Export<'t>>,
    /// Exports whose name is known, by name.
    by_name: BTreeMap<String, Vec<usize>>,
    /// Exports in the sense of `Fn::ImportValue`, whose names may contain what is known only at deployment.
    exported: Names,
    /// Whether a template adds, or may add, a stage to an API that is in another one.
    has_foreign_stages: bool,
}

impl<'t> Project<'t> {
    /// Looks for what the units export.
    pub fn new(units: Vec<Unit<'t>>) -> Self {
        let around = around(&units);
        let mut exports = Vec::new();
        for (index, unit) in units.iter().enumerate() {
            let places = around.get(index).map_or(&[][..], Vec::as_slice);
            read_exports(index, unit, &given_inside(&units, unit, places), &mut exports);
        }
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut exported = Names::default();
        for (index, export) in exports.iter().enumerate() {
            if !export.everywhere {
                exported.add(&export.name, index);
            }
            if let Some(name) = export.name.as_literal() {
                by_name.entry(name.to_owned()).or_default().push(index);
            }
        }
        let mut project = Self { units, around, exports, by_name, exported, has_foreign_stages: false };
        let inner = project.inner();
        let mut outer = project.units.iter().enumerate().filter(|(index, _)| !inner.contains(index));
        project.has_foreign_stages = outer.any(|(_, unit)| makes_foreign_stage(unit.root));
        project
    }

    /// The template of a unit, linked with those whose values it uses.
    pub fn template(&self, unit: usize) -> Option<Template<'t>> {
        let own = self.units.get(unit)?;
        let mut template = Template::new(own.root, &own.given);
        template.has_foreign_stages = self.has_foreign_stages;
        template.scopes[0].definitions = own.definitions.clone();
        let mut linker = Linker { project: self, scopes: vec![(unit, 0)], linked: BTreeMap::new() };
        linker.nest(&mut template, 0);
        let mut next = 0;
        while let Some(&(_, scope)) = linker.scopes.get(next) {
            linker.link(&mut template, scope);
            next += 1;
        }
        Some(template)
    }

    /// The parameters and pseudo parameters of a unit that are known.
    pub fn given(&self, unit: usize) -> &[(String, String)] {
        self.units.get(unit).map_or(&[], |unit| &unit.given)
    }

    /// The units of the nested stacks of a unit.
    pub fn children(&self, unit: usize) -> impl Iterator<Item = usize> + '_ {
        self.units.get(unit).into_iter().flat_map(|unit| unit.nested.iter().map(|(_, child)| *child))
    }

    /// The units that are nested stacks of another one, and so are checked with it.
    pub fn inner(&self) -> BTreeSet<usize> {
        self.units.iter().flat_map(|unit| unit.nested.iter().map(|(_, child)| *child)).collect()
    }
}

struct Linker<'p, 't> {
    project: &'p Project<'t>,
    /// The linked units, with their scope.
    scopes: Vec<(usize, u16)>,
    /// The scope of each unit that is not inside another one.
    linked: BTreeMap<usize, u16>,
}

impl<'t> Linker<'_, 't> {
    /// Adds the nested stacks of the last scope.
    fn nest(&mut self, template: &mut Template<'t>, depth: usize) {
        let Some(&(unit, scope)) = self.scopes.last() else { return };
        let Some(unit) = self.project.units.get(unit) else { return };
        for (id, child) in &unit.nested {
            let Some(inner) = self.project.units.get(*child) else { continue };
            if depth >= MAX_NESTING || self.scopes.len() >= MAX_SCOPES {
                return;
            }
            let env = Env { scope, bindings: 0 };
            let (outer, own) = (template.scope(env), template.scope(env).is_own);
            let id = outer.qualify(id);
            let mut new = Scope::read(inner.root, format!("{id}."), inner.given.iter().cloned().collect());
            new.is_own = own;
            new.definitions = inner.definitions.clone();
            new.stack = Some(outer.stack.clone().unwrap_or_else(|| unit.name.clone()));
            if let Some(at) = template.resource(&id).and_then(|resource| resource.properties)
                && let Some(parameters) = at.node.get("Parameters")
            {
                let entries = parameters.value.entries();
                new.bound = entries.map(|entry| (entry.name().to_owned(), at.to(entry.value))).collect();
            }
            if let Some(scope) = template.add_scope(new) {
                self.scopes.push((*child, scope));
                self.nest(template, depth + 1);
            }
        }
    }

    /// Adds what a scope imports.
    fn link(&mut self, template: &mut Template<'t>, scope: u16) {
        let env = Env { scope, bindings: 0 };
        for wanted in wanted(template, env) {
            let found = self.project.find(&self.scopes, scope, &wanted);
            let (name, open) = wanted;
            if found.is_empty() && template.scope(env).is_own {
                template.unknown_imports.insert(name);
                continue;
            }
            let [export] = found.as_slice() else {
                // A name that several stacks export stands for none of them.
                let ambiguous = open.as_literal().and_then(|name| self.project.ambiguous(name, &found));
                template.ambiguous.extend(ambiguous.filter(|new| !template.ambiguous.contains(new)));
                continue;
            };
            let Some(scope) = self.scope_of(template, export.unit, 0) else { continue };
            let value = At { node: export.value, env: Env { scope, bindings: 0 } };
            for name in [name, open] {
                template.imports.entry(name).or_insert(value);
            }
        }
    }

    /// The scope of a unit. A nested one has the parameters that it is given by the outer one; if it is nested in
    /// several, it is not known which one is meant.
    fn scope_of(&mut self, template: &mut Template<'t>, unit: usize, depth: usize) -> Option<u16> {
        if let Some(scope) = self.linked.get(&unit) {
            return Some(*scope);
        }
        if self.scopes.first().is_some_and(|(own, _)| *own == unit) {
            return Some(0);
        }
        let project = self.project;
        match project.around.get(unit).map_or(&[][..], Vec::as_slice) {
            [] => {}
            [(outer, position)] if depth < MAX_NESTING => {
                let (id, _) = project.units.get(*outer)?.nested.get(*position)?;
                let scope = self.scope_of(template, *outer, depth + 1)?;
                let id = template.scope(Env { scope, bindings: 0 }).qualify(id);
                return template.inner_scope(&id);
            }
            _ => return None,
        }
        let exporting = project.units.get(unit)?;
        if self.scopes.len() >= MAX_SCOPES {
            return None;
        }
        let prefix = free_prefix(template, &exporting.name);
        let mut new = Scope::read(exporting.root, prefix, exporting.given.iter().cloned().collect());
        new.is_own = false;
        new.definitions = exporting.definitions.clone();
        new.stack = Some(exporting.name.clone());
        let scope = template.add_scope(new)?;
        self.linked.insert(unit, scope);
        self.scopes.push((unit, scope));
        self.nest(template, 1);
        Some(scope)
    }
}

/// The prefix of the names of a linked template. Files in several folders can have the same name.
fn free_prefix(template: &Template<'_>, name: &str) -> String {
    let mut prefix = format!("{name}.");
    let mut number = 2;
    while template.each_scope().any(|(scope, _)| scope.prefix == prefix) {
        prefix = format!("{name}-{number}.");
        number += 1;
    }
    prefix
}

impl<'t> Project<'t> {
    /// The exports that a name can mean.
    ///
    /// `open` is the name without the defaults of parameters. A name that is written out is never matched with one that
    /// is only partly known: the stack of another project may export it.
    fn find(&self, scopes: &[(usize, u16)], from: u16, (name, open): &(Text, Text)) -> Vec<&Export<'t>> {
        let importing = scopes.iter().find(|(_, scope)| *scope == from);
        let Some(importing) = importing.and_then(|(unit, _)| self.units.get(*unit)) else {
            return Vec::new();
        };
        // What is not known about an environment may be the same.
        let here = importing.environment.as_str();
        let same = |unit: &Unit<'t>| [here, ""].contains(&unit.environment.as_str()) || here.is_empty();
        let reachable =
            |export: &&Export<'t>| export.everywhere || self.units.get(export.unit).is_some_and(same);
        // Which ones a partly known name can mean is of interest only if it is one.
        let most = if open.as_literal().is_some() { usize::MAX } else { 2 };
        let called = |name: &Text, wanted: Tri, among: &mut dyn Iterator<Item = usize>| {
            let among = among.filter_map(|index| self.exports.get(index)).filter(reachable);
            let called = among.filter(|export| export.name.equals(name) == wanted);
            called.take(most).collect::<Vec<&Export<'t>>>()
        };
        let exact = match name.as_literal() {
            Some(literal) => {
                let named = self.by_name.get(literal).into_iter().flatten();
                called(name, Tri::True, &mut named.copied())
            }
            None => called(name, Tri::True, &mut self.exported.like(name)),
        };
        if !exact.is_empty() || open.as_literal().is_some() {
            return exact;
        }
        let open_ones = called(open, Tri::True, &mut self.exported.like(open));
        if !open_ones.is_empty() {
            return open_ones;
        }
        called(open, Tri::Unknown, &mut self.exported.like(open))
    }

    /// What to report about these exports of one name, if they are in several templates.
    fn ambiguous(&self, name: &str, exports: &[&Export<'t>]) -> Option<Ambiguous> {
        let units: BTreeSet<usize> = exports.iter().map(|export| export.unit).collect();
        (units.len() > 1).then(|| Ambiguous { name: name.to_owned(), units })
    }
}

/// The nested stacks of a template whose templates are files: logical id, and path from the folder of the template.
pub fn local_templates(root: NodeRef<'_>) -> impl Iterator<Item = (&str, &str)> {
    let resources = root.get("Resources").into_iter().flat_map(|entry| entry.value.entries());
    resources.filter_map(|resource| {
        let below = |section: &str, key: &str| resource.value.get(section)?.value.get(key)?.value.text();
        let path = match resource.value.get("Type")?.value.text()? {
            "AWS::CloudFormation::Stack" => {
                below("Metadata", "aws:asset:path").or_else(|| below("Properties", "TemplateURL"))?
            }
            "AWS::Serverless::Application" => below("Properties", "Location")?,
            _ => return None,
        };
        (!path.is_empty() && !path.contains("://")).then_some((resource.name(), path))
    })
}

/// The nested stacks of a template whose templates are at a URL: logical id, and name of the file.
pub fn uploaded_templates(root: NodeRef<'_>) -> impl Iterator<Item = (&str, &str)> {
    let resources = root.get("Resources").into_iter().flat_map(|entry| entry.value.entries());
    resources.filter_map(|resource| {
        let is_stack = resource.value.get("Type")?.value.text()? == "AWS::CloudFormation::Stack";
        let url = resource.value.get("Properties").filter(|_| is_stack)?.value.get("TemplateURL")?.value;
        let is_url = url.subtree().filter_map(NodeRef::text).any(|text| text.contains("://"));
        // The end of the URL, also in `Fn::Sub` with variables and in `Fn::Join`.
        let texts = url.subtree().filter_map(NodeRef::text);
        let (_, name) = texts.filter(|text| is_template_name(text)).last()?.rsplit_once('/')?;
        (is_url && !name.contains(['$', '{'])).then_some((resource.name(), name))
    })
}

fn is_template_name(text: &str) -> bool {
    [".yaml", ".yml", ".json", ".template"].iter().any(|ending| text.ends_with(ending))
}

/// Whether a template adds a stage to an API that it does not declare.
pub fn makes_foreign_stage(root: NodeRef<'_>) -> bool {
    let resources = || root.get("Resources").into_iter().flat_map(|entry| entry.value.entries());
    let declared = LazyCell::new(|| resources().map(|resource| resource.name()).collect::<BTreeSet<&str>>());
    resources().any(|resource| {
        let api = match resource.value.get("Type").and_then(|kind| kind.value.text()) {
            Some("AWS::ApiGateway::Stage" | "AWS::ApiGateway::Deployment") => "RestApiId",
            Some("AWS::ApiGatewayV2::Stage") => "ApiId",
            _ => return false,
        };
        let api = resource.value.get("Properties").and_then(|properties| properties.value.get(api));
        let own = api.and_then(|api| api.value.intrinsic()).and_then(|call| call.value.text());
        own.is_none_or(|own| !declared.contains(own.split('.').next().unwrap_or(own)))
    })
}

/// See [`Project::around`].
fn around(units: &[Unit<'_>]) -> Vec<Vec<(usize, usize)>> {
    let mut around = vec![Vec::new(); units.len()];
    for (outer, unit) in units.iter().enumerate() {
        for (position, (_, child)) in unit.nested.iter().enumerate() {
            if let Some(places) = around.get_mut(*child) {
                places.push((outer, position));
            }
        }
    }
    around
}

/// The parameters of a unit that are known, with the texts that its one outer stack passes to it.
fn given_inside(units: &[Unit<'_>], unit: &Unit<'_>, places: &[(usize, usize)]) -> Vec<(String, String)> {
    let mut given = unit.given.clone();
    if let [(outer, position)] = places
        && let Some(outer) = units.get(*outer)
        && let Some((id, _)) = outer.nested.get(*position)
    {
        let stack = outer.root.get("Resources").and_then(|resources| resources.value.get(id));
        let parameters = stack.and_then(|stack| stack.value.get("Properties")?.value.get("Parameters"));
        let entries = parameters.into_iter().flat_map(|entry| entry.value.entries());
        given.extend(
            entries.filter_map(|entry| Some((entry.name().to_owned(), entry.value.text()?.to_owned()))),
        );
    }
    given
}

fn read_exports<'t>(
    index: usize,
    unit: &Unit<'t>,
    given: &[(String, String)],
    exports: &mut Vec<Export<'t>>,
) {
    let mut export = |name: Text, everywhere: bool, value: NodeRef<'t>| {
        exports.push(Export { unit: index, name, everywhere, value });
    };
    let outputs = unit.root.get("Outputs").into_iter().flat_map(|entry| entry.value.entries());
    let mut template = None;
    for output in outputs {
        let Some(value) = output.value.get("Value") else { continue };
        export(Text::literal(stack_output_name(&unit.name, output.name())), true, value.value);
        let Some(name) = output.value.get("Export").and_then(|entry| entry.value.get("Name")) else {
            continue;
        };
        let template = template.get_or_insert_with(|| Template::new(unit.root, given));
        let view = View::default();
        let evaluated = Evaluator::new(template, &view).eval(name.value.into());
        if let Value::Text(name) = evaluated.value {
            export(name, false, value.value);
        }
    }
    if !unit.root.tree().source().contains("CrossRegionExportWriter") {
        return;
    }
    let resources = unit.root.get("Resources").into_iter().flat_map(|entry| entry.value.entries());
    for resource in resources {
        let writer = resource.value.get("Properties").and_then(|entry| entry.value.get("WriterProps"));
        let written = writer.and_then(|entry| entry.value.get("exports"));
        for entry in written.into_iter().flat_map(|entry| entry.value.entries()) {
            export(Text::literal(entry.name()), true, entry.value);
        }
    }
}
