//! The same kind in another place: another chart, account, record, epoch, number. Sealed under one
//! key with one id, so that the context alone tells two places apart.

use super::*;

/// Every context with each of its fields changed in turn.
fn places() -> Vec<Context> {
    let (account2, chart2) = (AccountId::from([2; 16]), ChartId::from([2; 16]));
    let (compartment2, record2) = (CompartmentId::from([2; 16]), RecordId::from([2; 16]));
    let (account, chart, compartment, record) = (account(), chart(), compartment(), record());
    vec![
        Context::AccountKey(account),
        Context::AccountKey(account2),
        Context::KitAccountKey(account),
        Context::KitAccountKey(account2),
        Context::ReturnKey(session()),
        Context::ReturnKey(SessionId::from([2; 16])),
        Context::Identity(account),
        Context::Identity(account2),
        Context::Book(account, 1),
        Context::Book(account, 2),
        Context::Book(account2, 1),
        Context::Device(account, SessionId::from([1; 16])),
        Context::Device(account, SessionId::from([2; 16])),
        Context::Device(account2, SessionId::from([1; 16])),
        Context::Memory(account, None),
        Context::Memory(account2, None),
        Context::Memory(account, Some(chart)),
        Context::Memory(account, Some(chart2)),
        Context::Memory(account2, Some(chart)),
        Context::Drafts(account),
        Context::Drafts(account2),
        Context::CompartmentOwn(chart, compartment, 1),
        Context::CompartmentOwn(chart, compartment, 2),
        Context::CompartmentOwn(chart, compartment2, 1),
        Context::CompartmentOwn(chart2, compartment, 1),
        Context::CompartmentBack(chart, compartment, 1),
        Context::CompartmentBack(chart, compartment, 2),
        Context::CompartmentBack(chart, compartment2, 1),
        Context::CompartmentBack(chart2, compartment, 1),
        Context::RecordKey(chart, compartment, 1, record),
        Context::RecordKey(chart, compartment, 1, record2),
        Context::RecordKey(chart, compartment, 2, record),
        Context::RecordKey(chart, compartment2, 1, record),
        Context::RecordKey(chart2, compartment, 1, record),
        Context::ContentKey(chart, record, Kind::Entry),
        Context::ContentKey(chart, record, Kind::File),
        Context::ContentKey(chart, record2, Kind::Entry),
        Context::ContentKey(chart2, record, Kind::Entry),
        Context::Entry(chart, compartment, record, 1),
        Context::Entry(chart, compartment, record, 2),
        Context::Entry(chart, compartment, record2, 1),
        Context::Entry(chart, compartment2, record, 1),
        Context::Entry(chart2, compartment, record, 1),
        Context::File(chart, record),
        Context::File(chart, record2),
        Context::File(chart2, record),
    ]
}

/// The label of a context and how many fields it has. A new one does not build until somebody has
/// come here.
fn shape(context: &Context) -> (&'static str, usize) {
    match context {
        Context::AccountKey(_) => (label::WRAP_ACCOUNT_KEY, 1),
        Context::KitAccountKey(_) => (label::WRAP_ACCOUNT_KEY_KIT, 1),
        Context::ReturnKey(_) => (label::WRAP_RETURN_KEY, 1),
        Context::Identity(_) => (label::SEAL_IDENTITY, 1),
        Context::Book(..) => (label::SEAL_ADDRESS_BOOK, 2),
        Context::Device(..) => (label::SEAL_DEVICE, 2),
        Context::Memory(..) => (label::SEAL_MEMORY, 2),
        Context::Drafts(_) => (label::SEAL_DRAFTS, 1),
        Context::CompartmentOwn(..) => (label::WRAP_COMPARTMENT_OWN, 3),
        Context::CompartmentBack(..) => (label::WRAP_COMPARTMENT_BACK, 3),
        Context::RecordKey(..) => (label::WRAP_RECORD_KEY, 4),
        Context::ContentKey(..) => (label::WRAP_CONTENT_KEY, 3),
        Context::Entry(..) => (label::CONTENT_ENTRY, 4),
        Context::File(..) => (label::CONTENT_FILE, 2),
    }
}

/// The label that a CBOR array begins with.
fn first(encoded: &[u8]) -> &str {
    let mut decoder = minicbor::Decoder::new(encoded);
    decoder.array().unwrap();
    decoder.str().unwrap()
}

/// Every place begins with its label, and every field is changed in one line of the table.
#[test]
fn every_place_has_its_label_and_every_field_is_changed_once() {
    for place in places() {
        let (label, fields) = shape(&place);
        assert_eq!(first(&place.encode()), label, "{place:?}");
        let same_kind = places().iter().filter(|p| shape(p).0 == label).count();
        // Memories are in it twice: that of an account names no chart.
        let without = match place {
            Context::Memory(..) => 2,
            _ => 0,
        };
        assert_eq!(same_kind, 1 + fields + without, "{place:?}");
    }
    assert_eq!(first(&granted().0), label::HPKE_GRANT);
    assert_eq!(first(&written().0), label::HPKE_ENTRY);
}

