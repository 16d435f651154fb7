/// An endpoint that a broker without keys may bind.
enum Endpoint {
    /// What is wrong with it, and what to write; nil if it is fine.
    static func fault(_ text: String) -> String? {
        if text.hasPrefix("inproc://") { return "\(text) cannot be reached from anywhere: write tcp://127.0.0.1:7570 or ipc:///run/trunkline/front" }
        if let path = text.dropping("ipc://") {
            // The system's limit for the path of a local socket.
            return (1...107).contains(path.utf8.count) ? nil : "\(text) needs a path of 1 to 107 bytes: write ipc:///run/trunkline/front"
        }
        guard let address = text.dropping("tcp://"), let colon = address.lastIndex(of: ":") else {
            return "\"\(text)\" is no endpoint: write tcp://127.0.0.1:7570 or ipc:///run/trunkline/front"
        }
        let host = String(address[..<colon])
        let port = address[address.index(after: colon)...]
        guard port == "*" || UInt16(port) != nil else { return "\(text) has no port from 1 to 65535 (or *, any that is free)" }
        guard isLoopback(host) else {
            return "\(text) can be reached from other machines, which needs keys, and those are not supported by this version: bind 127.0.0.1, [::1] or ipc"
        }
        return nil
    }

    /// Whether several sockets can bind it, each with a port of its own.
    static func isAnyPort(_ text: String) -> Bool {
        text.hasSuffix(":*") || text.hasSuffix(":0")
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension String {
    fileprivate func dropping(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
