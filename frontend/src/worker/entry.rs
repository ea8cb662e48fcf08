//! Shows the password and the second factor to the server, and hands over what opens the account. It
//! opens nothing.

use std::{cell::RefCell, rc::Rc};

use keepwell_shared::error::Code;
use keepwell_vault::{Admission, Admitted, Error, PasswordProven, admit};
use web_sys::MessagePort;

use super::{
    browser::Browser,
    failure::failure,
    job::{Job, Jobs},
    port::{self, Message, Port},
    view,
};
use crate::message::entry::{Answer, Asked};

pub(super) struct Entry {
    port: Port,
    jobs: Jobs,
    /// A sign-in whose password was right.
    proven: RefCell<Option<PasswordProven<Browser>>>,
    /// One whose second factor was right, too.
    admission: RefCell<Option<Admission<Browser>>>,
}

impl Entry {
    pub(super) fn new(port: Port) -> Self {
        Self {
            jobs: Jobs::new(port.clone()),
            port,
            proven: RefCell::default(),
            admission: RefCell::default(),
        }
    }

    /// Answers one message.
    pub(super) async fn answer(self: Rc<Self>, message: Message<Asked>) {
        if let Asked::Cancel { id } = message.command {
            self.jobs.cancel(id);
            return;
        }
        let job = self.jobs.begin(message.id);
        let answer = self.carry_out(message.command, message.port, &job).await;
        self.port.reply(message.id, answer.map_err(failure), None);
    }

    async fn carry_out(
        &self,
        asked: Asked,
        port: Option<MessagePort>,
        job: &Job,
    ) -> Result<Answer, Error> {
        match asked {
            Asked::SignIn { username, password } => {
                self.proven.take();
                self.admission.take();
                match admit(job.browser()?, &username, &password).await? {
                    Admitted::In(admission) => Ok(self.admitted(admission)),
                    Admitted::NeedsFactor(proven) => {
                        self.proven.replace(Some(proven));
                        Ok(Answer::FactorNeeded)
                    }
                }
            }
            Asked::ShowFactor(typed) => {
                let factor = view::factor(&typed)?;
                let proven = self.proven.take();
                let proven = proven.ok_or(Error::Refused(Code::SignInOver))?;
                match proven.admit(&factor).await {
                    Ok(admission) => Ok(self.admitted(admission)),
                    Err((error, proven)) => {
                        self.proven.replace(proven);
                        Err(error)
                    }
                }
            }
            Asked::HandOver => {
                let (admission, port) = (self.admission.take(), port.ok_or(Error::Program)?);
                let admission = admission.ok_or(Error::Refused(Code::SignInOver))?;
                port::send(&port, &admission.to_bytes()?)?;
                Ok(Answer::Done)
            }
            Asked::ForgetReturn { username } => {
                keepwell_vault::forget_return(&job.browser()?, &username).await;
                Ok(Answer::Done)
            }
            Asked::Cancel { .. } => Err(Error::Program),
        }
    }

    fn admitted(&self, admission: Admission<Browser>) -> Answer {
        self.admission.replace(Some(admission));
        Answer::Admitted
    }
}
