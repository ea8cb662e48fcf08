//! Sign-ins between their two messages: in memory, for two minutes, each good for one try.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use keepwell_shared::{
    handshake::Suite,
    id::{AccountId, LoginId},
    username::Username,
};
use opaque_ke::ServerLogin;

use super::tries::Charge;

/// How long the third message may take, in seconds.
const LIFETIME: u64 = 120;
/// How many are remembered at once; the oldest gives way.
const WAITING: usize = 4096;

/// The sign-ins that wait for their third message.
#[derive(Default)]
pub(crate) struct Logins(Mutex<Table>);

#[derive(Default)]
struct Table {
    waiting: HashMap<LoginId, Login>,
    order: VecDeque<(u64, LoginId)>,
}

/// A sign-in after its first message.
pub(crate) struct Login {
    pub(crate) state: ServerLogin<Suite>,
    /// None for a name that does not exist: its third message can not be right.
    pub(crate) account: Option<AccountId>,
    pub(crate) username: Username,
    /// Taken back when all is right.
    pub(crate) charge: Charge,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(..)")
    }
}

impl std::fmt::Debug for Logins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Logins(..)")
    }
}

impl Logins {
    /// Keeps a sign-in.
    pub(crate) fn keep(&self, login: Login, now: u64) -> LoginId {
        let id = LoginId::generate();
        let mut table = self.table();
        table.drop_old(now);
        while table.order.len() >= WAITING {
            table.drop_oldest();
        }
        table.order.push_back((now, id));
        table.waiting.insert(id, login);
        id
    }

    /// Takes a sign-in out; there is no second try with it.
    pub(crate) fn take(&self, id: LoginId, now: u64) -> Option<Login> {
        let mut table = self.table();
        table.drop_old(now);
        table.waiting.remove(&id)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn drop_old(&mut self, now: u64) {
        while self
            .order
            .front()
            .is_some_and(|(since, _)| since.saturating_add(LIFETIME) <= now)
        {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((_, id)) = self.order.pop_front() {
            self.waiting.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use opaque_ke::{ClientLogin, ServerLoginParameters, ServerSetup};
    use rand_08::rngs::OsRng;

    use super::*;

    fn login() -> Login {
        let message = ClientLogin::<Suite>::start(&mut OsRng, b"x")
            .unwrap()
            .message;
        let started = ServerLogin::start(
            &mut OsRng,
            &ServerSetup::<Suite>::new(&mut OsRng),
            None,
            message,
            b"x",
            ServerLoginParameters::default(),
        )
        .unwrap();
        Login {
            state: started.state,
            account: None,
            username: Username::parse("anna").unwrap(),
            charge: Charge::default(),
        }
    }

    #[test]
    fn a_sign_in_has_one_try_within_two_minutes() {
        let logins = Logins::default();
        let id = logins.keep(login(), 100);
        assert!(logins.take(LoginId::generate(), 100).is_none());
        assert!(logins.take(id, 219).is_some());
        assert!(logins.take(id, 219).is_none());
        let id = logins.keep(login(), 100);
        assert!(logins.take(id, 220).is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let logins = Logins::default();
        let one = login();
        let copy = || Login {
            state: one.state.clone(),
            account: None,
            username: one.username.clone(),
            charge: one.charge.clone(),
        };
        let first = logins.keep(copy(), 0);
        for _ in 0..WAITING {
            let id = logins.keep(copy(), 0);
            drop(logins.take(id, 0));
        }
        for _ in 0..WAITING {
            logins.keep(copy(), 0);
        }
        assert!(logins.take(first, 0).is_none());
        assert_eq!(logins.table().waiting.len(), WAITING);
        assert_eq!(logins.table().order.len(), WAITING);
    }
}
