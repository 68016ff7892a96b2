use cflint_diagnostics::Severity;
use cflint_edge::facts::targets::group_of;
use cflint_edge::routes::grpc::{GrpcFault, grpc_faults};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, Model};

use crate::shared::confidence::confidence_of;

declare_rule! {
    /// ## What it does
    /// Reports behaviors with gRPC that do not allow `POST`, that are in a distribution without HTTP/2, or whose origin
    /// CloudFront connects to over HTTP. Warns about origin groups, Lambda@Edge and Origin Shield there.
    ///
    /// ## Why is this bad?
    /// gRPC calls are `POST` requests over HTTP/2, from the viewer and to the origin, where HTTP/2 requires TLS. Without
    /// `POST`, CloudFront reportedly responds `The parameter gRPC only supports the POST method`. Failover, Lambda@Edge
    /// and Origin Shield are not available for gRPC.
    ///
    /// ## Remediation
    /// Allow all seven methods, set `HttpVersion: http2` or `http2and3`, and `OriginProtocolPolicy: https-only`. In CDK
    /// that is `allowedMethods: AllowedMethods.ALLOW_ALL` next to `enableGrpc: true`, `httpVersion: HttpVersion.HTTP2`,
    /// and the default protocol of `HttpOrigin`. In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// If `HttpVersion` is absent, the finding is only possible: the documentation of the API and the schema of
    /// CloudFormation name different defaults. VPC origins are reported by `private-load-balancer-origin`.
    ///
    /// ## References
    /// - [Using gRPC with CloudFront distributions](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-using-grpc.html)
    /// - [AWS::CloudFront::Distribution GrpcConfig](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-grpcconfig.html)
    pub(crate) GrpcInvalid {
        id: "grpc-invalid",
        group: Deploy,
        summary: "a behavior with gRPC lacks `POST`, HTTP/2 or HTTPS to the origin",
        severity: Error,
        fix: None,
        cdk: "`allowedMethods: AllowedMethods.ALLOW_ALL` of the behavior, `httpVersion: HttpVersion.HTTP2` of the distribution, HTTPS to the origin",
    }
}

impl Rule for GrpcInvalid {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        let version = &model.distribution.http_version;
        for (fault, certainty) in grpc_faults(model, behavior) {
            let name = behavior.name();
            let methods = &behavior.allowed_methods;
            let (message, place, help, cause) = match fault {
                GrpcFault::NoPost => (
                    format!("gRPC of `{name}` requires `POST`, which the behavior does not allow"),
                    methods.present.then_some((methods.span, "does not include `POST`")),
                    match group_of(&model.distribution, behavior) {
                        Some(_) => "name a single origin in `TargetOriginId`, and allow all seven methods",
                        None => "set `AllowedMethods: [GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE]`",
                    },
                    "methods",
                ),
                GrpcFault::HttpVersion => (
                    match version.literal() {
                        Some(version) => {
                            format!("gRPC of `{name}` requires HTTP/2, but `HttpVersion` is `{version}`")
                        }
                        None => format!("gRPC of `{name}` requires HTTP/2, but there is no `HttpVersion`"),
                    },
                    version.known().map(|_| (version.span, "without HTTP/2")),
                    "set `HttpVersion: http2` or `http2and3`",
                    "version",
                ),
                GrpcFault::Http(_, config) => (
                    format!("gRPC of `{name}` requires HTTPS to the origin, but CloudFront uses `http-only`"),
                    Some((config.protocol_policy.span, "CloudFront never uses HTTPS here")),
                    "set `OriginProtocolPolicy: https-only`; the server needs a certificate for its domain name",
                    "protocol",
                ),
                GrpcFault::Group(group) => (
                    format!("gRPC of `{name}` has no failover, but its target is an origin group"),
                    Some((group.id.span, "the origin group")),
                    "name a single origin in `TargetOriginId`",
                    "group",
                ),
                GrpcFault::Function(function) => (
                    format!("gRPC of `{name}` does not support Lambda@Edge"),
                    Some((function.span, "a Lambda@Edge function")),
                    "use a CloudFront Function",
                    "function",
                ),
                GrpcFault::OriginShield(origin) => (
                    format!("gRPC of `{name}` does not support Origin Shield"),
                    Some((origin.origin_shield.span, "Origin Shield is enabled")),
                    "use an origin without `OriginShield`",
                    "shield",
                ),
            };
            let finding = cx
                .report(&behavior.grpc, message)
                .label("gRPC is enabled here")
                .related_each(place)
                .note("gRPC calls are `POST` requests over HTTP/2 and TLS, from the viewer to the origin")
                .help(help)
                .cause(cause)
                .rests_on_each(&behavior.allowed_methods)
                .rests_on(version)
                .at_most(confidence_of(certainty));
            if fault.is_warning() {
                finding.severity(Severity::Warning);
            }
        }
    }
}
