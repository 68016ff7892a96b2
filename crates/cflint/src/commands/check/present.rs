use std::io::Write;
use std::path::Path;

use cflint_linter::Report;
use cflint_output::html::Page;
use cflint_output::{Context, Format, statistics};
use cflint_rules::RULES;

use crate::args::{CheckArgs, FailOn};
use crate::commands::output;
use crate::exit::Exit;
use crate::files::paths::{Folder, absolute, repository, shown};
use crate::problem::Failure;
use crate::terminal::Terminal;

/// Writes the report to where it belongs and says the rest on standard error.
pub(super) fn present(
    args: &CheckArgs,
    fail_on: FailOn,
    report: &Report,
    page: &Page,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let root = root(Path::new("."));
    let context = Context {
        rules: RULES,
        color: if args.output_file.is_some() { terminal.forced } else { terminal.color },
        links: terminal.links && terminal.color && args.output_file.is_none(),
        width: terminal.width.0,
        absolute: &|path| shown(&absolute(Path::new(path))),
        // A hook that had nothing to look at says nothing.
        summary: !args.quiet && (!args.hook || report.templates > 0),
        suppressed: !args.hide_suppressed,
        page,
        from_root: &|path| root.inner(path).unwrap_or_else(|| shown(&absolute(Path::new(path)))),
    };
    let write = |out: &mut dyn Write| match Format::from(args.format) {
        Format::Json if args.statistics => statistics::write_json(report, &context, out),
        _ if args.statistics => statistics::write_table(report, &context, out),
        format => format.write(report, &context, out),
    };
    if let Some(file) = &args.output_file {
        let mut text = Vec::new();
        write(&mut text)?;
        output::to_file(file, &text, &report.sources)?;
    } else {
        write(out)?;
        out.flush()?;
    }
    if !args.quiet {
        output::notices(report);
    }
    if args.statistics {
        output::errors(&report.errors, &report.sources, terminal);
    } else {
        output::errors(report.unshown_errors(), &report.sources, terminal);
    }
    Ok(exit(fail_on, report))
}

/// The folder that platforms see paths from.
pub(super) fn root(path: &Path) -> Folder {
    Folder::new(&repository(path).unwrap_or_else(|| absolute(Path::new("."))))
}

pub(super) fn exit(fail_on: FailOn, report: &Report) -> Exit {
    let fails = |least| report.active().any(|finding| finding.severity >= least);
    if !report.errors.is_empty() {
        Exit::Failed
    } else if fail_on.severity().is_some_and(fails) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
