use cflint_linter::{Group, Rule, RuleMeta};

use crate::problem::Problem;

/// The rule with this id or alias.
pub(crate) fn rule(name: &str, rules: &[&'static dyn Rule]) -> Option<&'static RuleMeta> {
    let metas = || rules.iter().map(|rule| rule.meta());
    metas()
        .find(|meta| meta.id == name)
        .or_else(|| metas().find(|meta| meta.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))))
}

/// Whether every name of `--select` or `--ignore` is that of a rule, a group or an alias.
pub(crate) fn validate(option: &str, names: &[String], rules: &[&'static dyn Rule]) -> Result<(), Problem> {
    names.iter().try_for_each(|name| refuse_unknown(name, rules, |what| format!("{what} in `{option}`")))
}

/// Refuses what is the name of no rule, group or alias. `message` adds the place.
pub(crate) fn refuse_unknown(
    name: &str,
    rules: &[&'static dyn Rule],
    message: impl FnOnce(&str) -> String,
) -> Result<(), Problem> {
    let groups = || Group::ALL.iter().map(|group| group.as_str());
    if groups().any(|group| group == name) || rules.iter().any(|rule| rule.meta().is_called(name)) {
        return Ok(());
    }
    let message = message(&format!("unknown rule or group `{name}`"));
    Err(unknown(message, name, rules, groups()))
}

/// A problem with a name, and the nearest name that exists.
pub(crate) fn unknown(
    message: String,
    name: &str,
    rules: &[&'static dyn Rule],
    others: impl IntoIterator<Item = &'static str>,
) -> Problem {
    let ids = rules.iter().map(|rule| rule.meta().id);
    let aliases = rules.iter().flat_map(|rule| rule.meta().aliases.iter().copied());
    let meant = suggestion(name, ids.chain(others).chain(aliases));
    Problem::new(message).with_help(meant.unwrap_or_else(|| "`cflint rules` lists every rule".to_owned()))
}

/// Asks whether the nearest name was meant.
pub(crate) fn suggestion<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|near| format!("did you mean `{near}`?"))
}

/// The name that was probably meant: few letters away, or else the first that contains what was written.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase().replace('_', "-");
    let candidates: Vec<_> = candidates.collect();
    let near = candidates
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&name, &candidate.to_lowercase()), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(name.len()) / 4)
        .min_by_key(|(distance, _)| *distance);
    let holds = || candidates.iter().copied().find(|candidate| name.len() > 2 && candidate.contains(&name));
    near.map(|(_, candidate)| candidate).or_else(holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 5] = ["host-header-forwarded", "origin-path-missing", "routing", "dns", "E3024"];

    fn meant(name: &str) -> Option<&'static str> {
        nearest(name, NAMES.into_iter())
    }

    #[test]
    fn typing_errors_are_seen_through() {
        assert_eq!(meant("host-haeder-forwarded"), Some("host-header-forwarded"));
        assert_eq!(meant("Host_Header_Forwarded"), Some("host-header-forwarded"));
        assert_eq!(meant("rooting"), Some("routing"));
        assert_eq!(meant("dsn"), Some("dns"));
        assert_eq!(meant("e3042"), Some("E3024"));
    }

    #[test]
    fn a_part_of_a_name_is_enough() {
        assert_eq!(meant("header"), Some("host-header-forwarded"));
        assert_eq!(meant("origin-path"), Some("origin-path-missing"));
    }

    #[test]
    fn nothing_is_suggested_for_something_else() {
        assert_eq!(meant("compression"), None);
        assert_eq!(meant(""), None);
        assert_eq!(meant("o"), None);
    }
}
