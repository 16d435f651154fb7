import CallAttribution
import CallModel
import CallRouting
import CallStorage
import Synchronization

/// What outlives a worker of live calls, and fails it where the test says.
final class LiveDisk: Sendable {
    enum Fate: Hashable, CaseIterable {
        case stored
        /// Nothing of it is there.
        case lost
        /// All of it is there, and nobody is told.
        case storedUnheard
    }

    private struct Contents {
        let store = MemoryLiveStore()
        var fate: @Sendable () -> Fate = { .stored }
    }

    private let contents = Mutex(Contents())

    /// From now on.
    func decide(_ fate: @escaping @Sendable () -> Fate) { contents.withLock { $0.fate = fate } }

    /// What one process has open.
    func open() -> sending Handle { Handle(self) }

    final class Handle: LiveStore {
        private let disk: LiveDisk

        fileprivate init(_ disk: LiveDisk) { self.disk = disk }

        var key: SecretKey { disk.contents.withLock { $0.store.key } }

        func load() throws(StorageError) -> LiveRows { try disk.contents.withLock { contents throws(StorageError) in try contents.store.load() } }

        func loadLeases() throws(StorageError) -> LeaseRows { try disk.contents.withLock { contents throws(StorageError) in try contents.store.loadLeases() } }

        func apply(_ changes: LeaseChanges) throws(StorageError) {
            try disk.contents.withLock { contents throws(StorageError) in
                let fate = contents.fate()
                if fate != .lost { try contents.store.apply(changes) }
                if fate != .stored { throw StorageError(.unavailable, "the disk fails") }
            }
        }

        func apply(_ changes: LiveChanges) throws(StorageError) {
            try disk.contents.withLock { contents throws(StorageError) in
                let fate = contents.fate()
                if fate != .lost { try contents.store.apply(changes) }
                if fate != .stored { throw StorageError(.unavailable, "the disk fails") }
            }
        }
    }
}
