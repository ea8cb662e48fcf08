//! What must not print: one line for each type that holds a secret, with what it prints instead,
//! and the parts that are overwritten when it goes. `tests/tests/native/secrets.rs` looks for types that
//! hold a secret and stand in no such list.

use std::{fmt::Debug, rc::Rc};

use keepwell_shared::{
    bytes::{Bytes, Hash},
    factor::{FactorSecret, OneTimeCode, RecoveryCode},
    handshake::Suite,
    id::{AccountId, ChartId},
    merkle,
    password::Password,
    request::RequestKey,
    returning::ReturnKey,
    statement::{CompartmentHead, Content, Revision, Role, State, VERSION, Verified, sign},
    username::Username,
    words::Words,
};
use opaque_ke::{ClientLogin, ClientRegistration};
use p256::ecdsa::SigningKey;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::{
    api::Session,
    book::Book,
    chart::{ByCompartment, Chart, ChartState, Keyring, Log, Record, Standing, Waiting, Writers},
    crypto::{
        content::MessageKeys,
        hpke,
        opaque::{Registration, SignIn, SignedIn},
        sign::SecretKey,
    },
    entry::{Category, Draft, Entry, FileInfo},
    factor::{Factor, NewFactor},
    flows::{Decision, Entered, Repaired, admission, password_proven, setting_up},
    identity::{Identity, Stored},
    keys::{AccountKey, CompartmentKey, ContentKey, KitKey, RecordKey, UnlockKey},
    kit::{Kit, NewKit},
    memory,
    vault::Person,
};

fn overwritten<T: ZeroizeOnDrop>() {}

fn prints(secret: &impl Debug, expected: &str) {
    assert_eq!(format!("{secret:?}"), expected);
    assert_eq!(format!("{secret:#?}"), expected);
}

/// A type, what it prints, and which parts of it are overwritten when it goes.
macro_rules! secrets {
    ($($name:ident: $secret:expr => $printed:literal $(, overwritten $part:ty)*;)*) => {$(
        prints($secret, $printed);
        // The row is that of the type that it names.
        assert!(std::any::type_name_of_val($secret).ends_with(stringify!($name)));
        $(overwritten::<$part>();)*
    )*};
}

