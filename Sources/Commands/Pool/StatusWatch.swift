import MessageClient
import MessageWire

/// `status --watch`: looks at even times until it is interrupted or has looked often enough.
struct StatusWatch: Sendable {
    let interval: Duration
    let count: Int?
    let json: Bool
    let endpoint: String

    /// Returns at the first SIGINT or SIGTERM, too.
    func run(_ client: MessageClient) async throws {
        let (interrupted, interruption) = AsyncStream.makeStream(of: Void.self)
        try await Interruption.guarding(stop: { interruption.finish() }) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await look(client) }
                group.addTask { for await _ in interrupted {} }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    private func look(_ client: MessageClient) async throws {
        var cadence = Cadence(every: interval)
        var screen = Screen()
        var before: StatusReading?
        var looks = 0
        while !Task.isCancelled {
            do throws(CallError) {
                let reading = try await client.status()
                // A broker that began again counts from the start.
                let isSame = before?.broker["epoch"] == reading.broker["epoch"]
                json ? Terminal.say(reading.json.text) : screen.show(reading.lines(since: isSame ? before : nil))
                before = reading
            } catch {
                guard !Task.isCancelled else { return }
                missed(error, &screen)
                before = nil
            }
            looks += 1
            guard looks != count else { return }
            try await cadence.wait()
        }
    }

    /// The broker did not answer: it may be starting again, and who watches wants to see it come back.
    private func missed(_ error: CallError, _ screen: inout Screen) {
        let words = "no answer from the broker at \(endpoint) (\(error.status.name)); looking again"
        json ? Terminal.complain(words) : screen.show([Ink.red.paint(words)])
    }
}

/// Blocks of lines: each over the one before where a person looks at a screen, else below it.
struct Screen {
    private let isOverwritten = Terminal.isScreen
    private var shown = 0

    mutating func show(_ lines: [String]) {
        guard isOverwritten else { return Terminal.say(lines.joined(separator: "\n") + "\n") }
        let (rows, columns) = Terminal.size
        // A line that wrapped, or one below the last row, would shift what the next block is written over.
        let visible = lines.prefix(max(1, rows - 1)).map { $0.cut(to: columns) }
        // Up to the first line, each line cleared behind its end, the rest of the old block cleared: in one piece, so nothing flickers.
        let up = shown > 0 ? "\u{1B}[\(shown)A" : ""
        Terminal.say(up + "\r" + visible.map { $0 + "\u{1B}[K" }.joined(separator: "\n") + "\u{1B}[J")
        shown = visible.count
    }
}

extension String {
    /// At most so many characters on a screen; colours take no room there.
    fileprivate func cut(to columns: Int) -> String {
        var (room, isColour) = (columns, false)
        return String(
            filter { character in
                if character == "\u{1B}" { isColour = true }
                if isColour {
                    isColour = character != "m"
                    return true
                }
                room -= 1
                return room >= 0
            })
    }
}
