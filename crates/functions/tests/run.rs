//! Functions as people write them, and what they do with a request.

#![expect(clippy::expect_used, clippy::panic, reason = "a test knows what it expects")]

use cflint_functions::{
    Event, FailureKind, Item, Outcome, Program, Request, RequestOrigin, Response, Returned, Run, Runtime,
    Sureness,
};

fn event(uri: &str) -> Event {
    let headers = vec![Item::new("host", "www.example.com"), Item::new("accept", "*/*")];
    let request = Request { method: "GET".to_owned(), uri: uri.to_owned(), headers, ..Request::default() };
    Event { request, distribution_domain: "d111111abcdef8.cloudfront.net".to_owned(), ..Event::default() }
}

fn run_on(code: &str, runtime: Runtime, event: &Event) -> Run {
    Program::new(code, runtime).expect("it is small").run(event)
}

fn run(body: &str, uri: &str) -> Run {
    run_on(&format!("function handler(event) {{\n{body}\n}}"), Runtime::V2, &event(uri))
}

fn request(run: &Run) -> &Request {
    match &run.outcome {
        Outcome::Returned(returned) => match returned.as_ref() {
            Returned::Request { request, .. } => request,
            Returned::Response(_) => panic!("{run:?}"),
        },
        _ => panic!("{run:?}"),
    }
}

fn response(run: &Run) -> &Response {
    match &run.outcome {
        Outcome::Returned(returned) => match returned.as_ref() {
            Returned::Response(response) => response,
            Returned::Request { .. } => panic!("{run:?}"),
        },
        _ => panic!("{run:?}"),
    }
}

fn failure(run: &Run) -> (FailureKind, &str, Sureness) {
    match &run.outcome {
        Outcome::Failed(failure) => (failure.kind, &failure.what, failure.sureness),
        _ => panic!("{run:?}"),
    }
}

#[test]
fn a_prefix_is_stripped_at_a_line_of_the_code() {
    let run = run(
        "var request = event.request;\nrequest.uri = request.uri.replace(/^\\/api/, '');\nreturn request;",
        "/api/users",
    );
    assert_eq!(request(&run).uri, "/users");
    assert_eq!(run.changes.len(), 1);
    assert_eq!(run.changes[0].path, "request.uri");
    let code = "function handler(event) {\nvar request = event.request;\n";
    let place = run.changes[0].place.expect("the line is known");
    assert!((code.len()..code.len() + 60).contains(&place), "{place}");
    assert_eq!(run.sureness, Sureness::Certain);
}

#[test]
fn a_redirect_is_a_response() {
    let run = run(
        "if (!event.request.headers.authorization) return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/login' } } };\nreturn event.request;",
        "/",
    );
    let response = response(&run);
    assert_eq!((response.status, response.header("location")), (302, Some("/login")));
}

#[test]
fn read_only_headers_are_a_validation_error() {
    for body in [
        "event.request.headers.host = { value: 'x.example.com' }; return event.request;",
        "event.request.headers.host.value = 'x.example.com'; return event.request;",
        "delete event.request.headers.host; return event.request;",
        "event.request.headers['via'] = { value: 'x' }; return event.request;",
        "Object.assign(event.request.headers, { 'x-real-ip': { value: 'x' } }); return event.request;",
    ] {
        let run = run(body, "/");
        let (kind, what, sureness) = failure(&run);
        assert_eq!((kind, sureness), (FailureKind::Validation, Sureness::Certain), "{body}: {what}");
        let Outcome::Failed(failure) = &run.outcome else { panic!() };
        assert!(failure.place.is_some(), "{body}");
    }
    let same = run(
        "event.request.headers.host = { value: event.request.headers.host.value }; return event.request;",
        "/",
    );
    assert_eq!(request(&same).header("host"), Some("www.example.com"));
}

#[test]
fn what_is_returned_must_be_a_request_or_a_response() {
    for (body, sureness) in [
        ("event.request.uri = '/x';", Sureness::Likely),
        ("return event;", Sureness::Certain),
        ("return 'x';", Sureness::Likely),
        ("return null;", Sureness::Likely),
        ("event.request.method = 'POST'; return event.request;", Sureness::Certain),
        ("event.request.uri = 'users'; return event.request;", Sureness::Likely),
        ("event.request.headers['X-A'] = { value: 'b' }; return event.request;", Sureness::Likely),
        ("event.request.headers['x-a'] = 'b'; return event.request;", Sureness::Likely),
        ("event.request.querystring = 'a=b c'; return event.request;", Sureness::Likely),
        ("return { statusCode: 200, headers: { 'x-cache': { value: 'a' } } };", Sureness::Likely),
        ("return { statusCode: '302', headers: {} };", Sureness::Likely),
    ] {
        let run = run(body, "/");
        let (kind, what, found) = failure(&run);
        assert_eq!((kind, found), (FailureKind::Validation, sureness), "{body}: {what}");
    }
}

