use cflint_edge::facts::stream::{StreamFault, stream_fault};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{SingleResource, Streaming, StreamingPlace};

use crate::shared::confidence::confidence_of;

declare_rule! {
    /// ## What it does
    /// Reports integrations of REST APIs that request streamed responses in a way that does not work: a `STREAM` without
    /// a proxy integration, a function that is invoked with `…/invocations`, and values that API Gateway or SAM does not
    /// know.
    ///
    /// ## Why is this bad?
    /// Only `AWS_PROXY` and `HTTP_PROXY` integrations can stream; API Gateway rejects the method otherwise. A function
    /// streams only through `…/response-streaming-invocations`. An event of a SAM function says `RESPONSE_STREAM`; SAM
    /// ignores everything else, so that the response is buffered: CloudFront gets its first byte at the end, and returns
    /// `504` if that takes longer than `OriginReadTimeout`.
    ///
    /// ## Remediation
    /// Use a proxy integration, and for a function the `Uri`
    /// `arn:aws:apigateway:{region}:lambda:path/2021-11-15/functions/{function}/response-streaming-invocations`. In SAM
    /// write `ResponseTransferMode: RESPONSE_STREAM`. In CDK set `responseTransferMode: ResponseTransferMode.STREAM` of
    /// `LambdaIntegration`, which writes the `Uri` too.
    ///
    /// ## Exceptions
    /// Values that are known only at deployment are not reported.
    ///
    /// ## References
    /// - [Stream the response of an integration](https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html)
    /// - [Stream the response of a Lambda function](https://docs.aws.amazon.com/apigateway/latest/developerguide/response-streaming-lambda-configure.html)
    pub(crate) StreamingIntegrationInvalid {
        id: "streaming-integration-invalid",
        group: Deploy,
        summary: "an integration that is meant to stream its responses cannot do so",
        severity: Error,
        fix: None,
        cdk: "`responseTransferMode: ResponseTransferMode.STREAM` of `LambdaIntegration`",
    }
}

impl Rule for StreamingIntegrationInvalid {
    fn resource(&self, resource: &SingleResource, cx: &mut Context<'_>) {
        for streaming in &resource.gateway.streams {
            match stream_fault(streaming) {
                // `property-value-invalid` reports it.
                Some(StreamFault::Value) if streaming.place == StreamingPlace::Method => {}
                Some(fault) => report(streaming, fault, cx),
                None => {}
            }
        }
    }
}

fn report(streaming: &Streaming, fault: StreamFault, cx: &mut Context<'_>) {
    let mode = streaming.mode.literal().unwrap_or_default();
    let kind = streaming.kind.literal().unwrap_or_default();
    let finding = match fault {
        StreamFault::NoProxy => cx
            .report(&streaming.mode, format!("an integration of the type `{kind}` cannot stream its response"))
            .label("only for proxy integrations")
            .related(streaming.kind.span, "not a proxy integration")
            .note("API Gateway rejects the method")
            .help(if kind == "AWS" { "use `AWS_PROXY`" } else if kind == "HTTP" { "use `HTTP_PROXY`" } else { "remove the transfer mode" }),
        StreamFault::Buffered => cx
            .report(&streaming.uri, "the function is invoked without streaming, but its response is to be streamed")
            .label("returns the whole response at once")
            .related(streaming.mode.span, "this asks for streaming")
            .note("a function streams only through `…/response-streaming-invocations`; API Gateway rejects the method, or every request fails")
            .help("end the URI with `…:lambda:path/2021-11-15/functions/{function}/response-streaming-invocations`"),
        StreamFault::Value => cx
            .report(&streaming.mode, format!("`{mode}` is not a transfer mode of an integration"))
            .label("neither `BUFFERED` nor `STREAM`")
            .note("API Gateway rejects the method; `RESPONSE_STREAM` is what SAM calls it in the events of a function")
            .help("write `STREAM`, or `BUFFERED`"),
        StreamFault::Ignored => cx
            .report(&streaming.mode, format!("SAM ignores `ResponseTransferMode: {mode}`, so nothing is streamed"))
            .label("SAM knows only `RESPONSE_STREAM`")
            .note("the response is buffered: CloudFront gets the first byte when the function has finished")
            .help("write `ResponseTransferMode: RESPONSE_STREAM`"),
    };
    finding.rests_on(&streaming.mode).rests_on(&streaming.kind).at_most(confidence_of(fault.certainty()));
}
