use crate::invariants::check_error;
use crate::support::refused;

/// The text, the bytes that the error points at, the message, and a part of the help.
const YAML: &[(&str, &str, &str, &str)] = &[
    ("a: b: c\n", ":", "found a second `:` in one line", "put the text in quotes"),
    ("a: !Sub x: y\n", ":", "found a second `:` in one line", "put the text in quotes"),
    ("a:b\nc: 1\n", ":", "found a key where the value above continues", "no space after its `:`"),
    ("a: 1\n  b: 2\n", ":", "found a key where the value above continues", "a value before deeper lines"),
    ("a: 1\nb\nc: 2\n", "b", "expected `:` after the key", "write `key: value`"),
    ("a:\n\tb: 1\n", "\t", "found a tab where YAML allows only spaces", "indent with spaces"),
    ("a:\n  b: 1\n\tc: 1\n", "\t", "found a tab where YAML allows only spaces", "indent with spaces"),
    ("a: |\n\tx\n", "\t", "found a tab where YAML allows only spaces", "indent with spaces"),
    ("a: 'x\nb: 1\n", "'", "the quoted text is never closed", "add the missing quote"),
    ("a: \"x\nb: \"y\"\n", "\"", "the quoted text is never closed", "add the missing quote"),
    ("a: !Sub \"x\n", "\"", "the quoted text is never closed", "add the missing quote"),
    ("a: [1, 2\n", "[", "this `[` is never closed", "add the missing bracket"),
    ("a: {b: 1\n", "{", "this `{` is never closed", "add the missing bracket"),
    ("a: [1}\n", "[", "this `[` is closed by `}`", "close each bracket"),
    ("a: ]\n", "]", "this bracket closes nothing", "put the text in quotes"),
    ("a: {b: 1 c: 2}\n", ":", "expected `,` or `}`", "comma"),
    ("a: 'it's'\n", "s", "found more text after the closing quote", "written `''`"),
    ("a: \"b\" c\n", "c", "found more text after the closing quote", "written `\\\"`"),
    ("a: @b\n", "@", "plain text cannot start with `@`", "put the text in quotes"),
    ("a: %b\n", "%", "plain text cannot start with `%`", "put the text in quotes"),
    ("a: \u{1}\n", "\u{1}", "found the character U+0001", "remove it"),
    ("a: *.png\n", "*.png", "the alias refers to an anchor that is not defined above it", "wildcard"),
    ("a: *\n", "*", "found `*` or `&` without a name", "put the text in quotes"),
    ("a: \"C:\\d\"\n", "\\d", "unknown escape in a double-quoted text", "write `\\\\` for a backslash"),
    ("a: \"C:\\Users\"\n", "\"", "expected hexadecimal digits after `\\x`, `\\u` or `\\U`", "backslash"),
    ("a:\n    b: 1\n  c: 2\n", "c", "expected a key of the mapping above", "indent the line"),
    ("a:\n - b\n c: 1\n", "c", "expected `- ` for the next item of the list above", "indent the line"),
    ("a: - b\n", "-", "a list item cannot start here", "on a line of its own"),
    ("a: !x!Ref b\n", "!", "the tag has an unknown prefix", "such as `!Ref`"),
    ("a: |x\n  b\n", "|", "expected the end of the line after `|` or `>`", "next line"),
    ("<<: 1\n", "<<", "`<<` needs a mapping or a list of mappings", "in quotes"),
];

const JSON: &[(&str, &str, &str, &str)] = &[
    ("{\"a\": \"b\" \"c\": 1}", "\"c\"", "expected `,` or `}`, found a string", "add the missing comma"),
    ("{\"a\": [\"b\" 2]}", "2", "expected `,` or `]`, found `2`", ""),
    ("{\"a\": [1, 2}", "}", "expected `,` or `]`, found `}`", "the `[` on line 1 is still open"),
    (
        "{\"a\": {\n\"b\": 1\n}",
        "{",
        "this `{` is never closed",
        "expected `,` or `}` before the end of the file",
    ),
    ("{\"a\" 1}", "1", "expected `:` after the key, found `1`", ""),
    ("{\"a\": \"b}", "\"b}", "the string is never closed", "add the missing `\"`"),
    ("{\"a\": \"b\nc\"]", "\n", "found a line break inside a string", "close the string"),
    ("{\"a\": 1}}", "}", "expected the end of the file, found `}`", ""),
    ("{\"a\": 1} {\"b\": 2}", "{", "expected the end of the file, found `{`", ""),
    ("{\"a\": 1} // b", "// b", "expected the end of the file, found a comment", "JSON has no comments"),
    ("{\"a\": \"\\q\"}", "\\q", "unknown escape in a string", "backslash"),
    ("[1,,2]", ",", "expected a value, found `,`", ""),
    (
        "{\"a\": {{}}",
        "{",
        "expected a key in double quotes or `}`, found `{`",
        "put the key in double quotes",
    ),
    // What is fine in YAML is judged as YAML.
    ("{\"a\": !Ref b, \"c\": [}", "[", "this `[` is closed by `}`", "close each bracket"),
    ("{a: 1 b: 2}", ":", "expected `,` or `}`", "comma"),
];

#[test]
fn errors_say_what_is_wrong_and_what_to_do() {
    for (text, place, message, help) in YAML.iter().chain(JSON) {
        let error = refused(text.as_bytes());
        check_error(text, &error);
        assert_eq!((error.message.as_str(), &text[error.span.range()]), (*message, *place), "{text:?}");
        assert!(error.help.unwrap_or_default().contains(help), "{text:?}");
    }
}
