//! Lists that are cut, repeated or shifted exactly where one page ends and the next one begins.

use std::{cell::RefCell, rc::Rc};

use keepwell_shared::wire::{Endpoint, HeadList, MAX_PAGE, RevisionList};
use keepwell_tests::{
    Device,
    tamper::{Lie, at, edit},
};
use keepwell_vault::{Distrust, Error, Standing};
use serde_json::Value;

use crate::{
    attack,
    gossip::look,
    list::Attack,
    probe::reasons,
    stage::{Stage, calm, draft},
};

pub fn attacks() -> Vec<Attack> {
    vec![attack!(
        152,
        "a list cut at the border of a page",
        "DL01 class (PM26); movim 665 class",
        "pages have no end of their own: the signed head says how much there is and what it adds up to",
        cut_at_a_border
    )]
}

/// Changes a list of an endpoint on its second page; gets the first one too.
fn second_page<E: Endpoint>(
    endpoint: E,
    list: &'static str,
    change: impl Fn(&mut Vec<Value>, &[Value]) + 'static,
) -> Lie {
    let first = Rc::new(RefCell::new(None::<(String, Vec<Value>)>));
    Lie::at(endpoint, move |sent, answer| {
        edit(answer, |json| {
            let items = at(json, list).as_array_mut().unwrap();
            let mut first = first.borrow_mut();
            let (target, page) = first.get_or_insert((sent.target.clone(), items.clone()));
            if *target != sent.target {
                change(items, page);
            }
        });
    })
}

async fn cut_at_a_border() {
    let stage = Stage::new().await;
    let first_day = stage.patient.device.copy();
    let page = usize::try_from(MAX_PAGE).unwrap();
    for number in 1..page + 3 {
        stage
            .patient
            .note(stage.chart, &format!("note {number}"), "")
            .await;
    }
    let all = page + 3;
    let shown = stage.reads_well().await;
    assert_eq!(shown.entries.len(), all);

    let lies: [(Lie, usize); 5] = [
        // The list ends with its first page.
        (
            second_page(RevisionList, "/revisions", |items, _| items.clear()),
            3,
        ),
        // The first page comes once more.
        (
            second_page(RevisionList, "/revisions", |items, first| {
                *items = first.to_vec();
            }),
            3,
        ),
        // One entry is lost between the two, or stands on both.
        (
            second_page(RevisionList, "/revisions", |items, _| {
                items.remove(0);
            }),
            1,
        ),
        (
            second_page(RevisionList, "/revisions", |items, first| {
                items.insert(0, first[first.len() - 1].clone());
            }),
            1,
        ),
        // The first entry of all in the place of the first one behind the border.
        (
            second_page(RevisionList, "/revisions", |items, first| {
                items[0] = first[0].clone();
            }),
            1,
        ),
    ];
    for (number, (lie, missing)) in lies.into_iter().enumerate() {
        let (line, person, shown) =
            look(&stage, &stage.patient, &Device::default(), vec![lie]).await;
        assert_eq!(shown.standing, Standing::Incomplete, "lie {number}");
        assert_eq!(
            reasons(&shown),
            vec![Distrust::Missing; missing],
            "lie {number}"
        );
        assert_eq!(shown.entries.len(), all - missing, "lie {number}");
        let never = draft("never", "stored");
        let written = person.vault.add_note(stage.chart, &never).await;
        assert_eq!(written.map(drop), Err(Error::Blocked));
        assert!(line.count() < 40, "{:?}", line.traffic(0));
        calm(&line, &person, 0).await;
    }
    // The way back from the newest head to the one that a browser remembers.
    let cut = second_page(HeadList, "/heads", |items, _| items.clear());
    let device = first_day.copy();
    let (line, person, shown) = look(&stage, &stage.patient, &device, vec![cut]).await;
    assert_eq!(shown.standing, Standing::Forked);
    calm(&line, &person, 0).await;
    let (.., shown) = look(&stage, &stage.patient, &first_day, vec![]).await;
    assert_eq!(
        (shown.standing, shown.entries.len()),
        (Standing::Current, all)
    );
}
