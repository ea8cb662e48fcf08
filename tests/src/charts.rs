//! What tests of one shared chart begin with, and how they look at it.

use keepwell_shared::{id::ChartId, statement::Role};
use keepwell_vault::{Category, Chart, Draft};

use crate::{Person, Server};

/// A patient with one shared note, and a doctor who has read it.
pub async fn shared_note(server: &Server) -> (Person, Person, ChartId) {
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let doctor = Person::register(server.address(), "doctor-one", Role::Doctor).await;
    let chart = patient.chart().await;
    patient.note(chart, "First", "").await;
    patient.compare_with(&doctor).await;
    doctor.compare_with(&patient).await;
    let account = doctor.vault.account();
    patient.vault.share(chart, account).await.expect("shared");
    doctor.vault.open_chart(chart).await.expect("read");
    (patient, doctor, chart)
}

/// The titles of all entries, sorted.
pub fn titles(chart: &Chart) -> Vec<&str> {
    let entries = chart.entries.iter();
    let mut titles: Vec<_> = entries.map(|entry| entry.entry.title.as_str()).collect();
    titles.sort_unstable();
    titles
}

/// A note of a title alone.
pub fn titled(title: &str, category: Category) -> Draft {
    Draft {
        title: title.into(),
        text: String::new(),
        category,
    }
}
