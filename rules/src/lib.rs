//! The rules of cflint, one module each.

use cflint_linter::Rule;

/// Every rule, ordered by group and id.
pub static RULES: &[&dyn Rule] = &[];
