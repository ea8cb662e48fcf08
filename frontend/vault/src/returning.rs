//! What a browser keeps so that it comes back to its session with the password alone: the session's id
//! and its return key, wrapped under the unlock key. Whoever has the device and not the password gets
//! nothing of it; whoever has both is let in until the session ends, as after a reload.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::SessionId,
    returning::ReturnKey,
    username::Username,
};

use crate::{
    api::Api,
    drafts,
    keys::{Context, UnlockKey},
    platform::Platform,
};

/// Keeps it for the session that has begun, in place of an earlier one of this user name. Where a
/// browser keeps nothing, unlocking asks for the second factor.
pub(crate) async fn remember<P: Platform>(
    api: &Api<P>,
    username: &Username,
    unlock_key: &UnlockKey,
) {
    let Some(session) = api.session() else { return };
    let context = Context::ReturnKey(session.id);
    if let Ok(wrapped) = unlock_key.wrap_return(&session.return_key, &context) {
        let kept = [session.id.as_bytes(), wrapped.as_slice()].concat();
        api.platform.remember(&name(username), &kept).await;
    }
}

/// Gives what was kept, if it opens.
pub(crate) async fn recall<P: Platform>(
    platform: &P,
    username: &Username,
    unlock_key: &UnlockKey,
) -> Option<(SessionId, ReturnKey)> {
    let kept = platform.recall(&name(username)).await?;
    parse(&kept, unlock_key)
}

/// Forgets that somebody may come back in this browser with the password alone, and what they had typed, for
/// who is not signed in any more. A name that is none has nothing to forget.
pub async fn forget_return<P: Platform>(platform: &P, typed: &str) {
    if let Ok(username) = Username::parse(typed) {
        forget(platform, &username).await;
        drafts::forget(platform, &username).await;
    }
}

/// Forgets it.
pub(crate) async fn forget<P: Platform>(platform: &P, username: &Username) {
    platform.remember(&name(username), &[]).await;
}

fn parse(kept: &[u8], unlock_key: &UnlockKey) -> Option<(SessionId, ReturnKey)> {
    let (session, wrapped) = kept.split_first_chunk::<16>()?;
    let (session, wrapped) = (SessionId::from(*session), Bytes(wrapped.to_vec()));
    let key = unlock_key.unwrap_return(&wrapped, &Context::ReturnKey(session));
    Some((session, key.ok()?))
}

/// A hash, so that the device shows no name to who does not know it.
fn name(username: &Username) -> String {
    format!(
        "return-{}",
        Hash::of(username.as_str().as_bytes()).to_text()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_opens_under_its_password_and_for_its_session_only() {
        let unlock_key = UnlockKey::from_export_key(&[1; 64]);
        let (session, key) = (SessionId::from([2; 16]), ReturnKey::from_bytes([3; 32]));
        let wrapped = unlock_key.wrap_return(&key, &Context::ReturnKey(session));
        let kept = [session.as_bytes(), wrapped.unwrap().as_slice()].concat();
        let (same, opened) = parse(&kept, &unlock_key).unwrap();
        assert_eq!((same, opened.expose()), (session, key.expose()));
        assert!(parse(&kept, &UnlockKey::from_export_key(&[9; 64])).is_none());
        for at in 0..kept.len() {
            let mut bent = kept.clone();
            bent[at] ^= 1;
            assert!(parse(&bent, &unlock_key).is_none(), "byte {at}");
            assert!(parse(&kept[..at], &unlock_key).is_none(), "cut at {at}");
        }
    }
}
