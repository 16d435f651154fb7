import CallModel
import CallServices
import CallSimulation
import CallStorage
import Foundation
import Logging
import MessageClient
import MessageWorker
import NumberPlaces
import ZeroMQ

/// The workers of this project, put together from their parts.
struct PoolStages {
    /// The backs of the brokers, one at least.
    let endpoints: [String]
    /// The data folder.
    let folder: String
    let grace: Int
    let logger: Logger

    /// Evaluates flows; keeps copies of directories under an instance of its own.
    func routing(instance: String?) throws -> WorkerStage {
        let desk = RoutingDesk()
        let copies = try copies(instance)
        let client = try client("routing")
        let service = RoutingService(desk: desk, questions: PoolQuestions(client, logger: logger), clock: Self.now)
        return try stage(
            "routing", client, instance: copies.instance, services: [service.poolService()], listener: desk, copies: copies.copies)
    }

    /// Stores records, and answers those who read them.
    func attribution() throws -> WorkerStage {
        let store: SQLiteRecordStore
        do throws(StorageError) {
            store = try SQLiteRecordStore(folder: folder + "/attribution", places: PlaceBook.ofProcess) { [logger] progress in
                logger.notice("bringing the calls of an earlier version forward", metadata: ["done": "\(progress.done)", "calls": "\(progress.all)"])
            }
        } catch {
            throw CommandFailure(error)
        }
        // Its own copies: records made right after a start name numbers and sources, with the directory service there or not.
        let copies: DirectoryCopies
        do throws(StorageError) { copies = try DirectoryCopies(folder: folder + "/attribution/directories") } catch { throw CommandFailure(error) }
        let ledger = RecordLedger(store: store)
        let services = [
            AttributionService(ledger: ledger, logger: logger, now: Self.now).poolService(),
            CallLogService(ledger: ledger, now: Self.now).poolService(),
            CallerHistoryService(ledger: ledger).poolService(),
            KeepingService(ledger: ledger, now: Self.now).poolService(),
        ]
        let client = try client("attribution")
        return try stage("attribution", client, services: services, listener: ledger, copies: copies) { [logger] in
            async let overdue: Void = OverdueCalls(ledger: ledger, logger: logger, now: Self.now).run()
            async let unmatched: Void = UnmatchedCalls(ledger: ledger, logger: logger, now: Self.now).run()
            async let retention: Void = Retention(ledger: ledger, logger: logger, now: Self.now).run()
            async let wiping: Void = Wiping(ledger: ledger, logger: logger).run()
            async let recorded: Void = RecordedTimeBook(ledger: ledger, brokers: client, logger: logger, now: Self.now).run()
            _ = await (overdue, unmatched, retention, wiping, recorded)
        }
    }

    /// Keeps what routing workers share while calls are going on.
    func liveCalls() throws -> WorkerStage {
        let ledger: LiveLedger
        let copies: DirectoryCopies
        do throws(StorageError) {
            ledger = try LiveLedger(store: SQLiteLiveStore(folder: folder + "/live-calls"))
            // Its own: how much of a limit is used can be asked with the directory service there or not.
            copies = try DirectoryCopies(folder: folder + "/live-calls/directories")
        } catch {
            throw CommandFailure(error)
        }
        let destinations = LimitedDestinations()
        let directories = PoolDirectories()
        let services = [
            LiveCallsService(ledger: ledger, destinations: destinations, directories: directories, logger: logger, now: Self.now).poolService(),
            LiveEventsService(ledger: ledger, logger: logger, now: Self.now).poolService(),
            NumberPoolsService(ledger: ledger, directories: directories, places: PlaceLookup(PlaceBook.ofProcess), logger: logger, now: Self.now).poolService(),
        ]
        return try stage(
            "live-calls", client("live-calls"), services: services, listener: DirectoryListeners([destinations, directories]), copies: copies)
    }

    /// Keeps the versions of the accounts' directories.
    func directory() throws -> WorkerStage {
        let service: DirectoryService
        do throws(StorageError) {
            let store = try SQLiteDirectoryStore(folder: folder + "/directory")
            service = try DirectoryService(
                store: store, trial: { directory throws(DirectoryError) in try DirectoryTest.failures(of: directory, places: PlaceBook.ofProcess) }, now: Self.now)
        } catch {
            throw CommandFailure(error)
        }
        return WorkerStage(try worker("directory", instance: nil, services: [service.poolService()])) {
            service.releaseWaiting()
        }
    }

    // MARK: parts

    private func stage(
        _ name: String, _ client: MessageClient, instance: String? = nil, services: [PoolService], listener: any DirectoryListener,
        copies: DirectoryCopies?, companion: (@Sendable () async throws -> Void)? = nil
    ) throws -> WorkerStage {
        let subscription = DirectorySubscription(
            listener: listener, copies: copies, source: DirectoryClient(client), logger: logger, now: Self.now)
        let own: [@Sendable () async throws -> Void] = [{ try await client.run() }, { await subscription.run() }]
        return WorkerStage(try worker(name, instance: instance, services: services), companions: own + (companion.map { [$0] } ?? []))
    }

    private func worker(_ name: String, instance: String?, services: [PoolService]) throws(CommandFailure) -> MessageWorker {
        do throws(ZeroMQError) {
            return try MessageWorker(
                endpoints: endpoints, name: name, instance: instance.map { "\($0)-\(ProcessInfo.processInfo.processIdentifier)" },
                services: services, grace: .seconds(grace), logger: logger)
        } catch {
            throw CommandFailure(.failed, "\(error)")
        }
    }

    private func client(_ name: String) throws(CommandFailure) -> MessageClient {
        do throws(ZeroMQError) {
            return try MessageClient(endpoints: endpoints, name: name, logger: logger)
        } catch {
            throw CommandFailure(.failed, "\(error)")
        }
    }

    /// The folder of the instance that was asked for, else of the first that no other process has.
    private func copies(_ instance: String?) throws(CommandFailure) -> (copies: DirectoryCopies, instance: String) {
        var number = 1
        while true {
            let name = instance ?? String(number)
            do throws(StorageError) {
                return (try DirectoryCopies(folder: "\(folder)/routing/\(name)"), name)
            } catch {
                guard instance == nil, error.code == .folderInUse, number < 1000 else { throw CommandFailure(error) }
                number += 1
            }
        }
    }

    static let now: @Sendable () -> Timestamp = {
        Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded()))
    }
}
