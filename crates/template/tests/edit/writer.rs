//! A value as text, in all the ways that people write it.

use std::cell::Cell;

use crate::generated::Value;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Form {
    Block,
    Flow,
    Pretty,
    Minified,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    form: Form,
    crlf: bool,
    comments: bool,
    last_break: bool,
}

impl Layout {
    pub(crate) fn all(crlf: bool, comments: bool, last_break: bool) -> [Self; 4] {
        [Form::Block, Form::Flow, Form::Pretty, Form::Minified].map(|form| Self {
            form,
            crlf,
            comments,
            last_break,
        })
    }
}

/// Writes a value. `choices` decides about quotes, comments, indentation and the like.
pub(crate) fn write(value: &Value, layout: Layout, choices: &[u8]) -> String {
    let writer = Writer { layout, choices, next: Cell::new(0), count: Cell::new(0) };
    let mut text = match layout.form {
        Form::Block => match value {
            Value::Map(entries) if !entries.is_empty() => writer.map(entries, 0, false),
            _ => format!("{}\n", writer.flow(value, 0)),
        },
        Form::Flow => format!("Root: {}\n", writer.flow(value, 0)).replacen("Root: ", "", 1),
        Form::Pretty => format!("{}\n", writer.json(value, Some(0))),
        Form::Minified => writer.json(value, None),
    };
    if !layout.last_break {
        text.truncate(text.trim_end_matches('\n').len());
    }
    if layout.crlf { text.replace('\n', "\r\n") } else { text }
}

struct Writer<'a> {
    layout: Layout,
    choices: &'a [u8],
    next: Cell<usize>,
    count: Cell<usize>,
}

