//! Which resource a part of the model is written in.

use cflint_template::model::{Api, LambdaUrl, Model, Protocol};

/// The type of the resource that an API is; SAM makes those that are not in the file.
pub(crate) fn resource_type<'m>(model: &'m Model, api: &Api) -> &'m str {
    let implicit =
        if api.protocol == Protocol::Rest { "AWS::Serverless::Api" } else { "AWS::Serverless::HttpApi" };
    model.resources.get(&api.id).map_or(implicit, String::as_str)
}

/// The resource in which a function URL is written, and its type: the function if SAM makes the URL.
pub(crate) fn resource_of_url<'m>(model: &'m Model, url: &'m LambdaUrl) -> Option<(&'m str, &'m str)> {
    let id = match &url.function {
        Some(function) if url.target.is_absent() => function,
        _ => &url.id,
    };
    model.resources.get(id).map(|kind| (id.as_str(), kind.as_str()))
}
