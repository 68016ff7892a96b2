//! Which host name arrives at an API Gateway custom domain, and whether the domain has that name.
//!
//! The certificate and the mappings of a custom domain are chosen by `Host`:
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html>. CloudFront sends the domain
//! name of the origin, or what the viewer sent if `Host` is forwarded:
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html>

use cflint_template::model::{CustomDomain, Model, Prop};
use cflint_template::value::{Text, Tri};

use crate::origin::backend::Backend;
use crate::routes::path::RequestPath;

/// Aliases whose names are not those of a custom domain that responds.
#[derive(Debug, Clone)]
pub struct Unanswered<'m> {
    pub aliases: Vec<&'m Prop<Text>>,
    /// Whether these are all aliases that there are.
    pub is_all: bool,
}

/// Whether a custom domain in the template responds to a host name.
pub fn is_answered(model: &Model, host: &Text) -> Tri {
    model.custom_domains.iter().map(|domain| domain.answers_to(host)).fold(Tri::False, Tri::or)
}

/// The aliases of the distribution that certainly no custom domain in the template responds to; `None` if there are
/// none.
pub fn unanswered(model: &Model) -> Option<Unanswered<'_>> {
    let all = &model.distribution.aliases;
    let fails = |alias: &&Prop<Text>| alias.known().is_some_and(|host| is_answered(model, host).is_false());
    let aliases: Vec<_> = all.iter().filter(fails).collect();
    let is_all = aliases.len() == all.items.len() && all.open.is_none();
    (!aliases.is_empty()).then_some(Unanswered { aliases, is_all })
}

/// The custom domain whose mappings decide about the requests of a path; `None` if none responds, or if the template
/// does not say which one does.
pub fn answering<'m>(path: &RequestPath<'m>) -> Option<&'m CustomDomain> {
    let own = path.backend.domain()?;
    let forwarded = path.forwarding.headers.selects("Host").answer;
    if forwarded.is_false() {
        return matches!(path.backend, Backend::ApiDomain(_)).then_some(own);
    }
    let aliases = &path.distribution.aliases;
    if aliases.open.is_some() {
        return None;
    }
    let may_answer = |domain: &CustomDomain| {
        let mut names = aliases.iter();
        names.any(|alias| alias.known().is_none_or(|host| !domain.answers_to(host).is_false()))
    };
    let mut others = path.model.custom_domains.iter().filter(|other| !std::ptr::eq(*other, own));
    (may_answer(own) && !others.any(may_answer)).then_some(own)
}
