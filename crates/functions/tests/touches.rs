//! The static part is sound: what it says cannot be changed is never changed by a run.

#![expect(clippy::expect_used, reason = "a test knows what it expects")]

use cflint_functions::{Event, Item, Outcome, Program, Request, Returned, Runtime, Touches};
use proptest::prelude::*;

fn touches(body: &str) -> Touches {
    let code = format!("function handler(event) {{ {body} }}");
    *Program::new(&code, Runtime::V2).expect("it is small").touches()
}

#[test]
fn a_function_that_only_adds_a_header_leaves_the_path_and_the_query() {
    let touches = touches(
        "var request = event.request; request.headers['x-forwarded-host'] = { value: request.headers.host.value }; return request;",
    );
    assert!(!touches.uri && !touches.query && !touches.response && !touches.origin && touches.headers);
}

#[test]
fn a_redirect_may_respond_but_not_rewrite() {
    let touches = touches(
        "if (event.request.uri === '/') return { statusCode: 301, headers: {} }; return event.request;",
    );
    assert!(touches.response && !touches.uri);
}

fn touches_of(code: &str) -> Touches {
    *Program::new(code, Runtime::V2).expect("it is small").touches()
}

#[test]
fn what_assigns_the_handler_is_read_as_well() {
    for code in [
        "const handler = (event) => { const r = event.request; r.headers['x-a'] = { value: '1' }; return r; };",
        "var handler = async function (event) { var r = event.request; r.headers['x-a'] = { value: '1' }; return r; };",
        "function handler(e){var r=e.request;return r.headers['x-a']={value:'1'},r}",
        "function handler(e) { var r = e.request; r.headers['x-a'] = { value: '1' }; return r.uri ? r : (r); }",
    ] {
        let touches = touches_of(code);
        assert!(touches.headers && !touches.uri && !touches.response && !touches.origin, "{code}");
    }
}

#[test]
fn a_handler_that_is_not_found_may_change_all_but_the_origin() {
    for code in [
        "function handler(event) { return event.request; } handler = other;",
        "const handler = other;",
        "const handler = (event) => event.request;",
    ] {
        assert_eq!(touches_of(code), Touches { origin: false, ..Touches::everything() }, "{code}");
    }
}

#[test]
fn what_is_hidden_may_change_everything() {
    for body in [
        "var request = event.request; request['u' + 'ri'] = '/x'; return request;",
        "var request = event.request; Object.assign(request, { uri: '/x' }); return request;",
        "var e = event; e.request.uri = '/x'; return event.request;",
        "change(event); return event.request;",
        "var r = JSON.parse(JSON.stringify(event.request)); r.uri = '/x'; return r;",
        "var { request } = event; request.uri = '/x'; return request;",
        "[event.request.uri] = ['/x']; return event.request;",
        "var request = event.request; request.uri += 'index.html'; return request;",
        "var request = event.request; for (request.uri in { '/x': 1 }) {} return request;",
        "return other();",
        "var h = event.request.headers; var f = h => { h[k] = '/x'; }; f(event.request); return event.request;",
        "var h = {}; for (h of [event.request]) { h[k] = '/x'; } return event.request;",
        "Object['ass' + 'ign'](event.request, { uri: '/x' }); return event.request;",
        "",
    ] {
        assert!(touches(body).uri, "{body}");
    }
}

