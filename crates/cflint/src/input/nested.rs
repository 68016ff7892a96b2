//! Files that templates name, and the command line does not: templates of nested stacks, and OpenAPI definitions.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use cflint_diagnostics::FileId;
use cflint_linter::parallel::parallel;
use cflint_linter::{Input, Notice, Role};
use cflint_template::definitions::{local_definitions, may_name_definitions};
use cflint_template::project::local_templates;
use cflint_template::syntax::{Content, parse};

use super::discover::{Exclude, may_be_template};
use super::found::Found;
use super::open::Unsaved;
use crate::files::paths::{shown, target};
use crate::files::read::{self, Unreadable};
use crate::files::roots::Roots;

/// How many templates are added; more would be a mistake.
const MAX_ADDED: usize = 1_000;

/// Adds the local files that the inputs name, and those that these name. What they name outside of the roots is left
/// alone, as is what is excluded; its values are unknown. What is unsaved comes before what is on disk.
pub(super) fn add(found: &mut Found, roots: &Roots, exclude: &Exclude, unsaved: &Unsaved) {
    let first = found.inputs.len();
    // Most runs have no stacks inside stacks.
    let mut known: Option<BTreeSet<PathBuf>> = None;
    let named = |input: &Input| named(input);
    let mut links = parallel(first, |index| found.inputs.get(index).map_or_else(Vec::new, named)).into_iter();
    let mut next = 0;
    while let Some(input) = found.inputs.get(next)
        && found.inputs.len() - first < MAX_ADDED
    {
        next += 1;
        let outer = input.name.clone();
        let folder = Path::new(&outer).parent().unwrap_or(Path::new(""));
        let mut refused = Vec::new();
        for Link { path: link, role } in links.next().unwrap_or_else(|| named(input)) {
            // Without the `.` of `./nested.yaml`, which says nothing.
            let parts = Path::new(&link).components().filter(|part| *part != Component::CurDir);
            let name = folder.join(parts.collect::<PathBuf>()).to_string_lossy().into_owned();
            let Some(real) = target(&name) else { continue };
            let known = known
                .get_or_insert_with(|| found.inputs.iter().filter_map(|input| target(&input.name)).collect());
            if exclude.takes(&name) || exclude.takes(&shown(&real)) || !known.insert(real.clone()) {
                continue;
            }
            let read = match unsaved.get(&real).filter(|_| roots.hold(&real)) {
                Some(content) => Ok(content.clone()),
                None => read::inside(&real, roots).map(Content::from),
            };
            match read {
                Ok(bytes) if role == Role::Nested && is_hopeless(&bytes) => found.irrelevant += 1,
                Ok(bytes) => found.add(Input { role, ..Input::new(name, bytes) }),
                // As if it were not there.
                Err(Unreadable::Io(_)) => {}
                Err(why) => refused.push((link, why)),
            }
        }
        found.notices.extend(notice(outer, &refused));
    }
}

/// The notice about files that a template names and that are not read: one line, however many there are.
fn notice(path: String, refused: &[(String, Unreadable)]) -> Option<Notice> {
    let ((link, why), others) = refused.split_first()?;
    let why = match why {
        Unreadable::Outside => "is outside the project".to_owned(),
        why => format!("is {why}"),
    };
    let others = match others.len() {
        0 => String::new(),
        1 => ", nor was another file that it names".to_owned(),
        more => format!(", nor were {more} other files that it names"),
    };
    Some(Notice { path, message: format!("`{link}` {why} and was not read{others}") })
}

/// Whether a text is not worth keeping: templates without a type of `AWS::` have custom resources only.
fn is_hopeless(bytes: &[u8]) -> bool {
    !may_be_template(bytes) && std::str::from_utf8(bytes).is_ok_and(|text| !text.contains("Resources"))
}

/// A file that a template names.
struct Link {
    path: String,
    role: Role,
}

fn named(input: &Input) -> Vec<Link> {
    let has_stacks = |text: &str| {
        text.contains("AWS::CloudFormation::Stack") || text.contains("AWS::Serverless::Application")
    };
    // A definition names nothing, and a manifest names the nested templates of its assembly.
    let is_worth = |text: &str| may_name_definitions(text) || (input.stack.is_none() && has_stacks(text));
    if input.role == Role::Linked {
        return Vec::new();
    }
    let Some(source) = input.bytes.decode().ok().filter(|source| is_worth(source)) else { return Vec::new() };
    let Ok(parsed) = parse(FileId(0), source) else { return Vec::new() };
    let Some(root) = parsed.tree.root() else { return Vec::new() };
    let templates = local_templates(root).filter(|_| input.stack.is_none());
    let templates = templates.map(|(_, path)| Link { path: path.to_owned(), role: Role::Nested });
    let definitions = local_definitions(root);
    let definitions = definitions.map(|named| Link { path: named.path.to_owned(), role: Role::Linked });
    templates.chain(definitions).collect()
}
