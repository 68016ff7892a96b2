//! Which distribution a name means.

use cflint_linter::Seen;

use crate::files::paths;

/// What CDK calls the resource inside of a construct that makes a distribution.
const INNER: [&str; 2] = ["CFDistribution", "Resource"];

/// The distributions that have the name, and the others: those that are called so, or else those of a construct that is, or
/// else those whose logical id starts so. What `file` gives is the template that a distribution is in.
pub(super) fn split<T>(
    seen: Vec<Seen<T>>,
    name: &str,
    file: impl Fn(&Seen<T>) -> &str,
) -> (Vec<Seen<T>>, Vec<Seen<T>>) {
    let rank = |seen: &Seen<T>| match name {
        "" => None,
        _ if is_called(seen, name, file(seen)) => Some(0),
        _ if is_construct(seen, name) => Some(1),
        _ => seen.distribution.starts_with(name).then_some(2),
    };
    let best = seen.iter().filter_map(rank).min();
    seen.into_iter().partition(|seen| best.is_some() && rank(seen) == best)
}

/// Whether a distribution is called `ID`, `STACK.ID`, or one of these with its template before it, `FILE:ID`.
fn is_called<T>(seen: &Seen<T>, name: &str, file: &str) -> bool {
    let qualified = seen.stack.as_ref().map(|stack| format!("{stack}.{}", seen.distribution));
    let is_called = |name: &str| seen.distribution == name || qualified.as_deref() == Some(name);
    let is_in = |named: &str| named == file || paths::real(named) == paths::real(file);
    is_called(name) || name.rsplit_once(':').is_some_and(|(file, name)| is_called(name) && is_in(file))
}

/// Whether a name is the end of the path of the construct: `Pages`, `EdgeStack/Pages` or `EdgeStack/Pages/Resource`.
fn is_construct<T>(seen: &Seen<T>, name: &str) -> bool {
    let ends = |path: &str| path == name || path.strip_suffix(name).is_some_and(|rest| rest.ends_with('/'));
    let outer = |path: &str| {
        let (outer, inner) = path.rsplit_once('/')?;
        INNER.contains(&inner).then(|| ends(outer))
    };
    // `Resource` alone would be the name of most of them.
    let is_meant = |path: &str| outer(path) == Some(true) || (!INNER.contains(&name) && ends(path));
    seen.construct.as_deref().is_some_and(is_meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(name: &str) -> Vec<&'static str> {
        let seen = |id: &str, stack: &str, construct: &str, file| Seen {
            distribution: id.to_owned(),
            stack: Some(stack.to_owned()),
            construct: Some(construct.to_owned()),
            conditions: Vec::new(),
            is_exact: true,
            is_cut: false,
            value: file,
        };
        let all = vec![
            seen("Pages127DFD1A", "Edge", "Edge/Pages/Resource", "a.json"),
            seen("PagesOld3C0A2B17", "Edge", "Edge/Old/Pages/CFDistribution", "b.json"),
            seen("Shop", "Edge", "Edge/Shop", "c.json"),
            seen("ShopOld", "Other", "Other/ShopOld/Resource", "d.json"),
        ];
        let (chosen, others) = split(all, name, |seen| seen.value);
        assert_eq!(chosen.len() + others.len(), 4);
        chosen.into_iter().map(|seen| seen.value).collect()
    }

    #[test]
    fn a_whole_name_counts_before_the_start_of_others() {
        assert_eq!(chosen("Shop"), ["c.json"]);
        assert_eq!(chosen("Edge.Shop"), ["c.json"]);
        assert_eq!(chosen("d.json:ShopOld"), ["d.json"]);
        assert_eq!(chosen("c.json:ShopOld"), Vec::<&str>::new());
    }

    #[test]
    fn a_construct_is_called_by_its_id_or_its_path() {
        assert_eq!(chosen("Edge/Pages"), ["a.json"]);
        assert_eq!(chosen("Edge/Pages/Resource"), ["a.json"]);
        assert_eq!(chosen("Old/Pages"), ["b.json"]);
        assert_eq!(chosen("Pages"), ["a.json", "b.json"]);
        assert_eq!(chosen("ages"), Vec::<&str>::new());
        assert_eq!(chosen("Resource"), Vec::<&str>::new());
    }

    #[test]
    fn the_start_of_a_logical_id_is_enough() {
        assert_eq!(chosen("Pages1"), ["a.json"]);
        assert_eq!(chosen("PagesO"), ["b.json"]);
        assert_eq!(chosen("Sho"), ["c.json", "d.json"]);
        assert_eq!(chosen(""), Vec::<&str>::new());
    }
}
