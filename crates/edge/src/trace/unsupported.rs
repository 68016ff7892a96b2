//! What CloudFront does not support together: VPC origins, gRPC and origin groups with something else.

use cflint_diagnostics::Span;
use cflint_template::model::OriginKind;
use cflint_template::value::Text;

use super::deployment::Fault;
use super::{Tracer, Undeployable};
use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::facts::methods::refused_by_group;
use crate::facts::targets::group_of;
use crate::origin::load_balancer::{VpcFault, vpc_faults, vpc_faults_of};
use crate::routes::grpc::{GrpcFault, grpc_faults};
use crate::routes::path::paths_of;
use crate::words::{all_of, quoted};

impl Tracer<'_, '_> {
    pub(super) fn unsupported(&self) -> Vec<Fault> {
        let distribution = &self.model.distribution;
        let mut faults = Vec::new();
        for origin in distribution.origins.iter() {
            faults.extend(vpc_faults(self.model, origin).into_iter().map(|fault| vpc(fault, origin.span)));
        }
        for behavior in distribution.all_behaviors() {
            let name = behavior.name();
            let paths = paths_of(self.model, behavior);
            if let Some(path) = paths.iter().find(|path| matches!(path.origin.kind, OriginKind::Vpc)) {
                let of_behavior = vpc_faults_of(behavior).into_iter();
                faults.extend(of_behavior.map(|fault| vpc(fault, path.origin.span)));
            }
            let grpc = grpc_faults(self.model, behavior).into_iter();
            faults.extend(grpc.filter(|(fault, _)| !fault.is_warning()).map(|(fault, certainty)| {
                let methods = &behavior.allowed_methods;
                let version = &distribution.http_version;
                let (why, place) = match fault {
                    GrpcFault::NoPost => {
                        ("it does not allow `POST`".to_owned(), methods.present.then_some(methods.span))
                    }
                    GrpcFault::Http(origin, config) => {
                        let id = origin.id.known().map_or_else(|| "?".to_owned(), Text::to_string);
                        let why = format!("CloudFront connects to origin `{id}` over plain HTTP");
                        (why, Some(config.protocol_policy.span))
                    }
                    _ => match version.known() {
                        Some(name) => (format!("`HttpVersion` is `{name}`"), Some(version.span)),
                        None => ("the distribution may not use HTTP/2".to_owned(), None),
                    },
                };
                let what = format!("behavior `{name}` has gRPC, but {why}");
                Fault::new(Undeployable::Grpc, what, certainty, place.unwrap_or(behavior.grpc.span))
            }));
            let writes = refused_by_group(behavior);
            if group_of(distribution, behavior).is_some() && !writes.is_empty() {
                let writes = all_of(&quoted(writes.into_iter().map(Method::as_str)));
                let what = format!("behavior `{name}` allows {writes}, but its target is an origin group");
                let span = behavior.allowed_methods.span;
                faults.push(Fault::new(Undeployable::MethodSet, what, Certainty::Certain, span));
            }
        }
        faults
    }
}

fn vpc(fault: VpcFault<'_>, origin: Span) -> Fault {
    let (why, span) = match fault {
        VpcFault::Gateway(balancer) => {
            (format!("`{}`, a Gateway Load Balancer", balancer.id), balancer.kind.span)
        }
        VpcFault::DualStack(balancer) => {
            (format!("`{}`, a dual-stack Network Load Balancer", balancer.id), balancer.ip_address_type.span)
        }
        VpcFault::Tls(balancer, listener) => (
            format!("the TLS listener `{}` of Network Load Balancer `{}`", listener.id, balancer.id),
            listener.protocol.span,
        ),
        VpcFault::NoSecurityGroup(balancer) => {
            (format!("`{}`, a Network Load Balancer without security groups", balancer.id), balancer.span)
        }
        VpcFault::WebSocket(api) => (format!("`{}`, a WebSocket API", api.id), origin),
        VpcFault::Function(function) => ("Lambda@Edge on origin events".to_owned(), function.span),
        VpcFault::Grpc(grpc) => ("gRPC".to_owned(), grpc.span),
    };
    let what = format!("VPC origins do not support {why}");
    Fault::new(Undeployable::VpcOrigin, what, Certainty::Certain, span)
}
