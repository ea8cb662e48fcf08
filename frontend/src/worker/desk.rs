//! Takes commands, uses the vault, gives replies. One vault at a time.

mod factor;
mod files;

use std::{cell::RefCell, rc::Rc};

use crate::message::{self, Command, Failure, Kept, Reply};
use keepwell_shared::{error::Code, id::ChartId};
use keepwell_vault::{
    Admission, Behind, Chart, Device, Distrust, Entered, Error, NewFactor, SettingUp, Vault,
};
use wasm_bindgen::JsCast;
use web_sys::{Blob, File, MessagePort, WorkerGlobalScope};

use self::files::{add_file, look_at_file, open_file};
use super::{
    browser::Browser,
    failure::failure,
    file::Chosen,
    job::{Job, Jobs},
    port::{self, Message, Port},
    view,
};

type Answer = Result<(Reply, Option<Blob>), Error>;

pub(crate) struct Desk {
    port: Port,
    jobs: Jobs,
    vault: RefCell<Option<Rc<Vault<Browser>>>>,
    /// An account that is not what this browser has seen, until its owner goes on from there.
    behind: RefCell<Option<Behind<Browser>>>,
    /// A second factor that was drawn for this account.
    new_factor: RefCell<Option<NewFactor>>,
    /// An account that was drawn and is not made yet.
    drawn: RefCell<Option<SettingUp<Browser>>>,
}

impl Desk {
    pub(crate) fn new(port: Port) -> Self {
        Self {
            jobs: Jobs::new(port.clone()),
            port,
            vault: RefCell::new(None),
            behind: RefCell::new(None),
            new_factor: RefCell::new(None),
            drawn: RefCell::new(None),
        }
    }

    /// Answers one message.
    pub(crate) async fn answer(self: Rc<Self>, message: Message<Command>) {
        if let Command::Cancel { id } = message.command {
            self.jobs.cancel(id);
            return;
        }
        let id = message.id;
        let (result, blob) = match self.carry_out(message).await {
            Ok((reply, blob)) => (Ok(reply), blob),
            Err(error) => (Err(failure(error)), None),
        };
        if result == Err(Failure::SignedOut) {
            // The session has ended: what it opened is forgotten.
            self.vault.borrow_mut().take();
        }
        self.port.reply(id, result, blob);
    }

    async fn carry_out(&self, message: Message<Command>) -> Answer {
        let job = &self.jobs.begin(message.id);
        match message.command {
            Command::Register {
                username,
                password,
                role,
            } => {
                let drawn = Vault::register(job.browser()?, &username, &password, role).await?;
                let reply = Reply::NewFactor(view::new_factor(drawn.factor(), drawn.username()));
                self.drawn.replace(Some(drawn));
                Ok((reply, None))
            }
            Command::FinishRegistration { code } => {
                let answer = self.finish_registration(&code).await?;
                self.remember_new_charts(&answer.0).await;
                Ok(answer)
            }
            Command::TakeOver => self.take_over(message.port, job).await,
            Command::GoOn { current, new } => self.go_on(&current, &new).await,
            command => {
                let vault = self.vault.borrow().clone().ok_or(SIGNED_OUT)?;
                self.unlocked(&vault, command, message.file, job).await
            }
        }
    }

    /// Opens the account for which another worker of this page was let in.
    async fn take_over(&self, port: Option<MessagePort>, job: &Job) -> Answer {
        self.behind.take();
        let handed_over = port::receive(&port.ok_or(Error::Program)?).await?;
        let admission = Admission::from_bytes(job.browser()?, &handed_over)?;
        match admission.open().await? {
            Entered::In(vault) => self.open(*vault).await,
            Entered::NeedsFactor(_) => Err(Error::Program),
            Entered::Behind(behind) => {
                let reply = Reply::Behind(message::Behind {
                    forked: behind.why() == Distrust::Forked,
                    shown: behind.shown(),
                    seen: behind.seen(),
                });
                self.behind.replace(Some(*behind));
                Ok((reply, None))
            }
        }
    }

