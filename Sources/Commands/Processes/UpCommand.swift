import ArgumentParser
import MessageBroker

/// `trunkline up`: the whole pool in one process, on one data folder.
struct UpCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Run everything in one process: broker, two routing workers, live-calls, attribution, directory.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var options: BrokerOptions

    func execute() async throws {
        let configuration = try options.configuration(undeclaredServices: 64)
        let grace = try options.process.graceSeconds
        let broker = try BrokerStage(configuration, grace: grace, logger: common.logger("trunkline.broker"))
        let endpoint = broker.endpoints.back.first ?? configuration.back[0]
        func stages(_ label: String) -> PoolStages {
            PoolStages(endpoints: [endpoint], folder: configuration.data, grace: grace, logger: common.logger(label))
        }
        let workers: [WorkerStage] = [
            try stages("trunkline.routing").routing(instance: nil), try stages("trunkline.routing").routing(instance: nil),
            try stages("trunkline.live-calls").liveCalls(), try stages("trunkline.attribution").attribution(),
            try stages("trunkline.directory").directory(),
        ]
        let pool = WholePool(broker: broker, workers: workers)
        try await pool.runUntilInterrupted()
    }
}

/// The broker ends last: workers give back and hand in what they hold before it goes.
private struct WholePool: Stage {
    let broker: BrokerStage
    let workers: [WorkerStage]

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await broker.run()
                // By `trunkline drain` it ends first, and without it nobody has work.
                for worker in workers { worker.shutDown() }
            }
            group.addTask {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for worker in workers { group.addTask { try await worker.run() } }
                    do {
                        try await group.waitForAll()
                    } catch {
                        // A stage that failed takes the others down in order, and the process with it.
                        for worker in workers { worker.shutDown() }
                        broker.shutDown()
                        throw error
                    }
                }
                broker.shutDown()
            }
            do {
                try await group.waitForAll()
            } catch {
                for worker in workers { worker.shutDown() }
                broker.shutDown()
                throw error
            }
        }
    }

    func shutDown() {
        for worker in workers { worker.shutDown() }
    }
}
