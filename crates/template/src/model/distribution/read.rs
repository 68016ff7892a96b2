//! Reads a distribution from its resource.

use std::sync::Arc;

use cflint_diagnostics::Span;

use super::{
    Behavior, CustomHeader, CustomOrigin, Distribution, EdgeFunction, ErrorResponse, ForwardedValues, Origin,
    OriginGroup, OriginKind, ViewerCertificate,
};
use crate::eval::Reason;
use crate::model::part::Parts;
use crate::model::reader::Reader;
use crate::model::{EdgeLambda, FunctionCode, List, Prop, State, TenantConfig, parameters};
use crate::template::Resource;
use crate::value::{Reference, Text};

impl Distribution {
    pub(in crate::model) fn read<'r, 't: 'r>(
        id: &str,
        span: Span,
        properties: impl Fn() -> Reader<'r, 't>,
        parts: &Parts<'t>,
    ) -> Self {
        // Each part reads the mappings around it anew, because these can depend on questions too.
        let config_of = || properties().map_or_empty("DistributionConfig");
        let config = config_of();
        let evaluator = config.evaluator();
        let groups = config.map_or_empty("OriginGroups");
        let certificate = config.map_or_empty("ViewerCertificate");
        let mut aliases = config.texts("Aliases");
        let old_aliases = config.texts("CNAMEs");
        if !aliases.present && old_aliases.present {
            aliases = old_aliases;
        }
        Self {
            id: id.to_owned(),
            span,
            aliases,
            origins: parts.origins.of(evaluator, || origins(&config_of())),
            origin_groups: groups.maps("Items", |group, _| OriginGroup::read(&group)),
            default_behavior: parts.default_behavior.of(evaluator, || default_behavior(&config_of())),
            behaviors: parts.behaviors.of(evaluator, || {
                config_of().maps("CacheBehaviors", |behavior, index| Behavior::read(&behavior, Some(index)))
            }),
            error_responses: parts
                .error_responses
                .of(evaluator, || config_of().maps("CustomErrorResponses", ErrorResponse::read)),
            default_root_object: config.text("DefaultRootObject"),
            web_acl: config.text("WebACLId"),
            connection_mode: config.text("ConnectionMode"),
            staging: config.bool("Staging"),
            deployment_policy: config.text("ContinuousDeploymentPolicyId"),
            tenant_config: TenantConfig::read(&properties()),
            tenants: Vec::new(),
            geo_restriction: config
                .map_or_empty("Restrictions")
                .map_or_empty("GeoRestriction")
                .text("RestrictionType"),
            certificate: certificate.text("AcmCertificateArn"),
            viewer_certificate: ViewerCertificate {
                iam: certificate.text("IamCertificateId"),
                is_default: certificate.bool("CloudFrontDefaultCertificate"),
                minimum_protocol: certificate.text("MinimumProtocolVersion"),
                node: certificate.node(),
                span: certificate.span(),
            },
            ipv6: config.bool("IPV6Enabled"),
            http_version: config.text("HttpVersion"),
            viewer_mtls: config.map("ViewerMtlsConfig").map(|mutual| {
                State::Known(mutual.text("Mode").known().cloned().unwrap_or_else(|| "required".into()))
            }),
            log_bucket: config.map_or_empty("Logging").text("Bucket"),
            node: config.node(),
        }
    }
}

/// The origins. `CustomOrigin` and `S3Origin`, from before there could be several, have no id, and which
/// `TargetOriginId` is theirs is not documented: with one of them not all origins are known.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-legacycustomorigin.html>
fn origins(config: &Reader<'_, '_>) -> List<Origin> {
    let mut origins = config.maps("Origins", Origin::read);
    let old = ["CustomOrigin", "S3Origin"].into_iter().find(|name| !config.map(*name).is_absent());
    if let Some(name) = old {
        let reason = Reason(format!("`{name}` is an origin without an id"));
        origins.open.get_or_insert(reason);
    }
    origins
}

fn default_behavior(config: &Reader<'_, '_>) -> Behavior {
    Behavior::read(&config.map_or_empty("DefaultCacheBehavior"), None)
}

impl ErrorResponse {
    fn read(response: Reader<'_, '_>, index: usize) -> Self {
        Self {
            error_code: response.int("ErrorCode"),
            response_code: response.int("ResponseCode"),
            page_path: response.text("ResponsePagePath"),
            caching_min_ttl: response.int("ErrorCachingMinTTL"),
            node: response.node(),
            span: response.span(),
            index,
        }
    }
}

impl Origin {
    fn read(origin: Reader<'_, '_>, index: usize) -> Self {
        let custom = origin.map("CustomOriginConfig");
        let s3 = origin.map("S3OriginConfig");
        let vpc = origin.map("VpcOriginConfig");
        let kind = match (&custom.state, &s3.state, &vpc.state) {
            (State::Known(custom), _, _) => OriginKind::Custom(Box::new(CustomOrigin::read(custom))),
            (State::Absent, State::Known(_), _) => OriginKind::S3,
            (State::Absent, State::Absent, State::Known(_)) => OriginKind::Vpc,
            _ => OriginKind::Unknown,
        };
        let is_bare = custom.is_absent() && s3.is_absent() && vpc.is_absent();
        let configs = [
            ("CustomOriginConfig", custom.known().is_some()),
            ("S3OriginConfig", s3.known().is_some()),
            ("VpcOriginConfig", vpc.known().is_some()),
        ];
        Self {
            id: origin.text("Id"),
            domain_name: origin.text("DomainName"),
            path: for_tenants(&origin.text("OriginPath")),
            written_path: origin.text("OriginPath"),
            kind,
            configs: configs.iter().filter(|(_, is_there)| *is_there).map(|(name, _)| *name).collect(),
            is_bare,
            custom_headers: origin.maps("OriginCustomHeaders", |header, _| CustomHeader {
                name: header.text("HeaderName"),
                value: header.text("HeaderValue"),
                parameters: parameters::used_in(&header, "HeaderValue"),
                node: header.node(),
            }),
            access_control: origin.text("OriginAccessControlId"),
            access_identity: origin.map_or_empty("S3OriginConfig").text("OriginAccessIdentity"),
            vpc_origin: origin.map_or_empty("VpcOriginConfig").text("VpcOriginId"),
            origin_shield: origin.map_or_empty("OriginShield").bool("Enabled"),
            completion_timeout: origin.int("ResponseCompletionTimeout"),
            node: origin.node(),
            span: origin.span(),
            index,
        }
    }
}

