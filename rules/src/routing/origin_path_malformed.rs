use cflint_diagnostics::{Applicability, Edit};
use cflint_edge::origin::faults::{MAX_PATH, PathFault, path_fault};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::eval::Origin as ValueOrigin;
use cflint_template::model::{Model, Origin};
use cflint_template::value::{Part, Text};

use crate::shared::confidence::confidence_of;
use crate::shared::written::{Written, is_filled_in};

declare_rule! {
    /// ## What it does
    /// Reports origins whose `OriginPath` does not start with a slash, ends with one, has more than 255 characters, or
    /// contains a scheme, `?` or `#`.
    ///
    /// ## Why is this bad?
    /// CloudFront joins the host, `OriginPath` and the path of the viewer. Without a slash at the start, the path would
    /// run into the host name; with one at the end, there would be two slashes in a row. CloudFront rejects such a
    /// distribution at deployment.
    ///
    /// ## Remediation
    /// Write a slash and the path, without a slash at the end: `OriginPath: /prod`, or `OriginPath: !Sub '/${Stage}'`
    /// for the name of a stage or parameter; a `Ref` alone has no slash. Omit `OriginPath` if there is no path. The
    /// same applies to SAM templates.
    ///
    /// In CDK that is the `originPath` of the origin, with its slash: `originPath: '/prod'` or `` originPath:
    /// `/${stage.stageName}` ``. `RestApiOrigin` sets it automatically.
    ///
    /// ## Exceptions
    /// A path that is known only at deployment, such as a parameter without a default, may start with a slash, and is
    /// not reported; the name of a stage cannot.
    ///
    /// ## References
    /// - [Origin path](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginPath)
    /// - [AWS::CloudFront::Distribution Origin](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-origin.html)
    pub(crate) OriginPathMalformed {
        id: "origin-path-malformed",
        group: Routing,
        summary: "an `OriginPath` that does not start with a slash, ends with one, or is not a path",
        severity: Error,
        fix: Safe,
        cdk: "`originPath` of the origin",
    }
}

impl Rule for OriginPathMalformed {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for origin in model.distribution.origins.iter() {
            let Some(text) = origin.path.known().filter(|text| !is_filled_in(text)) else { continue };
            if let Some(fault) = path_fault(text) {
                report(model, origin, text, fault, cx);
            }
        }
    }
}

fn report(model: &Model, origin: &Origin, text: &Text, fault: PathFault, cx: &mut Context<'_>) {
    let path = &origin.path;
    let second = "the viewer's path already starts with a slash";
    let (message, label) = match fault {
        PathFault::Scheme => ("is a URL, not a path".to_owned(), "a path has no scheme".to_owned()),
        PathFault::Ends(c) => (format!("contains `{c}`"), format!("`{c}` is not part of a path")),
        PathFault::OnlySlash => ("is only a slash".to_owned(), second.to_owned()),
        PathFault::NoSlash => ("does not start with a slash".to_owned(), format!("this is `{text}`")),
        PathFault::SlashAtEnd => ("ends with a slash".to_owned(), second.to_owned()),
        PathFault::TooLong => (format!("has more than {MAX_PATH} characters"), "this is too long".to_owned()),
    };
    let note = match fault {
        PathFault::TooLong => format!("CloudFront accepts at most {MAX_PATH} characters"),
        _ => {
            let host = origin.domain_name.known().map_or_else(|| "the-origin".to_owned(), Text::to_string);
            format!("CloudFront rejects it: `/users` would be requested as `https://{host}{text}/users`")
        }
    };
    let (help, edits) = remedy(model, origin, text, fault, cx);
    cx.report(path, format!("`OriginPath` {message}"))
        .label(label)
        .note(note)
        .help(help)
        .fix(Applicability::Safe, "fix the slashes", edits)
        .at_most(confidence_of(PathFault::CERTAINTY));
}

/// What to write instead, and the edit that does it.
fn remedy(
    model: &Model,
    origin: &Origin,
    text: &Text,
    fault: PathFault,
    cx: &Context<'_>,
) -> (String, Option<Vec<Edit>>) {
    let path = &origin.path;
    match fault {
        PathFault::Scheme | PathFault::Ends(_) => return ("write the path only".to_owned(), None),
        PathFault::TooLong => return ("write a shorter path".to_owned(), None),
        PathFault::OnlySlash => {
            let edits = cx.replace(path, &NewValue::Text(""));
            return ("remove `OriginPath`, or leave it empty".to_owned(), edits);
        }
        PathFault::NoSlash | PathFault::SlashAtEnd => {}
    }
    if let Some((parameter, _)) = path.rests_on_default() {
        return (format!("put the slash before `{parameter}`, and none after it"), None);
    }
    if let Some(stage) = stage(model, origin) {
        let sub = Written::Sub(format!("/${{{stage}}}"));
        return (format!("write `OriginPath: {sub}`"), cx.replace_node(path.node, &sub.value()));
    }
    let fixed = Written::new(&fixed(text));
    let help = fixed.as_ref().map_or_else(
        || "start the path with a slash, and end it without one".to_owned(),
        |fixed| format!("write `OriginPath: {fixed}`"),
    );
    (help, fixed.and_then(|fixed| cx.replace(path, &fixed.value())))
}

/// The path with a slash at the start, and none at the end.
fn fixed(text: &Text) -> Text {
    let mut fixed = Text::literal(if text.prefix().starts_with('/') { "" } else { "/" });
    let last = text.parts().len().saturating_sub(1);
    for (index, part) in text.parts().iter().enumerate() {
        match part {
            Part::Lit(literal) if index == last => fixed.push_str(literal.trim_end_matches('/')),
            Part::Lit(literal) => fixed.push_str(literal),
            Part::Hole(hole) => fixed.push_hole((**hole).clone()),
        }
    }
    fixed
}

/// The stage whose name is all of the path, by a reference to it.
fn stage<'m>(model: &'m Model, origin: &Origin) -> Option<&'m str> {
    let [ValueOrigin::Property(name)] = origin.path.origins.as_slice() else { return None };
    let mut stages = model.apis.iter().flat_map(|api| api.stages.iter());
    let stage = stages.find(|stage| stage.name.span == *name && stage.name.known() == origin.path.known())?;
    stage.id.as_deref()
}