#[test]
fn exceptions_and_syntax_errors_are_execution_errors() {
    for body in [
        "return event.request.cookies.session.value;",
        "return event.request.headers.authorization.value;",
        "eval('1'); return event.request;",
        "new Function('return 1')(); return event.request;",
        "setTimeout(function () {}, 1); return event.request;",
        "require('fs'); return event.request;",
        "undeclared = 1; return event.request;",
        "return event.request",
        "var a = ;",
    ]
    .iter()
    .enumerate()
    .filter_map(|(index, body)| (index != 7).then_some(body))
    {
        let run = run(body, "/");
        let (kind, what, _) = failure(&run);
        assert_eq!(kind, FailureKind::Execution, "{body}: {what}");
    }
    let missing = run_on("function handle(event) { return event.request; }", Runtime::V2, &event("/"));
    assert_eq!(failure(&missing).1, "has no function `handler`");
    let old = run_on("const handler = 1;", Runtime::V1, &event("/"));
    assert_eq!(
        failure(&old),
        (FailureKind::Execution, "uses `const`, which its runtime does not support", Sureness::Certain)
    );
}

#[test]
fn no_code_runs_for_long_or_reaches_the_machine() {
    for body in [
        "while (true) {}",
        "for (;;) { try { while (true) {} } catch (e) {} }",
        "var a = []; while (true) { a.push('x'.repeat(100000)); }",
        "function f() { return f() + 1; } return f();",
        "return /(a+)+$/.test('a'.repeat(40) + 'b') ? event.request : event.request;",
        "var s = 'x'; while (true) { s = s + s; }",
        "return new Promise(function () {});",
        "async function f() { while (true) { await 1; } } return f();",
        "JSON.parse('['.repeat(100000)); return event.request;",
        "var o = {}; o.toJSON = function () { while (true) {} }; return o;",
        "Object.prototype.toJSON = function () { throw 1; }; return event.request;",
        "Error.prepareStackTrace = function () { while (true) {} }; event.request.uri = '/a'; return event.request;",
        "Array.prototype.push = function () { throw new Error('no'); }; event.request.uri = '/a'; return event.request;",
        "Object.defineProperty(Object.prototype, 'statusCode', { get: function () { return this.x; } }); return event.request;",
    ] {
        let run = run(body, "/");
        assert!(!format!("{run:?}").contains("engine stopped"), "{body}: {run:?}");
    }
    for name in [
        "process",
        "fetch",
        "XMLHttpRequest",
        "Deno",
        "std",
        "os",
        "setTimeout",
        "WebAssembly",
        "Worker",
        "__cflint",
        "host",
    ] {
        let run = run(&format!("event.request.uri = '/' + typeof {name}; return event.request;"), "/");
        assert_eq!(request(&run).uri, "/undefined", "{name}");
    }
}

#[test]
fn exports_are_likely_refused_and_run_as_declarations() {
    for code in [
        "export function handler(event) { event.request.uri = '/x'; return event.request; }",
        "function handler(event) { event.request.uri = '/x'; return event.request; }\nexport { handler };",
        "export default function handler(event) { event.request.uri = '/x'; return event.request; }",
    ] {
        let run = run_on(code, Runtime::V2, &event("/"));
        assert_eq!((request(&run).uri.as_str(), run.sureness), ("/x", Sureness::Likely), "{code}");
    }
    let commonjs = "Object.defineProperty(exports, '__esModule', { value: true });\nfunction handler(event) { return event.request; }";
    assert_eq!(failure(&run_on(commonjs, Runtime::V2, &event("/"))).0, FailureKind::Execution);
}

#[test]
fn modules_are_imported_in_every_form() {
    for import in [
        "import crypto from 'crypto'; var hash = crypto.createHash;",
        "import * as crypto from \"crypto\"; var hash = crypto.createHash;",
        "import { createHash as hash } from 'crypto';",
    ] {
        let code = format!(
            "{import}\nfunction handler(event) {{ event.request.uri = '/' + hash('md5').update('').digest('hex'); return event.request; }}"
        );
        let run = run_on(&code, Runtime::V2, &event("/"));
        assert_eq!(request(&run).uri, "/d41d8cd98f00b204e9800998ecf8427e", "{import}");
    }
}

