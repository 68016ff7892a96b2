use std::collections::HashSet;

use cflint_diagnostics::Confidence;
use cflint_linter::{Context, Document, Rule, declare_rule};
use cflint_template::links::{Link, LinkKind};

use crate::shared::names::{Kind, Names};
use crate::shared::preprocessed;
use crate::shared::property_path::Places;

/// A file with more of them is not a template; the rest is ignored so that no input takes long.
const MAX_UNKNOWN: usize = 1_000;
/// How many of them get a suggestion.
const MAX_COMPARED: usize = 100;
/// How much of a name is shown.
const MAX_SHOWN: usize = 60;

declare_rule! {
    /// ## What it does
    /// Reports names that match nothing in the template: in `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::If`, `Condition`,
    /// `Fn::FindInMap` and `DependsOn`. Also reports names of the wrong kind, such as the attribute of a parameter or a
    /// condition in `Ref`.
    ///
    /// ## Why is this bad?
    /// CloudFormation rejects the whole template before it creates or changes anything. In addition, cflint cannot
    /// check anything that depends on the named resource.
    ///
    /// ## Remediation
    /// Correct the name, or declare what is missing. A value from another stack comes in through a parameter or
    /// `Fn::ImportValue`. In a script inside `Fn::Sub`, write `${!Name}` for a shell variable.
    ///
    /// ## Exceptions
    /// Nothing is reported where names can come from outside the file: with macros and `Fn::Transform`, for the logical
    /// ids that SAM, connectors and modules generate, for `Fn::ForEach` over lists that are known only at deployment,
    /// and for variables of other tools, such as `${self:custom.stage}`. A YAML file that has `Resources` but is not
    /// recognizable as a template on its own, such as one that the Serverless Framework merges into its own, gets only
    /// possible findings.
    ///
    /// ## References
    /// - [Intrinsic functions](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html)
    /// - [Pseudo parameters](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html)
    /// - [Resources that AWS SAM generates](https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html)
    pub(crate) UnknownReference {
        id: "unknown-reference",
        group: Input,
        summary: "a name refers to nothing in the template, or to the wrong kind of thing",
        severity: Error,
        fix: None,
    }
}

impl Rule for UnknownReference {
    fn document(&self, document: &Document<'_, '_>, cx: &mut Context<'_>) {
        let Some(template) = document.template.filter(|template| !template.is_open()) else { return };
        let names = Names::new(template);
        let mut unknown = document.links.iter().filter(|link| !is_known(link, &names)).peekable();
        if unknown.peek().is_none() || preprocessed::can_name_things(template) {
            return;
        }
        let transformed = preprocessed::transformed(template);
        let places = Places::new(Some(template));
        let is_fragment = preprocessed::is_fragment(template);
        let mut seen = HashSet::new();
        for link in unknown.take(MAX_UNKNOWN) {
            if !seen.insert((link.span, &*link.name))
                || transformed.iter().any(|span| span.contains(link.span))
            {
                continue;
            }
            let found = names.kinds(&link.name).first();
            let kind = found.map(|(kind, _)| *kind);
            let is_one_of_few = seen.len() <= MAX_COMPARED;
            let nearest = is_one_of_few.then(|| names.nearest(&link.name, wanted(link))).flatten();
            let mut finding = cx
                .report(link.span, message(link, kind))
                .label(label(link))
                .note("CloudFormation rejects the whole template before it creates or changes anything")
                .help(help(link, kind, nearest))
                .at_most_if(is_fragment, Confidence::Possible);
            if let Some((kind, Some(span))) = found {
                finding = finding.related(*span, format!("declared as {} here", kind.one()));
            }
            if found.is_none() {
                finding = finding.cause(cause(link));
            }
            places.name(link.span, finding);
        }
    }
}

