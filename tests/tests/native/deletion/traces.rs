//! What is left of an entry in the server's files.

use std::{fs, time::Duration};

use keepwell_shared::id::RecordId;
use keepwell_tests::{Server, contains, tamper::Operator};

/// Everything sealed that the server has of an entry: signed revisions with the wrapped keys inside,
/// what an author enclosed, entries, parts of files.
pub fn sealed(server: &Server, record: RecordId) -> Vec<Vec<u8>> {
    let database = Operator::of(server).database();
    let ask = |sql| {
        let mut query = database.prepare(sql).unwrap();
        let rows = query.query_map([record.as_bytes()], |row| row.get::<_, Option<Vec<u8>>>(0));
        let rows = rows.unwrap().collect::<Result<Vec<_>, _>>().unwrap();
        rows.into_iter().flatten().collect::<Vec<_>>()
    };
    let mut all = ask("SELECT statement FROM revision WHERE record = ?1");
    all.extend(ask("SELECT entry FROM revision WHERE record = ?1"));
    all.extend(ask(
        "SELECT enclosure FROM author_statement WHERE record = ?1",
    ));
    all.extend(ask("SELECT entry FROM author_statement WHERE record = ?1"));
    all.extend(ask(
        "SELECT bytes FROM part JOIN blob USING (blob) WHERE record = ?1",
    ));
    all
}

/// Whether a piece from the middle of any of these stands in the server's files.
pub fn any_left(server: &Server, sealed: &[Vec<u8>]) -> bool {
    let files = fs::read_dir(server.data()).unwrap();
    let files: Vec<Vec<u8>> = files
        .map(|file| fs::read(file.unwrap().path()).unwrap())
        .collect();
    let mut pieces = sealed.iter().map(|bytes| {
        let middle = bytes.len() / 2;
        &bytes[middle..middle + 24]
    });
    pieces.any(|piece| files.iter().any(|file| contains(file, piece)))
}

/// Waits for the sweep.
pub async fn goes(server: &Server, sealed: &[Vec<u8>]) {
    for _ in 0..600 {
        if !any_left(server, sealed) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("what was deleted is still there");
}
