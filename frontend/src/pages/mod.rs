//! One file per screen. Each asks the worker, and lays out components.

mod change_password;
mod chart;
mod compare;
mod delete;
mod devices;
mod edit;
mod ended;
mod insecure;
mod locked;
mod new_file;
mod new_note;
mod not_found;
mod open_locked;
mod owner_words;
mod parts;
mod patients;
mod propose;
mod record;
mod register;
mod second_factor;
mod security;
mod server_sees;
mod set_up;
mod share;
mod sign_in;
mod stop;
mod welcome;

pub(crate) use self::{
    change_password::ChangePassword,
    chart::{ChartPage, Open},
    compare::Compare,
    delete::Delete,
    devices::Devices,
    edit::Edit,
    ended::Ended,
    insecure::Insecure,
    locked::Locked,
    new_file::NewFile,
    new_note::NewNote,
    not_found::NotFound,
    open_locked::OpenLocked,
    owner_words::OwnerWords,
    parts::{IdleLock, Tray, failed_tries_notice, use_new_failed_tries},
    patients::Patients,
    propose::Propose,
    record::{Add, Export, Import, NewRecord, Sheet, Trends},
    register::Register,
    second_factor::SecondFactor,
    security::Security,
    server_sees::ServerSees,
    set_up::SetUp,
    share::Share,
    sign_in::SignIn,
    stop::Stop,
    welcome::Welcome,
};
