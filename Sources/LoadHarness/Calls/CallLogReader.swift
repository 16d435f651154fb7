import CallModel
import MessageClient
import MessageWire

/// Reads the ids of all stored calls of the load account, page by page (records.md §6).
struct CallLogReader: Sendable {
    private static let path = "trunkline.v1.CallLog/ListCalls"

    let client: MessageClient

    /// - Parameters:
    ///   - since: only calls that began then or later.
    ///   - page: gets every record once.
    /// - Throws: `CallError`, or `LoadError` where a page cannot be read.
    func read(since: Timestamp? = nil, progress: (Int) -> Void, page each: (CallPageScan) -> Void) async throws {
        var cursor: String?
        var count = 0
        repeat {
            let request: JSON = [
                "account": .string(LoadDirectory.account), "show_hidden": true, "limit": 500, "cursor": cursor.map { .string($0) } ?? .null,
                "since": since.map { .string($0.rfc3339) } ?? .null,
            ]
            let reply = try await client.call(Self.path, request.utf8, contentType: "application/json", timeout: .seconds(60), idempotent: true)
            let page = CallPageScan(String(decoding: reply.body, as: UTF8.self))
            each(page)
            count += page.callIDs.count
            progress(count)
            cursor = page.next
            if cursor != nil, page.callIDs.isEmpty { throw LoadError(.conduct, "the call log gave an empty page that is not the last") }
        } while cursor != nil
    }
}

/// The call ids and the cursor of one page.
///
/// Looked for, not parsed: a run has millions of records, and nothing else in them matters here. Inside a text of a record the
/// quotes of the pattern would be escaped, so it is found only where it is a member's name.
package struct CallPageScan {
    package private(set) var callIDs: [Substring.UTF8View] = []
    package private(set) var next: String?
    private let text: String

    package init(_ page: String) {
        var page = page
        page.makeContiguousUTF8()
        text = page
        let utf8 = page.utf8
        var rest = utf8[...]
        while let found = Self.find(#""call_id":""#, in: rest) {
            rest = rest[found...]
            guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { break }
            callIDs.append(rest[..<end])
            rest = rest[end...]
        }
        // What is left begins behind the last call.
        guard let found = Self.find(#""next":""#, in: rest), let end = utf8[found...].firstIndex(of: UInt8(ascii: "\"")) else { return }
        next = String(utf8[found..<end])
    }

    /// Whether the record at that place says when its call ended.
    package func isEnded(_ place: Int) -> Bool {
        let end = place + 1 < callIDs.count ? callIDs[place + 1].startIndex : text.utf8.endIndex
        return Self.find(#""ended_at":""#, in: text.utf8[callIDs[place].endIndex..<end]) != nil
    }

    /// Where the text behind `pattern` begins.
    private static func find(_ pattern: StaticString, in text: Substring.UTF8View) -> String.Index? {
        let place = text.withContiguousStorageIfAvailable { bytes -> Int? in
            pattern.withUTF8Buffer { pattern in
                guard bytes.count >= pattern.count else { return nil }
                // The second byte is rarer in a record than the quote before it.
                for start in 0...(bytes.count - pattern.count) where bytes[start + 1] == pattern[1] && bytes[start] == pattern[0] {
                    if UnsafeBufferPointer(rebasing: bytes[start..<start + pattern.count]).elementsEqual(pattern) { return start + pattern.count }
                }
                return nil
            }
        }
        return place.flatMap { $0 }.map { text.index(text.startIndex, offsetBy: $0) }
    }
}