impl Writer<'_> {
    /// A choice out of `n`.
    fn choose(&self, n: u8) -> u8 {
        let at = self.next.get();
        self.next.set(at + 1);
        (self.choices[at % self.choices.len()].wrapping_add((at / self.choices.len()) as u8 * 7)) % n
    }

    fn note(&self, odds: u8) -> Option<String> {
        if !self.layout.comments || self.choose(odds) != 0 {
            return None;
        }
        self.count.set(self.count.get() + 1);
        Some(format!("# é{}.", self.count.get()))
    }

    /// The end of a line, with a comment now and then.
    fn end(&self) -> String {
        self.note(3).map_or("\n".to_owned(), |note| format!(" {note}\n"))
    }

    /// What stands between two lines.
    fn between(&self, indent: usize) -> String {
        let blank = if self.choose(9) == 0 { "\n" } else { "" };
        blank.to_owned() + &self.note(5).map_or(String::new(), |note| format!("{:indent$}{note}\n", ""))
    }

    fn quoted(&self, text: &str, in_flow: bool) -> String {
        let simple = text.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '.' | '_'))
            && !text.is_empty()
            && !matches!(text, "yes" | "no" | "on" | "off" | "y" | "n" | "true" | "false" | "null")
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.len() > 3;
        match self.choose(3) {
            0 if simple && !(in_flow && text.contains(':')) => text.to_owned(),
            0 | 1 if !text.contains(['\n', '\t']) => format!("'{}'", text.replace('\'', "''")),
            _ => serde_json::to_string(text).unwrap(),
        }
    }

    fn key(&self, key: &str) -> String {
        match key {
            "on" | "é b" | "no" => self.quoted(key, true),
            _ => key.to_owned(),
        }
    }

    /// A map in lines; the first key has no indentation if it follows a dash.
    fn map(&self, entries: &[(String, Value)], indent: usize, compact: bool) -> String {
        let mut out = String::new();
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 || !compact {
                out += &self.between(indent);
                out += &" ".repeat(indent);
            }
            out += &format!("{}:", self.key(key));
            out += &self.value(value, indent, false);
        }
        out
    }

    fn list(&self, items: &[Value], indent: usize, compact: bool) -> String {
        let mut out = String::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0 || !compact {
                out += &self.between(indent);
                out += &" ".repeat(indent);
            }
            out.push('-');
            out += &self.value(item, indent, true);
        }
        out
    }

    /// What follows a colon or dash, to the end of its last line.
    fn value(&self, value: &Value, indent: usize, in_list: bool) -> String {
        if let Some(text) = value.sub_text().filter(|_| self.choose(2) == 0) {
            return format!(" !Sub {}{}", self.quoted(text, false), self.end());
        }
        match value {
            Value::Map(entries) if !entries.is_empty() && self.choose(5) > 0 => {
                if in_list && self.choose(4) > 0 {
                    return format!(" {}", self.map(entries, indent + 2, true));
                }
                format!(
                    "{}{}",
                    self.end(),
                    self.map(entries, indent + 2 + usize::from(self.choose(2)), false)
                )
            }
            Value::List(items) if !items.is_empty() && self.choose(3) > 0 => {
                if in_list {
                    return format!(" {}", self.list(items, indent + 2, true));
                }
                let offset = usize::from(self.choose(2)) * 2;
                format!("{}{}", self.end(), self.list(items, indent + offset, false))
            }
            Value::Text(text) if self.choose(4) == 0 && is_literal(text) => {
                format!(" |-{}{:3$}{text}{}", self.end(), "", "\n", indent + 3)
            }
            _ => format!(" {}{}", self.flow(value, indent + 2), self.end()),
        }
    }

    fn flow(&self, value: &Value, indent: usize) -> String {
        match value {
            Value::Text(text) => self.quoted(text, true),
            Value::Int(number) => number.to_string(),
            Value::Bool(flag) => (if *flag { "yes" } else { "false" }).to_owned(),
            Value::List(items) => {
                let parts: Vec<String> = items.iter().map(|item| self.flow(item, indent + 2)).collect();
                self.bracket('[', &parts, ']', indent)
            }
            Value::Map(entries) => {
                if let Some(text) = value.sub_text().filter(|_| self.choose(2) == 0) {
                    return format!("!Sub {}", serde_json::to_string(text).unwrap());
                }
                let entry = |(key, value): &(String, Value)| {
                    format!("{}: {}", self.key(key), self.flow(value, indent + 2))
                };
                let parts: Vec<String> = entries.iter().map(entry).collect();
                self.bracket('{', &parts, '}', indent)
            }
        }
    }

    fn bracket(&self, open: char, parts: &[String], close: char, indent: usize) -> String {
        let blank = " ".repeat(usize::from(self.choose(2)));
        if parts.is_empty() {
            return format!("{open}{blank}{close}");
        }
        let trailing = if self.choose(4) == 0 { "," } else { "" };
        if self.choose(3) > 0 {
            return format!("{open}{blank}{}{trailing}{blank}{close}", parts.join(", "));
        }
        let mut out = format!("{open}{}", self.end());
        for (index, part) in parts.iter().enumerate() {
            let comma = if index + 1 < parts.len() { "," } else { trailing };
            let indent = indent + 2;
            out += &format!("{}{:indent$}{part}{comma}{}", self.between(indent), "", self.end());
        }
        format!("{out}{:indent$}{close}", "")
    }

    fn json(&self, value: &Value, indent: Option<usize>) -> String {
        let (parts, open, close): (Vec<String>, _, _) = match value {
            Value::Text(text) => return serde_json::to_string(text).unwrap(),
            Value::Int(number) => return number.to_string(),
            Value::Bool(flag) => return flag.to_string(),
            Value::List(items) => (
                items.iter().map(|item| self.json(item, indent.map(|indent| indent + 2))).collect(),
                '[',
                ']',
            ),
            Value::Map(entries) => {
                let colon = if indent.is_some() { ": " } else { ":" };
                let entry = |(key, value): &(String, Value)| {
                    format!(
                        "{}{colon}{}",
                        serde_json::to_string(key).unwrap(),
                        self.json(value, indent.map(|indent| indent + 2))
                    )
                };
                (entries.iter().map(entry).collect(), '{', '}')
            }
        };
        match indent {
            Some(indent) if !parts.is_empty() => {
                let inner = format!("\n{:1$}", "", indent + 2);
                format!("{open}{inner}{}\n{:indent$}{close}", parts.join(&format!(",{inner}")), "")
            }
            _ => format!("{open}{}{close}", parts.join(",")),
        }
    }
}

fn is_literal(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains(['\n', '\t', '#'])
}
