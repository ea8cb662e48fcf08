//! Solving the puzzle that a server sets before it hears another try.
//!
//! `docs/protocol.md`, section 7.5.

use keepwell_shared::{
    bytes::to_base64url,
    error::Puzzle,
    puzzle::{PIECES, Search},
};

use crate::{error::Error, platform::Platform};

/// Numbers that are tried before others have their turn: some milliseconds.
const NUMBERS: u32 = 16 * 1024;

/// Solves a puzzle, and gives what is sent back.
///
/// # Errors
/// One that is harder than any that a server may set is not begun; [`Error::Cancelled`] when the
/// person ends it.
pub(crate) async fn solve<P: Platform>(platform: &P, puzzle: &Puzzle) -> Result<String, Error> {
    let challenge = puzzle.challenge.as_slice();
    let mut search = Search::new(challenge, puzzle.bits).ok_or(Error::malformed())?;
    while !search.run(NUMBERS) {
        if !platform.solving(search.solved(), PIECES) {
            return Err(Error::Cancelled);
        }
        platform.sleep(0).await;
    }
    platform.solving(PIECES, PIECES);
    let solution = search.into_solution();
    Ok(to_base64url(&[challenge, &solution].concat()))
}
