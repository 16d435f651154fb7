import CallModel
import CallServices
import MessageClient
import MessageWire

/// The numbers that imported calls were to, and which of them no directory has: calls to those are nobody's (directory.md §1.1).
struct ImportedNumbers: Sendable {
    /// With how many calls each; nil: the directory could not be read.
    private var unknown: [(number: String, calls: Int)]?
    private var reason = ""

    init(_ calls: [String: Int], account: String?, _ client: MessageClient) async {
        do {
            let directory = DirectoryClient(client)
            let head = try await directory.get(account: account)
            let known = try Directory(yaml: try await directory.text(of: head), version: head.version)
            let strangers = calls.filter { number, _ in PhoneNumber(e164: number).flatMap(known.trackingNumber) == nil }
            unknown = strangers.map { (number: $0.key, calls: $0.value) }.sorted { ($0.calls, $1.number) > ($1.calls, $0.number) }
        } catch {
            reason = "\(error)"
        }
    }

    /// Two members of an object.
    var json: String {
        guard let unknown else { return #""unmatched":null,"unmatched_numbers":null"# }
        let numbers = unknown.map { "\"\($0.number)\"" }.joined(separator: ",")
        return #""unmatched":\#(unknown.reduce(0) { $0 + $1.calls }),"unmatched_numbers":[\#(numbers)]"#
    }

    /// For a person; none where every number is known.
    func lines(isPublished: Bool) -> [String] {
        guard let unknown else { return ["which of the numbers are in the directory is not known: \(reason)"] }
        guard !unknown.isEmpty else { return [] }
        let calls = unknown.reduce(0) { $0 + $1.calls }
        let subject = "\(calls) call\(calls == 1 ? "" : "s") to \(unknown.count) number\(unknown.count == 1 ? "" : "s") that the directory does not have"
        // A number that was already reported as a tracking number is the account's own, not a caller's.
        let shown = unknown.prefix(10).map { "  \($0.number)  \($0.calls)" } + (unknown.count > 10 ? ["  and \(unknown.count - 10) more (--json names them all)"] : [])
        return [
            isPublished
                ? "\(subject): they are in the unmatched log (trunkline calls --unmatched)"
                : "\(subject): add them and apply before you publish, or their calls go to the unmatched log",
        ] + shown
    }
}
