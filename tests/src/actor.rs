//! A person on the native vault.

use std::{cell::Cell, net::SocketAddr, path::PathBuf};

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::{ChartId, RecordId},
    statement::Role,
};
use keepwell_vault::{
    Category, Draft, Entered, Error, FileInfo, FileSource, OpenedRevision, Vault,
    platform::{Engine, Platform, Watch},
};

use crate::{Authenticator, Device, Native, asked_for};

/// Somebody with a name, a password and an unlocked vault.
pub struct Person<P = Native> {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
    /// The vault.
    pub vault: Vault<P>,
    /// The device on which it was unlocked.
    pub device: Device,
    /// The line over which it talks.
    pub line: P,
    /// The phone and the sheet with the second factor.
    pub authenticator: Authenticator,
}

impl Person {
    /// Registers and signs in.
    pub async fn register(address: SocketAddr, username: &str, role: Role) -> Self {
        let device = Device::default();
        Self::register_over(Native::on(address, &device), &device, username, role).await
    }

    /// The same person on the same device, later.
    pub async fn again(&self, address: SocketAddr) -> Self {
        self.on(address, &self.device).await
    }

    /// The same person in another browser.
    pub async fn elsewhere(&self, address: SocketAddr) -> Self {
        if self.authenticator.recovery_codes_left() == 1 {
            let factor = self.authenticator.next();
            let confirmed = self.vault.confirm(&self.password, &factor).await;
            confirmed.expect("both factors are right");
            let sheet = self.vault.new_recovery_codes().await;
            self.authenticator.new_sheet(sheet.expect("a new sheet"));
        }
        self.on(address, &Device::default()).await
    }

    async fn on(&self, address: SocketAddr, device: &Device) -> Self {
        let platform = Native::on(address, device);
        let (name, password) = (&self.username, &self.password);
        Self::sign_in_over(platform, device, name, password, &self.authenticator).await
    }
}

/// Signs in where no second factor is asked for: on a device that comes back to a session.
///
/// # Errors
/// As signing in; [`Code::WrongCode`] where a second factor is asked for.
pub async fn come_back<P: Platform>(
    platform: P,
    username: &str,
    password: &str,
) -> Result<Vault<P>, Error> {
    match Vault::enter(platform, username, password).await? {
        Entered::In(vault) => Ok(*vault),
        Entered::Behind(behind) => Err(behind.why().into()),
        Entered::NeedsFactor(_) => Err(Error::Refused(Code::WrongCode)),
    }
}

/// Signs in, with a second factor where one is asked for.
///
/// # Errors
/// As both steps.
pub async fn both_steps<P: Platform>(
    platform: P,
    username: &str,
    password: &str,
    authenticator: &Authenticator,
) -> Result<Entered<P>, Error> {
    match Vault::enter(platform, username, password).await? {
        Entered::NeedsFactor(proven) => {
            let shown = proven.show(&authenticator.next()).await;
            shown.map_err(|(error, _)| error)
        }
        entered => Ok(entered),
    }
}

/// The same, where the account is what this browser has seen.
///
/// # Errors
/// As signing in.
pub async fn enter<P: Platform>(
    platform: P,
    username: &str,
    password: &str,
    authenticator: &Authenticator,
) -> Result<Vault<P>, Error> {
    match both_steps(platform, username, password, authenticator).await? {
        Entered::In(vault) => Ok(*vault),
        Entered::Behind(behind) => Err(behind.why().into()),
        Entered::NeedsFactor(_) => Err(Error::Refused(Code::WrongCode)),
    }
}

impl<P: Platform<Bytes = Vec<u8>> + Clone> Person<P> {
    /// Registers and signs in, over a platform of the test's choice on this device.
    pub async fn register_over(platform: P, device: &Device, username: &str, role: Role) -> Self {
        // The name backwards: a password of its own for everybody, and one that does not hold the name.
        let other: String = username.chars().rev().collect();
        let password = format!("a long password of {other}");
        let mut drawn = Vault::register(platform.clone(), username, &password, role)
            .await
            .expect("a new account");
        let authenticator = Authenticator::of(drawn.factor());
        let typed = asked_for(drawn.kit());
        drawn
            .keep_kit(&typed)
            .expect("the group that was asked for");
        authenticator.keep_kit(drawn.kit().groups().join("-"));
        let made = drawn.finish(&authenticator.first_code()).await;
        let vault = made.map_err(|(error, _)| error).expect("the first code");
        Self {
            line: platform,
            username: username.to_owned(),
            password,
            vault,
            device: device.clone(),
            authenticator,
        }
    }

    /// Signs in, over a platform of the test's choice on this device.
    pub async fn sign_in_over(
        platform: P,
        device: &Device,
        username: &str,
        password: &str,
        authenticator: &Authenticator,
    ) -> Self {
        let vault = enter(platform.clone(), username, password, authenticator)
            .await
            .expect("both factors are right");
        Self {
            line: platform,
            username: username.to_owned(),
            password: password.to_owned(),
            vault,
            device: device.clone(),
            authenticator: authenticator.clone(),
        }
    }

