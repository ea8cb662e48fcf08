//! What a record says, on the screen: the important first, what each entry says, and the forms.

mod add;
mod changes;
mod export;
mod form;
mod import;
mod input;
mod inputs;
mod overview;
mod plot;
mod readings;
mod sheet;
mod shown;
mod told;
mod trends;

pub(crate) use self::{
    add::{Add, EditRecord, NewRecord},
    changes::Changes,
    export::Export,
    form::{RecordForm, Target},
    import::Import,
    overview::Overview,
    sheet::Sheet,
    shown::{Moment, in_short, kind, moment, title, written},
    told::{Read, Told, may_be_record, use_read},
    trends::Trends,
};
