use cflint_linter::{Input, Options, StackParameter};
use cflint_template::syntax;

use super::inputs::everything;
use super::reports::{checked, same};
use crate::parameters::{Given, parse};

/// Whatever its parameters are, it is a template.
const TEMPLATE: &[u8] = include_bytes!("../corpus/check/parameters.yaml");

/// A file with values of parameters to these, and a template with them.
pub fn parameters(bytes: &[u8]) {
    let Ok(text) = syntax::decode(bytes) else { return };
    for is_toml in [false, true] {
        let once = parse(&text, is_toml);
        assert_eq!(once, parse(&text, is_toml), "a file gives two sets of values");
        match once {
            Ok(given) => with(given),
            Err(malformed) => {
                let is_there = malformed.at.is_none_or(|at| text.is_char_boundary(at));
                assert!(is_there, "{:?} is no place in the file", malformed.at);
            }
        }
    }
}

fn with(given: Vec<Given>) {
    let mut options: Options = everything();
    for Given { stack, name, value } in given {
        assert!(!name.is_empty() && stack.as_deref() != Some(""), "a value of nothing");
        match stack {
            None => options.parameters.push((name, value)),
            Some(stack) => options.stack_parameters.push(StackParameter { stack, name, value }),
        }
    }
    let inputs = [Input::new("0.yaml", TEMPLATE.to_vec())];
    same(&checked(&inputs, &options), &checked(&inputs, &options));
}
