//! What CloudFront requires of a behavior with gRPC.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-using-grpc.html>

use cflint_template::model::{Behavior, CustomOrigin, EdgeFunction, Model, Origin, OriginGroup, OriginKind};
use cflint_template::value::Tri;

use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::facts::methods::{allows, refused_by_group};
use crate::facts::targets::group_of;
use crate::routes::path::paths_of;

/// What is wrong with a behavior with gRPC.
#[derive(Debug, Clone, Copy)]
pub enum GrpcFault<'m> {
    /// It does not allow `POST`.
    NoPost,
    /// The distribution does not use HTTP/2; it may not if the version is absent.
    HttpVersion,
    /// CloudFront connects to this origin over HTTP.
    Http(&'m Origin, &'m CustomOrigin),
    /// There is no failover for gRPC.
    Group(&'m OriginGroup),
    Function(&'m EdgeFunction),
    OriginShield(&'m Origin),
}

impl GrpcFault<'_> {
    /// Whether gRPC only lacks something, and is not rejected for it.
    pub const fn is_warning(&self) -> bool {
        matches!(self, Self::Group(_) | Self::Function(_) | Self::OriginShield(_))
    }
}

/// What is wrong with a behavior with gRPC, and how certain that is; nothing without gRPC.
pub fn grpc_faults<'m>(model: &'m Model, behavior: &'m Behavior) -> Vec<(GrpcFault<'m>, Certainty)> {
    if behavior.grpc.known() != Some(&true) {
        return Vec::new();
    }
    let mut faults = Vec::new();
    let mut add = |fault, certainty| faults.push((fault, certainty));
    if allows(behavior, Method::Post) == Tri::False {
        add(GrpcFault::NoPost, Certainty::Certain);
    }
    let version = &model.distribution.http_version;
    match version.literal().map(str::to_ascii_lowercase).as_deref() {
        Some("http1.1") => add(GrpcFault::HttpVersion, Certainty::Certain),
        Some("http3") => add(GrpcFault::HttpVersion, Certainty::Probable),
        // The schema of CloudFormation and the API name different defaults.
        None if version.is_absent() => add(GrpcFault::HttpVersion, Certainty::Uncertain),
        _ => {}
    }
    let group = group_of(&model.distribution, behavior);
    if let Some(group) = group.filter(|_| refused_by_group(behavior).is_empty()) {
        add(GrpcFault::Group(group), Certainty::Certain);
    }
    for function in behavior.functions.iter().filter(|function| function.is_lambda) {
        add(GrpcFault::Function(function), Certainty::Certain);
    }
    for path in paths_of(model, behavior) {
        if let OriginKind::Custom(config) = &path.origin.kind
            && config.protocol_policy.literal() == Some("http-only")
        {
            add(GrpcFault::Http(path.origin, config), Certainty::Certain);
        }
        if path.origin.origin_shield.known() == Some(&true) {
            add(GrpcFault::OriginShield(path.origin), Certainty::Certain);
        }
    }
    faults
}
