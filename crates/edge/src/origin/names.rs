//! Host names that AWS gives to load balancers and to the websites of buckets.

use cflint_template::value::{Part, Reference, Text};

/// Whether a host name is one that AWS gives to a load balancer: `name.region.elb.amazonaws.com`, or
/// `name.elb.region.amazonaws.com` of a Network Load Balancer.
/// <https://docs.aws.amazon.com/general/latest/gr/elb.html>
pub fn is_balancer_name(domain: &Text) -> bool {
    let labels = |own: &str| {
        own.rsplit_once('.').is_some_and(|(before, last)| {
            (last == "elb" && !before.is_empty()) || (before.ends_with(".elb") && !last.is_empty())
        })
    };
    below_amazon(domain).is_some_and(|own| labels(&own))
}

/// Whether a host name is the website endpoint of a bucket: `bucket.s3-website-region.amazonaws.com`, or with a dot
/// before the region.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html>
pub fn is_website_name(domain: &Text) -> bool {
    let is_after = |rest: &str| rest.starts_with(['-', '.']);
    below_amazon(domain).is_some_and(|own| own.split(".s3-website").skip(1).any(is_after))
}

/// What precedes the ending of AWS's own names, in lower case; a part that is known only at deployment is `{}`.
fn below_amazon(domain: &Text) -> Option<String> {
    let mut host = String::new();
    for part in domain.parts() {
        match part {
            Part::Lit(text) => host.push_str(&text.to_ascii_lowercase()),
            Part::Hole(hole) => host.push_str(match &hole.reference {
                Reference::Pseudo(name) if name == "AWS::URLSuffix" => "amazonaws.com",
                _ => "{}",
            }),
        }
    }
    let host = host.trim_end_matches('.');
    let own = [".amazonaws.com", ".amazonaws.com.cn"].iter().find_map(|end| host.strip_suffix(end))?;
    Some(own.to_owned())
}

/// The resource and the attribute that a domain name is, with or without the prefix for both IP versions.
pub(super) fn attribute_of(domain: &Text) -> Option<(&str, &str)> {
    let (Part::Hole(hole), before) = domain.parts().split_last()? else { return None };
    let is_prefix = match before {
        [] => true,
        [Part::Lit(text)] => text.eq_ignore_ascii_case("dualstack."),
        _ => false,
    };
    match &hole.reference {
        Reference::Resource { id, attribute } if is_prefix => Some((id, attribute)),
        _ => None,
    }
}
