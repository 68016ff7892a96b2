//! The rules of cflint, one module each.
//!
//! A rule is one file in the folder of its group and one folder of fixtures; nothing else has to be edited.

mod support;

use cflint_linter::Rule;

// Generated from the files in this folder by `cargo test -p cflint-rules`; do not edit below.
