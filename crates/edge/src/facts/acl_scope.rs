//! Which firewalls can be put in front of what.
//!
//! <https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html>

use std::collections::BTreeMap;

use cflint_template::model::{Model, WebAcl};
use cflint_template::value::{Reference, Text};

use crate::facts::certificate::HOME;

/// Why CloudFront does not take a firewall.
#[derive(Debug, Clone)]
pub enum WrongAcl<'m> {
    /// Its scope is `REGIONAL`; the firewall, if it is in the template.
    Regional(Option<&'m WebAcl>),
    /// It is in this region.
    Region(String),
}

/// Why CloudFront does not take the firewall of the distribution; `None` if it does, or if that is not known.
pub fn wrong_acl(model: &Model) -> Option<WrongAcl<'_>> {
    let arn = model.distribution.web_acl.known()?;
    let own = arn.owner().and_then(|id| model.web_acls.iter().find(|acl| acl.id == id));
    if let Some(acl) = own {
        if acl.scope.literal() == Some("REGIONAL") {
            return Some(WrongAcl::Regional(Some(acl)));
        }
        let region = model.regions.get(&acl.id).filter(|region| is_foreign(region));
        return region.cloned().map(WrongAcl::Region);
    }
    let piece = |index| arn.piece(":", index);
    let is_waf = piece(2)?.as_literal() == Some("wafv2");
    let scope = piece(5).filter(|_| is_waf)?;
    if scope.prefix().starts_with("regional/") {
        return Some(WrongAcl::Regional(None));
    }
    let region = piece(3)?.as_literal()?.to_owned();
    is_foreign(&region).then_some(WrongAcl::Region(region))
}

/// The regions of China have a CloudFront of their own.
fn is_foreign(region: &str) -> bool {
    region != HOME && !region.is_empty() && !region.starts_with("cn-")
}

/// What no association puts a firewall in front of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unguarded {
    /// A distribution, which names its firewall itself.
    Distribution,
    /// An HTTP API, which has none.
    HttpApi,
}

/// Whether an ARN is of something that no association can guard, by the types of the resources that it names.
/// <https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html>
pub fn unguarded(arn: &Text, resources: &BTreeMap<String, String>) -> Option<Unguarded> {
    let named = arn.holes().filter_map(|hole| match &hole.reference {
        Reference::Resource { id, .. } => resources.get(id).map(String::as_str),
        _ => None,
    });
    let kinds: Vec<&str> = named.collect();
    let is_kind = |wanted: &[&str]| kinds.iter().any(|kind| wanted.contains(kind));
    if is_kind(&["AWS::CloudFront::Distribution"]) || arn.literals().any(|text| text.contains(":cloudfront:"))
    {
        return Some(Unguarded::Distribution);
    }
    let is_http = arn.literals().any(|text| text.contains(":/apis/"))
        || is_kind(&["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::Serverless::HttpApi"]);
    is_http.then_some(Unguarded::HttpApi)
}
