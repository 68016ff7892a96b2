/// Why a request is rejected, as the steps that reject it know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// No distribution has the host name among its aliases.
    NoSuchHost,
    /// A distribution for tenants responds only to their names.
    NoSuchTenant,
    /// The URL and the `Host` header belong to different distributions.
    Misdirected,
    /// CloudFront does not accept the distribution.
    Undeployable(Undeployable),
    /// `https-only`, and the request came over HTTP.
    PlainHttp,
    MethodNotAllowed,
    PreflightNotAllowed,
    BodyOfGet,
    TooLarge,
    /// The behavior requires a signed URL or cookie.
    UnsignedUrl,
    /// The web ACL of the distribution.
    WebAcl,
    /// A CloudFront Function fails.
    FunctionFails,
    /// A CloudFront Function responds with an error.
    FunctionResponds,
    /// A CloudFront Function redirects to the URL that was requested.
    FunctionRedirect,
    OriginNotHttps,
    OriginTls,
    OriginRegion,
    PrivateApi,
    PrivateLoadBalancer,
    /// No listener has the port, or it expects the other protocol.
    LoadBalancerPort,
    /// No certificate can match the name of the load balancer.
    LoadBalancerCertificate,
    /// The listener redirects every request back to CloudFront, or past it.
    LoadBalancerRedirect,
    EndpointDisabled,
    /// `Host` is not the name of the API.
    HostOfApi,
    /// `Host` is not the name of a custom domain.
    HostOfDomain,
    /// The origin is the target of a custom domain, and `Host` is the name of that target.
    HostOfTarget,
    ClientCertificate,
    /// API Gateway does not accept the security policy of the API or the custom domain.
    SecurityPolicy,
    /// API Gateway does not accept the transfer mode of the route.
    TransferMode,
    NoMapping,
    NoStage,
    /// The web ACL of the stage.
    WebAclOfApi,
    OnlyFromVpc,
    ResourcePolicy,
    NoRoute,
    /// A WebSocket API, but the request that arrives does not open a WebSocket connection.
    Handshake,
    /// The request lacks the credentials or parameters that the route requires.
    NotSent,
    AuthorizationDropped,
    IdentityDropped,
    ApiKeyDropped,
    /// No usage plan or API key of the template makes the key valid.
    ApiKeyInvalid,
    QueryStringDropped,
    /// A header that the signature covers is dropped, or `Host` is not the one that was signed.
    SignatureMismatch,
    /// `Authorization` is not a signature where one is required.
    NotASignature,
    /// `Host` is not the name of the function URL.
    HostOfFunction,
    FunctionUrlUnsigned,
    /// No permission lets CloudFront call the function.
    FunctionNotInvokable,
    /// CloudFront signs for another service than the one that responds.
    SignedForAnotherService,
    /// CloudFront signs without the hash of the body.
    BodyHash,
    PostToBucket,
    /// The policy of the bucket does not let CloudFront read.
    BucketDenies,
    /// The origin is the distribution itself.
    OwnAlias,
}

/// What CloudFront does not accept about a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undeployable {
    CertificateRegion,
    WebAclScope,
    AliasWithoutCertificate,
    /// An edge-optimized custom domain has the name.
    AliasTaken,
    TenantSettings,
    ContinuousDeployment,
    Alias,
    /// The name of a REST API's stage, which API Gateway rejects.
    StageName,
    OriginDomain,
    OriginKind,
    OriginPath,
    ForbiddenHeader,
    UnknownOrigin,
    CacheSettings,
    /// `Accept-Encoding` in the key of a cache policy with compression.
    EncodingInKey,
    KeysWithoutCache,
    TtlOrder,
    MethodSet,
    /// What VPC origins do not support.
    VpcOrigin,
    Grpc,
    EdgeFunction,
    ErrorResponse,
    MutualTls,
    ResponseHeaders,
    LogBucket,
    UnknownProperty,
}