/// Statements that change a request in ways of all kinds.
fn statement() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "request.uri = '/x';",
        "request['uri'] = '/y';",
        "var k = 'uri'; request[k] = '/z';",
        "h['x-a'] = { value: '1' };",
        "request.headers['x-b'] = { value: '2' };",
        "delete request.headers.accept;",
        "request.querystring = 'a=1';",
        "var q = request.querystring; q.b = { value: '2' };",
        "request.cookies.c = { value: '3' };",
        "if (request.uri === '/a') { return { statusCode: 302, headers: {} }; }",
        "var copy = event.request; copy.uri = '/w';",
        "for (var n in h) { h[n].value = h[n].value; }",
        "function inner() { return 1; } inner();",
        "var parts = request.uri.split('/'); parts[1] = 'v2';",
        "request = Object.assign({}, request, { uri: '/v' });",
        "(function (r) { r.uri = '/f'; })(request);",
        "[1].forEach(function () { request['ur' + 'i'] = '/u'; });",
        "var other = h; other['x-c'] = { value: '4' };",
        "h = event; h.request.uri = '/h';",
        "for (var k in { uri: 1 }) { request[k] = '/k'; }",
        "for (request.uri of ['/o']) {}",
        "({ a: request.uri } = { a: '/p' });",
        "var set = function (o, k, v) { o[k] = v; }; set(request, 'uri', '/s');",
        "var e = [event]; e[0].request.uri = '/e';",
        "request.uri++;",
        "request['\\u0075ri'] = '/q';",
        "request.\\u0075ri = '/r';",
        "request[`uri`] = '/t';",
        "delete request.querystring;",
        "request.cookies = {};",
        "h['x-d'] = h.host; delete h['x-d'];",
        "Object.keys(h).forEach(function (n) { delete h[n].multiValue; });",
        "var d = Object.defineProperty; d(request, 'uri', { value: '/d' });",
        "(() => { arguments[0].request.uri = '/g'; })();",
        "var self = arguments[0]; self.request.uri = '/i';",
        "request.querystring['a'] = { value: '1' };",
        "var p = 'query' + 'string'; event['request'][p] = 'z=1';",
        "event['request'].uri = '/j';",
        "var { headers } = request; headers['x-e'] = { value: '5' };",
        "try { throw event; } catch (x) { x.request.uri = '/c'; }",
        "request = { method: 'GET', uri: '/l', headers: request.headers, cookies: {}, querystring: {} };",
        "return request.uri ? request : { statusCode: 200 };",
        "var out = { statusCode: 302 }; if (h.accept) { return out; }",
        "handler.x = 1;",
        "var r2 = request; var r3 = r2; r3.uri = '/m';",
        "h.x = request; h.x.uri = '/n'; delete h.x;",
        "`${request.uri = '/v'}`;",
        "request.uri ||= '/w2'; request.uri &&= '/w3';",
        "class A { constructor(o) { o.uri = '/y2'; } } new A(request);",
        "[request].map(r => { r.uri = '/z2'; });",
        "request.headers = {};",
    ])
}

proptest! {
    #[test]
    fn what_cannot_be_touched_is_not_changed(
        (head, tail) in prop::sample::select(vec![
            ("function handler(event) {", "}"),
            ("const handler = (event) => {", "};"),
            ("var handler = function (event) {", "};"),
        ]),
        statements in prop::collection::vec(statement(), 0..5),
        end in prop::sample::select(vec![
            "return request;",
            "return request.x = 1, request;",
            "return request.uri = '/5', request;",
            "return request.uri === '/a' ? request : { statusCode: 404 };",
            "return h.accept ? (request.uri = '/6', request) : request;",
            "return request.uri !== '/a' ? request : { statusCode: 404 };",
        ]),
    ) {
        let statements = statements.join(" ");
        let code = format!(
            "{head} var request = event.request; var h = request.headers; {statements} {end} {tail}"
        );
        let program = Program::new(&code, Runtime::V2).expect("it is small");
        let before = Request {
            method: "GET".to_owned(),
            uri: "/a".to_owned(),
            headers: vec![Item::new("host", "a.example.com"), Item::new("accept", "*/*")],
            ..Request::default()
        };
        let event = Event { request: before.clone(), ..Event::default() };
        let touches = program.touches();
        if let Outcome::Returned(returned) = program.run(&event).outcome {
            match *returned {
                Returned::Request { request, origin } => {
                    prop_assert!(touches.uri || request.uri == before.uri, "{code}");
                    prop_assert!(touches.query || request.query == before.query, "{code}");
                    prop_assert!(touches.headers || request.headers == before.headers, "{code}");
                    prop_assert!(touches.cookies || request.cookies == before.cookies, "{code}");
                    prop_assert!(touches.origin || origin.is_none(), "{code}");
                }
                Returned::Response(_) => prop_assert!(touches.response, "{code}"),
            }
        }
    }
}
