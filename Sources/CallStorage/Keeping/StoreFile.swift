internal import SQLite

/// A database of the data folder (interfaces.md §3), as a backup knows it.
package struct StoreFile: Hashable, Sendable {
    /// Inside the data folder, e.g. "attribution/calls.db".
    package let path: String
    /// What it is to its operator.
    package let name: String
    package let applicationID: Int32
    /// How many migrations this version of the program knows.
    package let version: Int

    package init(path: String, name: String, applicationID: Int32, version: Int) {
        self.path = path
        self.name = name
        self.applicationID = applicationID
        self.version = version
    }

    private init(_ path: String, _ schema: DataFileSchema) {
        self.init(path: path, name: schema.name, applicationID: schema.applicationID, version: schema.migrations.count)
    }

    package static let liveCalls = StoreFile("live-calls/live.db", LiveSchema.file)
    package static let attribution = StoreFile("attribution/calls.db", RecordSchema.file)
    package static let directory = StoreFile("directory/directory.db", SQLiteDirectoryStore.schema)
}

extension StoreFile {
    /// Copies the database of a data folder as it is at one moment, whoever else has it open.
    ///
    /// - Parameter target: where; nothing is there yet.
    /// - Returns: how many migrations it has seen.
    package func copy(of folder: String, to target: String, progress: (_ done: Int, _ all: Int) -> Void) throws(StorageError) -> Int {
        try storing {
            // Long enough for a start that is reading the log.
            let source = try Database(path: "\(folder)/\(path)", access: .readWrite, busyTimeout: 10_000)
            let identity = try source.identity()
            try check(identity, of: "\(folder)/\(path)")
            try source.copy(to: target, progress: progress)
            return identity.version
        }
    }

    /// Reads every page of a copy.
    ///
    /// - Throws: `damaged` or `incompatible`, with what was found.
    package func check(_ copy: String) throws(StorageError) {
        try storing {
            let database = try Database(path: copy, access: .readWrite)
            try check(try database.identity(), of: copy)
            let found = try database.quickCheck()
            guard found.isEmpty else { throw StorageError(.damaged, "\(name) in it is damaged: \(found.joined(separator: "; "))") }
        }
    }

    private func check(_ found: (applicationID: Int32, version: Int), of file: String) throws(StorageError) {
        guard found.applicationID == applicationID else { throw StorageError(.incompatible, "\(file) is not \(name)") }
        guard found.version <= version else {
            throw StorageError(
                .incompatible, "\(name) was written by a newer version of this program (schema \(found.version), this one knows \(version)): upgrade first")
        }
    }
}
