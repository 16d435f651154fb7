import ArgumentParser
import CallServices

/// `trunkline rollback`: an earlier version becomes the next one.
struct RollbackCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Go back to an earlier version of the directory: its text becomes the next version.")

    @OptionGroup var common: VerbosityOptions
    @OptionGroup var pool: PoolOptions

    @Argument(help: "The version (default: the one before the present).")
    var version: UInt64?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func execute() async throws {
        let request = RollbackRequest(account: pool.accountName, version: version)
        let reply = try await pool.withPool(common) { client in try await DirectoryClient(client).rollback(request) }
        try ApplyCommand.show(reply, of: version.map { "version \($0)" } ?? "the version before", json: json)
    }
}
