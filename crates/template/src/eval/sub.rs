//! The grammar of `Fn::Sub`.

use std::ops::Range;

/// A piece of the text of `Fn::Sub`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubPiece<'a> {
    Text(&'a str),
    /// `${Name}`: the name without blanks, and the bytes from `$` to `}`.
    Variable(&'a str, Range<usize>),
}

/// Cuts the text of `Fn::Sub` into what stays and what is replaced; `${!Name}` stays, as `${Name}`.
pub fn sub_pieces(text: &str) -> Vec<SubPiece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut search = 0;
    while let Some(start) = text[search..].find("${").map(|i| i + search) {
        let Some(length) = text[start..].find('}') else { break };
        let end = start + length + 1;
        let name = text[start + 2..end - 1].trim();
        if let Some(literal) = name.strip_prefix('!') {
            pieces.extend([
                SubPiece::Text(&text[from..start]),
                SubPiece::Text("${"),
                SubPiece::Text(literal),
            ]);
            from = end - 1;
        } else if !name.is_empty() {
            pieces.push(SubPiece::Text(&text[from..start]));
            pieces.push(SubPiece::Variable(name, start..end));
            from = end;
        }
        search = end;
    }
    pieces.push(SubPiece::Text(&text[from..]));
    pieces.retain(|piece| *piece != SubPiece::Text(""));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> String {
        sub_pieces(text)
            .into_iter()
            .map(|piece| match piece {
                SubPiece::Text(text) => text.to_owned(),
                SubPiece::Variable(name, range) => {
                    assert!(text[range.clone()].starts_with("${") && text[range].ends_with('}'));
                    format!("<{name}>")
                }
            })
            .collect()
    }

    #[test]
    fn variables_are_found_wherever_they_stand() {
        assert_eq!(shape("${A}"), "<A>");
        assert_eq!(shape("x${ A.B }${AWS::Region}y"), "x<A.B><AWS::Region>y");
    }

    #[test]
    fn what_is_no_variable_stays() {
        assert_eq!(shape("$$ $x ${!Literal} ${} ${open"), "$$ $x ${Literal} ${} ${open");
        assert_eq!(shape("$${A}é"), "$<A>é");
    }
}
