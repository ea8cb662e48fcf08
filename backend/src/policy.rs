//! May this caller do this? Pure functions, so that the whole table can be tested.
//!
//! What a stranger may not read looks exactly like what does not exist. Only somebody who once had
//! a grant is told that it ended: they knew of the chart already, and deserve the reason.

use keepwell_shared::error::Code;

/// What a caller is to a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// It is theirs.
    Owner,
    /// A live grant names them.
    Grantee,
    /// A grant named them, and has ended.
    FormerGrantee,
    /// None of these, or there is no such chart.
    Stranger,
}

/// What a caller wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Read a grant, keys, heads of compartments and revisions.
    ReadChart,
    /// Read the heads of the chart: what changes where, and who reads.
    ReadHeads,
    /// Read the bytes of a file that a revision names.
    ReadCommittedBlob,
    /// Read the bytes of a file that is still being uploaded.
    ReadOpenBlob,
    /// Write heads and revisions.
    WriteChart,
    /// Upload a file for an entry.
    AddFile,
    /// Write an entry that waits for the owner.
    WriteStatement,
}

/// Whether the act is allowed.
///
/// # Errors
/// What the caller is told.
pub(crate) fn may(relation: Relation, act: Act) -> Result<(), Code> {
    match (relation, act) {
        (_, Act::ReadOpenBlob) | (Relation::Owner, Act::WriteStatement) => Err(Code::NotFound),
        (Relation::Owner, _) => Ok(()),
        (
            Relation::Grantee,
            Act::ReadChart | Act::ReadCommittedBlob | Act::AddFile | Act::WriteStatement,
        ) => Ok(()),
        (
            Relation::FormerGrantee,
            Act::ReadChart
            | Act::ReadHeads
            | Act::ReadCommittedBlob
            | Act::AddFile
            | Act::WriteStatement,
        ) => Err(Code::SharingEnded),
        (Relation::Grantee, Act::ReadHeads)
        | (Relation::Grantee | Relation::FormerGrantee, Act::WriteChart)
        | (Relation::Stranger, _) => Err(Code::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use super::{Act::*, Relation::*, *};

    #[test]
    fn the_whole_table() {
        // A new relation does not build until somebody has come here. Give it a line below and a
        // column in `tests/api/authorisation.rs`.
        let _: fn(Relation) = |relation| match relation {
            Owner | Grantee | FormerGrantee | Stranger => {}
        };
        let nothing = Err(Code::NotFound);
        let ended = Err(Code::SharingEnded);
        for (relation, chart, heads, committed, open, write, file, statement) in [
            (
                Owner,
                Ok(()),
                Ok(()),
                Ok(()),
                nothing,
                Ok(()),
                Ok(()),
                nothing,
            ),
            (
                Grantee,
                Ok(()),
                nothing,
                Ok(()),
                nothing,
                nothing,
                Ok(()),
                Ok(()),
            ),
            (
                FormerGrantee,
                ended,
                ended,
                ended,
                nothing,
                nothing,
                ended,
                ended,
            ),
            (
                Stranger, nothing, nothing, nothing, nothing, nothing, nothing, nothing,
            ),
        ] {
            assert_eq!(may(relation, ReadChart), chart, "{relation:?}");
            assert_eq!(may(relation, ReadHeads), heads, "{relation:?}");
            assert_eq!(may(relation, ReadCommittedBlob), committed, "{relation:?}");
            assert_eq!(may(relation, ReadOpenBlob), open, "{relation:?}");
            assert_eq!(may(relation, WriteChart), write, "{relation:?}");
            assert_eq!(may(relation, AddFile), file, "{relation:?}");
            assert_eq!(may(relation, WriteStatement), statement, "{relation:?}");
        }
    }
}
