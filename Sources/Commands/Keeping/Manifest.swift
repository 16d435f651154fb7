import CallModel
import CallStorage
import MessageBroker
import MessageWire

/// What a backup says of itself: its last entry, so that a file that was cut short has none.
struct Manifest {
    static let name = "manifest.json"
    /// Of the file as a whole; a greater one is a later version's.
    static let format: Int64 = 1
    static let largest = 64 * 1024

    struct Copy {
        var path: String
        var bytes: Int64
        var sha256: String
        /// How many migrations it has seen.
        var schema: Int64
    }

    var program: String
    var begunAt: String
    var endedAt: String
    var copies: [Copy]

    /// The databases of a data folder in the order in which they are copied.
    ///
    /// The journal first: what it holds unsettled is in the copy and will be delivered again, and what it has settled by then was stored before, so the copies that come later have it. The other way round a request could be
    /// settled between the two, and be in neither. The directory last: it has every version that a record names.
    static let order = [
        StoreFile(path: JournalFile.path, name: JournalFile.name, applicationID: JournalFile.applicationID, version: JournalFile.version),
        .liveCalls, .attribution, .directory,
    ]

    var json: JSON {
        .object([
            JSON.Member("format", .integer(Self.format)), JSON.Member("program", .string(program)), JSON.Member("begun_at", .string(begunAt)),
            JSON.Member("ended_at", .string(endedAt)), JSON.Member("copies", .array(copies.map(\.json))),
        ])
    }

    init(program: String, begunAt: Timestamp) {
        self.program = program
        self.begunAt = begunAt.rfc3339
        endedAt = ""
        copies = []
    }

    /// Nil for what no version wrote; throws for what a newer one did.
    init?(_ bytes: [UInt8]) throws(CommandFailure) {
        guard let json = bytes.withUnsafeBytes({ JSON($0) }), let format = json["format"]?.integer else { return nil }
        guard format <= Self.format else {
            throw CommandFailure(.badInput, "the backup was made by a newer version of this program (format \(format), this one knows \(Self.format)): upgrade first")
        }
        guard let program = json["program"]?.string, let begun = json["begun_at"]?.string, let ended = json["ended_at"]?.string,
            let listed = json["copies"]?.array
        else { return nil }
        self.program = program
        begunAt = begun
        endedAt = ended
        copies = []
        for copy in listed {
            guard let path = copy["path"]?.string, let bytes = copy["bytes"]?.integer, let sum = copy["sha256"]?.string, let schema = copy["schema"]?.integer else {
                return nil
            }
            copies.append(Copy(path: path, bytes: bytes, sha256: sum, schema: schema))
        }
    }
}

extension Manifest.Copy {
    var json: JSON {
        .object([
            JSON.Member("path", .string(path)), JSON.Member("bytes", .integer(bytes)), JSON.Member("sha256", .string(sha256)),
            JSON.Member("schema", .integer(schema)),
        ])
    }
}