#[test]
fn no_secret_prints_and_all_are_overwritten() {
    let name = Username::parse("anna").unwrap();
    let account = AccountId::from([1; 16]);
    let identity = Identity::make(account, &name, Role::Patient, 1).unwrap();
    let stored: Stored = minicbor::decode(&identity.to_plaintext().unwrap()).unwrap();
    let message = MessageKeys::make(&ContentKey::make(), b"context");
    let signed_in = SignedIn {
        message: Vec::new(),
        session_key: Zeroizing::new(vec![7; 64]),
        unlock_key: UnlockKey::from_export_key(&[7; 64]),
    };
    let password = Password::prepare("Canary", str::to_owned).unwrap();
    let draft = Draft {
        title: "Canary".into(),
        text: "Canary".into(),
        category: Category::Clinical,
    };
    let file = FileInfo {
        name: "Canary".into(),
        media_type: "Canary".into(),
        length: 1,
    };
    let entry = Entry::new(&draft, Some(file.clone()));
    let mut keyring = Keyring::default();
    let compartment = [5; 16].into();
    keyring
        .insert(compartment, 0, CompartmentKey::make(), 1)
        .unwrap();
    let record = Record::new(revision(&identity), entry.clone(), Category::Clinical);
    let mut log = Log::new(head(&identity));
    log.push(head(&identity), vec![record.clone()]);
    let book = Book::default().with(identity.bundle.clone());
    let (account_memory, chart_memory) = memory::samples();
    let mut logs = ByCompartment::default();
    logs.insert(compartment, Rc::new(log.clone()));
    let chart = ChartState {
        chart: ChartId::from([2; 16]),
        owner: identity.bundle.clone(),
        own: None,
        keyring: Rc::default(),
        logs,
        writers: ByCompartment::default(),
        closed: Vec::new(),
        standing: Standing::First,
        memory: chart_memory.clone(),
    };
    let view = Chart {
        chart: chart.chart,
        owner: Person {
            account,
            bundle: identity.bundle.id(),
            username: "anna".into(),
            role: Role::Patient,
            compared: true,
            changed: false,
            words: Words::default(),
        },
        own: true,
        entries: vec![],
        waiting: vec![],
        doubts: vec![],
        writable: vec![],
        sharing: vec![],
        refused: vec![],
        lost: vec!["Canary".into()],
        standing: Standing::Incomplete,
        check_words: Words::default(),
    };
    let repaired = Repaired {
        chart: view.clone(),
        written_again: vec!["Canary".into()],
        lost: vec!["Canary".into()],
    };

    let proven = password_proven();
    prints(&proven, "PasswordProven(..)");
    prints(&Entered::NeedsFactor(password_proven()), "Entered(..)");
    let shown = proven.shown;
    prints(&admission().unwrap(), "Admission(..)");
    overwritten::<UnlockKey>();
    prints(&setting_up().unwrap(), "SettingUp(..)");

    secrets! {
        ShownPassword: &shown => "ShownPassword(..)", overwritten Zeroizing<Vec<u8>>;
        NewFactor: &NewFactor::draw() => "NewFactor(..)", overwritten FactorSecret,
            overwritten RecoveryCode;
        Factor: &Factor::code("123456").unwrap() => "Factor(..)", overwritten OneTimeCode;
        UnlockKey: &signed_in.unlock_key => "UnlockKey(..)", overwritten UnlockKey;
        Kit: &Kit::draw() => "Kit(..)", overwritten Kit;
        NewKit: &NewKit::draw() => "NewKit(..)", overwritten Kit;
        KitKey: &Kit::draw().key() => "KitKey(..)", overwritten KitKey;
        AccountKey: &AccountKey::make() => "AccountKey(..)", overwritten AccountKey;
        CompartmentKey: &CompartmentKey::make() => "CompartmentKey(..)", overwritten CompartmentKey;
        RecordKey: &RecordKey::make() => "RecordKey(..)", overwritten RecordKey;
        ContentKey: &ContentKey::make() => "ContentKey(..)", overwritten ContentKey;
        MessageKeys: &message => "MessageKeys(..)", overwritten MessageKeys;
        SecretKey: &SecretKey::make() => "SecretKey(..)", overwritten SecretKey, overwritten SigningKey;
        SecretKey: &hpke::SecretKey::make().unwrap() => "SecretKey(..)", overwritten hpke::SecretKey;
        Identity: &identity => "Identity(..)", overwritten SecretKey, overwritten hpke::SecretKey;
        Stored: &stored => "Stored(..)", overwritten Stored;
        Registration: &Registration::start(&password).unwrap().1 => "Registration(..)",
            overwritten ClientRegistration<Suite>;
        SignIn: &SignIn::start(&password).unwrap().1 => "SignIn(..)", overwritten ClientLogin<Suite>;
        SignedIn: &signed_in => "SignedIn(..)", overwritten Zeroizing<Vec<u8>>, overwritten UnlockKey;
        Session: &Session::begin([3; 16].into(), [4; 16].into(), &[7; 64]) => "Session(..)",
            overwritten RequestKey, overwritten ReturnKey;
        Keyring: &keyring => "Keyring(..)", overwritten CompartmentKey;
        Compartment: keyring.compartment(compartment).unwrap() => "Compartment(..)",
            overwritten CompartmentKey;
        Writers: &Writers::default() => "Writers(..)";
        Waiting: &Waiting::Asked("Canary".into()) => "Asked(..)";
        Decision: &Decision::Ask("Canary".into()) => "Ask(..)";
        // Plaintext. Nobody can promise to overwrite a text that screens have shown.
        Draft: &draft => "Draft(..)";
        FileInfo: &file => "FileInfo(..)";
        Entry: &entry => "Entry(..)";
        Record: &record => "Record(..)";
        Log: &log => "Log(..)";
        ChartState: &chart => "ChartState(..)";
        Chart: &view => "Chart(..)";
        Repaired: &repaired => "Repaired(..)";
        ChartMemory: &chart_memory => "ChartMemory(..)";
        AccountMemory: &account_memory => "AccountMemory(..)";
        Book: &book => "Book(..)";
    }
}

fn head(identity: &Identity) -> Verified<CompartmentHead> {
    let head = CompartmentHead {
        version: VERSION,
        chart: [2; 16].into(),
        owner: [1; 16].into(),
        compartment: [5; 16].into(),
        counter: 0,
        previous: None,
        replaces: vec![],
        at: 1,
        epoch: 0,
        key_id: Hash([0; 32]),
        entries: 0,
        revisions: 0,
        root: merkle::root([]),
        readers: vec![],
        authors: vec![],
    };
    sign(head, &identity.signing).unwrap()
}

fn revision(identity: &Identity) -> Verified<Revision> {
    let content = Content {
        sealed_length: 16,
        root: Hash([0; 32]),
        salt: Bytes::default(),
        commitment: Hash([0; 32]),
        content_key: Bytes::default(),
    };
    let revision = Revision {
        version: VERSION,
        chart: [2; 16].into(),
        compartment: [5; 16].into(),
        record: [6; 16].into(),
        number: 1,
        parent: None,
        author: [1; 16].into(),
        at: 1,
        epoch: 0,
        record_key: Bytes::default(),
        entry: content,
        file: None,
        state: State::Live,
        origin: None,
    };
    sign(revision, &identity.signing).unwrap()
}
