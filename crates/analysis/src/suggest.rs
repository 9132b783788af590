//! "Did you mean": the known name nearest to one that is not known.

/// The nearest of the known names, if one is near enough; the first of equally near ones. Names that start with `__`
/// are not suggested.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let longest = name.chars().count();
    // Short names resemble everything.
    let most = if longest <= 2 { 1 } else { (longest / 3).max(1) };
    known
        .into_iter()
        .filter(|candidate| *candidate != name && !candidate.starts_with("__"))
        .take(2_000)
        .filter(|candidate| candidate.chars().count().abs_diff(longest) <= most)
        .filter_map(|candidate| Some((distance(name, candidate, most)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many characters must change, go, come or swap places, if no more than `most`.
fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let a: Vec<char> = a.chars().flat_map(char::to_lowercase).take(40).collect();
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).take(40).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = row[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            next[j] = replaced.min(row[j] + 1).min(next[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                next[j] = next[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut row, next);
    }
    // A name of which every character changes is another name.
    row.last().copied().filter(|distance| *distance <= most && *distance < a.len())
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_found() {
        let known = ["total", "count", "print"];
        assert_eq!(nearest("totl", known.into_iter()), Some("total"));
        assert_eq!(nearest("pritn", known.into_iter()), Some("print"));
        assert_eq!(nearest("weather", known.into_iter()), None);
        assert_eq!(nearest("z", ["x"].into_iter()), None);
    }
}