#[test]
fn what_is_not_documented_of_a_module_is_unknown() {
    for body in [
        "cf.cwt.validateToken(Buffer.from(''), {}); return event.request;",
        "require('crypto').randomBytes(8); return event.request;",
        "Buffer.from('a').readUInt8(0); return event.request;",
    ] {
        let code = format!("import cf from 'cloudfront';\nfunction handler(event) {{ {body} }}");
        let run = run_on(&code, Runtime::V2, &event("/"));
        assert!(matches!(run.outcome, Outcome::Unknown(_)), "{body}: {run:?}");
    }
    let run = run("crypto.subtle.digest('SHA-256', ''); return event.request;", "/");
    assert_eq!(failure(&run).2, Sureness::Possible);
    let code = "import cf from 'cloudfront';\nasync function handler(event) { cf.logCustomData('a'); await cf; return event.request; }";
    assert_eq!(request(&run_on(code, Runtime::V2, &event("/"))).uri, "/");
}

#[test]
fn an_exception_that_the_code_throws_itself_is_told_from_others() {
    for (body, is_deliberate) in [
        ("if (!event.request.headers['x-key']) { throw new Error('no key'); } return event.request;", true),
        ("throw 'no';", true),
        ("var e = new Error('no');\nthrow e;", false),
        ("return event.request.headers['x-key'].value;", false),
    ] {
        let run = run(body, "/");
        let Outcome::Failed(failure) = &run.outcome else { panic!("{run:?}") };
        assert_eq!(failure.is_deliberate, is_deliberate, "{body}");
    }
}

#[test]
fn a_generous_request_has_what_the_code_asks_for() {
    let body = "var r = event.request; if (!('x-a' in r.headers) || !r.cookies.session) { throw new Error('no'); }\n\
                r.uri = '/' + r.headers['x-key'].value.length + r.querystring.page.value; return r;";
    let code = format!("function handler(event) {{ {body} }}");
    let generous = Event { is_generous: true, ..event("/") };
    assert_eq!(request(&run_on(&code, Runtime::V2, &generous)).uri, "/11");
    assert_eq!(failure(&run_on(&code, Runtime::V2, &event("/"))).0, FailureKind::Execution);
}

#[test]
fn what_is_only_printed_decides_nothing() {
    let printed = run(
        "console.log(JSON.stringify(event)); console.log(event); event.request.uri = '/x'; return event.request;",
        "/",
    );
    assert_eq!((printed.assumed.len(), printed.sureness), (0, Sureness::Certain));
    let cloned = run(
        "var e = JSON.parse(JSON.stringify(event)); e.request.uri = '/' + e.viewer.ip; return e.request;",
        "/",
    );
    assert!(cloned.assumed.contains(&"viewer.ip".to_owned()), "{cloned:?}");
    let header = run(
        "event.request.headers['true-client-ip'] = { value: event.viewer.ip }; return event.request;",
        "/",
    );
    assert_eq!((header.assumed.len(), header.sureness), (0, Sureness::Certain));
    let errors = run("console.log(new Error('no')); return event.request;", "/");
    assert_eq!(errors.log, ["Error: no"]);
}

#[test]
fn members_of_an_origin_group_are_objects_or_ids() {
    for ids in ["['a', 'b']", "[{ originId: 'a' }, { originId: 'b' }]"] {
        let code = format!(
            "import cf from 'cloudfront';\nfunction handler(event) {{ cf.createRequestOriginGroup({{ originIds: {ids}, failoverCriteria: {{ statusCodes: [500] }} }}); return event.request; }}"
        );
        let run = run_on(&code, Runtime::V2, &event("/"));
        let Outcome::Returned(returned) = &run.outcome else { panic!("{run:?}") };
        let Returned::Request { origin, .. } = returned.as_ref() else { panic!() };
        assert_eq!(origin.as_ref(), Some(&RequestOrigin::Group { primary: "a".to_owned() }), "{ids}");
    }
}

#[test]
fn a_value_of_a_store_is_unknown_even_if_the_code_catches() {
    let code = "import cf from 'cloudfront';\nasync function handler(event) {\n  try { event.request.uri = await cf.kvs().get('a'); } catch (e) { return event.request; }\n  return event.request;\n}";
    let mut event = event("/");
    event.has_store = Some(true);
    let run = run_on(code, Runtime::V2, &event);
    assert!(matches!(&run.outcome, Outcome::Unknown(reason) if reason.contains("`a`")), "{run:?}");
    event.has_store = Some(false);
    assert_eq!(request(&run_on(code, Runtime::V2, &event)).uri, "/");
}

