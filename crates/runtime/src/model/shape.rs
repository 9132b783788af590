//! The types that a program expects of an answer, read from the text in which
//! [`Request::Llm`](danaide_interpreter::Request::Llm) gives them: `list[int]`, `Point(x: int, y: int) | None`.

/// What an answer looks like.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// Nothing is said of it: `any`, or a type that has no form in JSON.
    Any,
    None,
    Bool,
    Int,
    Float,
    Str,
    /// Lists, sets, and tuples whose items are all alike.
    List(Box<Shape>),
    Tuple(Vec<Shape>),
    Dict {
        key: Box<Shape>,
        value: Box<Shape>,
    },
    Record {
        name: String,
        fields: Vec<(String, Shape)>,
    },
    OneOf(Vec<Shape>),
}

impl Shape {
    /// Reads a type; what is not understood says nothing.
    pub(crate) fn parse(ty: &str) -> Shape {
        let ty = ty.trim();
        let members = split(ty, '|');
        if members.len() > 1 {
            return Shape::OneOf(members.into_iter().map(Shape::parse).collect());
        }
        if let Some((name, inside)) = within(ty, '(', ')') {
            let field = |part: &str| {
                let (name, ty) = part.split_once(':')?;
                Some((name.trim().to_owned(), Shape::parse(ty)))
            };
            let fields = split(inside, ',').into_iter().filter(|part| !part.trim().is_empty()).map(field);
            return match fields.collect() {
                Some(fields) => Shape::Record { name: name.trim().to_owned(), fields },
                None => Shape::Any,
            };
        }
        let (base, arguments) = within(ty, '[', ']').unwrap_or((ty, ""));
        let mut arguments: Vec<Shape> =
            split(arguments, ',').into_iter().filter(|it| !it.trim().is_empty()).map(Shape::parse).collect();
        match base.trim() {
            "None" => Shape::None,
            "bool" => Shape::Bool,
            "int" => Shape::Int,
            "float" => Shape::Float,
            "str" => Shape::Str,
            "list" | "set" => Shape::List(Box::new(arguments.pop().unwrap_or(Shape::Any))),
            "tuple" if arguments.is_empty() => Shape::List(Box::new(Shape::Any)),
            "tuple" => Shape::Tuple(arguments),
            "dict" => {
                let value = Box::new(arguments.pop().unwrap_or(Shape::Any));
                Shape::Dict { key: Box::new(arguments.pop().unwrap_or(Shape::Str)), value }
            }
            _ => Shape::Any,
        }
    }
}

/// What stands before the first `open`, and between it and the `close` at the end.
fn within(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let (base, rest) = text.split_once(open)?;
    let is_name = base.trim().chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    is_name.then_some((base, rest.strip_suffix(close)?))
}

/// The parts between separators that stand in no brackets.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            c if c == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_become_shapes() {
        let list = |item| Shape::List(Box::new(item));
        assert_eq!(Shape::parse("list[list[int]]"), list(list(Shape::Int)));
        let dict = Shape::Dict { key: Box::new(Shape::Str), value: Box::new(Shape::Float) };
        assert_eq!(Shape::parse("dict[str, float] | None"), Shape::OneOf(vec![dict, Shape::None]));
        assert_eq!(Shape::parse("tuple[int, str]"), Shape::Tuple(vec![Shape::Int, Shape::Str]));
        let place = Shape::Record { name: "Place".into(), fields: vec![("zip".into(), Shape::Int)] };
        let fields = vec![("tags".into(), list(Shape::Str)), ("home".into(), Shape::OneOf(vec![place, Shape::None]))];
        assert_eq!(Shape::parse("Person(tags: list[str], home: Place(zip: int) | None)"), {
            Shape::Record { name: "Person".into(), fields }
        });
        assert_eq!(Shape::parse("Odd"), Shape::Any);
        assert_eq!(Shape::parse("Empty()"), Shape::Record { name: "Empty".into(), fields: vec![] });
    }
}
