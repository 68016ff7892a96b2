use cflint_edge::trace::Request;
use proptest::prelude::*;

use super::{command, posix, read, windows};
use crate::commands::trace::request::parse;

fn request(text: &str) -> Request {
    parse(text, &[]).unwrap_or_else(|problem| panic!("{text}: {problem:?}"))
}

/// The request and its headers in one line.
fn told(text: &str) -> String {
    let request = request(text);
    let body = if request.has_body { " +body" } else { "" };
    let headers: String = request.headers.iter().map(|(name, value)| format!(" | {name}: {value}")).collect();
    format!("{request}{body}{headers}")
}

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

#[test]
fn what_is_not_written_follows_as_it_does_for_curl() {
    for (text, expected) in [
        ("curl https://a.example.com/x", "GET https://a.example.com/x".to_owned()),
        ("curl.exe https://a.example.com/x", "GET https://a.example.com/x".to_owned()),
        ("  curl a.example.com/x\n", "GET http://a.example.com/x".to_owned()),
        ("curl /x", "GET /x".to_owned()),
        ("curl --url /x -X DELETE", "DELETE /x".to_owned()),
        ("curl -XPUT /x", "PUT /x".to_owned()),
        ("curl -I /x", "HEAD /x".to_owned()),
        ("curl -d a=b /x", format!("POST /x +body | {FORM}")),
        ("curl -d '' /x", format!("POST /x | {FORM}")),
        ("curl -d @file /x", format!("POST /x +body | {FORM}")),
        ("curl -X GET -d a=b /x", format!("GET /x +body | {FORM}")),
        ("curl --data-raw a --data-binary b --data-ascii c /x", format!("POST /x +body | {FORM}")),
        ("curl -G -d a=b --data-urlencode 'c=d e&' '/x?y#z'", "GET /x?y&a=b&c=d%20e%26".to_owned()),
        ("curl -G --data-urlencode =a+b /x", "GET /x?a%2Bb".to_owned()),
        ("curl -IG -d a /x", "HEAD /x?a".to_owned()),
        (
            "curl --json '{}' /x",
            "POST /x +body | Content-Type: application/json | Accept: application/json".to_owned(),
        ),
        ("curl -F a=b /x", "POST /x +body | Content-Type: multipart/form-data".to_owned()),
        ("curl -H'A: b' -H 'C:d' /x", "GET /x | A: b | C: d".to_owned()),
        ("curl -H 'A;' /x", "GET /x | A: ".to_owned()),
        ("curl -d a -H 'content-type:' /x", "POST /x +body".to_owned()),
        ("curl -d a -H 'content-type: text/plain' /x", "POST /x +body | content-type: text/plain".to_owned()),
        ("curl -A me -e there /x", "GET /x | User-Agent: me | Referer: there".to_owned()),
        ("curl -b 'a=b; c=d' --cookie e=f /x", "GET /x | Cookie: a=b; c=d; e=f".to_owned()),
        ("curl -u user:pass /x", "GET /x | Authorization: Basic dXNlcjpwYXNz".to_owned()),
        ("curl -u a:bc /x", "GET /x | Authorization: Basic YTpiYw==".to_owned()),
        ("curl -u a:b -H 'authorization: own' /x", "GET /x | authorization: own".to_owned()),
        ("curl --oauth2-bearer abc /x", "GET /x | Authorization: Bearer abc".to_owned()),
        ("curl --compressed /x", "GET /x | Accept-Encoding: deflate, gzip, br, zstd".to_owned()),
        ("curl -sSLkvif -o out -w '%{http_code}' --http2 --no-buffer -m 3 /x", "GET /x".to_owned()),
        ("curl --resolve a.example.com:443:127.0.0.1 -4 -- /x", "GET /x".to_owned()),
        ("curl 'https://a.example.com/\\{id\\}\\[0\\]'", "GET https://a.example.com/{id}[0]".to_owned()),
        ("curl /x | jq .", "GET /x".to_owned()),
        ("curl /x;\n", "GET /x".to_owned()),
        ("curl /x # the users", "GET /x".to_owned()),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn what_browsers_copy_is_read() {
    let bash = "curl 'https://www.example.com/api/users?a=%7B' \\\n  -X 'POST' \\\r\n  -H 'accept: */*' \\\n  \
                -H 'x-note: it'\\''s \"this\"' \\\n  --data-raw $'{\"a\":\"it\\'s \\u0021\\n\"}' \\\n  --compressed";
    let cmd = "curl ^\"https://www.example.com/api/users?a=^%^7B^\" ^\r\n  -X ^\"POST^\" ^\r\n  -H ^\"accept: */*^\" ^\r\n  \
               -H ^\"x-note: it's ^\\^\"this^\\^\"^\" ^\r\n  --data-raw ^\"^{^\\^\"a^\\^\":^\\^\"it's ^!^\n\n^\\^\"^}^\" ^\r\n  --compressed";
    let old_cmd = "curl \"https://www.example.com/api/users?a=%7B\" -X \"POST\" -H \"accept: */*\" ^\n  \
                   -H \"x-note: it's \"\"this\"\"\" --data-raw \"{\"\"a\"\":\"\"it's ^\"\"}\" --compressed";
    let expected = format!(
        "POST https://www.example.com/api/users?a=%7B +body | accept: */* | x-note: it's \"this\" | \
         Accept-Encoding: deflate, gzip, br, zstd | {FORM}"
    );
    for text in [bash, cmd, old_cmd] {
        assert_eq!(told(text), expected, "{text}");
    }
    let data = |words: Vec<String>| {
        let at = words.iter().position(|word| word == "--data-raw").map_or(0, |at| at + 1);
        words[at].clone()
    };
    assert_eq!(data(posix::words(bash).unwrap()), "{\"a\":\"it's !\n\"}");
    assert_eq!(data(windows::words(cmd).unwrap()), "{\"a\":\"it's !\n\"}");
}

#[test]
fn words_are_those_of_the_shell() {
    for (text, expected) in [
        ("a 'b c' \"d e\"", &["a", "b c", "d e"][..]),
        ("a'b'\"c\"d ''", &["abcd", ""]),
        ("a\\ b \\'c", &["a b", "'c"]),
        ("\"a\\\"b\\\\c\\d\\\ne\"", &["a\"b\\c\\de"]),
        ("$'a\\tb\\x41\\u00e9\\U0001F600\\101\\'\\\\\\q\\cA'", &["a\tbA\u{e9}\u{1f600}A'\\\\q\u{1}"]),
        ("$\"a\" a$ \"$\"", &["a", "a$", "$"]),
        ("a#b", &["a#b"]),
        ("a \\\n b\\\r\nc", &["a", "bc"]),
    ] {
        assert_eq!(posix::words(text).unwrap_or_default(), expected, "{text}");
    }
    for (text, expected) in [
        ("a \"b c\" ^\"d e^\"", &["a", "b c", "d e"][..]),
        ("\"a\\\\\" b\\c \"d\\\\\\\"e\"", &["a\\", "b\\c", "d\\\"e"]),
        ("\"a^b\" c^&d ^\n e", &["a^b", "c&d", "e"]),
        ("\"\" a", &["", "a"]),
    ] {
        assert_eq!(windows::words(text).unwrap_or_default(), expected, "{text}");
    }
}

#[test]
fn what_is_not_understood_is_refused_with_the_remedy() {
    let problem = |text: &str| format!("{:?}", parse(text, &[]).expect_err(text));
    insta::assert_snapshot!(
        [
            "curl",
            "curl -s",
            "curl /x -H",
            "curl /x --proxy http://p",
            "curl /x --request=POST",
            "curl /x -sT file",
            "curl /x --no-header",
            "curl /x /y",
            "curl /x?a=1&b=2",
            "curl /x; curl /y",
            "curl /x\ncurl /y",
            "curl /x > out",
            "curl /x -H \"Authorization: Bearer $TOKEN\"",
            "curl /x -d $(cat body)",
            "curl /x -d `cat body`",
            "curl '/x",
            "curl \"/x",
            "curl $'/x",
            "curl $'\\0'",
            "curl ^\"/x",
            "curl -b cookies.txt /x",
            "curl -H @headers /x",
            "curl -H nothing /x",
            "curl -G -d @file /x",
            "curl -X FETCH /x",
            "curl https://user:secret@a.example.com/",
            "curl 'https://a.example.com/a b'",
            "Invoke-WebRequest -UseBasicParsing -Uri \"https://a.example.com/\"",
            "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession",
            "fetch(\"https://a.example.com/\", {})",
        ]
        .map(problem)
        .join("\n")
    );
}

fn posix_quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// As `$'…'`, with everything escaped that browsers escape.
fn ansi_quoted(word: &str) -> String {
    let escaped: String = word
        .chars()
        .map(|c| match c {
            '\\' => "\\\\".to_owned(),
            '\'' => "\\'".to_owned(),
            '\n' => "\\n".to_owned(),
            c if c.is_ascii_alphanumeric() => c.to_string(),
            c if u32::from(c) < 0x1_0000 => format!("\\u{:04x}", u32::from(c)),
            c => format!("\\U{:08x}", u32::from(c)),
        })
        .collect();
    format!("$'{escaped}'")
}

/// As Chromium does it for `cmd.exe`.
fn cmd_quoted(word: &str) -> String {
    let mut quoted = String::new();
    let mut backslashes = 0;
    for c in word.chars() {
        if c == '"' {
            // Those in front of a quote would escape it.
            quoted.push_str(&"^\\".repeat(backslashes + 1));
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        match c {
            '\n' => quoted.push_str("^\n\n"),
            c if c.is_alphanumeric() || c == ' ' => quoted.push(c),
            c => quoted.extend(['^', c]),
        }
    }
    quoted.push_str(&"^\\".repeat(backslashes));
    format!("^\"{quoted}^\"")
}

proptest! {
    #[test]
    fn what_is_quoted_comes_back(words in prop::collection::vec("[^\0\r]{0,12}", 1..5)) {
        let line = |quoted: fn(&str) -> String| words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" \\\n ");
        prop_assert_eq!(&posix::words(&line(posix_quoted)).unwrap(), &words);
        prop_assert_eq!(&posix::words(&line(ansi_quoted)).unwrap(), &words);
        let cmd: Vec<String> = words.iter().map(|word| cmd_quoted(word)).collect();
        prop_assert_eq!(&windows::words(&cmd.join(" ^\n ")).unwrap(), &words);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "curl [-HdXG'\"\\\\$^ \n;|a-z:/@é]{0,40}|curl \\PC{0,60}") {
        if let Some(Ok(words)) = command(&text) {
            let _ = read(&words).map(|written| written.request());
        }
        let _ = posix::words(&text);
        let _ = windows::words(&text);
    }
}
