package import CallAttribution
package import CallModel
internal import SQLite

extension RecordSchema {
    /// When a broker was up to take calls: a row for each time without a break, whatever came in it.
    static let recordedTime = """
        CREATE TABLE recorded_spans (began INTEGER PRIMARY KEY, ended INTEGER NOT NULL);
        """
}

extension SQLiteRecordStore {
    package func noteRecorded(_ span: Range<Timestamp>) throws(StorageError) {
        guard !span.isEmpty else { return }
        try storing {
            try database.transaction {
                var (began, ended) = (span.lowerBound.milliseconds, span.upperBound.milliseconds)
                var touching = try database.prepare("SELECT min(began), max(ended) FROM recorded_spans WHERE began <= ?1 AND ended >= ?2", persistent: false)
                try touching.bind(ended, at: 1)
                try touching.bind(began, at: 2)
                if try touching.step(), !touching.isNull(0) { (began, ended) = (min(began, touching.int64(0)), max(ended, touching.int64(1))) }
                touching.reset()
                for sql in ["DELETE FROM recorded_spans WHERE began <= ?2 AND ended >= ?1", "INSERT INTO recorded_spans (began, ended) VALUES (?1, ?2)"] {
                    var statement = try database.prepare(sql, persistent: false)
                    try statement.bind(began, at: 1)
                    try statement.bind(ended, at: 2)
                    try statement.run()
                }
            }
        }
    }

    package func recordedTime() throws(StorageError) -> RecordedTime {
        try storing {
            var statement = try database.prepare("SELECT began, ended FROM recorded_spans ORDER BY began", persistent: false)
            var spans: [Range<Timestamp>] = []
            while try statement.step() {
                let (began, ended) = (statement.int64(0), statement.int64(1))
                // Nobody but this store writes them; a damaged one must not end the process.
                guard began < ended else { continue }
                spans.append(Timestamp(milliseconds: began)..<Timestamp(milliseconds: ended))
            }
            return RecordedTime(spans)
        }
    }
}
