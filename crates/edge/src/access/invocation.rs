//! Whether CloudFront may call a function through its URL.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>

use cflint_template::model::{LambdaUrl, Model, Permission};
use cflint_template::value::{Text, Tri};

use crate::origin::bucket::SERVICE;

/// The actions that CloudFront needs; the second only for URLs created since October 2025.
pub const ACTIONS: [&str; 2] = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];

/// Whether the template lets CloudFront do this with the function of a URL.
pub fn may_invoke(model: &Model, url: &LambdaUrl, action: &str) -> Tri {
    model.permissions.iter().map(|permission| allows(permission, url, action)).fold(Tri::False, Tri::or)
}

/// A permission for CloudFront that applies to the function, or may.
pub fn permission_of<'m>(model: &'m Model, url: &LambdaUrl) -> Option<&'m Permission> {
    model.permissions.iter().find(|permission| {
        !is_of(permission, url).is_false() && permission.principal.literal() == Some(SERVICE)
    })
}

fn allows(permission: &Permission, url: &LambdaUrl, action: &str) -> Tri {
    let principal = match permission.principal.literal() {
        Some(principal) => Tri::from(matches!(principal, "*" | SERVICE)),
        None => Tri::Unknown,
    };
    let allowed = match permission.action.literal() {
        Some(allowed) => Tri::from(matches!(allowed, "*" | "lambda:*") || allowed == action),
        None => Tri::Unknown,
    };
    principal.and(allowed).and(is_of(permission, url))
}

/// Whether a permission applies to the function of a URL.
fn is_of(permission: &Permission, url: &LambdaUrl) -> Tri {
    let Some(function) = permission.function.known() else { return Tri::Unknown };
    match (function.owner(), url.function.as_deref()) {
        (Some(named), Some(own)) if named == own => Tri::True,
        // An alias or a version is another resource, and may belong to the same function.
        _ => url.target.known().map_or(Tri::Unknown, |target| target.equals(function)).or(Tri::Unknown),
    }
}

/// The function's name in messages.
pub fn function_name(url: &LambdaUrl) -> String {
    let named = url.function.clone().or_else(|| url.target.known().map(Text::to_string));
    named.unwrap_or_else(|| url.id.clone())
}
