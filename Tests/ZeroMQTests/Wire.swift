import Glibc
import Testing
import ZeroMQ

/// How two sockets of a test meet.
enum Transport: String, CaseIterable, CustomTestStringConvertible {
    case inproc, ipc, tcp

    var testDescription: String { rawValue }

    func endpoint(_ folder: borrowing SocketFolder) -> String {
        switch self {
        case .inproc: "inproc://meeting"
        case .ipc: "ipc://\(folder.path)/socket"
        case .tcp: "tcp://127.0.0.1:*"
        }
    }
}

/// A folder for sockets of the file system, removed when the value goes.
struct SocketFolder: ~Copyable {
    let path: String

    init() {
        var template = Array("/tmp/trunkline-zmq-XXXXXX".utf8CString)
        // mkdtemp fails only when /tmp does, and then no test of this target means anything.
        precondition(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        unlink("\(path)/socket")
        rmdir(path)
    }
}

extension Socket {
    /// The next whole message, waited for; nil where none comes in time.
    borrowing func next(within milliseconds: Int = 20_000) throws -> [[UInt8]]? {
        var poller = Poller(capacity: 1)
        poller.add(self)
        try poller.wait(milliseconds: milliseconds)
        var frames: [[UInt8]] = []
        var message = Message()
        while try receive(into: &message) {
            frames.append(message.bytes)
            if !message.hasMore { return frames }
        }
        return nil
    }

    borrowing func send(_ frames: [[UInt8]]) throws -> Delivery {
        for (index, frame) in frames.enumerated() {
            var message = Message(frame)
            let delivery = try send(&message, more: index < frames.count - 1)
            guard delivery == .sent else { return delivery }
        }
        return .sent
    }
}
