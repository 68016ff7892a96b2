use std::borrow::Cow;

/// Text of a template made safe for one line of a terminal or of the log of a CI run: what would move the cursor, change
/// colors, hide or reorder text, or be a command to the runner is replaced by a visible sign. Line ends are replaced as well.
pub fn visible(text: &str) -> Cow<'_, str> {
    replace(text, |c| match c {
        '\t' => Some(' '),
        _ => stand_in(c),
    })
}

/// The same for text that may have several lines.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    replace(text, |c| match c {
        '\n' => None,
        '\t' => Some(' '),
        _ => stand_in(c),
    })
}

/// The same with tabs, for text that programs may read, such as a patch.
pub fn harmless_lines(text: &str) -> Cow<'_, str> {
    replace(text, |c| if matches!(c, '\n' | '\t') { None } else { stand_in(c) })
}

/// A text, cut where it is longer than anyone reads.
pub(crate) fn short(text: &str, characters: usize) -> Cow<'_, str> {
    match text.char_indices().nth(characters) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

/// The replacement for a character that is not allowed.
pub(crate) const SIGN: char = '\u{fffd}';

fn replace(text: &str, with: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    if !text.chars().any(|c| with(c).is_some()) && !may_command(text) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    let mut is_start = true;
    for c in text.chars() {
        let c = with(c).unwrap_or(c);
        let is_command = (c == ':' && is_start && safe.ends_with(':')) || opens_command(&safe, c);
        is_start = c == '\n' || (is_start && (c == ':' || c.is_whitespace()));
        safe.push(if is_command { SIGN } else { c });
    }
    Cow::Owned(safe)
}

fn may_command(text: &str) -> bool {
    text.contains("::") || (text.contains("##") && text.contains('['))
}

/// Whether `next` behind `shown` makes a command that a runner acts on anywhere in a line: `##[name]` on GitHub Actions,
/// `##vso[name]` on Azure Pipelines, `##teamcity[name]`. The other form of GitHub, `::name::`, applies only at the start of one.
/// <https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs>,
/// <https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>
pub(crate) fn opens_command(shown: &str, next: char) -> bool {
    next == '[' && shown.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).ends_with("##")
}

/// What is shown in place of a character that a terminal would act on or not show at all.
pub(crate) fn stand_in(c: char) -> Option<char> {
    match c {
        // The control pictures have the order of the control characters.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('\u{2421}'),
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{115f}'..='\u{1160}'
        | '\u{3164}'
        | '\u{ffa0}'
        | '\u{e0100}'..='\u{e01ef}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{fffe}'..='\u{ffff}'
        | '\u{e0000}'..='\u{e007f}' => Some(SIGN),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_acts_on_survives() {
        assert_eq!(
            visible("\u{1b}[31mred\u{7}\r\n\u{9b}2J\u{202e}txet"),
            "␛[31mred␇␍␊\u{fffd}2J\u{fffd}txet"
        );
    }

    #[test]
    fn no_line_is_a_command_to_a_runner() {
        assert_eq!(visible("::error::x"), ":\u{fffd}error::x");
        assert_eq!(visible(" \t::x::"), "  :\u{fffd}x::");
        assert_eq!(visible_lines("a\n  ::x::\nb"), "a\n  :\u{fffd}x::\nb");
        assert_eq!(visible("a ##[error]x"), "a ##\u{fffd}error]x");
        assert_eq!(visible("##vso[task.x]y"), "##vso\u{fffd}task.x]y");
        assert_eq!(visible("##teamcity[x]"), "##teamcity\u{fffd}x]");
        for text in ["AWS::S3::Bucket", "a ::x", ":a::b", "## [x]", "#[x]"] {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn text_of_people_is_left_alone() {
        let text = "é 日本語 👩\u{200d}👩\u{200d}👧 e\u{301} می\u{200c}خواهم";
        assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn only_text_of_several_lines_keeps_its_line_ends() {
        assert_eq!(visible("a\nb\tc"), "a␊b c");
        assert_eq!(visible_lines("a\r\nb\tc"), "a␍\nb c");
    }
}
