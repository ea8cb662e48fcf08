//! Files: added, opened, looked at.

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, RecordId},
};
use keepwell_vault::{Error, FileInfo, Vault, look_at};
use web_sys::File;

use super::{Answer, Job};
use crate::{
    message::{Draft, Reply},
    worker::{
        browser::Browser,
        file::{Chosen, Collected},
        view,
    },
};

pub(super) async fn add_file(
    vault: &Vault<Browser>,
    chart: ChartId,
    draft: Draft,
    file: Option<File>,
    job: &Job,
) -> Result<Reply, Error> {
    let file = Chosen::new(file.ok_or(Error::FileUnreadable)?);
    let mut draft = view::draft(draft);
    if draft.title.trim().is_empty() {
        draft.title = file.info().name;
    }
    let added = vault.add_file(chart, &draft, file.info(), &file, job).await;
    Ok(Reply::Entry(view::entry(added?)))
}

pub(super) async fn open_file(
    vault: &Vault<Browser>,
    chart: ChartId,
    record: RecordId,
    revision: Hash,
    job: &Job,
) -> Answer {
    let mut collected = Collected::default();
    let opened = vault.open_file(chart, record, revision, job, |part, length| {
        collected.push(part, length)
    });
    let reply = reply(opened.await?);
    Ok((reply, Some(collected.finish()?)))
}

/// Says what a file is, without keeping it.
pub(super) async fn look_at_file(file: Option<File>) -> Result<Reply, Error> {
    let file = Chosen::new(file.ok_or(Error::FileUnreadable)?);
    Ok(reply(look_at::<Browser>(file.info(), &file).await?))
}

fn reply(info: FileInfo) -> Reply {
    Reply::File {
        name: info.name,
        media_type: info.media_type,
    }
}
