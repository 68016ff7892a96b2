//! The names under which viewers reach a distribution.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html>

use cflint_template::model::{Distribution, Model, Prop, Tenant};
use cflint_template::value::{Text, Tri};

use crate::facts::dns::covers;

/// Stands for the name that AWS gives a distribution, as in its documentation.
pub(super) const PLACEHOLDER: &str = "d111111abcdef8.cloudfront.net";

/// The ending of the names that AWS gives to distributions.
pub(crate) const OWN: &str = ".cloudfront.net";

/// Whether a request with this host name reaches the distribution, as far as its aliases show. A name that AWS gives
/// may be that of any distribution.
pub fn comes_here(model: &Model, host: &str) -> Tri {
    let distribution = &model.distribution;
    let by_tenants = distribution.is_for_tenants();
    if host.ends_with(OWN) {
        // One for tenants has no name of its own, and their connection group responds only to their domains.
        return if by_tenants { Tri::False } else { Tri::Unknown };
    }
    let open = distribution.aliases.open.is_some() || by_tenants;
    let matches = |alias: &Text| alias_matches(alias, host);
    let names = distribution.viewer_names().map(|name| name.known().map_or(Tri::Unknown, matches));
    names.fold(if open { Tri::Unknown } else { Tri::False }, Tri::or)
}

/// Whether an alias covers a host name.
pub(crate) fn alias_matches(alias: &Text, host: &str) -> Tri {
    covers(alias, &Text::literal(host))
}

/// How exactly the aliases match a host: a higher number is closer; `None` if none of them certainly matches. Of
/// several distributions the closest gets the request.
pub fn closeness(model: &Model, host: &str) -> Option<usize> {
    let aliases = model.distribution.viewer_names().filter_map(|alias| alias.known());
    let named = aliases.filter(|alias| alias_matches(alias, host).is_true());
    named
        .filter_map(|alias| {
            alias.as_literal().map_or(Some(0), |alias| Some(alias.trim_start_matches('*').len()))
        })
        .max()
}

/// A host name that viewers use, for messages: an alias; `www` for a wildcard, where there is no other alias.
pub fn viewer_host(distribution: &Distribution) -> String {
    let host = plain_alias(distribution)
        .and_then(Prop::known)
        .map_or_else(|| stand_in(distribution).to_owned(), Text::to_string);
    host.strip_prefix("*.").map_or(host.clone(), |domain| format!("www.{domain}"))
}

/// What stands for the name of a distribution that is not known.
pub(crate) fn stand_in(distribution: &Distribution) -> &'static str {
    if distribution.is_for_tenants() { "tenant.example.com" } else { PLACEHOLDER }
}

/// The tenant that a host name belongs to.
pub(crate) fn tenant_of<'m>(distribution: &'m Distribution, host: &str) -> Option<&'m Tenant> {
    let has = |domain: &Prop<Text>| domain.known().is_some_and(|own| alias_matches(own, host).is_true());
    let mut tenants = distribution.tenants.iter().filter(|_| distribution.is_for_tenants());
    tenants.find(|tenant| tenant.domains.iter().any(has))
}

/// The first alias that is known; one without a wildcard, if there is one.
pub(crate) fn plain_alias(distribution: &Distribution) -> Option<&Prop<Text>> {
    let known = || distribution.viewer_names().filter(|alias| alias.known().is_some());
    let is_plain = |alias: &&Prop<Text>| !alias.known().is_some_and(|name| name.prefix().starts_with('*'));
    known().find(is_plain).or_else(|| known().next())
}
