package import CallModel

/// Which calls, and how many of them (records.md §6).
package struct CallQuery: Hashable, Sendable {
    package enum Scope: Hashable, Sendable {
        case account(String)
        /// The unmatched log: calls to numbers that are nobody's (directory.md §1.1), and those of which no number is told yet.
        case unmatched
    }

    package var scope: Scope
    /// All of them hold, of the whole record.
    package var conditions: [RecordCondition] = []
    /// `started_at` is not before this.
    package var since: Timestamp?
    /// `started_at` is before this.
    package var until: Timestamp?
    /// Spam and test calls as well.
    package var showsHidden = false
    /// Counts those that are not shown; a later page of a listing need not do it again.
    package var countsHidden = true
    /// Where the page before ended: its `next`.
    package var cursor: String?
    package var limit = 50

    package init(_ scope: Scope) { self.scope = scope }

    /// Requires that a field is exactly `text`; nil requires nothing.
    package mutating func require(_ field: RecordField, _ text: String?) {
        if let text { conditions.append(RecordCondition(field: field, test: .text(text))) }
    }
}

/// A page of calls, the newest first.
///
/// It may have fewer calls than asked for, or none, and yet a `next`: no more is looked at for one page than takes some ten milliseconds, and whoever asks goes on from there.
package struct CallPage: Sendable {
    package var calls: [StoredCall]
    /// Continues where this page ended; nil where there is no more.
    package var next: String?
    /// How many calls of the whole query are not shown; zero where they are.
    package var hidden: Hidden

    package struct Hidden: Hashable, Sendable {
        package var spam = 0
        /// A test call that is spam as well counts here.
        package var test = 0

        package init(spam: Int = 0, test: Int = 0) {
            self.spam = spam
            self.test = test
        }
    }

    package init(calls: [StoredCall], next: String?, hidden: Hidden) {
        self.calls = calls
        self.next = next
        self.hidden = hidden
    }
}

/// A place in the listing's order, which is by start and then by arrival: calls that come later do not move it.
struct CallCursor: Comparable {
    var startedAt: Int64
    var row: Int64

    init(startedAt: Int64, row: Int64) {
        self.startedAt = startedAt
        self.row = row
    }

    init(_ text: String) throws(StorageError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let startedAt = Int64(parts[0]), let row = Int64(parts[1]) else {
            throw StorageError(.invalid, "cursor \"\(text.prefix(40))\" is none of ours: give the `next` of the page before, or none")
        }
        self.init(startedAt: startedAt, row: row)
    }

    var text: String { "\(startedAt).\(row)" }

    static func < (a: CallCursor, b: CallCursor) -> Bool { (a.startedAt, a.row) < (b.startedAt, b.row) }
}

extension CallQuery {
    /// Throws `invalid` for a limit that is no page.
    func checkedLimit() throws(StorageError) -> Int {
        guard (1...10_000).contains(limit) else { throw StorageError(.invalid, "limit \(limit) is no page: ask for 1 to 10000 calls") }
        return limit
    }
}
