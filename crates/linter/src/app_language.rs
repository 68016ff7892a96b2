//! What to write in a CDK app, in the language of the app. Rules say it in TypeScript.

use std::path::Path;

/// Classes whose constants are objects: in Go, functions return them.
const OBJECTS: [&str; 5] =
    ["AllowedMethods", "CachePolicy", "CachedMethods", "OriginRequestPolicy", "ResponseHeadersPolicy"];
/// In Go, an enum has the name of its package. These are not of CloudFront's.
const PACKAGES: [(&str, &str); 4] = [
    ("EndpointType", "awsapigateway"),
    ("FunctionUrlAuthType", "awslambda"),
    ("ObjectOwnership", "awss3"),
    ("ResponseTransferMode", "awsapigateway"),
];

/// The language of a CDK app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppLanguage {
    CSharp,
    Go,
    Java,
    Python,
    /// That of JavaScript, too.
    TypeScript,
}

/// The text, whose code is TypeScript in backticks, for the app that a source file belongs to. Code that has another form
/// in that language, such as an object literal, stays as it is.
pub(crate) fn in_language_of(path: &str, text: &str) -> String {
    let language = AppLanguage::of(path);
    if language == AppLanguage::TypeScript {
        return text.to_owned();
    }
    let parts = text.split('`').enumerate();
    parts
        .map(|(n, part)| if n % 2 == 1 { language.code(part) } else { part.to_owned() })
        .collect::<Vec<_>>()
        .join("`")
}

impl AppLanguage {
    /// The language of a source file, by its path; TypeScript if that is unknown.
    pub fn of(path: &str) -> Self {
        match Path::new(path).extension().and_then(|extension| extension.to_str()) {
            Some("cs") => Self::CSharp,
            Some("go") => Self::Go,
            Some("java") => Self::Java,
            Some("py") => Self::Python,
            _ => Self::TypeScript,
        }
    }

    fn code(self, code: &str) -> String {
        let translated = match code.split_once(": ") {
            _ if code.contains('{') => None,
            Some((name, value)) => {
                self.value(value).filter(|_| is_member(name)).map(|value| self.property(name, &value))
            }
            None if self == Self::Go => is_member(code).then(|| self.member(code)),
            None => Some(self.expression(code)),
        };
        translated.unwrap_or_else(|| code.to_owned())
    }

    fn property(self, name: &str, value: &str) -> String {
        let name = self.member(name);
        match self {
            Self::CSharp => format!("{name} = {value}"),
            Self::Go => format!("{name}: {value}"),
            Self::Java => format!(".{name}({value})"),
            Self::Python => format!("{name}={value}"),
            Self::TypeScript => format!("{name}: {value}"),
        }
    }

    fn value(self, value: &str) -> Option<String> {
        let list = value.strip_prefix('[').and_then(|list| list.strip_suffix(']'));
        match (self, list.unwrap_or(value)) {
            (Self::Go, "true" | "false") => Some(format!("jsii.Bool({value})")),
            (Self::Python, "true") => Some("True".to_owned()),
            (Self::Python, "false") => Some("False".to_owned()),
            (_, "true" | "false") => Some(value.to_owned()),
            (Self::Go, item) => {
                let (class, constant) = item.split_once('.')?;
                if !constant.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_')) {
                    return None;
                }
                let package =
                    PACKAGES.iter().find(|(name, _)| *name == class).map_or("awscloudfront", |at| at.1);
                let call = if OBJECTS.contains(&class) { "()" } else { "" };
                let item = format!("{package}.{class}_{constant}{call}");
                Some(if list.is_some() { format!("&[]{package}.{class}{{{item}}}") } else { item })
            }
            (_, item) => {
                let item = self.expression(item);
                Some(match self {
                    _ if list.is_none() => item,
                    Self::CSharp => format!("new [] {{ {item} }}"),
                    Self::Java => format!("List.of({item})"),
                    _ => format!("[{item}]"),
                })
            }
        }
    }

    /// Calls and names, with the names of members as the language writes them.
    fn expression(self, code: &str) -> String {
        let mut written = String::new();
        let mut rest = code;
        while let Some(c) = rest.chars().next() {
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(if length == 0 { c.len_utf8() } else { length });
            rest = after;
            if c == '\'' {
                let (text, after) = rest.split_once('\'').unwrap_or((rest, ""));
                written.extend(["\"", text, "\""]);
                rest = after;
            } else if word == "new" && self == Self::Python {
                rest = rest.trim_start();
            } else if word == "this" && self == Self::Python {
                written.push_str("self");
            } else if is_member(word) && (word == code || written.ends_with('.') || rest.starts_with('(')) {
                written.push_str(&self.member(word));
            } else {
                written.push_str(word);
            }
        }
        written
    }

    /// The name of a property or method.
    fn member(self, name: &str) -> String {
        match self {
            Self::CSharp | Self::Go => {
                let (first, rest) = name.split_at(1);
                first.to_ascii_uppercase() + rest
            }
            Self::Java | Self::TypeScript => name.to_owned(),
            Self::Python => name.chars().fold(String::new(), |mut snake, c| {
                if c.is_ascii_uppercase() {
                    snake.push('_');
                }
                snake.push(c.to_ascii_lowercase());
                snake
            }),
        }
    }
}

