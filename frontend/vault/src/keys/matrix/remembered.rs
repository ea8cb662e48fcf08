//! What a device keeps of its person.

use super::*;
use crate::{
    drafts,
    memory::{self, AccountMemory, ChartMemory, Memory},
};

pub(super) fn kinds() -> Vec<Sealing> {
    vec![
        Sealing {
            name: "memory of an account",
            label: label::SEAL_MEMORY,
            seal: || seal_memory(&memory::samples().0, None),
            open: |envelope| open_memory::<AccountMemory>(None, envelope),
        },
        Sealing {
            name: "memory of a chart",
            label: label::SEAL_MEMORY,
            seal: || seal_memory(&memory::samples().1, Some(chart())),
            open: |envelope| open_memory::<ChartMemory>(Some(chart()), envelope),
        },
        Sealing {
            name: "drafts",
            label: label::SEAL_DRAFTS,
            seal: || {
                drafts::seal(&AccountKey(SAME), account(), "typed")
                    .unwrap()
                    .0
            },
            open: |envelope| drafts::open(&AccountKey(SAME), account(), &bytes(envelope)).map(drop),
        },
    ]
}

fn seal_memory(memory: &impl Memory, chart: Option<ChartId>) -> Vec<u8> {
    let context = Context::Memory(account(), chart);
    memory.seal(&AccountKey(SAME), &context).unwrap().0
}

/// A memory that does not open is none; here that counts as distrust like everywhere else.
fn open_memory<T: Memory>(chart: Option<ChartId>, envelope: &[u8]) -> Result<(), Error> {
    let context = Context::Memory(account(), chart);
    match T::open(&AccountKey(SAME), &context, &bytes(envelope)) {
        Some(_) => Ok(()),
        None => Err(Distrust::Content.into()),
    }
}
