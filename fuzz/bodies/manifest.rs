use cflint_linter::{Input, Role, StackOf};
use cflint_template::assembly::{self, Assembly};

use super::inputs::{everything, split};
use super::reports::{checked, same};

/// The files of a CDK assembly, in the order in which they are requested, to findings.
pub fn manifest(bytes: &[u8]) {
    let files = split(bytes);
    let inputs = inputs(read(&files));
    let names = |inputs: &[Input]| inputs.iter().map(|input| input.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&inputs), names(&self::inputs(read(&files))), "an assembly has two sets of stacks");
    same(&checked(&inputs, &everything()), &checked(&inputs, &everything()));
}

fn read(files: &[&[u8]]) -> Assembly {
    let mut rest = files.iter();
    assembly::read(&mut |path| {
        let is_inside = !path.starts_with('/') && path.split(['/', '\\']).all(|part| part != "..");
        assert!(is_inside, "`{path}` leads out of the assembly");
        rest.next().map(|bytes| bytes.to_vec()).ok_or_else(|| "no such file".to_owned())
    })
}

fn inputs(assembly: Assembly) -> Vec<Input> {
    let stacks = assembly.stacks.into_iter();
    stacks
        .map(|stack| Input {
            role: Role::Found,
            stack: Some(StackOf { facts: stack.facts, is_nested: stack.is_nested }),
            ..Input::new(stack.template, stack.bytes)
        })
        .collect()
}
