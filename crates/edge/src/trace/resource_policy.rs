//! What the resource policy of an API says about the request.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html>

use cflint_template::model::{Api, PolicyStatement};
use cflint_template::value::Tri;

use super::sent::Sent;
use super::{Cause, Tracer, Way};
use crate::access::resource_policy::{Ruling, by_address, by_vpc, ruling_on_cloudfront};
use crate::facts::Certainty;
use crate::facts::refusals::Refusal;

const STEP: &str = "resource policy";

impl<'m> Tracer<'m, '_> {
    pub(super) fn resource_policy(&mut self, api: &'m Api, sent: &Sent) -> Way<()> {
        if api.resource_policy.is_false() {
            return Ok(());
        }
        // `User-Agent` may be that of CloudFront.
        let header = |name: &str| match sent.header(name) {
            Ok(value) => Ok(value.clone()),
            Err(_) if name == "User-Agent" => Err(Tri::Unknown),
            Err(answer) => Err(answer),
        };
        let (ruling, certainty) = ruling_on_cloudfront(api, &header);
        match ruling {
            Ruling::Allows => {
                let detail = format!("the resource policy of `{}` allows the request", api.id);
                self.sure(STEP, detail, api.span);
                Ok(())
            }
            Ruling::Denies(statement) => {
                self.denied(api, Some(statement), Refusal::ExplicitPolicy, certainty)
            }
            Ruling::AllowsOthers(statement) => self.denied(api, statement, Refusal::Policy, certainty),
            Ruling::Unknown => {
                self.doubt(format!("whether the resource policy of `{}` allows CloudFront", api.id));
                Ok(())
            }
        }
    }

    fn denied(
        &mut self,
        api: &'m Api,
        statement: Option<&PolicyStatement>,
        refusal: Refusal,
        certainty: Certainty,
    ) -> Way<()> {
        let vpc = statement.and_then(by_vpc);
        let address = statement.and_then(by_address);
        let span = match (vpc.or(address), statement) {
            (Some(condition), _) => condition.values.span,
            (None, Some(statement)) => statement.span,
            (None, None) => api.span,
        };
        let does = if refusal == Refusal::ExplicitPolicy { "denies" } else { "does not allow" };
        let what = match (vpc, address) {
            (Some(_), _) => "requests from outside a VPC",
            (None, Some(_)) => "requests from CloudFront's addresses",
            (None, None) => "the request",
        };
        let detail = format!("the resource policy of `{}` {does} {what}", api.id);
        self.step(STEP, detail, certainty, Some(span));
        if certainty == Certainty::Uncertain {
            self.doubt(format!("which address the resource policy of `{}` sees", api.id));
            return Ok(());
        }
        let cause = if vpc.is_some() { Cause::OnlyFromVpc } else { Cause::ResourcePolicy };
        Err(self.refuse(cause, api, refusal, span))
    }
}
