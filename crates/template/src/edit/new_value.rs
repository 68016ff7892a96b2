//! What can be written.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewValue<'a> {
    /// A string. It is put in quotes where it would be read as something else.
    Text(&'a str),
    /// `Fn::Sub` of a text: `!Sub '…'`, or the long form in JSON and in files that use only long forms.
    Sub(&'a str),
    Texts(&'a [&'a str]),
    Int(i64),
    /// `true` or `false`.
    Bool(bool),
    /// A mapping with one entry.
    Entry(&'a str, &'a NewValue<'a>),
    /// The host name in an attribute that is a URL: `!Select [2, !Split ['/', !GetAtt Url.FunctionUrl]]`.
    Host(&'a str, &'a str),
    /// A list with one item.
    One(&'a NewValue<'a>),
    /// A mapping of texts, in one line.
    Fields(&'a [(&'a str, &'a str)]),
}
