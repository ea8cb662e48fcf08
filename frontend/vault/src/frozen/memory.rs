//! What a device remembers, written field by field and not by the product's own encoder.

use keepwell_shared::statement::{Link, VERSION, Verified};
use minicbor::{Encoder, encode::Error};

use super::{
    author,
    envelopes::address_book,
    heads,
    world::{TIME, World, drawn},
};

type Writing<'e> = Result<&'e mut Encoder<Vec<u8>>, Error<std::convert::Infallible>>;

fn written(write: impl FnOnce(&mut Encoder<Vec<u8>>) -> Writing<'_>) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(&mut encoder).unwrap();
    encoder.into_writer()
}

/// A head in a memory: counter, id, time.
fn seen<'e, T: Link>(e: &'e mut Encoder<Vec<u8>>, head: &Verified<T>, at: u64) -> Writing<'e> {
    e.array(3)?
        .u64(head.payload().counter())?
        .bytes(&head.id().0)?
        .u64(at)
}

pub(super) fn account(world: &World) -> Vec<u8> {
    written(|e| {
        e.array(5)?.u8(VERSION)?;
        seen(e, &heads::account(world), TIME)?
            .u64(7)?
            .bytes(&address_book(world).sealed)?
            .array(1)?
            .bytes(&world.chart.to_tagged())
    })
}

pub(super) fn chart(world: &World) -> Vec<u8> {
    let (chart, newest) = (heads::later_chart(world), heads::written(world));
    written(|e| {
        e.array(8)?.u8(VERSION)?;
        seen(e, &chart, chart.payload().at)?.array(1)?.array(2)?;
        e.bytes(&world.compartment.to_tagged())?;
        seen(e, &newest, newest.payload().at)?
            .array(1)?
            .bytes(&world.grant.to_tagged())?;
        // Heads whose fate is not known: one of the chart, one of a compartment.
        e.array(2)?
            .array(2)?
            .null()?
            .bytes(&drawn::<32>("a chart head on its way"))?
            .array(2)?
            .bytes(&world.compartment.to_tagged())?
            .bytes(&drawn::<32>("a compartment head on its way"))?;
        e.array(1)?
            .array(2)?
            .bytes(&world.lost_record.to_tagged())?
            .str("Blood pressure, Größe")?;
        // The doctor's newest statement.
        e.array(1)?
            .array(3)?
            .bytes(&world.compartment.to_tagged())?
            .bytes(&world.doctor.account.to_tagged())?;
        let theirs = author::statement(world);
        seen(e, &theirs, theirs.payload().at)?;
        // The heads before the newest ones.
        e.array(2)?
            .array(2)?
            .null()?
            .bytes(&chart.payload().previous.unwrap().0)?
            .array(2)?
            .bytes(&world.compartment.to_tagged())?
            .bytes(&newest.payload().previous.unwrap().0)
    })
}