/// What the name may stand for.
fn wanted(link: &Link<'_>) -> &'static [Kind] {
    match link.kind {
        LinkKind::Condition => &[Kind::Condition],
        LinkKind::Mapping => &[Kind::Mapping],
        LinkKind::DependsOn => &[Kind::Resource],
        LinkKind::Value if link.in_conditions => &[Kind::Parameter, Kind::Pseudo],
        LinkKind::Value if is_attribute(link) => &[Kind::Resource],
        LinkKind::Value => &[Kind::Parameter, Kind::Resource, Kind::Pseudo],
    }
}

fn is_attribute(link: &Link<'_>) -> bool {
    link.attribute.is_some() || link.function == "Fn::GetAtt"
}

fn is_known(link: &Link<'_>, names: &Names<'_>) -> bool {
    let wanted = wanted(link);
    // Without an attribute, it is not even clear what is named; `invalid-intrinsic` reports that.
    if link.function == "Fn::GetAtt" && link.attribute == Some("") {
        return true;
    }
    if names.kinds(&link.name).iter().any(|(kind, _)| wanted.contains(kind))
        || preprocessed::fills_in(&link.name)
    {
        return true;
    }
    match link.kind {
        LinkKind::Mapping => names.has_open_mappings,
        LinkKind::Condition if names.has_open_conditions => true,
        _ => names.may_be_generated(&link.name),
    }
}

fn message(link: &Link<'_>, found: Option<Kind>) -> String {
    let name = shown(&link.name);
    let kinds = match wanted(link) {
        [Kind::Parameter, Kind::Resource, ..] => "parameter or resource",
        [kind, ..] => kind.noun(),
        [] => "thing",
    };
    match found {
        Some(Kind::Resource) if link.in_conditions => {
            format!("a condition cannot depend on the resource `{name}`")
        }
        Some(Kind::Parameter | Kind::Pseudo) if is_attribute(link) => {
            format!("the parameter `{name}` has no attributes")
        }
        Some(kind) => format!("`{name}` is {}, not a {kinds}", kind.one()),
        None if name.starts_with("AWS::") => format!("there is no pseudo parameter `{name}`"),
        None => format!("the template has no {kinds} `{name}`"),
    }
}

/// A name that nothing has is one cause, wherever a value of it is used.
fn cause(link: &Link<'_>) -> String {
    let wanted = match link.kind {
        LinkKind::Value | LinkKind::DependsOn => "a value",
        LinkKind::Condition => "a condition",
        LinkKind::Mapping => "a mapping",
    };
    format!("{wanted} {}", link.name)
}

fn label(link: &Link<'_>) -> String {
    let expected = match link.kind {
        LinkKind::Condition => "a condition",
        LinkKind::Mapping => "the name of a mapping",
        LinkKind::DependsOn => "resources",
        LinkKind::Value if link.in_conditions => "parameters here",
        LinkKind::Value if is_attribute(link) => "an attribute of a resource here",
        LinkKind::Value => "a parameter or resource",
    };
    format!("`{}` expects {expected}", link.function)
}

fn help(link: &Link<'_>, found: Option<Kind>, nearest: Option<&str>) -> String {
    let name = shown(&link.name);
    match (found, link.kind) {
        (Some(Kind::Resource), LinkKind::Value) => {
            "compare parameters instead: conditions are evaluated before any resource exists".to_owned()
        }
        (Some(Kind::Parameter | Kind::Pseudo), LinkKind::Value) => match link.function {
            "Fn::Sub" => format!("write `${{{name}}}` for its value"),
            _ => format!("write `!Ref {name}` for its value"),
        },
        (Some(Kind::Parameter), LinkKind::Condition) => {
            format!("declare a condition that compares it, such as `!Equals [!Ref {name}, 'true']`")
        }
        (Some(Kind::Condition), LinkKind::Value) => {
            format!("choose a value with the condition: `!If [{name}, …, …]`")
        }
        (Some(Kind::Mapping), LinkKind::Value) => {
            format!("look up a value in it: `!FindInMap [{name}, …, …]`")
        }
        (Some(Kind::Output), LinkKind::Value) => "write the output's value here instead".to_owned(),
        (Some(kind), LinkKind::DependsOn) => {
            format!("remove it: there is no need to wait for {}", kind.one())
        }
        _ => match nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if link.function == "Fn::Sub" => {
                let dot = if link.attribute.is_some() { "." } else { "" };
                let name = format!("{name}{dot}{}", shown(link.attribute.unwrap_or_default()));
                format!("declare it, correct the name, or write `${{!{name}}}` for literal text")
            }
            None => "declare it, or correct the name".to_owned(),
        },
    }
}

/// The name, cut if it is too long to be one.
fn shown(name: &str) -> String {
    if name.chars().nth(MAX_SHOWN).is_none() {
        return name.to_owned();
    }
    name.chars().take(MAX_SHOWN).chain(['…']).collect()
}
