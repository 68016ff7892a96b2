//! Every API of a slice, however it is declared.

use super::slice::Slice;
use super::{Api, http_api, rest_api, sam};
use crate::generated::Implicit;

/// Reads every API of the slice.
pub(super) fn read_apis(slice: &Slice<'_, '_>) -> Vec<Api> {
    let events = sam::Events::read(slice);
    let implicit = slice.implicit_apis();
    let mut apis: Vec<Api> =
        implicit.filter_map(|(env, implicit)| sam::implicit(slice, env, implicit, &events)).collect();
    let made = apis.len();
    let is_api = |kind: &str| kind.starts_with("AWS::ApiGateway") || kind.starts_with("AWS::Serverless::");
    for (index, resource) in slice.matching(|resource| is_api(resource.kind)) {
        // The implicit API of SAM replaces one that is declared with its logical id.
        if apis.iter().take(made).any(|api| api.id == resource.id) {
            continue;
        }
        let properties = || slice.reader(index);
        apis.push(match resource.kind {
            "AWS::ApiGateway::RestApi" => {
                rest_api::read(slice, &resource.id, resource.id_span, &properties())
            }
            "AWS::ApiGatewayV2::Api" => http_api::read(slice, &resource.id, resource.id_span, &properties()),
            "AWS::Serverless::Api" => sam::read(slice, index, resource, Implicit::Rest, &events),
            "AWS::Serverless::HttpApi" => sam::read(slice, index, resource, Implicit::Http, &events),
            _ => continue,
        });
    }
    apis
}
