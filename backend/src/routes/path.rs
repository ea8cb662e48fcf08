//! Paths with ids in them.

use std::str::FromStr;

/// The `{..}` segments of `path`, when it has the shape of `pattern`. Nothing is decoded: an id
/// has one spelling, and the request proof covers the path as it stands in the request line.
pub(crate) fn captures<'a>(pattern: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') {
            found.push(segment);
        } else if segment != expected {
            return None;
        }
    }
    segments.next().is_none().then_some(found)
}

/// The ids of a path, typed.
pub(crate) trait Ids: Sized + Send + 'static {
    /// Parses them; none when one is not of its kind.
    fn parse(captures: &[&str]) -> Option<Self>;
}

impl Ids for () {
    fn parse(captures: &[&str]) -> Option<Self> {
        captures.is_empty().then_some(())
    }
}

impl<A: FromStr + Send + 'static> Ids for (A,) {
    fn parse(captures: &[&str]) -> Option<Self> {
        match captures {
            [a] => Some((a.parse().ok()?,)),
            _ => None,
        }
    }
}

impl<A: FromStr + Send + 'static, B: FromStr + Send + 'static> Ids for (A, B) {
    fn parse(captures: &[&str]) -> Option<Self> {
        match captures {
            [a, b] => Some((a.parse().ok()?, b.parse().ok()?)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use keepwell_shared::id::{BlobId, ChartId};

    use super::*;

    #[test]
    fn only_the_exact_shape_matches() {
        let pattern = "/api/charts/{chart}/head";
        assert_eq!(captures(pattern, "/api/charts/x/head"), Some(vec!["x"]));
        assert_eq!(captures(pattern, "/api/charts//head"), Some(vec![""]));
        for path in [
            "",
            "/",
            "/api/charts/x",
            "/api/charts/x/head/",
            "/api/charts/x/head/y",
            "/api/charts/x/y/head",
            "//api/charts/x/head",
            "/API/charts/x/head",
            "/api/charts/x/%68ead",
        ] {
            assert_eq!(captures(pattern, path), None, "{path}");
        }
    }

    #[test]
    fn ids_have_one_spelling_and_one_kind() {
        let chart = ChartId::generate().to_string();
        assert!(<(ChartId,)>::parse(&[&chart]).is_some());
        assert!(<(BlobId,)>::parse(&[&chart]).is_none());
        assert!(<(ChartId,)>::parse(&[&format!("{chart}=")]).is_none());
        assert!(<(ChartId,)>::parse(&[]).is_none());
        assert!(<(ChartId,)>::parse(&[&chart, &chart]).is_none());
        assert!(<()>::parse(&[&chart]).is_none());
        assert!(<(ChartId, u32)>::parse(&[&chart, "-1"]).is_none());
    }
}
