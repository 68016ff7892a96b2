//! What wildcards stand for in examples.

use super::{Class, Token};

/// What a wildcard stands for in an example when it can be several segments, and when it is a whole one.
pub(super) const PLURAL: &str = "users";
pub(super) const PARAMETER: &str = "42";

/// What a repetition stands for between the text before it and the tokens after it.
pub(super) fn filling(class: &Class, required: bool, before: &str, after: &[Token]) -> String {
    if let Some(c) = class.as_single() {
        return if required { c.to_string() } else { String::new() };
    }
    let slash_follows = matches!(after.first(), Some(Token::One(next)) if next.as_single() == Some('/'));
    let in_word = before.ends_with(|c: char| c != '/');
    let options: &[&str] = match (class.contains('/'), in_word) {
        // `/v*/users` reads best as `/v1/users`, and `/api*` as `/api/users`.
        (true, true) if slash_follows => &["1"],
        (true, true) => &["/users", "-users"],
        (true, false) => &[PLURAL],
        (false, true) => &["1"],
        (false, false) => &[PARAMETER],
    };
    let word = options.iter().copied().chain([PARAMETER, PLURAL]).find(|word| class.contains_all(word));
    word.map_or_else(|| class.representative().to_string(), str::to_owned)
}
