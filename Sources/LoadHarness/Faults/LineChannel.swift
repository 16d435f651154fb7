import Glibc
import Synchronization

/// Lines both ways over a connected descriptor.
final class LineChannel: Sendable {
    private let descriptor: Int32
    private let writing = Mutex(())

    /// - Parameter descriptor: of a socket; it is the channel's from here on.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// All of it, or nothing more where the other side is gone.
    func write(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
        writing.withLock { _ in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 || errno == EINTR else { return }
                rest = rest.dropFirst(max(0, count))
            }
        }
    }

    /// Gives the whole lines that come until the other side is gone. Blocks its thread.
    func read(_ each: ([Substring]) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var open: [UInt8] = []
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            open += buffer[..<count]
            guard let end = open.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            each(String(decoding: open[..<end], as: UTF8.self).split(separator: "\n"))
            open.removeSubrange(...end)
        }
    }

    /// Ends `read`, here and on the other side.
    func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
