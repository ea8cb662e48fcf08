//! Charts: their keys, their grants, their entries.

mod pages;
mod read;
mod statements;
mod view;
mod write;

use keepwell_shared::{
    error::Code,
    id::ChartId,
    statement::{KeyBundle, Unverified},
};

use crate::{
    reject::Failure,
    store::{Reading, account, chart},
};

pub(super) use pages::{compartment_heads, heads, leaves, revisions};
pub(super) use read::{get, list};
pub(super) use statements::{post as statement_post, readers, statements};
pub(super) use view::View;
pub(super) use write::head_post;

fn owner(at: &Reading<'_>, id: ChartId) -> Result<Unverified<KeyBundle>, Failure> {
    let owner = chart::owner(at, id)?.ok_or(Code::NotFound)?;
    account::key_bundle(at, owner)?.ok_or(Failure::Broken("an account without keys"))
}
