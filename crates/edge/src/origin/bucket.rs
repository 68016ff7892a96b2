//! Which bucket an origin is, and whether its policy lets CloudFront read.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>

use cflint_template::model::{BucketPolicy, Model, Origin, PolicyStatement, Prop};
use cflint_template::value::{Part, Reference, Text, Tri};

/// The service principal of CloudFront.
pub const SERVICE: &str = "cloudfront.amazonaws.com";

/// The logical id of the bucket that an origin is, if it is in the template.
pub fn bucket_of<'m>(model: &Model, origin: &'m Origin) -> Option<&'m str> {
    let id = origin.domain_name.known()?.holes().find_map(|hole| match &hole.reference {
        Reference::Resource { id, attribute } if attribute.is_empty() => Some(id.as_str()),
        _ => None,
    })?;
    (model.resources.get(id).map(String::as_str) == Some("AWS::S3::Bucket")).then_some(id)
}

/// What the policies of a bucket say about CloudFront.
#[derive(Debug, Clone, Copy)]
pub enum Grant<'m> {
    CloudFront,
    /// They let anyone read, so that no one needs CloudFront.
    Everybody(&'m BucketPolicy, &'m PolicyStatement),
    Nobody(&'m BucketPolicy),
    /// There are none in the template, or it does not say.
    Unknown,
}

/// What the policies of the bucket with this logical id say about CloudFront.
pub fn grant<'m>(model: &'m Model, bucket: &str) -> Grant<'m> {
    let is_of = |policy: &&BucketPolicy| policy.bucket.known().and_then(Text::owner) == Some(bucket);
    let own: Vec<&BucketPolicy> = model.bucket_policies.iter().filter(is_of).collect();
    let Some(first) = own.first() else { return Grant::Unknown };
    let statements = || own.iter().flat_map(|policy| policy.statements.iter());
    let is_public =
        |statement: &&PolicyStatement| lets_read(statement).is_true() && is_for_everybody(statement);
    let mut public =
        own.iter().filter_map(|policy| Some((*policy, policy.statements.iter().find(is_public)?)));
    if let Some((policy, statement)) = public.next() {
        return Grant::Everybody(policy, statement);
    }
    let lets = |statement: &PolicyStatement| lets_read(statement).and(names_cloudfront(statement));
    let open = Tri::from(own.iter().any(|policy| policy.statements.open.is_some()));
    let open = if open.is_true() { Tri::Unknown } else { Tri::False };
    match statements().map(lets).fold(open, Tri::or) {
        Tri::True => Grant::CloudFront,
        Tri::False => Grant::Nobody(first),
        Tri::Unknown => Grant::Unknown,
    }
}

/// Whether a statement allows reading objects.
fn lets_read(statement: &PolicyStatement) -> Tri {
    let allows = match statement.effect.literal() {
        Some(effect) => Tri::from(effect == "Allow"),
        None => Tri::Unknown,
    };
    let reads = |action: &Prop<Text>| match action.literal().map(str::to_ascii_lowercase).as_deref() {
        Some("*" | "s3:*" | "s3:get*" | "s3:getobject" | "s3:getobject*") => Tri::True,
        Some(_) => Tri::False,
        None => Tri::Unknown,
    };
    let open = if statement.actions.open.is_some() { Tri::Unknown } else { Tri::False };
    allows.and(statement.actions.iter().map(reads).fold(open, Tri::or))
}

fn is_for_everybody(statement: &PolicyStatement) -> bool {
    let is_wild = |principal: &Prop<Text>| principal.literal() == Some("*");
    !statement.is_conditional && statement.principals.iter().any(is_wild)
}

/// Whether the principals or the conditions of a statement name CloudFront, an origin access identity, or a
/// distribution.
fn names_cloudfront(statement: &PolicyStatement) -> Tri {
    let all = statement.principals.iter().chain(statement.sources.iter());
    let open = statement.principals.open.is_some() || statement.sources.open.is_some();
    // A condition on something else may be meant for CloudFront, such as one on `Referer`.
    let is_conditional =
        statement.is_conditional && statement.principals.iter().any(|p| p.literal() == Some("*"));
    let open = if open || is_conditional { Tri::Unknown } else { Tri::False };
    all.map(is_cloudfront).fold(open, Tri::or)
}

fn is_cloudfront(named: &Prop<Text>) -> Tri {
    let Some(text) = named.known() else { return Tri::Unknown };
    let has = |sign: &str| {
        text.parts().iter().any(|part| match part {
            Part::Lit(literal) => literal.to_ascii_lowercase().contains(sign),
            Part::Hole(hole) => {
                matches!(&hole.reference, Reference::Resource { attribute, .. } if attribute == "S3CanonicalUserId")
            }
        })
    };
    if has("cloudfront") {
        return Tri::True;
    }
    // A role or a user in the template is someone else; what a parameter or an import names is not known.
    let is_other = |part: &Part| match part {
        Part::Lit(_) => true,
        Part::Hole(hole) => matches!(&hole.reference, Reference::Resource { .. } | Reference::Pseudo(_)),
    };
    if text.parts().iter().all(is_other) { Tri::False } else { Tri::Unknown }
}
