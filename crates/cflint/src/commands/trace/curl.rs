//! A curl command as browsers copy it and as people write it, read as a request. No shell runs, and nothing is sent.

mod options;
mod posix;
#[cfg(test)]
mod tests;
mod windows;

use std::fmt::Write;

use super::request::method;
use super::written::{Header, Written, header};
use crate::problem::Problem;
use options::Means;

/// The words of a text that is a curl command, for the shell it was written for; the problem if it is what else browsers copy.
pub(crate) fn command(text: &str) -> Option<Result<Vec<String>, Problem>> {
    if let Some(problem) = something_else(text) {
        return Some(Err(problem));
    }
    let first = text.split_whitespace().next()?;
    is_curl(first).then(|| if windows::is_meant(text) { windows::words(text) } else { posix::words(text) })
}

/// The words of a command line as a POSIX shell splits it.
pub(crate) fn shell_words(line: &str) -> Result<Vec<String>, Problem> {
    posix::words(line)
}

/// Whether a word starts a curl command.
pub(crate) fn is_curl(word: &str) -> bool {
    matches!(word, "curl" | "curl.exe")
}

/// Why a text is not a curl command, if it is something else that browsers copy.
fn something_else(text: &str) -> Option<Problem> {
    let first = text.split_whitespace().next().unwrap_or_default();
    let what = match first {
        "Invoke-WebRequest" | "Invoke-RestMethod" | "iwr" | "irm" => "a PowerShell command",
        _ if first.starts_with("$session") => "a PowerShell command",
        _ if first.starts_with("fetch(") || first == "await" => "a call of `fetch`",
        _ => return None,
    };
    Some(
        Problem::new(format!("this is {what}, and cflint reads curl commands"))
            .with_help("in the browser, use \"Copy as cURL\" (bash or cmd)"),
    )
}

/// Reads the words of a command, `curl` the first of them.
pub(super) fn read(words: &[String]) -> Result<Written, Problem> {
    let mut written = Written { default_scheme: true, ..Written::default() };
    let mut words = words.iter().skip(1);
    let mut only_urls = false;
    while let Some(word) = words.next() {
        if only_urls || !word.starts_with('-') || word == "-" {
            url(&mut written, word)?;
        } else if word == "--" {
            only_urls = true;
        } else if let Some(name) = word.strip_prefix("--") {
            let means = options::long(name).ok_or_else(|| unknown(word))?;
            let value =
                if means.takes_value() { Some(words.next().ok_or_else(|| bare(word))?) } else { None };
            take(&mut written, means, word, value.map_or("", String::as_str))?;
        } else {
            for (at, letter) in word.char_indices().skip(1) {
                let name = format!("-{letter}");
                let means = options::short(letter).ok_or_else(|| unknown(&name))?;
                if !means.takes_value() {
                    take(&mut written, means, &name, "")?;
                    continue;
                }
                let rest = word.get(at + letter.len_utf8()..).unwrap_or_default();
                let next = if rest.is_empty() { words.next().map(String::as_str) } else { Some(rest) };
                take(&mut written, means, &name, next.ok_or_else(|| bare(&name))?)?;
                break;
            }
        }
    }
    if written.url.is_empty() {
        return Err(Problem::new("the curl command has no URL").with_help("paste the whole command"));
    }
    Ok(written)
}

fn unknown(option: &str) -> Problem {
    Problem::new(format!("cflint does not support the curl option `{option}`, which may change the request"))
        .with_help("remove it if the request is the same without it, or write the request as 'METHOD URL' with -H and -d")
}

fn bare(option: &str) -> Problem {
    Problem::new(format!("the curl option `{option}` needs a value")).with_help("paste the whole command")
}

fn url(written: &mut Written, url: &str) -> Result<(), Problem> {
    if !written.url.is_empty() {
        return Err(Problem::new(format!("the curl command has two URLs: `{}` and `{url}`", written.url))
            .with_help("follow one request at a time, and quote values that contain spaces"));
    }
    // Browsers escape what curl would expand.
    written.url = ['[', ']', '{', '}']
        .iter()
        .fold(url.to_owned(), |url, c| url.replace(&format!("\\{c}"), &c.to_string()));
    Ok(())
}

fn take(written: &mut Written, means: Means, option: &str, value: &str) -> Result<(), Problem> {
    match means {
        Means::Method => written.method = Some(method(value)?),
        Means::Header => written.headers.push(own_header(value)?),
        Means::Data => written.data(value),
        Means::EncodedData => written.data(&encoded(value)),
        Means::Json => {
            written.data(value);
            written.default_header("Content-Type", "application/json");
            written.default_header("Accept", "application/json");
        }
        Means::Form => {
            written.data(value);
            written.default_header("Content-Type", "multipart/form-data");
        }
        Means::Get => written.is_get = true,
        Means::Head => written.is_head = true,
        Means::UserAgent => written.default_header("User-Agent", value),
        Means::Referer => written.default_header("Referer", value.trim_end_matches(";auto")),
        Means::Cookie if !value.contains('=') => {
            let message = format!("`{option} {value}` reads cookies from a file, which cflint does not do");
            return Err(Problem::new(message).with_help(format!("write {option} 'NAME=VALUE'")));
        }
        Means::Cookie => written.default_header("Cookie", value),
        Means::User => {
            written.default_header("Authorization", &format!("Basic {}", base64(value.as_bytes())))
        }
        Means::Token => written.default_header("Authorization", &format!("Bearer {value}")),
        Means::Compressed => written.default_header("Accept-Encoding", "deflate, gzip, br, zstd"),
        Means::Url => url(written, value)?,
        Means::Flag | Means::Value => {}
    }
    Ok(())
}

/// A header in the forms of curl: `Name:` takes away one that curl adds, and `Name;` has no value.
fn own_header(text: &str) -> Result<Header, Problem> {
    if text.starts_with('@') {
        return Err(Problem::new(format!("`{text}` reads headers from a file, which cflint does not do"))
            .with_help("write -H 'NAME: VALUE'"));
    }
    if let Some(name) = text.strip_suffix(';').filter(|name| !name.contains(':')) {
        return header(&format!("{name}:"));
    }
    let header = header(text)?;
    Ok(Header { is_removed: header.value.is_empty(), ..header })
}

/// The content of `--data-urlencode`: `content`, `=content` or `name=content`.
fn encoded(value: &str) -> String {
    let (name, content) = value.split_once('=').unwrap_or(("", value));
    let mut encoded = if name.is_empty() { String::new() } else { format!("{name}=") };
    for byte in content.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            byte => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// <https://www.rfc-editor.org/rfc/rfc4648#section-4>
fn base64(bytes: &[u8]) -> String {
    const DIGITS: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - group.len()));
        for digit in 0..4 {
            let index = bits >> (18 - 6 * digit) & 63;
            let digit = DIGITS.get(index).filter(|_| digit <= group.len());
            text.push(digit.copied().map_or('=', char::from));
        }
    }
    text
}
