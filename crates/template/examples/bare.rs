//! The least that a check can cost: a process that starts, reads the files it is given, and takes each one apart once with
//! the parser that cflint uses.
//!
//! `cargo run --release -p cflint-template --example bare -- FILE…`

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "prints what it has counted in its arguments"
)]

use std::{env, fs};

fn main() {
    let texts = env::args_os().skip(1).filter_map(|path| fs::read_to_string(path).ok());
    println!("{}", texts.map(|text| pieces(&text)).sum::<usize>());
}

fn pieces(text: &str) -> usize {
    if !text.trim_start().starts_with('{') {
        return granit_parser::Parser::new_from_str(text).filter_map(Result::ok).count();
    }
    let mut scanner = jsonc_parser::Scanner::new(text, &jsonc_parser::ScannerOptions::default());
    std::iter::from_fn(|| scanner.scan().ok().flatten()).count()
}