#[test]
fn the_origin_is_chosen_with_literals() {
    let code = "import cf from 'cloudfront';\nfunction handler(event) { cf.updateRequestOrigin({ domainName: 'api.example.com', hostHeader: 'x.example.com' }); return event.request; }";
    let run = run_on(code, Runtime::V2, &event("/"));
    let Outcome::Returned(returned) = &run.outcome else { panic!("{run:?}") };
    let Returned::Request { origin, .. } = returned.as_ref() else { panic!() };
    let expected = RequestOrigin::Updated {
        domain: Some("api.example.com".to_owned()),
        host: Some("x.example.com".to_owned()),
        path: None,
    };
    assert_eq!(origin.as_ref(), Some(&expected));
    let old = run_on(
        "function handler(event) { require('cloudfront'); return event.request; }",
        Runtime::V1,
        &event("/"),
    );
    assert_eq!(failure(&old).0, FailureKind::Execution);
}

#[test]
fn modules_compute_what_others_compute() {
    let run = run(
        "var c = require('crypto'); var q = require('querystring');\n\
         console.log(c.createHash('sha256').update('abc').digest('hex'));\n\
         console.log(c.createHash('md5').update('abc').digest('base64'));\n\
         console.log(c.createHash('sha1').update('abc').digest('base64url'));\n\
         console.log(c.createHmac('sha256', 'key').update('The quick brown fox jumps over the lazy dog').digest('hex'));\n\
         console.log(c.createHmac('md5', 'k'.repeat(80)).update('x').digest('hex'));\n\
         console.log(q.stringify({ a: ['1', '2'], b: 'c d' }), q.parse('a=1&a=2&b=%20').a.join());\n\
         console.log(Buffer.from('aGk', 'base64').toString(), btoa('hi'), atob('aGk='), Buffer.from('é').toString('hex'));\n\
         return event.request;",
        "/",
    );
    assert_eq!(
        run.log,
        [
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "kAFQmDzST7DWlj99KOF/cg==",
            "qZk-NkcGgWq6PiVxeFDCbJzQ2J0",
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8",
            "60ed424c45100759e87ce1addd1c6e78",
            "a=1&a=2&b=c%20d 1,2",
            "hi aGk= hi c3a9",
        ]
    );
}

#[test]
fn a_run_does_not_depend_on_the_clock() {
    let body = "event.request.uri = '/' + Date.now() + new Date().toISOString() + Math.random(); return event.request;";
    let (first, second) = (run(body, "/"), run(body, "/"));
    assert_eq!(first, second);
    assert_eq!(first.assumed, ["the time", "a random number"]);
    assert_eq!(first.sureness, Sureness::Likely);
}

#[test]
fn a_query_string_keeps_its_text_unless_it_is_changed() {
    let mut event = event("/");
    event.request.raw_query = Some("b=2&a=1&a=3".to_owned());
    event.request.query = Item::of_query("b=2&a=1&a=3");
    let of = |body: &str| {
        let run = run_on(
            &format!("function handler(event) {{ var r = event.request; {body}; return r; }}"),
            Runtime::V2,
            &event,
        );
        request(&run).raw_query.clone()
    };
    assert_eq!(of("r.uri = '/x'").as_deref(), Some("b=2&a=1&a=3"));
    assert_eq!(of("r.querystring = 'x=' + r.querystring.a.multiValue.length").as_deref(), Some("x=2"));
    assert_eq!(of("delete r.querystring.a").as_deref(), Some("b=2"));
    assert_eq!(of("r.querystring.a.multiValue[1].value = '4'").as_deref(), Some("b=2&a=1&a=4"));
    assert_eq!(of("r.querystring.b.value = '5'").as_deref(), Some("b=5&a=1&a=3"));
    assert_eq!(of("r.querystring = r.rawQueryString() + '&c=1'").as_deref(), Some("b=2&a=1&a=3&c=1"));
    assert_eq!(of("r.querystring = {}").as_deref(), None);
}

#[test]
fn on_a_response_other_headers_are_read_only() {
    let mut event = event("/");
    event.response = Some(Response { status: 200, ..Response::default() });
    let of = |body: &str| run_on(&format!("function handler(event) {{ {body} }}"), Runtime::V2, &event);
    let run = of(
        "event.response.headers['strict-transport-security'] = { value: 'max-age=1' }; return event.response;",
    );
    assert_eq!(response(&run).header("strict-transport-security"), Some("max-age=1"));
    let run = of("event.response.headers.warning = { value: 'x' }; return event.response;");
    assert_eq!(failure(&run).2, Sureness::Certain);
    assert_eq!(failure(&of("return event.request;")).0, FailureKind::Validation);
}

#[test]
fn headers_that_cloudfront_adds_are_unknown() {
    let run = run("var c = event.request.headers['cloudfront-viewer-country']; return event.request;", "/");
    assert!(matches!(run.outcome, Outcome::Unknown(_)), "{run:?}");
}
