//! A doctor writes by the same forms as the patient, and the patient decides.

use keepwell_tests::browser::Screen;

use crate::{
    share::{compare_and_share, open_shared_chart},
    stage::{DOCTOR, Stage, write_note},
};

const ALLERGY: &str = "Penicillin";
const QUESTION: &str = "Since when do you think so?";

/// An allergy by its form: bad input first, and it waits.
pub(crate) async fn doctor_writes(stage: &Stage) {
    stage.register_both().await;
    write_note(stage.patient(), "A note", "Nothing special.").await;
    compare_and_share(stage).await;
    let doctor = stage.doctor();
    open_shared_chart(doctor).await;
    doctor.click("propose").await;
    doctor.see("write-words").await;
    assert!(!doctor.has("add-a-file").await && !doctor.has("import").await);
    for screen in [Screen::Phone, Screen::Desk, Screen::Tablet] {
        doctor.look_on(screen).await;
        doctor.picture("doctor-writes").await;
    }
    doctor.click("add-allergy").await;
    doctor.fill("record-since", "last spring").await;
    doctor.click("save").await;
    doctor.says("record-name-error", "fill this in").await;
    doctor.says("record-since-error", "a date").await;
    doctor.picture("doctor-form-wrong").await;
    doctor.fill("record-name", ALLERGY).await;
    doctor.fill("record-since", "2009").await;
    doctor.click("save").await;
    doctor.says("notice", "It waits").await;
    doctor.says("waiting-title", ALLERGY).await;
    doctor.says("facts", "2009").await;
    stage.calm().await;
}

/// The patient asks, the doctor answers in the same form, and the patient takes it.
pub(crate) async fn patient_decides(stage: &Stage) {
    let (patient, doctor) = (stage.patient(), stage.doctor());
    patient.click("nav-chart").await;
    patient.says("waiting-title", ALLERGY).await;
    patient.says("waiting-author", DOCTOR).await;
    patient.says("facts", "2009").await;
    patient.picture("a-form-waits").await;
    assert!(!patient.text().await.contains("resourceType"));
    patient.click("ask").await;
    patient.fill("question", QUESTION).await;
    patient.click("decide-confirm").await;
    patient.gone("ask-dialog").await;

    open_shared_chart(doctor).await;
    doctor.says("waiting-state", QUESTION).await;
    doctor.click("answer").await;
    doctor.see("record-name").await;
    assert_eq!(doctor.value("record-name").await, ALLERGY);
    doctor.fill("record-since", "2011").await;
    doctor.picture("doctor-answers").await;
    doctor.click("save").await;
    doctor.says("notice", "It waits").await;

    patient.click("nav-chart").await;
    patient.says("facts", "2011").await;
    patient.click("accept").await;
    patient.gone("waiting").await;
    patient.says("overview-allergies", ALLERGY).await;
    stage.calm().await;
}
