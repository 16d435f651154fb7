import Synchronization
package import ZeroMQ

/// What other threads have for a loop: one lock for a batch going in, one for everything coming out.
package final class Mailbox<Item: Sendable>: Sendable {
    private struct Contents {
        var items: [Item] = []
        var isClosed = false
    }

    private let contents = Mutex(Contents())
    private let bell: Bell

    package init(_ bell: Bell) {
        self.bell = bell
    }

    /// False where nobody will ever take it.
    @discardableResult
    package func post(_ item: Item) -> Bool {
        let isTaken = contents.withLock { contents in
            guard !contents.isClosed else { return false }
            contents.items.append(item)
            return true
        }
        if isTaken { bell.ring() }
        return isTaken
    }

    @discardableResult
    package func post(_ items: some Sequence<Item>) -> Bool {
        let isTaken = contents.withLock { contents in
            guard !contents.isClosed else { return false }
            contents.items.append(contentsOf: items)
            return true
        }
        if isTaken { bell.ring() }
        return isTaken
    }

    package var isEmpty: Bool {
        contents.withLock { $0.items.isEmpty }
    }

    /// Swaps `taken`, emptied, for what was posted: the two arrays take turns, and neither is allocated again.
    package func take(into taken: inout [Item]) {
        taken.removeAll(keepingCapacity: true)
        contents.withLock { swap(&$0.items, &taken) }
    }

    /// As `take`, for a thread that has nothing else to do: waits until something was posted. `poller` holds the bell.
    package func waitAndTake(into taken: inout [Item], _ poller: inout Poller) throws(ZeroMQError) {
        while true {
            take(into: &taken)
            guard taken.isEmpty else { return }
            bell.sleepSoon()
            if isEmpty {
                try poller.wait(milliseconds: -1)
                bell.doorbell.silence()
            }
            bell.wakeUp()
        }
    }

    /// The last items; later posts are turned away.
    package func close() -> [Item] {
        contents.withLock { contents in
            contents.isClosed = true
            defer { contents.items = [] }
            return contents.items
        }
    }
}
