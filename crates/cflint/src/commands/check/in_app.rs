//! Suppressions as code of a CDK app: its templates are made anew by the next synthesis.

use std::io::{self, Write};
use std::path::Path;

use cflint_linter::{AppLanguage, InApp};
use cflint_output::visible;

use crate::files::paths::from_here;

/// What follows a construct to get a child of it.
fn find(language: AppLanguage, id: &str) -> String {
    let id = quoted(id, language);
    match language {
        AppLanguage::CSharp => format!(".Node.FindChild({id})"),
        AppLanguage::Go => format!(".Node().FindChild(jsii.String({id}))"),
        AppLanguage::Java => format!(".getNode().findChild({id})"),
        AppLanguage::Python => format!(".node.find_child({id})"),
        AppLanguage::TypeScript => format!(".node.findChild({id})"),
    }
}

fn acknowledgment(language: AppLanguage, rule: &str, reason: &str) -> String {
    let (id, reason) = (quoted(&format!("cflint::{rule}"), language), quoted(reason, language));
    match language {
        AppLanguage::CSharp => format!("new Acknowledgment {{ Id = {id}, Reason = {reason} }}"),
        AppLanguage::Go => {
            format!("&awscdk.Acknowledgment{{Id: jsii.String({id}), Reason: jsii.String({reason})}}")
        }
        AppLanguage::Java => format!("Acknowledgment.builder().id({id}).reason({reason}).build()"),
        AppLanguage::Python => format!("cdk.Acknowledgment(id={id}, reason={reason})"),
        AppLanguage::TypeScript => format!("{{ id: {id}, reason: {reason} }}"),
    }
}

/// The statement around the acknowledgments, which are separated by commas.
fn statement(language: AppLanguage, construct: &str, entries: &[String]) -> String {
    let indent = match language {
        AppLanguage::Go => "\t",
        AppLanguage::TypeScript => "  ",
        AppLanguage::CSharp | AppLanguage::Java | AppLanguage::Python => "    ",
    };
    let entries: Vec<_> = entries.iter().map(|entry| format!("{indent}{entry}")).collect();
    let entries = entries.join(",\n");
    match language {
        // These accept no comma after the last argument.
        AppLanguage::CSharp => format!("Validations.Of({construct}).Acknowledge(\n{entries});"),
        AppLanguage::Java => format!("Validations.of({construct}).acknowledge(\n{entries});"),
        AppLanguage::Go => format!("awscdk.Validations_Of({construct}).Acknowledge(\n{entries},\n)"),
        AppLanguage::Python => format!("cdk.Validations.of({construct}).acknowledge(\n{entries},\n)"),
        AppLanguage::TypeScript => format!("cdk.Validations.of({construct}).acknowledge(\n{entries},\n);"),
    }
}

/// The reason of a suppression that the user has still to write.
pub(crate) const UNWRITTEN: &str = "TODO: say why";

/// Says on standard error what to write in the app.
pub(super) fn tell(suppressions: &[InApp], reason: Option<&str>) {
    if suppressions.is_empty() {
        return;
    }
    let mut err = io::stderr().lock();
    // No one misses a note on a closed standard error.
    let _ = writeln!(
        err,
        "note: `cdk synth` overwrites these templates; add this code at the end of the app, where `app` is the `cdk.App` \
         (aws-cdk-lib 2.252 or newer):"
    );
    for suppression in suppressions {
        let _ = write!(err, "\n{}", code(suppression, reason));
    }
    let _ = writeln!(err);
}

/// The statement that acknowledges the rules for one resource. The reason is required there.
fn code(suppression: &InApp, reason: Option<&str>) -> String {
    let made_at = suppression.made_at.as_ref();
    let language = AppLanguage::of(made_at.map_or("", |at| at.path.as_str()));
    let place = made_at.map_or_else(String::new, |at| {
        format!(", made at {}:{}", visible(&from_here(Path::new(&at.path))), at.line)
    });
    let comment = if language == AppLanguage::Python { "#" } else { "//" };
    let steps = suppression.construct.split('/').map(|id| find(language, id));
    let child = format!("app{}", steps.collect::<String>());
    let reason = reason.filter(|reason| !reason.is_empty()).unwrap_or(UNWRITTEN);
    let entries: Vec<_> =
        suppression.rules.iter().map(|rule| acknowledgment(language, rule, reason)).collect();
    format!(
        "{comment} {}{place}\n{}\n",
        visible(&suppression.construct),
        statement(language, &child, &entries)
    )
}

