import ArgumentParser
import CallModel
import CallServices
import CallStorage
import MessageWire

/// `trunkline directory`: the versions of an account's directory.
struct DirectoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory", abstract: "The versions of an account's directory.", subcommands: [Show.self, Versions.self, Diff.self])

    /// `trunkline directory show`: the document as it was applied.
    struct Show: HouseCommand {
        static let configuration = CommandConfiguration(abstract: "Print a version as it was applied (default: the present one).")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions

        @Option(name: .long, help: "The version (default: the present one).")
        var version: UInt64?

        @Flag(name: .long, help: "Print JSON: also when it was applied, and what is switched by hand.")
        var json = false

        func execute() async throws {
            let account = pool.accountName
            let (head, text) = try await pool.withPool(common) { client in
                let client = DirectoryClient(client)
                let head = try await client.get(account: account, version: version)
                return (head, try await client.text(of: head))
            }
            guard !json else {
                guard case .object(let members) = head.json else { return }
                return Terminal.say(JSON.object(members + [JSON.Member("document", .string(text))]).text)
            }
            // Without a line feed of our own, so that it is the same document again.
            try Terminal.hand(over: Array(text.utf8))
            for item in head.switches {
                let until = item.manual?.until.map { " until \($0.rfc3339)" } ?? ""
                let state = item.manual.map { $0.isOpen ? "open" : "closed" } ?? "left to the calendar"
                Terminal.complain("schedule \(item.schedule) is \(state) by hand\(until)")
            }
        }
    }

    /// `trunkline directory versions`
    struct Versions: HouseCommand {
        static let configuration = CommandConfiguration(abstract: "List the versions, the newest first.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func execute() async throws {
            let account = pool.accountName
            let reply = try await pool.withPool(common) { client in try await DirectoryClient(client).versions(account: account) }
            guard !json else { return Terminal.say(reply.json.text) }
            var table = TextTable(["version", "applied", ""], right: [0])
            for (place, version) in reply.versions.enumerated() {
                table.add([String(version.version), version.appliedAt.rfc3339, place == 0 ? "present" : ""])
            }
            table.show()
        }
    }

    /// `trunkline directory diff A B`
    struct Diff: HouseCommand {
        static let configuration = CommandConfiguration(abstract: "Show what changed from one version to another.")

        @OptionGroup var common: VerbosityOptions
        @OptionGroup var pool: PoolOptions

        @Argument(help: "The version before.")
        var before: UInt64

        @Argument(help: "The version after (default: the present one).")
        var after: UInt64?

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func execute() async throws {
            let account = pool.accountName
            let (old, new) = try await pool.withPool(common) { client in
                let client = DirectoryClient(client)
                var texts: [(version: UInt64, text: String)] = []
                for version in [before, after] {
                    let head = try await client.get(account: account, version: version)
                    texts.append((head.version, try await client.text(of: head)))
                }
                return (texts[0], texts[1])
            }
            let changes: [DocumentChange]
            do throws(DirectoryError) {
                changes = DocumentChange.between(try .read(old.text), try .read(new.text))
            } catch {
                throw CommandFailure(error.problems, of: "version \(old.version) or \(new.version)")
            }
            json ? Terminal.say(Self.json(changes, old.version, new.version)) : Self.show(changes)
        }

        private static func json(_ changes: [DocumentChange], _ before: UInt64, _ after: UInt64) -> String {
            // JSON in JSON: what was and what is are values, not texts.
            let list = changes.map { change -> JSON in
                let path = JSON.Member("path", .string(change.path))
                let was = change.was.flatMap { JSON($0) }.map { [JSON.Member("was", $0)] } ?? []
                let isNow = change.isNow.flatMap { JSON($0) }.map { [JSON.Member("is", $0)] } ?? []
                return .object([path] + was + isNow)
            }
            let document: JSON = ["before": .integer(Int64(clamping: before)), "after": .integer(Int64(clamping: after)), "changes": .array(list)]
            return document.text
        }

        private static func show(_ changes: [DocumentChange]) {
            for change in changes {
                switch (change.was, change.isNow) {
                case (nil, let value?): Terminal.say(Ink.green.paint("+ \(change.path): \(value)"))
                case (let value?, nil): Terminal.say(Ink.red.paint("- \(change.path): \(value)"))
                case (let was, let isNow): Terminal.say("~ \(change.path): \(was ?? "") → \(isNow ?? "")")
                }
            }
            if changes.isEmpty { Terminal.say("no difference") }
        }
    }
}
