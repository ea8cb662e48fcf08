//! What doctors wrote and the owner has not taken yet.

pub(crate) const FOR_YOU: &str = "Waiting for you";
pub(crate) const FOR_YOU_TEXT: &str =
    "These entries were written for you. They become part of your chart when you take them.";
pub(crate) const WAITING: &str = "Waiting for the patient";
pub(crate) const WAITING_TEXT: &str =
    "The patient has not taken these entries. Until then they are not part of the chart.";

pub(crate) const WRITE: &str = "Write an entry";
pub(crate) const SEND_ENTRY: &str = "Send to the patient";
pub(crate) const SENDING: &str = "Sending …";
pub(crate) const SENT: &str = "Sent. It waits until the patient takes it.";
pub(crate) const ANSWER: &str = "Answer";
pub(crate) const NOT_SHARED: &str =
    "This category is not shared with you. Please choose another one.";

pub(crate) fn not_shared(category: &str) -> String {
    format!(
        "This belongs to “{category}”, which is not shared with you. Nothing was sent, and what you typed is still here."
    )
}

pub(crate) const WRITE_WORDS: &str = "Write it in words";

pub(crate) fn write_title(owner: &str) -> String {
    format!("Write an entry for {owner}")
}

pub(crate) fn answer_title(owner: &str) -> String {
    format!("Answer {owner}")
}

pub(crate) const WRITE_TEXT: &str = "It waits for the patient, who takes it, asks about it or declines it. Those who may read the category now can read it meanwhile.";

pub(crate) const ACCEPT: &str = "Take into my chart";
pub(crate) const ASK: &str = "Ask about it";
pub(crate) const DECLINE: &str = "Decline";
pub(crate) const QUESTION: &str = "Your question";
pub(crate) const SEND: &str = "Send the question";
pub(crate) const WORKING: &str = "Saving …";
pub(crate) const QUESTION_MISSING: &str = "Please write what you want to know.";

pub(crate) fn ask_text(author: &str) -> String {
    format!("{author} and everybody who may read this category can read your question.")
}

pub(crate) const DECLINE_TITLE: &str = "Decline this entry?";

pub(crate) fn decline_text(author: &str) -> String {
    format!(
        "It does not become part of your chart, and {author} is told so. You can not undo this; {author} can write it again."
    )
}

pub(crate) const ACCEPTED: &str = "The entry is part of your chart now.";
pub(crate) const DECLINED: &str = "The entry was declined.";
pub(crate) const ASKED: &str = "Your question was sent.";

pub(crate) const IS_DECLINED: &str = "Declined by the patient";
pub(crate) const IS_SEEN: &str = "Seen by the patient, not decided yet";
pub(crate) const IS_ANSWER: &str = "An answer to a question";
pub(crate) const IS_LATE: &str =
    "Written while sharing was on. Its author can not read this chart any more.";
pub(crate) const FILE_LATER: &str = "The file can be opened once the entry is part of the chart.";

pub(crate) fn not_seen(since: &str) -> String {
    format!("Not yet seen by the patient since {since}")
}

pub(crate) fn asked(question: &str) -> String {
    format!("The patient asks: {question}")
}

pub(crate) fn you_asked(question: &str) -> String {
    format!("You asked: {question}")
}

pub(crate) fn doubts(number: usize) -> String {
    let things = super::count(number, "thing is", "things are");
    format!("{things} wrong with what doctors wrote")
}

pub(crate) const DOUBTS_TEXT: &str = "Your other entries are not concerned, and you can go on writing. Everything that you see here passed the checks of this browser. Please tell the person who wrote, and the people who run this server.";

pub(crate) fn doubt(author: &str, category: &str) -> String {
    if author.is_empty() {
        format!("An entry in {category}")
    } else {
        format!("An entry by {author} in {category}")
    }
}
