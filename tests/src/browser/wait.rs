//! Waiting until something is so.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Asks again and again until there is an answer. The last resort is a panic that says what was
/// waited for.
pub(super) async fn until<T>(
    what: impl AsyncFnOnce() -> String,
    mut attempt: impl AsyncFnMut() -> Option<T>,
) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = attempt().await {
            return answer;
        }
        if Instant::now() > end {
            panic!("not within {PATIENCE:?}: {}", what().await);
        }
        sleep(BETWEEN).await;
    }
}

/// Machines that test are slow and busy.
const PATIENCE: Duration = Duration::from_secs(60);
const BETWEEN: Duration = Duration::from_millis(40);
