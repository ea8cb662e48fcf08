//! Who and what takes part.

use std::{cell::RefCell, collections::BTreeMap};

use keepwell_tests::{
    Authenticator, Server, Wiretap,
    browser::{Browsers, Page, Screen},
};

pub(crate) const PATIENT: &str = "patient-one";
pub(crate) const DOCTOR: &str = "doctor-one";
pub(crate) const PATIENT_PASSWORD: &str = "kettle harbour eleven plums";
pub(crate) const DOCTOR_PASSWORD: &str = "lantern gravel forty swans";

/// Files of up to 100 MiB.
pub(crate) const ARGUMENTS: [&str; 2] = ["--max-file", "104857600"];

/// The server, the ear on its line, and the browsers.
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) tap: Wiretap,
    people: Vec<Page>,
    /// The phones and sheets of those who have accounts.
    phones: RefCell<BTreeMap<String, Authenticator>>,
}

impl Stage {
    /// A server, a patient, and a doctor whom the patient does not know yet.
    pub(crate) async fn of_two(browsers: &Browsers) -> Self {
        let mut stage = Self::of_one(browsers).await;
        stage.join(browsers, "doctor", Screen::Tablet).await;
        stage
    }

    /// A server and a patient.
    pub(crate) async fn of_one(browsers: &Browsers) -> Self {
        let mut stage = Self::server_only().await;
        stage.join(browsers, "patient", Screen::Phone).await;
        stage
    }

    /// A server that takes files of up to 100 MiB.
    pub(crate) async fn server_only() -> Self {
        Self::with(Server::start_with(&ARGUMENTS)).await
    }

    pub(crate) async fn with(server: Server) -> Self {
        let tap = Wiretap::on(server.address()).await;
        Self {
            server,
            tap,
            people: Vec::new(),
            phones: RefCell::default(),
        }
    }

    pub(crate) fn patient(&self) -> &Page {
        &self.people[0]
    }

    pub(crate) fn doctor(&self) -> &Page {
        &self.people[1]
    }

    /// One more browser, of whomever.
    pub(crate) async fn another(&self, browsers: &Browsers, person: &str, screen: Screen) -> Page {
        // The address that the server itself prints.
        let origin = format!("http://localhost:{}", self.tap.address().port());
        browsers.open(person, &origin, screen).await
    }

    async fn join(&mut self, browsers: &Browsers, person: &str, screen: Screen) {
        let page = self.another(browsers, person, screen).await;
        self.people.push(page);
    }

    /// Both get accounts.
    pub(crate) async fn register_both(&self) {
        for (page, role, name, password) in [
            (self.patient(), "role-patient", PATIENT, PATIENT_PASSWORD),
            (self.doctor(), "role-doctor", DOCTOR, DOCTOR_PASSWORD),
        ] {
            page.go("/register").await;
            register(page, role, name, password, password).await;
            self.set_up_factor(page, name).await;
            page.see("empty").await;
        }
    }

    /// The patient gets an account.
    pub(crate) async fn register_patient(&self) {
        let page = self.patient();
        page.go("/register").await;
        register(
            page,
            "role-patient",
            PATIENT,
            PATIENT_PASSWORD,
            PATIENT_PASSWORD,
        )
        .await;
        self.set_up_factor(page, PATIENT).await;
        page.see("empty").await;
    }

    /// Takes the second factor over from the screen, and types its first code.
    pub(crate) async fn set_up_factor(&self, page: &Page, username: &str) {
        self.take_factor(page, username).await;
        let code = self.phone(username).first_code();
        page.fill("code", &code).await;
        page.click("finish").await;
    }

    /// Takes the second factor over from the screen.
    pub(crate) async fn take_factor(&self, page: &Page, username: &str) {
        let key = page.says("factor-key", "-").await;
        let codes = page.says("recovery-codes", "-").await;
        let codes = codes.split_whitespace().map(str::to_owned).collect();
        let phone = Authenticator::typed(key.trim(), codes);
        self.phones.borrow_mut().insert(username.to_owned(), phone);
    }

    /// Shows the second factor of a sign-in: a recovery code, because each code works once and no
    /// test waits for the next one.
    pub(crate) async fn second_step(&self, page: &Page, username: &str) {
        page.see("second-step").await;
        page.click("other-factor").await;
        let code = self.phone(username).recovery_code();
        page.fill("recovery-code", &code.to_lowercase()).await;
        page.click("show-factor").await;
    }

    /// Somebody's phone and sheet.
    pub(crate) fn phone(&self, username: &str) -> Authenticator {
        self.phones.borrow()[username].clone()
    }

    /// Nobody's console has anything to report.
    pub(crate) async fn calm(&self) {
        for person in &self.people {
            person.calm(&[]).await;
        }
    }
}

/// Fills the first form of a new account and sends it; the second factor comes next.
pub(crate) async fn register(page: &Page, role: &str, username: &str, password: &str, again: &str) {
    page.click(role).await;
    page.fill("username", username).await;
    page.fill("password", password).await;
    page.fill("password-again", again).await;
    page.click("submit").await;
}

/// Fills the sign-in form and sends it; where this browser was not let in before, the second factor
/// comes next.
pub(crate) async fn sign_in(page: &Page, username: &str, password: &str) {
    page.fill("username", username).await;
    page.fill("password", password).await;
    page.click("submit").await;
}

/// Types the password of a locked page.
pub(crate) async fn unlock(page: &Page, password: &str) {
    page.see("locked").await;
    page.fill("password", password).await;
    page.click("submit").await;
    page.gone("locked").await;
}

/// Writes a note, from wherever the page is.
pub(crate) async fn write_note(page: &Page, title: &str, text: &str) {
    page.click("nav-chart").await;
    page.click("add-note").await;
    page.fill("note-title", title).await;
    page.fill("note-text", text).await;
    page.click("save").await;
    page.says("entry-title", title).await;
}
