mod markdown;

use std::io::Write;

use cflint_linter::{FixAvailability, Group, Rule, RuleMeta};

use crate::args::ExplainArgs;
use crate::exit::Exit;
use crate::names;
use crate::problem::{Failure, Problem};
use crate::terminal::Terminal;

/// `cflint explain`.
pub(crate) fn run(
    args: &ExplainArgs,
    rules: &[&'static dyn Rule],
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let name = &args.rule;
    let Some(meta) = names::rule(name, rules) else {
        return Err(if Group::ALL.iter().any(|group| group.as_str() == name) {
            Problem::new(format!("`{name}` is a group of rules"))
                .with_help("`cflint rules` lists the rules of every group")
                .into()
        } else {
            names::unknown(format!("unknown rule `{name}`"), name, rules, []).into()
        });
    };
    let page = markdown::reflowed(&page(meta), terminal.width.0);
    let page = if terminal.color { markdown::render(&page) } else { page };
    out.write_all(page.as_bytes())?;
    Ok(Exit::Clean)
}

/// The documentation of a rule in Markdown.
fn page(meta: &RuleMeta) -> String {
    let fix = match meta.fix {
        FixAvailability::None => String::new(),
        FixAvailability::Safe | FixAvailability::Unsafe => format!(" · {} fix", meta.fix.as_str()),
    };
    let pedantic = if meta.pedantic { " · pedantic" } else { "" };
    let aliases = match meta.aliases {
        [] => String::new(),
        aliases => format!(" · also `{}`", aliases.join("`, `")),
    };
    format!(
        "# {}\n\n{}\n\n{} · {}{fix}{pedantic}{aliases}\n\n{}\n\n{}\n",
        meta.id,
        meta.summary,
        meta.severity,
        meta.group.as_str(),
        meta.documentation().trim(),
        meta.url()
    )
}

#[cfg(test)]
mod tests {
    use cflint_diagnostics::Severity;

    use super::*;

    struct Fake;

    static META: RuleMeta = RuleMeta {
        id: "host-header-forwarded",
        group: Group::Routing,
        summary: "the viewer's `Host` reaches a host that does not know it",
        docs: "## What it does\nFinds a **policy** that forwards `Host`.\n\n```yaml\nA: `b`\n\n# c\n```\n\n## References\n* [Managed policies](https://docs.aws.amazon.com/p.html)\n",
        severity: Severity::Error,
        pedantic: false,
        fix: FixAvailability::Safe,
        aliases: &["E1"],
        cdk: "",
        file: "",
        line: 1,
    };

    impl cflint_linter::Declared for Fake {
        fn meta(&self) -> &'static RuleMeta {
            &META
        }
    }

    impl Rule for Fake {}

    fn explain(rule: &str, color: bool) -> String {
        let terminal = Terminal { color, ..Terminal::default() };
        let mut out = Vec::new();
        match run(&ExplainArgs { rule: rule.to_owned() }, &[&Fake], &terminal, &mut out) {
            Ok(_) => String::from_utf8(out).unwrap().replace('\u{1b}', "␛"),
            Err(failure) => format!("{failure:?}"),
        }
    }

    #[test]
    fn a_pipe_gets_markdown() {
        insta::assert_snapshot!(explain("host-header-forwarded", false));
    }

    #[test]
    fn a_terminal_gets_something_to_read() {
        insta::assert_snapshot!(explain("host-header-forwarded", true));
    }

    #[test]
    fn an_alias_is_a_name_too() {
        assert_eq!(explain("e1", false), explain("host-header-forwarded", false));
    }

    #[test]
    fn other_names_are_answered() {
        assert!(explain("routing", false).contains("is a group of rules"));
        assert!(explain("host-header", false).contains("did you mean `host-header-forwarded`?"));
    }
}
