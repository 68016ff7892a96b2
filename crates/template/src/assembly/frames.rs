//! Where in the user's source a construct was created, according to the frames of a stack trace.

use cflint_diagnostics::SourceLocation;

use crate::syntax::NodeRef;

const LIBRARIES: [&str; 3] = ["node_modules", "site-packages", "dist-packages"];
/// Appears in the frames of apps that are written in languages other than JavaScript.
const BRIDGES: [&str; 3] = ["jsii runtime", "jsii-kernel-", "jsii/package-cache"];

/// The place of the first frame that is in the user's source.
pub(super) fn user_frame(frames: NodeRef<'_>) -> Option<SourceLocation> {
    let frames = frames.items().filter_map(NodeRef::text);
    // In an app in a language other than JavaScript, everything in JavaScript belongs to the bridge between them.
    let is_bridged = frames.clone().any(|frame| BRIDGES.iter().any(|bridge| frame.contains(bridge)));
    frames.filter_map(place).find(|place| !(is_bridged && place.path.ends_with(".js")))
}

/// The place of a frame such as `new EdgeStack (/app/app.ts:54:18)` or `__init__ (/app/app.py:9)`, unless it is in
/// a library or in Node.js.
fn place(frame: &str) -> Option<SourceLocation> {
    let frame = frame.trim_start();
    let frame = frame.strip_prefix("at ").unwrap_or(frame);
    // How the CDK writes a frame outside of functions in a module.
    let frame = frame.strip_suffix(" (:)").unwrap_or(frame);
    let place = match frame.strip_suffix(')') {
        Some(frame) => frame.split_once(" (")?.1,
        None => frame.strip_prefix("async ").unwrap_or(frame),
    };
    let (rest, last) = place.rsplit_once(':')?;
    let last = last.parse().ok()?;
    let (path, line, column) = match rest.rsplit_once(':') {
        Some((path, line)) if line.bytes().all(|b| b.is_ascii_digit()) => (path, line.parse().ok()?, last),
        _ => (rest, last, 1),
    };
    let path = match path.strip_prefix("file://") {
        // Before the letter of a drive, too, a URL has a slash.
        Some(url) => unescape(url.strip_prefix('/').filter(|url| is_absolute(url)).unwrap_or(url)),
        None => path.to_owned(),
    };
    let of_library = path.split(['/', '\\']).any(|part| LIBRARIES.contains(&part));
    // Both count from 1.
    let column = column.max(1);
    (line > 0 && is_absolute(&path) && !of_library).then_some(SourceLocation { path, line, column })
}

/// Whether a path names a file: what Node.js and the CDK write in place of files does not.
fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\'])
        || matches!(path.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic())
}

/// A path of a URL without its `%20`.
fn unescape(url: &str) -> String {
    let mut bytes = Vec::with_capacity(url.len());
    let mut rest = url.as_bytes();
    while let [first, more @ ..] = rest {
        let escaped = (*first == b'%')
            .then(|| more.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { more.get(2..).unwrap_or_default() } else { more };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cflint_diagnostics::FileId;

    use super::*;
    use crate::syntax::parse;

    #[test]
    fn the_first_frame_of_the_user_is_found_in_every_form() {
        let made = |frames: &[&str]| {
            let text = format!("{frames:?}");
            let parsed = parse(FileId(0), Arc::from(text)).unwrap();
            let place = user_frame(parsed.tree.root().unwrap());
            place.map(|place| format!("{} {} {}", place.path, place.line, place.column)).unwrap_or_default()
        };
        assert_eq!(made(&["new S (/app/app.ts:54:18)"]), "/app/app.ts 54 18");
        assert_eq!(made(&["/app/app.js:3:1"]), "/app/app.js 3 1");
        assert_eq!(made(&["    at <anonymous> (/app/app.js:3:1)"]), "/app/app.js 3 1");
        assert_eq!(made(&["    at /app/app.js:3:1"]), "/app/app.js 3 1");
        assert_eq!(made(&["async /my app (1)/app.js:3:1"]), "/my app (1)/app.js 3 1");
        assert_eq!(made(&["Function.f [as g] (/my app (1)/app.js:3:1)"]), "/my app (1)/app.js 3 1");
        assert_eq!(made(&["new S (file:///my%20app/%C3%A9%zz%.mjs:3:1)"]), "/my app/é%zz%.mjs 3 1");
        assert_eq!(made(&["file:///my%20app/app.mjs:36 (:)"]), "/my app/app.mjs 36 1");
        assert_eq!(made(&["new S (file:///C:/app/app.mjs:3:1)"]), "C:/app/app.mjs 3 1");
        assert_eq!(made(&["new S (C:\\app\\app.js:3:1)"]), "C:\\app\\app.js 3 1");
        // The CDK folds frames away, and Python has no columns.
        let python = [
            "...aws-cdk-lib, jsii runtime, node internals...",
            "(no user code in 10 frames, use --stack-trace-limit to capture more)",
            "add_method (/venv/lib/python3.11/site-packages/aws_cdk/aws_apigateway/__init__.py:40)",
            "__init__ (/app/app.py:9)",
        ];
        assert_eq!(made(&python), "/app/app.py 9 1");
        let bridge = [
            "new RestApi (/tmp/jsii-kernel-a1/node_modules/aws-cdk-lib/aws-apigateway/lib/restapi.js:1:1)",
            "Kernel._create (/tmp/tmpa1/lib/program.js:1:1)",
        ];
        assert_eq!(made(&bridge), "");
        for frame in [
            "Module._compile (node:internal/modules/cjs/loader:1521:14)",
            "Module._compile (internal/modules/cjs/loader.js:1063:30)",
            "new A (/app/node_modules/a/index.js:1:1)",
            "new A (C:\\app\\node_modules\\a\\index.js:1:1)",
            "Array.map (<anonymous>)",
            "...node internals...",
            "",
            ")",
            ":",
            "::",
            "f (:1:1)",
            "f (/app/app.js:0:0)",
            "f (/app/app.js:1:99999999999)",
        ] {
            assert_eq!(made(&[frame]), "", "{frame}");
        }
    }
}