    /// The one chart of a patient.
    pub async fn chart(&self) -> ChartId {
        self.vault.home().await.expect("the list of charts").own[0]
    }

    /// Finds somebody and says that the words are the same.
    pub async fn compare_with<Q: Platform>(&self, other: &Person<Q>) {
        let found = self
            .vault
            .find_person(&other.username)
            .await
            .expect("somebody");
        assert_eq!(
            found.words,
            other.vault.own_words(),
            "both screens show the same words"
        );
        self.vault
            .confirm_person(found.account, found.bundle)
            .await
            .expect("remembered");
    }

    /// Writes a note.
    pub async fn note(&self, chart: ChartId, title: &str, text: &str) -> OpenedRevision {
        self.vault
            .add_note(chart, &draft(title, text))
            .await
            .expect("a note")
    }

    /// Adds a file.
    pub async fn file(&self, chart: ChartId, name: &str, bytes: &[u8]) -> OpenedRevision {
        let source = Bytes(bytes.to_vec());
        self.vault
            .add_file(
                chart,
                &draft(name, ""),
                source.info(name),
                &source,
                &Quiet::default(),
            )
            .await
            .expect("a file")
    }

    /// Opens a file.
    pub async fn open(
        &self,
        chart: ChartId,
        record: RecordId,
        revision: Hash,
    ) -> Result<Vec<u8>, Error> {
        let mut opened = Vec::new();
        self.vault
            .open_file(
                chart,
                record,
                revision,
                &Quiet::default(),
                |part, length| {
                    opened.extend_from_slice(&part[..length as usize]);
                },
            )
            .await?;
        Ok(opened)
    }
}

/// What a person types.
fn draft(title: &str, text: &str) -> Draft {
    Draft {
        title: title.to_owned(),
        text: text.to_owned(),
        category: Category::Clinical,
    }
}

/// A file in memory.
pub struct Bytes(pub Vec<u8>);

impl Bytes {
    /// What is known of it.
    pub fn info(&self, name: &str) -> FileInfo {
        FileInfo {
            name: name.to_owned(),
            media_type: "canary/from-the-browser".to_owned(),
            length: self.0.len() as u64,
        }
    }
}

impl<E: Engine<Bytes = Vec<u8>>> FileSource<E> for Bytes {
    fn length(&self) -> u64 {
        self.0.len() as u64
    }

    async fn read(&self, offset: u64, mut into: Vec<u8>) -> Result<Vec<u8>, Error> {
        let size = self.0.len();
        let start = (offset as usize).min(size);
        let end = (start + into.len()).min(size);
        into[..end - start].copy_from_slice(&self.0[start..end]);
        into[end - start..].fill(0);
        Ok(into)
    }

    async fn peek(&self, offset: u64, length: u64) -> Result<Vec<u8>, Error> {
        Ok(self.0[offset as usize..(offset + length) as usize].to_vec())
    }
}

/// A file that is one thing when it is chosen and another when it is sent: what a writer's own
/// program can do.
pub struct TwoFaced {
    /// What is chosen; it says how long the file is.
    pub shown: Vec<u8>,
    /// What is sent.
    pub sent: Bytes,
}

impl<E: Engine<Bytes = Vec<u8>>> FileSource<E> for TwoFaced {
    fn length(&self) -> u64 {
        self.shown.len() as u64
    }

    async fn read(&self, offset: u64, into: Vec<u8>) -> Result<Vec<u8>, Error> {
        FileSource::<E>::read(&self.sent, offset, into).await
    }

    async fn peek(&self, offset: u64, length: u64) -> Result<Vec<u8>, Error> {
        Ok(self.shown[offset as usize..(offset + length) as usize].to_vec())
    }
}

/// Looks on, and ends what it watches after so many bytes.
pub struct Quiet {
    /// Ends when so many bytes are done.
    pub until: u64,
    done: Cell<u64>,
}

impl Quiet {
    /// Ends after `until` bytes.
    pub fn until(until: u64) -> Self {
        Self {
            until,
            done: Cell::new(0),
        }
    }
}

impl Default for Quiet {
    fn default() -> Self {
        Self::until(u64::MAX)
    }
}

impl Watch for Quiet {
    fn progress(&self, done: u64, _: u64) {
        self.done.set(done);
    }

    fn cancelled(&self) -> bool {
        self.done.get() >= self.until
    }
}

/// Bytes that look like nothing behind the first ones of a PDF, so that they may be kept; the same for
/// the same seed.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    bytes.extend_from_slice(b"%PDF-1.7");
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// The folder of real FHIR bundles; a test that has none says so and goes on with its own.
pub fn fhir_folder() -> Option<PathBuf> {
    let named = std::env::var_os("KEEPWELL_FHIR_DIR");
    let why = match named {
        Some(_) => "names no folder",
        None => "is not set",
    };
    let folder = named
        // A browser refuses a path with `..` in it without a word.
        .and_then(|folder| PathBuf::from(folder).canonicalize().ok())
        .filter(|folder| folder.is_dir());
    if folder.is_none() {
        println!("skipped: real FHIR bundles (KEEPWELL_FHIR_DIR {why})");
    }
    folder
}
