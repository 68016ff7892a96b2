//! What the headers that an API allows say about the requests of pages.
//!
//! <https://developer.mozilla.org/en-US/docs/Glossary/CORS-safelisted_request_header>

const DATA: &str = include_str!("../../data/cors-headers.txt");

/// What a name in `Access-Control-Allow-Headers` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// Nothing: pages send it without a preflight, or cannot send it.
    Nothing,
    /// That pages may send it, as part of a list that is copied whole.
    Copied,
    /// That pages send it: someone wrote it for this API.
    Meant,
}

/// What the name of an allowed header says.
pub fn allowed(name: &str) -> Allowed {
    let name = name.trim();
    if name.is_empty() || name.contains('*') {
        return Allowed::Nothing;
    }
    let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut rows = lines.filter_map(|line| line.split_once(" | "));
    match rows.find(|(own, _)| own.eq_ignore_ascii_case(name)) {
        Some((_, rest)) if rest.starts_with("copied") => Allowed::Copied,
        Some(_) => Allowed::Nothing,
        None => Allowed::Meant,
    }
}

/// The names of the table that pages send, apart from those that only examples use.
pub fn sent_by_pages() -> impl Iterator<Item = &'static str> {
    let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let sent =
        lines.filter(|line| !line.contains("| response |")).filter_map(|line| line.split(" | ").next());
    sent.filter(|name| *name != "X-CustomHeader")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_understood() {
        let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines {
            let fields: Vec<&str> = line.split(" | ").collect();
            let [_, kind, certainty] = fields.as_slice() else { panic!("{line}") };
            assert!(["safelisted", "copied", "response"].contains(kind), "{line}");
            assert!(["C", "P"].contains(certainty), "{line}");
        }
    }

    #[test]
    fn only_names_of_their_own_are_meant() {
        assert_eq!(allowed("X-Access-Key"), Allowed::Meant);
        assert_eq!(allowed(" x-api-key"), Allowed::Copied);
        assert_eq!(allowed("accept"), Allowed::Nothing);
        assert_eq!(allowed("*"), Allowed::Nothing);
        assert_eq!(allowed("x-amz-*"), Allowed::Nothing);
    }
}
