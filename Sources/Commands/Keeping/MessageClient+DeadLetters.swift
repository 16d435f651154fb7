import CallModel
import CallServices
import Foundation
import MessageClient
import MessageWire

extension MessageClient {
    /// Purges the dead letters that speak of a person or of a call of an erased one; gives how many.
    func purgeDead(of person: PhoneNumber, account: String) async throws -> Int64 {
        var purged: Int64 = 0
        for service in try await services() where service.count("dead") > 0 {
            var after: String?
            repeat {
                let page = try await dead(of: service.name, after: after, limit: 1000)
                let ids = try await ids(of: page.letters, of: person, account: account)
                if !ids.isEmpty {
                    let some = JSON.Member("ids", .array(ids.map { .string($0) }))
                    purged += try await admin("PurgeDead", of: service.name, [some], timeout: .seconds(60))["purged"]?.integer ?? 0
                }
                after = page.next
            } while after != nil
        }
        return purged
    }

    /// Those of the letters that are to go.
    private func ids(of letters: [JSON], of person: PhoneNumber, account: String) async throws -> [String] {
        var ids: [String] = []
        var byCall: [String: [String]] = [:]
        for letter in letters.compactMap({ $0["request_id"]?.string }) {
            // Replayed or purged by somebody else meanwhile.
            guard let read = try? await admin("ReadDead", ["request_id": .string(letter)], timeout: .seconds(10)) else { continue }
            switch DeadLetter(read, account: account, number: person) {
            case .person: ids.append(letter)
            case .call(let call): byCall[call, default: []].append(letter)
            case .nobody: break
            }
        }
        let calls = byCall.keys.sorted()
        for start in stride(from: 0, to: calls.count, by: 500) {
            let some = calls[start..<min(start + 500, calls.count)].map { JSON.string($0) }
            let erased = try await ask(ServiceName.keeping + "/Erased", .object([JSON.Member("call_ids", .array(some))]))
            for call in erased["call_ids"]?.array ?? [] { ids += byCall[call.string ?? ""] ?? [] }
        }
        return ids
    }
}

extension DeadLetter {
    /// - Parameter read: as ReadDead gives it.
    fileprivate init(_ read: JSON, account: String, number: PhoneNumber) {
        var metadata: [String: String] = [:]
        if case .object(let entries)? = read["metadata"] {
            for entry in entries { metadata[entry.name] = entry.value.string }
        }
        let body = read["body"]?.string.flatMap { Data(base64Encoded: $0) }.map { [UInt8]($0) } ?? []
        self.init(path: read["path"]?.string ?? "", metadata: metadata, body: body, account: account, number: number)
    }
}
