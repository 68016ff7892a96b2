//! What another tool fills in before CloudFormation reads it.

use cflint_template::value::Text;

/// Whether a text contains a placeholder that another tool fills in.
pub fn has_placeholder(text: &str) -> bool {
    const SIGNS: [&str; 6] = ["{{", "{%", "<%", "${", "$(", "@@"];
    SIGNS.iter().any(|sign| text.contains(sign))
}

/// Whether another tool fills in a part of a text.
pub fn is_filled_in(text: &Text) -> bool {
    text.literals().any(has_placeholder)
}
