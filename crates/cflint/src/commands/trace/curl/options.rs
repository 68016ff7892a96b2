//! The options of curl that a request can be pasted with. One that is not here may change the request in a way that
//! cflint does not follow, and is rejected.
//! <https://curl.se/docs/manpage.html>

use Means::{
    Compressed, Cookie, Data, EncodedData, Flag, Form, Get, Head, Header, Json, Method, Referer, Token, Url,
    User, UserAgent, Value,
};

/// What an option means for the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    Method,
    Header,
    Data,
    EncodedData,
    Json,
    Form,
    Get,
    Head,
    UserAgent,
    Referer,
    Cookie,
    User,
    Token,
    Compressed,
    Url,
    /// Nothing: it is about the connection or the output.
    Flag,
    /// The same with a value.
    Value,
}

impl Means {
    pub(super) const fn takes_value(self) -> bool {
        !matches!(self, Get | Head | Compressed | Flag)
    }
}

/// The option of this long name, or the one that it switches off.
pub(super) fn long(name: &str) -> Option<Means> {
    let find = |name: &str| OPTIONS.iter().find(|(own, ..)| *own == name).map(|(.., means)| *means);
    find(name).or_else(|| find(name.strip_prefix("no-")?).filter(|means| *means == Flag))
}

pub(super) fn short(letter: char) -> Option<Means> {
    OPTIONS.iter().find(|(_, own, _)| *own == Some(letter)).map(|(.., means)| *means)
}

const OPTIONS: [(&str, Option<char>, Means); 79] = [
    ("anyauth", None, Flag),
    ("basic", None, Flag),
    ("cacert", None, Value),
    ("capath", None, Value),
    ("ciphers", None, Value),
    ("compressed", None, Compressed),
    ("connect-timeout", None, Value),
    ("connect-to", None, Value),
    ("cookie", Some('b'), Cookie),
    ("cookie-jar", Some('c'), Value),
    ("create-dirs", None, Flag),
    ("data", Some('d'), Data),
    ("data-ascii", None, Data),
    ("data-binary", None, Data),
    ("data-raw", None, Data),
    ("data-urlencode", None, EncodedData),
    ("disable", Some('q'), Flag),
    ("doh-url", None, Value),
    ("dump-header", Some('D'), Value),
    ("fail", Some('f'), Flag),
    ("fail-early", None, Flag),
    ("fail-with-body", None, Flag),
    ("form", Some('F'), Form),
    ("form-string", None, Form),
    ("get", Some('G'), Get),
    ("globoff", Some('g'), Flag),
    ("head", Some('I'), Head),
    ("header", Some('H'), Header),
    ("http0.9", None, Flag),
    ("http1.0", Some('0'), Flag),
    ("http1.1", None, Flag),
    ("http2", None, Flag),
    ("http2-prior-knowledge", None, Flag),
    ("http3", None, Flag),
    ("http3-only", None, Flag),
    ("include", Some('i'), Flag),
    ("insecure", Some('k'), Flag),
    ("interface", None, Value),
    ("ipv4", Some('4'), Flag),
    ("ipv6", Some('6'), Flag),
    ("json", None, Json),
    ("keepalive", None, Flag),
    ("keepalive-time", None, Value),
    ("location", Some('L'), Flag),
    ("location-trusted", None, Flag),
    ("max-redirs", None, Value),
    ("max-time", Some('m'), Value),
    ("no-buffer", Some('N'), Flag),
    ("oauth2-bearer", None, Token),
    ("output", Some('o'), Value),
    ("output-dir", None, Value),
    ("parallel", Some('Z'), Flag),
    ("path-as-is", None, Flag),
    ("progress-bar", Some('#'), Flag),
    ("progress-meter", None, Flag),
    ("referer", Some('e'), Referer),
    ("remote-name", Some('O'), Flag),
    ("request", Some('X'), Method),
    ("resolve", None, Value),
    ("retry", None, Value),
    ("retry-all-errors", None, Flag),
    ("retry-delay", None, Value),
    ("retry-max-time", None, Value),
    ("show-error", Some('S'), Flag),
    ("show-headers", None, Flag),
    ("silent", Some('s'), Flag),
    ("ssl-no-revoke", None, Flag),
    ("stderr", None, Value),
    ("tlsv1", Some('1'), Flag),
    ("tlsv1.2", None, Flag),
    ("tlsv1.3", None, Flag),
    ("trace", None, Value),
    ("trace-ascii", None, Value),
    ("trace-time", None, Flag),
    ("url", None, Url),
    ("user", Some('u'), User),
    ("user-agent", Some('A'), UserAgent),
    ("verbose", Some('v'), Flag),
    ("write-out", Some('w'), Value),
];
