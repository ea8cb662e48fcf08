//! From single runs to figures.
use serde_json::{Map, Value, json};

/// What is measured, and how far it should get.
pub(super) struct Goal {
    /// What must stand in the peer's name.
    pub(super) peer: &'static str,
    /// How many times as fast as the peer.
    pub(super) at_least: f64,
}

/// The middle one of `runs`; `None` without any.
pub(super) fn median(runs: &[f64]) -> Option<f64> {
    let mut sorted = runs.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// The numbers of a list that came from the page.
pub(super) fn numbers(list: Option<&Value>) -> Vec<f64> {
    let list = list.and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .collect()
}

/// One decimal place is all that a busy machine can tell.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Two decimal places, for ratios.
pub(super) fn ratio(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Median milliseconds of each peer, by name.
pub(super) fn peers(found: &Value) -> Vec<(String, f64)> {
    let peers = found.get("peers").and_then(Value::as_object);
    peers
        .into_iter()
        .flatten()
        .filter_map(|(name, runs)| Some((name.clone(), median(&numbers(Some(runs)))?)))
        .collect()
}

/// For every goal with a peer in this run: how many times as fast `ours` is, and whether that is
/// enough. Of several peers with the name the fastest counts.
pub(super) fn goals(ours: f64, others: &[(String, f64)], goals: &[Goal]) -> Value {
    let mut out = Map::new();
    for goal in goals {
        let fastest = others
            .iter()
            .filter(|(name, _)| name.contains(goal.peer))
            .map(|(_, milliseconds)| *milliseconds)
            .min_by(f64::total_cmp);
        let Some(fastest) = fastest else { continue };
        let reached = ratio(fastest / ours);
        let met = reached >= goal.at_least;
        let verdict = json!({ "ratio": reached, "goal": goal.at_least, "met": met });
        out.insert(format!("to {}", goal.peer), verdict);
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_one_of_the_runs() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn the_fastest_peer_of_a_name_sets_the_goal() {
        let others = [
            ("age".into(), 30.0),
            ("a (v1)".into(), 9.0),
            ("a (v2)".into(), 5.0),
        ];
        let two = |peer| Goal {
            peer,
            at_least: 2.0,
        };
        let found = goals(3.0, &others, &[two("a ("), two("gone")]);
        let expected = json!({ "to a (": { "ratio": 1.67, "goal": 2.0, "met": false } });
        assert_eq!(found, expected);
    }
}
