/// Why a request is rejected, as the steps that reject it know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// No distribution has the host name among its aliases.
    NoSuchHost,
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
    OriginNotHttps,
    OriginTls,
    OriginRegion,
    PrivateApi,
    EndpointDisabled,
    /// `Host` is not the name of the API.
    HostOfApi,
    /// `Host` is not the name of a custom domain.
    HostOfDomain,
    /// The origin is the target of a custom domain, and `Host` is the name of that target.
    HostOfTarget,
    ClientCertificate,
    NoMapping,
    NoStage,
    /// The web ACL of the stage.
    WebAclOfApi,
    OnlyFromVpc,
    NoRoute,
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
    /// CloudFront signs without the hash of the body.
    BodyHash,
    PostToBucket,
}

/// What CloudFront does not accept about a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undeployable {
    CertificateRegion,
    WebAclScope,
    AliasWithoutCertificate,
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
    EdgeFunction,
    ErrorResponse,
    ResponseHeaders,
    LogBucket,
    UnknownProperty,
}
