//! Parts of requests that routes require and a behavior drops.

use cflint_edge::access::needs::{By, Need, Unmet};
use cflint_edge::facts::Certainty;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, ReportBuilder};
use cflint_template::model::IdentityPlace;

use crate::shared::confidence::{confidence_of, unless_rewritten};
use crate::shared::policy_gap::{Part, gap, remedy};
use crate::shared::witness::Example;

/// How many other places a finding points to.
const OTHERS: usize = 3;

/// Reports the first one, which is the surest; `None` if there is none.
pub(crate) fn report<'r, 'c>(
    path: &RequestPath<'_>,
    missed: &[Unmet<'_, '_>],
    cx: &'r mut Context<'c>,
) -> Option<ReportBuilder<'r, 'c>> {
    let (first, others) = missed.split_first()?;
    let (need, route) = (&first.need, first.sample.route.name());
    let (name, part) = (name(need), part(need));
    let (does_not, without) = match first.loss {
        Certainty::Uncertain => ("may not reach", "possibly without"),
        _ => ("does not reach", "without"),
    };
    let example = example(path, first);
    let mut note = format!("{} {without} {name}", example.leaves());
    match (example.answer_without(), first.loss) {
        (Some(answer), Certainty::Uncertain) => note.push_str(&format!("; then {answer}")),
        (Some(answer), _) => note.push_str(&format!("; {answer}")),
        (None, _) if matches!(need.by, By::Authorizer(_)) => {
            note.push_str("; the authorizer still runs, but does not receive it");
        }
        (None, _) => {}
    }
    let gap = gap(path, part);
    let message =
        format!("{name} {does_not} `{route}` of `{}`, which requires it", first.sample.entrance.api.id);
    let finding = gap.describe(path, cx.report(gap.span, message));
    let alike = others.iter().filter(|other| other.certainty == first.certainty).take(OTHERS).map(|other| {
        let asks = if other.need.name.eq_ignore_ascii_case(need.name) {
            "requires it too".to_owned()
        } else {
            format!("requires {} too", self::name(&other.need))
        };
        (other.sample.route.span, format!("`{}` {asks}", other.sample.route.name()))
    });
    let help = help(path, need, part);
    let finding = finding
        .related(need.span, asks(need))
        .note(note)
        .cause(gap.cause(&first.sample.entrance.api.id, &help))
        .help(help)
        .at_most(confidence_of(first.certainty))
        .related_each(alike);
    Some(unless_rewritten(path, example.show(finding)))
}

/// A request that contains what is dropped.
fn example<'p, 'm>(path: &'p RequestPath<'m>, unmet: &Unmet<'_, '_>) -> Example<'p, 'm> {
    let example = Example::of(path, unmet.sample);
    let name = unmet.need.name;
    match (unmet.need.place, unmet.need.by) {
        (IdentityPlace::Query, _) => example.query(format!("{name}=example")),
        (_, By::Iam) => example.header(name, "AWS4-HMAC-SHA256 Credential=EXAMPLE"),
        _ if unmet.need.is_authorization() => example.header(name, "Bearer eyJhbGciOiJSUzI1NiJ9"),
        _ if is_cookie(&unmet.need) => example.header(name, "session=example"),
        _ => example.header(name, "example"),
    }
}

fn is_cookie(need: &Need<'_>) -> bool {
    need.place == IdentityPlace::Header && need.name.eq_ignore_ascii_case("Cookie")
}

fn part<'n>(need: &Need<'n>) -> Part<'n> {
    match need.place {
        IdentityPlace::Query => Part::Query(Some(need.name)),
        _ if is_cookie(need) => Part::Cookies,
        _ => Part::Header(need.name),
    }
}

fn name(need: &Need<'_>) -> String {
    match need.place {
        IdentityPlace::Query => format!("query string `{}`", need.name),
        _ => format!("`{}`", need.name),
    }
}

fn asks(need: &Need<'_>) -> String {
    match need.by {
        By::Authorizer(authorizer) => format!("authorizer `{}` reads it", authorizer.id),
        By::Iam => "requires an AWS signature".to_owned(),
        By::ApiKey => "requires an API key".to_owned(),
    }
}

fn help(path: &RequestPath<'_>, need: &Need<'_>, part: Part<'_>) -> String {
    let remedy = remedy(path, part);
    match need.by {
        By::Iam => format!("{remedy}; also have clients sign for `{}`", path.origin_host()),
        By::ApiKey => {
            format!(
                "{remedy}; or have CloudFront send a key of its own, with `OriginCustomHeaders` and `HeaderName: x-api-key`"
            )
        }
        By::Authorizer(_) => remedy,
    }
}
