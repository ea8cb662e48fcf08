//! What the server can see, in short words.

pub(crate) const TITLE: &str = "What the server can see";
pub(crate) const LEAD: &str = "Your browser encrypts everything before it leaves it. The server stores it without being able to read it. Still, it sees a little, and you should know what.";
pub(crate) const SEES: &str = "The server can see";
pub(crate) const SEES_LIST: [&str; 10] = [
    "your user name, and whether you are here as a patient or as a doctor",
    "when you are here, and from which network address",
    "how many entries and files there are, and when they were written",
    "roughly how large they are: sizes are rounded up",
    "which of six unnamed groups each entry is in, but not what the groups stand for",
    "which account shares its chart with which, and since when",
    "which file somebody opens, and when",
    "whose user name you look up",
    "who tries to sign in as you and fails: when, how often, and from which network address",
    "the codes of your app: it can work them out itself, so they keep out others, not the server",
];
pub(crate) const SEES_NOT: &str = "The server cannot see";
pub(crate) const SEES_NOT_LIST: [&str; 5] = [
    "what your notes and files say",
    "titles, and the names and kinds of files",
    "the names of categories",
    "your password: it can only be guessed, one try after the other, and a long one takes too long",
    "the safety words that you compared, and with whom",
];
pub(crate) const CHANGES: &str = "And if the server lies?";
pub(crate) const CHANGES_TEXT: &str = "Everything is signed, and your browser remembers the newest state that it has seen; on this device it keeps that encrypted. If the server changes, swaps or leaves out an entry, goes back to an earlier day or shows another history, your browser notices and tells you. It cannot notice what it has never seen: in a browser that opens a chart for the first time, or when the server holds back what another browser wrote. For that, compare the four words under “Check this chart” in two of your browsers. And a server can always refuse to answer.";
pub(crate) const CODE: &str = "What you trust";
pub(crate) const CODE_TEXT: &str = "The program on this page comes from the server, too. Whoever controls the server could deliver another program, and your browser cannot notice that by itself.";