/// A text in quotes, with escapes for what a terminal or an editor would act on.
fn quoted(text: &str, language: AppLanguage) -> String {
    let quote = if language == AppLanguage::TypeScript { '\'' } else { '"' };
    let mut quoted = String::from(quote);
    for c in text.chars() {
        match c {
            c if c == quote || c == '\\' => quoted.extend(['\\', c]),
            c if visible(c.encode_utf8(&mut [0; 4])) == c.to_string() => quoted.push(c),
            c if matches!(language, AppLanguage::Go | AppLanguage::Python) => {
                quoted.push_str(&format!("\\U{:08x}", u32::from(c)))
            }
            c => quoted.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}"))),
        }
    }
    quoted.push(quote);
    quoted
}

#[cfg(test)]
mod tests {
    use cflint_diagnostics::SourceLocation;

    use super::*;

    fn made(path: Option<&str>, reason: Option<&str>) -> String {
        let made_at = path.map(|path| SourceLocation { path: path.to_owned(), line: 17, column: 5 });
        let rules = ["host-header-forwarded", "viewer-protocol-not-https"].into();
        code(&InApp { construct: "Edge/It's/Resource".to_owned(), made_at, rules }, reason)
    }

    #[test]
    fn the_code_is_in_the_language_of_the_app() {
        insta::assert_snapshot!(
            [
                made(Some("lib/edge.ts"), Some("known")),
                made(Some("app.py"), Some("a \"b\"\\")),
                made(Some("Edge.java"), Some("known")),
                made(Some("Edge.cs"), Some("known")),
                made(Some("edge.go"), Some("known")),
                made(None, None),
            ]
            .join("\n"),
            @r#"
        // Edge/It's/Resource, made at lib/edge.ts:17
        cdk.Validations.of(app.node.findChild('Edge').node.findChild('It\'s').node.findChild('Resource')).acknowledge(
          { id: 'cflint::host-header-forwarded', reason: 'known' },
          { id: 'cflint::viewer-protocol-not-https', reason: 'known' },
        );

        # Edge/It's/Resource, made at app.py:17
        cdk.Validations.of(app.node.find_child("Edge").node.find_child("It's").node.find_child("Resource")).acknowledge(
            cdk.Acknowledgment(id="cflint::host-header-forwarded", reason="a \"b\"\\"),
            cdk.Acknowledgment(id="cflint::viewer-protocol-not-https", reason="a \"b\"\\"),
        )

        // Edge/It's/Resource, made at Edge.java:17
        Validations.of(app.getNode().findChild("Edge").getNode().findChild("It's").getNode().findChild("Resource")).acknowledge(
            Acknowledgment.builder().id("cflint::host-header-forwarded").reason("known").build(),
            Acknowledgment.builder().id("cflint::viewer-protocol-not-https").reason("known").build());

        // Edge/It's/Resource, made at Edge.cs:17
        Validations.Of(app.Node.FindChild("Edge").Node.FindChild("It's").Node.FindChild("Resource")).Acknowledge(
            new Acknowledgment { Id = "cflint::host-header-forwarded", Reason = "known" },
            new Acknowledgment { Id = "cflint::viewer-protocol-not-https", Reason = "known" });

        // Edge/It's/Resource, made at edge.go:17
        awscdk.Validations_Of(app.Node().FindChild(jsii.String("Edge")).Node().FindChild(jsii.String("It's")).Node().FindChild(jsii.String("Resource"))).Acknowledge(
        	&awscdk.Acknowledgment{Id: jsii.String("cflint::host-header-forwarded"), Reason: jsii.String("known")},
        	&awscdk.Acknowledgment{Id: jsii.String("cflint::viewer-protocol-not-https"), Reason: jsii.String("known")},
        )

        // Edge/It's/Resource
        cdk.Validations.of(app.node.findChild('Edge').node.findChild('It\'s').node.findChild('Resource')).acknowledge(
          { id: 'cflint::host-header-forwarded', reason: 'TODO: say why' },
          { id: 'cflint::viewer-protocol-not-https', reason: 'TODO: say why' },
        );
        "#
        );
    }

    #[test]
    fn no_character_of_a_name_acts_on_a_terminal() {
        let text = "a\u{1b}'\n\u{e0001}";
        assert_eq!(quoted(text, AppLanguage::TypeScript), r"'a\u001b\'\u000a\udb40\udc01'");
        assert_eq!(quoted(text, AppLanguage::Python), r#""a\U0000001b'\U0000000a\U000e0001""#);
    }
}