/// A distribution for several tenants fills in `{{name}}` for each of them.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/tenant-customization.html>
fn for_tenants(path: &Prop<Text>) -> Prop<Text> {
    path.map(|text| match text.literals().any(|literal| literal.contains("{{")) {
        true => State::Unknown(Reason("each tenant has its own".to_owned())),
        false => State::Known(text.clone()),
    })
}

impl CustomOrigin {
    fn read(config: &Reader<'_, '_>) -> Self {
        Self {
            protocol_policy: config.text("OriginProtocolPolicy"),
            http_port: config.int("HTTPPort"),
            https_port: config.int("HTTPSPort"),
            ssl_protocols: config.texts("OriginSSLProtocols"),
            client_certificate: config.map_or_empty("OriginMtlsConfig").text("ClientCertificateArn"),
            read_timeout: config.int("OriginReadTimeout"),
            node: config.node(),
        }
    }
}

impl OriginGroup {
    fn read(group: &Reader<'_, '_>) -> Self {
        let members = group.map_or_empty("Members").maps("Items", |member, _| member.text("OriginId"));
        let failover = group.map_or_empty("FailoverCriteria").map_or_empty("StatusCodes").texts("Items");
        Self { id: group.text("Id"), members, failover }
    }
}

impl Behavior {
    fn read(behavior: &Reader<'_, '_>, index: Option<usize>) -> Self {
        let edge = |list: &'static str, arn: &'static str, is_lambda: bool| {
            behavior.maps(list, |function, _| {
                let arn = function.text(arn);
                let event = function.text("EventType");
                EdgeFunction {
                    code: named(&arn, &function)
                        .filter(|resource| resource.kind == "AWS::CloudFront::Function")
                        .map(|resource| Arc::new(FunctionCode::read(resource, &function.of(resource)))),
                    event,
                    is_lambda,
                    named: named(&arn, &function).map(|resource| resource.kind.to_owned()),
                    lambda: EdgeLambda::of_arn(&arn, &function),
                    region: named(&arn, &function).and_then(|resource| region(resource, &function)),
                    arn,
                    span: function.span(),
                }
            })
        };
        let mut functions = edge("FunctionAssociations", "FunctionARN", false);
        let lambdas = edge("LambdaFunctionAssociations", "LambdaFunctionARN", true);
        functions.items.extend(lambdas.items);
        functions.open = functions.open.or(lambdas.open);
        functions.present |= lambdas.present;
        let mut signers = behavior.texts("TrustedKeyGroups");
        let accounts = behavior.texts("TrustedSigners");
        signers.items.extend(accounts.items);
        signers.open = signers.open.or(accounts.open);
        Self {
            index,
            path_pattern: behavior.text("PathPattern"),
            target: behavior.text("TargetOriginId"),
            viewer_protocol_policy: behavior.text("ViewerProtocolPolicy"),
            allowed_methods: behavior.texts("AllowedMethods"),
            cached_methods: behavior.texts("CachedMethods"),
            cache_policy: behavior.text("CachePolicyId"),
            origin_request_policy: behavior.text("OriginRequestPolicyId"),
            response_headers_policy: behavior.text("ResponseHeadersPolicyId"),
            forwarded_values: forwarded_values(behavior),
            min_ttl: behavior.int("MinTTL"),
            default_ttl: behavior.int("DefaultTTL"),
            max_ttl: behavior.int("MaxTTL"),
            realtime_log: behavior.text("RealtimeLogConfigArn"),
            compress: behavior.bool("Compress"),
            grpc: behavior.map_or_empty("GrpcConfig").bool("Enabled"),
            functions,
            signers,
            node: behavior.node(),
            span: behavior.span(),
        }
    }
}

/// The resource that an ARN comes from.
fn named<'r, 't>(arn: &Prop<Text>, reader: &Reader<'r, 't>) -> Option<&'r Resource<'t>> {
    let Reference::Resource { id, .. } = &arn.known()?.as_hole()?.reference else { return None };
    reader.evaluator().template().resource(id)
}

fn region(resource: &Resource<'_>, reader: &Reader<'_, '_>) -> Option<String> {
    reader.evaluator().template().scope(resource.at.env).given("AWS::Region").map(str::to_owned)
}

fn forwarded_values(behavior: &Reader<'_, '_>) -> Prop<ForwardedValues> {
    behavior.map("ForwardedValues").map(|values| {
        let cookies = values.map_or_empty("Cookies");
        State::Known(ForwardedValues {
            query_string: values.bool("QueryString"),
            headers: values.texts("Headers"),
            query_string_cache_keys: values.texts("QueryStringCacheKeys"),
            cookies: cookies.text("Forward"),
            cookie_names: cookies.texts("WhitelistedNames"),
            span: values.span(),
        })
    })
}
