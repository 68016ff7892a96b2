//! New values and keys as text.

use crate::syntax::{Format, Style, Tree};

use super::look::{Look, look};
use super::new_value::NewValue;
use super::{lines, quote};

/// A value as it is written at a place.
pub(super) enum Rendered {
    Inline(String),
    /// As a block, line by line.
    Lines(Vec<String>),
}

/// Where a value is written.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) tree: &'a Tree,
    pub(super) in_flow: bool,
    /// How texts around it are quoted.
    pub(super) style: Style,
    /// In JSON, the blanks at the start of the line, if the value may have lines of its own.
    pub(super) margin: Option<&'a str>,
}

impl Site<'_> {
    fn is_json(&self) -> bool {
        self.tree.format() == Format::Json
    }

    pub(super) fn look(&self) -> Look<'_> {
        look(self.tree)
    }

    /// A value at a place where a block may be written.
    pub(super) fn value(&self, value: &NewValue<'_>) -> Rendered {
        match value {
            NewValue::Texts(texts) if !self.in_flow && !texts.is_empty() && self.look().block_lists => {
                Rendered::Lines(texts.iter().map(|text| format!("- {}", self.text(text))).collect())
            }
            NewValue::Sub(text) if !self.in_flow && !self.look().short_forms => {
                let text = quote::argument(text, self.style, false);
                Rendered::Lines(vec![format!("Fn::Sub: {text}")])
            }
            NewValue::Entry(key, inner) if !self.in_flow => {
                Rendered::Lines(self.entry(&self.key(key), inner))
            }
            NewValue::Host(id, attribute) if !self.in_flow && !self.look().short_forms => {
                Rendered::Lines(vec![self.host(id, attribute)])
            }
            _ => Rendered::Inline(self.inline(value)),
        }
    }

    /// A key, as it is written, and its value, line by line.
    pub(super) fn entry(&self, key: &str, value: &NewValue<'_>) -> Vec<String> {
        match self.value(value) {
            Rendered::Inline(text) => vec![format!("{key}{text}")],
            Rendered::Lines(block) => {
                let look = self.look();
                let offset = if matches!(value, NewValue::Texts(_)) { look.dash_offset } else { look.step };
                let indented = block.into_iter().map(|line| format!("{:offset$}{line}", ""));
                std::iter::once(key.trim_end().to_owned()).chain(indented).collect()
            }
        }
    }

    pub(super) fn inline(&self, value: &NewValue<'_>) -> String {
        match value {
            NewValue::Text(text) => self.text(text),
            NewValue::Int(number) => number.to_string(),
            NewValue::Bool(flag) => flag.to_string(),
            NewValue::Sub(text) if self.is_json() => {
                let look = self.look();
                let entry = format!("{}{}{}", quote::double("Fn::Sub"), look.colon, quote::double(text));
                self.bracket("{", &[entry], "}", look.tall_maps)
            }
            NewValue::Sub(text) => {
                let text = quote::argument(text, self.style, self.in_flow);
                if self.look().short_forms {
                    return format!("!Sub {text}");
                }
                format!("{{{}: {text}}}", quote::yaml("Fn::Sub", self.style, true))
            }
            NewValue::Texts(texts) => {
                let site = Self { in_flow: true, ..*self };
                let items: Vec<String> = texts.iter().map(|text| site.text(text)).collect();
                let tall = self.is_json() && self.look().tall_lists;
                self.bracket("[", &items, "]", tall)
            }
            NewValue::Entry(key, inner) => {
                let site = Self { in_flow: true, ..*self };
                let entry = format!("{}{}", site.key(key), site.inline(inner));
                let look = self.look();
                let tall = self.is_json() && (look.tall_maps || look.tall_lists);
                self.bracket("{", &[entry], "}", tall)
            }
            NewValue::One(item) => {
                let site = Self { in_flow: true, ..*self };
                self.bracket("[", &[site.inline(item)], "]", self.is_json() && self.look().tall_lists)
            }
            NewValue::Fields(fields) => {
                let site = Self { in_flow: true, ..*self };
                let entries: Vec<String> = fields
                    .iter()
                    .map(|(key, text)| format!("{}{}", site.key(key), site.text(text)))
                    .collect();
                let look = self.look();
                self.bracket("{", &entries, "}", self.is_json() && (look.tall_maps || look.tall_lists))
            }
            NewValue::Host(id, attribute) if !self.is_json() && self.look().short_forms => {
                let slash = quote::argument("/", self.style, true);
                format!("!Select [2, !Split [{slash}, !GetAtt {id}.{attribute}]]")
            }
            NewValue::Host(id, attribute) => {
                let site = Self { in_flow: true, ..*self };
                let tall = self.is_json() && self.look().tall_maps;
                self.bracket("{", &[site.host(id, attribute)], "}", tall)
            }
        }
    }

    /// The long form of [`NewValue::Host`] without the outer braces.
    fn host(&self, id: &str, attribute: &str) -> String {
        let (site, look) = (Self { in_flow: true, ..*self }, self.look());
        let list = |items: &[String]| self.bracket("[", items, "]", self.is_json() && look.tall_lists);
        let map = |entry: String| self.bracket("{", &[entry], "}", self.is_json() && look.tall_maps);
        let slash = if self.is_json() { quote::double("/") } else { quote::argument("/", self.style, true) };
        let attribute = list(&[site.text(id), site.text(attribute)]);
        let attribute = map(format!("{}{attribute}", site.key("Fn::GetAtt")));
        let split = map(format!("{}{}", site.key("Fn::Split"), list(&[slash, attribute])));
        format!("{}{}", self.key("Fn::Select"), list(&["2".to_owned(), split]))
    }

    fn text(&self, text: &str) -> String {
        if self.is_json() { quote::double(text) } else { quote::yaml(text, self.style, self.in_flow) }
    }

    /// A key with what separates it from an inline value.
    pub(super) fn key(&self, key: &str) -> String {
        if self.is_json() {
            return format!("{}{}", quote::double(key), self.look().colon);
        }
        format!("{}: ", quote::yaml(key, self.style, self.in_flow))
    }

    /// Parts in brackets, on lines of their own if that is how the file does it.
    pub(super) fn bracket(&self, open: &str, parts: &[String], close: &str, tall: bool) -> String {
        let comma = if self.is_json() { self.look().comma() } else { ", " };
        match self.margin.filter(|_| tall && !parts.is_empty()) {
            None => format!("{open}{}{close}", parts.join(comma)),
            Some(margin) => {
                let line_break = self.line_break();
                let inner = format!("{line_break}{margin}{}", self.look().unit);
                // Parts that have several lines were written for the place of this value.
                let parts: Vec<String> = parts
                    .iter()
                    .map(|part| part.replace(line_break, &format!("{line_break}{}", self.look().unit)))
                    .collect();
                format!("{open}{inner}{}{line_break}{margin}{close}", parts.join(&format!(",{inner}")))
            }
        }
    }

    /// The line break of the file's first line.
    fn line_break(&self) -> &str {
        lines::line_break(self.tree, 0)
    }
}
