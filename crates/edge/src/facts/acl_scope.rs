//! Which web ACLs can be associated with what.
//!
//! <https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html>

use std::collections::BTreeMap;

use cflint_template::model::{Model, Prop, WebAcl};
use cflint_template::value::{Reference, Text};

use crate::facts::certificate::HOME;

/// Why CloudFront does not accept a web ACL.
#[derive(Debug, Clone)]
pub enum WrongAcl<'m> {
    /// Its scope is `REGIONAL`; the web ACL, if it is in the template.
    Regional(Option<&'m WebAcl>),
    /// It is in this region; the web ACL, if it is in the project.
    Region(String, Option<&'m WebAcl>),
}

/// The web ACLs of the distribution and its tenants that CloudFront certainly does not accept, and why.
pub fn wrong_acls(model: &Model) -> Vec<(&Prop<Text>, WrongAcl<'_>)> {
    let distribution = &model.distribution;
    let of_tenants = distribution.tenants.iter().map(|tenant| &tenant.web_acl);
    let all = [&distribution.web_acl].into_iter().chain(of_tenants);
    all.filter_map(|arn| Some((arn, wrong_acl(model, arn.known()?)?))).collect()
}

fn wrong_acl<'m>(model: &'m Model, arn: &Text) -> Option<WrongAcl<'m>> {
    let own = arn.owner().and_then(|id| model.web_acls.iter().find(|acl| acl.id == id));
    if let Some(acl) = own {
        if acl.scope.literal() == Some("REGIONAL") {
            return Some(WrongAcl::Regional(Some(acl)));
        }
        let region = model.regions.get(&acl.id).filter(|region| is_foreign(region));
        return region.cloned().map(|region| WrongAcl::Region(region, Some(acl)));
    }
    let piece = |index| arn.piece(":", index);
    let is_waf = piece(2)?.as_literal() == Some("wafv2");
    let scope = piece(5).filter(|_| is_waf)?;
    if scope.prefix().starts_with("regional/") {
        return Some(WrongAcl::Regional(None));
    }
    let region = piece(3)?.as_literal()?.to_owned();
    is_foreign(&region).then_some(WrongAcl::Region(region, None))
}

/// Whether WAF has no resources with this scope in a region.
pub fn is_misplaced(scope: &str, region: &str) -> bool {
    scope == "CLOUDFRONT" && is_foreign(region)
}

/// The China Regions have their own CloudFront.
fn is_foreign(region: &str) -> bool {
    region != HOME && !region.is_empty() && !region.starts_with("cn-")
}

/// What cannot be associated with a web ACL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unguarded {
    /// A distribution, which names its web ACL itself.
    Distribution,
    /// An HTTP API, which cannot have one.
    HttpApi,
}

/// Whether an ARN is of something that cannot be associated with a web ACL, by the types of the resources that it
/// names.
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