fn is_member(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_in_the_language_of_the_app() {
        let texts = [
            "`viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY` or `REDIRECT_TO_HTTPS`",
            "`originRequestPolicy: OriginRequestPolicy.ALL_VIEWER`, or `customHeaders` of the origin",
            "`endpointTypes: [EndpointType.REGIONAL]`",
            "`compress: false`, or another `cachePolicy`",
            "`headerBehavior: CacheHeaderBehavior.allowList('Origin')` of the `CachePolicy`",
            "`new HttpOrigin('originA.example.com')`, or `S3BucketOrigin.withOriginAccessControl(theBucket)`",
            "`env: { region: 'us-east-1' }` without `aws:SourceIp`",
        ];
        let all = |path| texts.map(|text| in_language_of(path, text));
        let python = [
            "`viewer_protocol_policy=ViewerProtocolPolicy.HTTPS_ONLY` or `REDIRECT_TO_HTTPS`",
            "`origin_request_policy=OriginRequestPolicy.ALL_VIEWER`, or `custom_headers` of the origin",
            "`endpoint_types=[EndpointType.REGIONAL]`",
            "`compress=False`, or another `cache_policy`",
            "`header_behavior=CacheHeaderBehavior.allow_list(\"Origin\")` of the `CachePolicy`",
            "`HttpOrigin(\"originA.example.com\")`, or `S3BucketOrigin.with_origin_access_control(theBucket)`",
            texts[6],
        ];
        assert_eq!(all("/app/app.py"), python);
        let java = [
            "`.viewerProtocolPolicy(ViewerProtocolPolicy.HTTPS_ONLY)` or `REDIRECT_TO_HTTPS`",
            "`.originRequestPolicy(OriginRequestPolicy.ALL_VIEWER)`, or `customHeaders` of the origin",
            "`.endpointTypes(List.of(EndpointType.REGIONAL))`",
            "`.compress(false)`, or another `cachePolicy`",
            "`.headerBehavior(CacheHeaderBehavior.allowList(\"Origin\"))` of the `CachePolicy`",
            "`new HttpOrigin(\"originA.example.com\")`, or `S3BucketOrigin.withOriginAccessControl(theBucket)`",
            texts[6],
        ];
        assert_eq!(all("/app/Edge.java"), java);
        let c_sharp = [
            "`ViewerProtocolPolicy = ViewerProtocolPolicy.HTTPS_ONLY` or `REDIRECT_TO_HTTPS`",
            "`OriginRequestPolicy = OriginRequestPolicy.ALL_VIEWER`, or `CustomHeaders` of the origin",
            "`EndpointTypes = new [] { EndpointType.REGIONAL }`",
            "`Compress = false`, or another `CachePolicy`",
            "`HeaderBehavior = CacheHeaderBehavior.AllowList(\"Origin\")` of the `CachePolicy`",
            "`new HttpOrigin(\"originA.example.com\")`, or `S3BucketOrigin.WithOriginAccessControl(theBucket)`",
            texts[6],
        ];
        assert_eq!(all("C:\\app\\Edge.cs"), c_sharp);
        let go = [
            "`ViewerProtocolPolicy: awscloudfront.ViewerProtocolPolicy_HTTPS_ONLY` or `REDIRECT_TO_HTTPS`",
            "`OriginRequestPolicy: awscloudfront.OriginRequestPolicy_ALL_VIEWER()`, or `CustomHeaders` of the origin",
            "`EndpointTypes: &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL}`",
            "`Compress: jsii.Bool(false)`, or another `CachePolicy`",
            texts[4],
            texts[5],
            texts[6],
        ];
        assert_eq!(all("/app/edge.go"), go);
        for path in ["/app/app.ts", "/app/app.mjs", "/app/app.py/app", ""] {
            assert_eq!(all(path), texts);
        }
    }
}
