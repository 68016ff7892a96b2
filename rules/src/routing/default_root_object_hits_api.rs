use cflint_edge::facts::headers::Method;
use cflint_edge::routes::entrance::behind;
use cflint_edge::routes::path::{paths_of, taker};
use cflint_edge::routes::unrouted::unrouted;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::Model;

use crate::shared::missing_page::missing_page;

declare_rule! {
    /// ## What it does
    /// Reports a `DefaultRootObject` that is requested from an API that has no route for it.
    ///
    /// ## Why is this bad?
    /// CloudFront replaces `/` with the object, whatever the method, before it sends the request to the origin. An API
    /// receives `/index.html` and returns `403 {"message":"Missing Authentication Token"}` or
    /// `404 {"message":"Not Found"}`. A route of the API for `/` never receives a request.
    ///
    /// ## Remediation
    /// Remove `DefaultRootObject` (in CDK `defaultRootObject`), or point the default behavior at the origin that has
    /// the page, and give the API a behavior with a path pattern. In a SAM template the distribution is written the
    /// same way.
    ///
    /// ## Exceptions
    /// An API with a route that matches the object, such as `/{proxy+}`, is not reported, nor is a behavior in front of
    /// an origin group, nor a REST API whose stage is not in `OriginPath`: there, `/` does not work anyway. If the
    /// template does not show the API, or if an edge function may rewrite the path, the finding is only possible.
    /// Nothing is reported unless one behavior matches both `/` and the object; otherwise it is not clear which origin
    /// receives the request.
    ///
    /// ## References
    /// - [Specify a default root object](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html)
    /// - [Gateway response types](https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html)
    pub(crate) DefaultRootObjectHitsApi {
        id: "default-root-object-hits-api",
        group: Routing,
        summary: "`/` is rewritten to a page that the API has no route for",
        severity: Warning,
        fix: None,
        cdk: "`defaultRootObject`",
    }
}

impl Rule for DefaultRootObjectHitsApi {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let distribution = &model.distribution;
        let object = &distribution.default_root_object;
        let Some(name) = object.literal().filter(|name| !name.is_empty()) else { return };
        let page = format!("/{name}");
        let Some(behavior) = taker(distribution, &page) else { return };
        // Which of the two paths is compared with the patterns is not documented.
        if taker(distribution, "/").is_none_or(|other| other.index != behavior.index) {
            return;
        }
        // Another member of an origin group may have the page.
        let paths = paths_of(model, behavior);
        let [path] = paths.as_slice() else { return };
        // Without the object, `/` would not name a stage either.
        if unrouted(path, &page, Method::Get).is_some_and(|refusal| refusal.is_outside) {
            return;
        }
        let Some((confidence, becomes)) = missing_page(path, &page) else { return };
        let api = path.backend.name();
        let root = behind(path, "/", Method::Get);
        cx.report(object, format!("`/` reaches {api} as `{page}`"))
            .label("replaces `/`")
            .related(behavior.target.span, format!("`{}` routes to {api}", behavior.name()))
            .note(format!("`GET https://{}/` reaches the origin as {becomes}", path.viewer_host()))
            .help("remove `DefaultRootObject`, or point the default behavior at the origin that has the page")
            .behavior(behavior)
            .rests_on(&path.origin.path)
            .witness("GET", "/")
            .at_most(confidence)
            .related_each(
                root.map(|root| (root.span, format!("`{}` never receives the request", root.name()))),
            );
    }
}