#[test]
fn an_envelope_opens_in_its_place_only() {
    let id = kdf::key_id(&SAME, "same");
    for (i, sealed_in) in places().into_iter().enumerate() {
        let envelope = Bytes(aead::seal(&SAME, id, &sealed_in.encode(), b"a secret").unwrap());
        for (j, opened_in) in places().into_iter().enumerate() {
            let said = open(&SAME, id, &opened_in, &envelope).map(|plain| plain.to_vec());
            let expected = match i == j {
                true => Ok(b"a secret".to_vec()),
                false => Err(Distrust::Content.into()),
            };
            assert_eq!(said, expected, "{sealed_in:?} as {opened_in:?}");
        }
    }
}

#[test]
fn content_opens_in_its_place_only() {
    for (i, sealed_in) in places().into_iter().enumerate() {
        let message = seal_content(&sealed_in.encode());
        for (j, opened_in) in places().into_iter().enumerate() {
            let said = open_content(&opened_in.encode(), &message).map(|plain| plain.to_vec());
            let expected = match i == j {
                true => Ok(b"some content".to_vec()),
                false => Err(Distrust::Content.into()),
            };
            assert_eq!(said, expected, "{sealed_in:?} as {opened_in:?}");
        }
    }
}

/// What a grant wraps opens for its chart, grant, grantor, grantee's keys, compartment, epoch and
/// key only, and for nothing else that is bound anywhere.
#[test]
fn a_granted_key_opens_in_its_place_only() {
    let (grant, grant2) = (GrantId::from([1; 16]), GrantId::from([2; 16]));
    let (account2, chart2) = (AccountId::from([2; 16]), ChartId::from([2; 16]));
    let (one, two) = (Hash([1; 32]), Hash([2; 32]));
    let info = grant_info(chart(), grant, account(), one);
    let context = grant_context(compartment(), 1, one);
    let message = seal_hpke(&info, &context, b"a key");
    let control = open_hpke(&info, &context, &message).unwrap();
    assert_eq!(control.as_slice(), b"a key");

    let mut infos = vec![
        grant_info(chart2, grant, account(), one),
        grant_info(chart(), grant2, account(), one),
        grant_info(chart(), grant, account2, one),
        grant_info(chart(), grant, account(), two),
        context.clone(),
        Vec::new(),
    ];
    infos.extend(places().iter().map(Context::encode));
    let contexts = [
        grant_context(CompartmentId::from([2; 16]), 1, one),
        grant_context(compartment(), 2, one),
        grant_context(compartment(), 1, two),
        info.clone(),
        Vec::new(),
    ];
    let elsewhere = infos
        .iter()
        .map(|other| (other, &context))
        .chain(contexts.iter().map(|other| (&info, other)));
    for (info, context) in elsewhere {
        let said = open_hpke(info, context, &message).err();
        assert_eq!(said, Some(Distrust::Content.into()), "{info:?} {context:?}");
    }
}

/// The key of an entry by another author opens for its chart, compartment, record, author, reader's
/// keys and key only, and for nothing else that is bound anywhere.
#[test]
fn the_key_of_somebody_elses_entry_opens_in_its_place_only() {
    let (account2, chart2) = (AccountId::from([2; 16]), ChartId::from([2; 16]));
    let (compartment2, record2) = (CompartmentId::from([2; 16]), RecordId::from([2; 16]));
    let (one, two) = (Hash([1; 32]), Hash([2; 32]));
    let info = entry_info(chart(), compartment(), record(), account(), one);
    let context = entry_context(one);
    let message = seal_hpke(&info, &context, b"a key");
    let control = open_hpke(&info, &context, &message).unwrap();
    assert_eq!(control.as_slice(), b"a key");

    let mut infos = vec![
        entry_info(chart2, compartment(), record(), account(), one),
        entry_info(chart(), compartment2, record(), account(), one),
        entry_info(chart(), compartment(), record2, account(), one),
        entry_info(chart(), compartment(), record(), account2, one),
        entry_info(chart(), compartment(), record(), account(), two),
        grant_info(chart(), GrantId::from([1; 16]), account(), one),
        context.clone(),
        Vec::new(),
    ];
    infos.extend(places().iter().map(Context::encode));
    let contexts = [entry_context(two), info.clone(), Vec::new()];
    let elsewhere = infos
        .iter()
        .map(|other| (other, &context))
        .chain(contexts.iter().map(|other| (&info, other)));
    for (info, context) in elsewhere {
        let said = open_hpke(info, context, &message).err();
        assert_eq!(said, Some(Distrust::Content.into()), "{info:?} {context:?}");
    }
}

/// The role of a key is in its id: the same bytes are another key elsewhere, even in one context.
#[test]
fn the_same_bytes_in_another_role_open_nothing() {
    let context = Context::RecordKey(chart(), compartment(), 1, record());
    let sealed = CompartmentKey(SAME)
        .wrap(&RecordKey(SAME), &context)
        .unwrap();
    let distrusted = || Some(Error::from(Distrust::Content));
    let control = CompartmentKey(SAME).unwrap_key(&sealed, &context);
    assert_eq!(control.unwrap().0, SAME);
    let unlock = UnlockKey(SAME).unwrap_key(&sealed, &context);
    assert_eq!(unlock.err(), distrusted());
    let kit = KitKey(SAME).unwrap_key(&sealed, &context);
    assert_eq!(kit.err(), distrusted());
    assert_eq!(AccountKey(SAME).open(&sealed, &context).err(), distrusted());
    let record = RecordKey(SAME).unwrap_key(&sealed, &context);
    assert_eq!(record.err(), distrusted());
}
