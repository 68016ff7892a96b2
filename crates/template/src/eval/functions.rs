//! The functions that return values; conditions are elsewhere.

use super::evaluated::{Evaluated, Origin, Reason, Value, dynamic_references, opaque};
use super::evaluator::{Evaluator, too_much};
use super::sub::{SubPiece, sub_pieces};
use super::view::Decision;
use crate::at::At;
use crate::syntax::{Kind, NodeRef};
use crate::value::{Hole, Reference, Text};

impl<'t> Evaluator<'_, 't> {
    /// Evaluates the function `name`, which is at `at`, with its argument.
    pub(super) fn call(&self, name: &str, at: At<'t>, argument: At<'t>) -> Evaluated<'t> {
        if matches!(name, "Fn::ImportValue" | "Fn::GetStackOutput")
            && let Some(value) = self.handed_over(at).filter(|value| self.is_handed_over(*value))
        {
            return Evaluated { node: at.node, ..self.eval(value) };
        }
        match name {
            "Ref" => self.reference(at, argument),
            "Fn::GetAtt" => self.get_att(at, argument),
            "Fn::Sub" => self.sub(at, argument),
            "Fn::Join" => self.join(at, argument),
            "Fn::Select" => self.select(at, argument),
            "Fn::Split" => self.split(at, argument),
            "Fn::If" => self.branch(at, argument),
            "Fn::FindInMap" => self.find_in_map(at, argument),
            "Fn::ImportValue" => {
                let (text, origins) = self.text(argument);
                Evaluated { origins, ..at.is(Value::Text(Text::hole(Hole::new(Reference::Import(text))))) }
            }
            "Fn::Length" => self.length(at, argument),
            "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" => match self.decide(at) {
                Decision::Known(answer) => at.is(Value::Text(Text::literal(answer.to_string()))),
                _ => at.is(Value::Unknown(Reason::new("the value of the condition is not known"))),
            },
            "Fn::Transform" => match self.template().included(argument) {
                Some(root) => self.eval(root),
                None => at.is(Value::Unknown(Reason::new("a transform generates it"))),
            },
            "Fn::ToJsonString" => at.is(Value::Text(opaque(at.node))),
            // Fn::Base64, Fn::Cidr, Fn::GetAZs, Fn::GetStackOutput and any others: equal arguments give equal values.
            _ => {
                let arguments = self.arguments(argument);
                at.is(Value::Text(Text::hole(Hole::new(Reference::Call {
                    function: name.to_owned(),
                    arguments,
                }))))
            }
        }
    }

    /// The arguments of a function as texts, in order; a mapping gives its values in the order of its keys.
    fn arguments(&self, argument: At<'t>) -> Vec<Text> {
        match argument.node.kind() {
            Kind::Sequence => argument.node.items().map(|item| self.text(argument.to(item)).0).collect(),
            Kind::Mapping if argument.node.intrinsic().is_none() => {
                let mut entries = self.map(argument).entries;
                entries.sort_by(|a, b| a.name.cmp(&b.name));
                entries
                    .iter()
                    .flat_map(|entry| [Text::literal(&*entry.name), self.text(entry.at).0])
                    .collect()
            }
            _ => vec![self.text(argument).0],
        }
    }

    fn sub(&self, at: At<'t>, argument: At<'t>) -> Evaluated<'t> {
        let (template, variables) = match argument.node.kind() {
            Kind::Sequence => {
                let mut items = argument.node.items();
                (items.next(), items.next())
            }
            _ => (Some(argument.node), None),
        };
        let Some(template) = template.filter(|node| node.kind() == Kind::Scalar) else {
            return at.is(Value::Unknown(Reason::new("`Fn::Sub` requires a string")));
        };
        let variables = variables.map(|node| self.map(at.to(node)));
        let mut text = Text::default();
        let mut origins = Vec::new();
        for piece in sub_pieces(template.text().unwrap_or_default()) {
            match piece {
                SubPiece::Text(literal) => text.push(&self.template().fill(at.env, literal)),
                SubPiece::Variable(name, _) => {
                    let variable = variables.as_ref().and_then(|map| map.get(name));
                    let value = match variable {
                        Some(entry) => self.eval(entry.at),
                        None => self.named(at, name),
                    };
                    match value.value {
                        Value::Text(value) if !self.affords(&value) => return too_much(at),
                        Value::Text(value) => text.push(&value),
                        // The place inside the text keeps two unknown variables of one text apart.
                        _ => text.push_hole(Hole::new(Reference::Call {
                            function: format!("Fn::Sub {name}"),
                            arguments: vec![opaque(template)],
                        })),
                    }
                    origins.extend(value.origins);
                }
            }
        }
        Evaluated { origins, ..at.is(Value::Text(dynamic_references(text))) }
    }

    /// What `${Name}` or `${Resource.Attribute}` stands for.
    pub fn named(&self, at: At<'t>, name: &str) -> Evaluated<'t> {
        match name.split_once('.') {
            Some((id, attribute)) if self.template().bound(at.env, name).is_none() => {
                self.attribute(at, id, attribute)
            }
            _ => self.by_name(at, name),
        }
    }

    fn join(&self, at: At<'t>, argument: At<'t>) -> Evaluated<'t> {
        let mut items = argument.node.items();
        let (Some(delimiter), Some(list)) = (items.next(), items.next()) else {
            return at.is(Value::Unknown(Reason::new("`Fn::Join` requires a delimiter and a list")));
        };
        let (delimiter, mut origins) = self.text(at.to(delimiter));
        let list = self.eval(at.to(list));
        origins.extend(list.origins);
        let text = match list.value {
            Value::List(items) => {
                let mut texts = Vec::with_capacity(items.len());
                for item in items {
                    origins.extend(item.origins);
                    texts.push(match item.value {
                        Value::Text(text) => text,
                        _ => opaque(item.node),
                    });
                }
                Text::join(&delimiter, &texts)
            }
            Value::Text(unknown_list) => Text::hole(Hole::new(Reference::Call {
                function: "Fn::Join".to_owned(),
                arguments: vec![delimiter, unknown_list],
            })),
            _ => opaque(at.node),
        };
        Evaluated { origins, ..at.is(Value::Text(dynamic_references(text))) }
    }

    fn select(&self, at: At<'t>, argument: At<'t>) -> Evaluated<'t> {
        let mut items = argument.node.items();
        let (Some(index), Some(list)) = (items.next(), items.next()) else {
            return at.is(Value::Unknown(Reason::new("`Fn::Select` requires an index and a list")));
        };
        let (index, mut origins) = self.text(at.to(index));
        let number = index.as_literal().and_then(|text| text.trim().parse::<usize>().ok());
        let list = self.chosen(at.to(list));
        if let (Some(number), Some((source, delimiter, from))) = (number, self.split_arguments(list)) {
            origins.extend(from);
            let value = match source.piece(&delimiter, number) {
                Some(piece) => Value::Text(piece),
                None => Value::Unknown(Reason::new("the list of `Fn::Select` has no such item")),
            };
            return Evaluated { origins, ..at.is(value) };
        }
        let list = self.eval(list);
        origins.extend(list.origins);
        let value = match (list.value, number) {
            (Value::List(mut items), Some(number)) if number < items.len() => {
                let item = items.swap_remove(number);
                origins.extend(item.origins);
                item.value
            }
            (Value::List(_), Some(_)) => {
                Value::Unknown(Reason::new("the list of `Fn::Select` has no such item"))
            }
            (Value::Text(list), _) => Value::Text(Text::hole(Hole::new(Reference::Call {
                function: "Fn::Select".to_owned(),
                arguments: vec![index, list],
            }))),
            _ => Value::Unknown(Reason::new("the index of `Fn::Select` is not known")),
        };
        Evaluated { origins, ..at.is(value) }
    }

    /// The branch that `Fn::If` chooses, however often it is nested; the node itself if it is not `Fn::If`.
    fn chosen(&self, mut at: At<'t>) -> At<'t> {
        while let Some(call) = at.node.intrinsic()
            && call.name() == "Fn::If"
        {
            let mut items = call.value.items();
            let (Some(condition), Some(yes), Some(no)) = (items.next(), items.next(), items.next()) else {
                break;
            };
            match self.decide_in(at.env, condition.text().unwrap_or_default()) {
                Decision::Known(true) => at = at.to(yes),
                Decision::Known(false) => at = at.to(no),
                _ => break,
            }
        }
        at
    }

    fn branch(&self, at: At<'t>, argument: At<'t>) -> Evaluated<'t> {
        let chosen = self.chosen(at);
        if chosen != at {
            return self.eval(chosen);
        }
        let condition = argument.node.items().next().and_then(NodeRef::text).unwrap_or_default();
        if let Decision::Open(fork) = self.decide_in(at.env, condition) {
            self.need(fork);
        }
        at.is(Value::Unknown(Reason::new(format!("the value of condition `{condition}` is not known"))))
    }

    /// Source, delimiter and origins, if the node is `Fn::Split` with a known delimiter.
    fn split_arguments(&self, at: At<'t>) -> Option<(Text, String, Vec<Origin>)> {
        let call = at.node.intrinsic().filter(|call| call.name() == "Fn::Split")?;
        let mut items = call.value.items();
        let (delimiter, _) = self.text(at.to(items.next()?));
        let (source, origins) = self.text(at.to(items.next()?));
        Some((source, delimiter.as_literal()?.to_owned(), origins))
    }

    fn split(&self, at: At<'t>, argument: At<'t>) -> Evaluated<'t> {
        let Some((source, delimiter, origins)) = self.split_arguments(at) else {
            let arguments = self.arguments(argument);
            let hole = Hole::new(Reference::Call { function: "Fn::Split".to_owned(), arguments });
            return at.is(Value::Text(Text::hole(hole)));
        };
        let split = source.split(&delimiter);
        let value = if split.complete {
            Value::List(split.pieces.into_iter().map(|piece| at.is(Value::Text(piece))).collect())
        } else {
            Value::Text(Text::hole(Hole::new(Reference::Call {
                function: "Fn::Split".to_owned(),
                arguments: vec![Text::literal(delimiter), source],
            })))
        };
        Evaluated { origins, ..at.is(value) }
    }

    fn length(&self, at: At<'t>, argument: At<'t>) -> Evaluated<'t> {
        match self.eval(argument).value {
            Value::List(items) => at.is(Value::Text(Text::literal(items.len().to_string()))),
            Value::Text(list) => at.is(Value::Text(Text::hole(Hole::new(Reference::Call {
                function: "Fn::Length".to_owned(),
                arguments: vec![list],
            })))),
            _ => at.is(Value::Unknown(Reason::new("the list of `Fn::Length` is not known"))),
        }
    }

    fn find_in_map(&self, at: At<'t>, argument: At<'t>) -> Evaluated<'t> {
        let arguments: Vec<_> = argument.node.items().collect();
        let [map, first, second, rest @ ..] = arguments.as_slice() else {
            return at.is(Value::Unknown(Reason::new("`Fn::FindInMap` requires a map and two keys")));
        };
        let (map, first, second) =
            (self.text(at.to(*map)).0, self.text(at.to(*first)), self.text(at.to(*second)));
        let scope = self.template().scope(at.env);
        let qualified =
            map.as_literal().map(|name| Text::literal(scope.qualify(name))).unwrap_or(map.clone());
        let cells = self.cells(&qualified, &first.0, &second.0);
        let mut origins = [first.1, second.1].concat();
        let default = rest.first().and_then(|node| node.get("DefaultValue")).map(|entry| entry.value);
        match cells {
            // Keys that are open still decide the value when all of their listed values lead to the same one.
            Some(cells) => {
                let values: Vec<_> =
                    cells.iter().map(|cell| cell.or(default).map(|node| self.eval(node.into()))).collect();
                let agree = values.windows(2).all(|pair| match pair {
                    [Some(a), Some(b)] => a.value == b.value,
                    [a, b] => a.is_none() && b.is_none(),
                    _ => false,
                });
                match values.into_iter().next().flatten() {
                    Some(cell) if agree => {
                        origins.push(Origin::Mapping(cell.node.span()));
                        return Evaluated { value: cell.value, node: at.node, origins };
                    }
                    None if agree => {
                        return at
                            .is(Value::Unknown(Reason::new(format!("mapping `{map}` has no such key"))));
                    }
                    _ => {}
                }
            }
            None if scope.has_open_mappings() => {
                return at.is(Value::Unknown(Reason::new("a transform adds mappings")));
            }
            None => {}
        }
        let hole = Hole::new(Reference::Call {
            function: "Fn::FindInMap".to_owned(),
            arguments: vec![qualified, first.0, second.0],
        });
        Evaluated { origins, ..at.is(Value::Text(Text::hole(hole))) }
    }

    /// The cells that the keys can lead to; `None` if a key is not known at all.
    fn cells(&self, map: &Text, first: &Text, second: &Text) -> Option<Vec<Option<NodeRef<'t>>>> {
        let (scope, name) = self.template().declaring(map.as_literal()?);
        let map = scope.mapping(name)?;
        let mut cells = Vec::new();
        for first in listed(first)? {
            for second in listed(second)? {
                cells.push(map.get(&first).and_then(|row| row.value.get(&second)).map(|cell| cell.value));
            }
        }
        Some(cells)
    }
}

/// The name under which an output of a stack is known to others.
pub(crate) fn stack_output_name(stack: &str, output: &str) -> String {
    format!("output {output} of {stack}")
}

/// The values that a text can have, if they are listed.
fn listed(text: &Text) -> Option<Vec<String>> {
    match (text.as_literal(), text.as_hole()) {
        (Some(literal), _) => Some(vec![literal.to_owned()]),
        (None, Some(hole)) if !hole.values.is_empty() => Some(hole.values.clone()),
        _ => None,
    }
}
