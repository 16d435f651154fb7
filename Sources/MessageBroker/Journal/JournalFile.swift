import SQLite

/// The journal's file as those know it who copy it (interfaces.md §3).
package enum JournalFile {
    /// Inside the data folder.
    package static let path = "broker/journal.sqlite"
    package static var name: String { JournalSchema.current.name }
    package static var applicationID: Int32 { JournalSchema.current.applicationID }
    /// How many migrations this version of the program knows.
    package static var version: Int { JournalSchema.current.migrations.count }
}