    async fn go_on(&self, current: &str, new: &str) -> Answer {
        let behind = self.behind.take().ok_or(SIGNED_OUT)?;
        match behind.go_on(current, new).await {
            Ok(vault) => self.open(vault).await,
            Err((error, behind)) => {
                self.behind.replace(behind);
                Err(error)
            }
        }
    }

    async fn open(&self, vault: Vault<Browser>) -> Answer {
        let vault = Rc::new(vault);
        let home = vault.home().await?;
        let reply = Reply::Home(view::home(&vault, home));
        self.vault.borrow_mut().replace(vault);
        Ok((reply, None))
    }

    /// A chart that was made here is not seen for the first time when the person opens it: this
    /// browser remembers it from its beginning.
    async fn remember_new_charts(&self, reply: &Reply) {
        let vault = self.vault.borrow().clone();
        if let (Some(vault), Reply::Home(home)) = (vault, reply) {
            for chart in &home.own {
                // What fails here is said when the chart is opened.
                let _opened = vault.open_chart(*chart).await;
            }
        }
    }

    async fn unlocked(
        &self,
        vault: &Vault<Browser>,
        command: Command,
        file: Option<File>,
        job: &Job,
    ) -> Answer {
        let reply = match command {
            Command::SignOut => {
                self.vault.borrow_mut().take();
                vault.sign_out().await?;
                Reply::Done
            }
            Command::TellDevice { shared } => {
                let device = Device::from_user_agent(&user_agent(), shared);
                if shared {
                    vault.forget_device().await;
                }
                vault.tell_device(device).await?;
                Reply::Done
            }
            Command::ChangePassword { current, new } => {
                vault.change_password(&current, &new).await?;
                Reply::Done
            }
            Command::Protection => Reply::Protection(view::protection(vault.protection())),
            Command::FailedTries => Reply::FailedTries(vault.failed_tries().await?),
            Command::Sessions => Reply::Sessions(view::sessions(vault.sessions().await?)),
            Command::EndSession { session } => {
                vault.end_session(session).await?;
                Reply::Done
            }
            Command::EndOtherSessions => {
                vault.end_other_sessions().await?;
                Reply::Done
            }
            Command::ConfirmFactor {
                password,
                factor,
                shared,
            } => self.confirm(vault, &password, &factor, shared).await?,
            Command::DrawFactor => self.draw_factor(vault),
            Command::ChangeFactor { code } => self.change_factor(vault, &code).await?,
            Command::NewRecoveryCodes => {
                let codes = vault.new_recovery_codes().await?;
                Reply::Sheet(view::sheet(vault.username(), codes))
            }
            Command::Lock => {
                self.vault.borrow_mut().take();
                vault.lock().await?;
                Reply::Done
            }
            Command::Home => Reply::Home(view::home(vault, vault.home().await?)),
            Command::OpenChart { chart } => {
                Reply::Chart(view::chart(vault, open_and_see(vault, chart).await?))
            }
            Command::TakeIn { chart, all } => {
                let all: Vec<_> = all.into_iter().map(view::addition).collect();
                Reply::Taken(vault.take_in(chart, &all).await?)
            }
            Command::Propose {
                chart,
                draft,
                answers,
            } => {
                let shown = vault.propose(chart, &view::draft(draft), answers).await?;
                Reply::Chart(view::chart(vault, shown))
            }
            Command::Decide {
                chart,
                statement,
                decision,
            } => {
                let decision = view::decision(decision);
                let shown = vault.decide(chart, statement, &decision).await?;
                Reply::Chart(view::chart(vault, shown))
            }
            Command::AddNote { chart, draft } => Reply::Entry(view::entry(
                vault.add_note(chart, &view::draft(draft)).await?,
            )),
            Command::AddFile { chart, draft } => add_file(vault, chart, draft, file, job).await?,
            Command::Revise {
                chart,
                record,
                seen,
                draft,
            } => {
                let draft = view::draft(draft);
                let revised = match file.map(Chosen::new) {
                    None => vault.revise(chart, record, seen, &draft).await?,
                    Some(file) => {
                        vault
                            .replace_file(chart, record, seen, &draft, file.info(), &file, job)
                            .await?
                    }
                };
                Reply::Entry(view::entry(revised))
            }
            Command::DeleteEntry {
                chart,
                record,
                seen,
            } => Reply::Chart(view::chart(vault, vault.delete(chart, record, seen).await?)),
            Command::OpenEntry {
                chart,
                record,
                revision,
            } => {
                self.readable(vault, chart).await?;
                Reply::Entry(view::entry(vault.entry(chart, record, revision)?))
            }
            Command::OpenFile {
                chart,
                record,
                revision,
            } => {
                self.readable(vault, chart).await?;
                return open_file(vault, chart, record, revision, job).await;
            }
            Command::KeepDrafts { changed } => match vault.keep_drafts(changed).await {
                true => Reply::Done,
                false => return Err(Error::Program),
            },
            Command::Drafts => {
                let kept = vault.drafts().await.unwrap_or_default();
                Reply::Drafts(Kept(kept.to_string()))
            }
            Command::LookAt => look_at_file(file).await?,
            Command::FindPerson { username } => {
                Reply::Person(view::person(vault, vault.find_person(&username).await?))
            }
            Command::ConfirmPerson { account, bundle } => Reply::Person(view::person(
                vault,
                vault.confirm_person(account, bundle).await?,
            )),
            Command::People => Reply::People(
                vault
                    .people()
                    .into_iter()
                    .map(|person| view::person(vault, person))
                    .collect(),
            ),
            Command::Share { chart, account } => {
                Reply::Chart(view::chart(vault, vault.share(chart, account).await?))
            }
            Command::StopSharing { chart, grant } => {
                Reply::Chart(view::chart(vault, vault.stop_sharing(chart, grant).await?))
            }
            Command::Repair { chart } => {
                let mut repaired = vault.repair(chart).await?;
                // Read once more, so that nothing is told of what was refused before.
                if let Ok(again) = vault.open_chart(chart).await {
                    repaired.chart = again;
                }
                Reply::Repaired(view::repaired(vault, repaired))
            }
            Command::Register { .. }
            | Command::FinishRegistration { .. }
            | Command::SignIn { .. }
            | Command::ShowFactor(_)
            | Command::ForgetReturn { .. }
            | Command::HandOver
            | Command::TakeOver
            | Command::GoOn { .. }
            | Command::Cancel { .. } => return Err(Error::Program),
        };
        Ok((reply, None))
    }

    /// A chart of one's own was read once; one of somebody else is asked for each time, so that an
    /// ended grant shows at the next click.
    async fn readable(&self, vault: &Vault<Browser>, chart: ChartId) -> Result<(), Error> {
        if vault.has_opened(chart) {
            vault.still_readable(chart).await
        } else {
            vault.open_chart(chart).await.map(|_| ())
        }
    }
}

/// Opens a chart; what waits in one's own is on the screen then, and its authors are told that it has
/// been seen.
async fn open_and_see(vault: &Vault<Browser>, chart: ChartId) -> Result<Chart, Error> {
    let opened = vault.open_chart(chart).await?;
    let news = opened.own && opened.waiting.iter().any(|one| !one.seen);
    if news && opened.standing.is_writable() {
        // What can not be said now is said the next time.
        return Ok(vault.see(chart).await.unwrap_or(opened));
    }
    Ok(opened)
}

const SIGNED_OUT: Error = Error::Refused(Code::SignedOut);

/// What this browser calls itself.
fn user_agent() -> String {
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    scope.navigator().user_agent().unwrap_or_default()
}
