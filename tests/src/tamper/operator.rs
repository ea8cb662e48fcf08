//! Whoever runs the server: has its database, its secrets and its backups.

use std::{
    fs,
    path::{Path, PathBuf},
};

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use keepwell_shared::{
    bytes::{Hash, from_base64url},
    id::{AccountId, SessionId, WindowId},
    label,
    request::{ProvedAnswer, RequestKey, header},
};
use keepwell_vault::platform::Answer;
use rusqlite::Connection;
use tempfile::TempDir;

use super::Sent;
use crate::Server;

/// The operator of a server.
#[derive(Clone)]
pub struct Operator {
    data: PathBuf,
}

/// A copy of everything that a server keeps.
pub struct Snapshot(TempDir);

impl Operator {
    /// The operator of this server.
    pub fn of(server: &Server) -> Self {
        Self {
            data: server.data(),
        }
    }

    /// The database, while the server uses it too.
    pub fn database(&self) -> Connection {
        let database = Connection::open(self.data.join("keepwell.sqlite3")).expect("the database");
        database
            .busy_timeout(std::time::Duration::from_secs(10))
            .expect("a waiting time");
        database
    }

    /// Changes rows; gives how many.
    pub fn rows(&self, sql: &str) -> usize {
        let database = self.database();
        // The operator is bound by no rule of the schema.
        database
            .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            .expect("rules are off");
        database.execute(sql, []).expect(sql)
    }

    /// Forgets who failed to sign in, as if a day had gone by.
    pub fn forget_tries(&self) {
        self.rows("DELETE FROM tries");
    }

    /// A copy of the folder, as a backup has it. Stop the server first.
    pub fn copy(&self) -> Snapshot {
        let folder = tempfile::tempdir().expect("a folder");
        copy_files(&self.data, folder.path());
        Snapshot(folder)
    }

    /// Puts a copy back. Stop the server first.
    pub fn put_back(&self, snapshot: &Snapshot) {
        for entry in fs::read_dir(&self.data).expect("the folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                fs::remove_file(path).expect("removed");
            }
        }
        copy_files(snapshot.0.path(), &self.data);
    }

    /// The proof that the server would give this answer; none outside a session.
    pub(super) fn prove(&self, sent: &Sent, answer: &Answer) -> Option<String> {
        let value = |name: &str| {
            let mut found = sent.headers.iter().filter(|(is, _)| *is == name);
            found.next().map(|(_, value)| value.clone())
        };
        let session: SessionId = value(header::SESSION)?.parse().ok()?;
        let window: WindowId = value(header::WINDOW)?.parse().ok()?;
        let proved = ProvedAnswer {
            session,
            window,
            number: value(header::NUMBER)?.parse().ok()?,
            status: answer.status,
            body: Hash::of(&answer.body),
        };
        Some(self.request_key(session)?.prove_answer(&proved).to_text())
    }

    /// The key of a session's request proofs, out of database and secrets file.
    fn request_key(&self, session: SessionId) -> Option<RequestKey> {
        let (account, sealed): ([u8; 16], Vec<u8>) = self
            .database()
            .query_row(
                "SELECT account, request_key FROM session WHERE session = ?1",
                [session.as_bytes()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .ok()?;
        let secrets = fs::read(self.data.join("secrets")).expect("the secrets file");
        let secrets: serde_json::Value = serde_json::from_slice(&secrets).expect("JSON");
        let key = from_base64url(secrets["session_key"].as_str().expect("a key")).expect("bytes");
        let key: [u8; 32] = key.try_into().expect("32 bytes");
        let context = [
            label::SERVER_SEAL_SESSION.as_bytes(),
            &[0],
            &session.to_tagged(),
            &AccountId::from(account).to_tagged(),
        ]
        .concat();
        let nonce: [u8; 12] = sealed[1..13].try_into().expect("a nonce");
        let opened = Aes256Gcm::new(&key.into())
            .decrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: &sealed[13..],
                    aad: &context,
                },
            )
            .expect("the operator opens what the server sealed");
        Some(RequestKey::from_bytes(opened.try_into().expect("32 bytes")))
    }
}

fn copy_files(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        if path.is_file() {
            fs::copy(&path, to.join(name)).expect("copied");
        }
    }
}
