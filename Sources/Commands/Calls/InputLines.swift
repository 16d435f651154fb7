import Glibc
import Threads

/// The lines of a file or a stream of any size, each as soon as it is there.
struct InputLines: ~Copyable {
    /// A line without its end.
    struct Line {
        /// From 1.
        var number: Int
        /// Its beginning, where it is too long.
        var bytes: [UInt8]
        var length: Int

        var isTooLong: Bool { length > longest }
    }

    /// More than any event may have (wire.md §8, `max_frame`): what is longer is read over, not kept.
    static let longest = 4 << 20

    /// Of the file; nil where it is a stream.
    let size: UInt64?
    private(set) var taken: UInt64 = 0
    /// Whether all has been read; lines may be left.
    private(set) var isAtEnd = false
    private let descriptor: Int32
    private let path: String
    private var chunk: [UInt8]
    private var unread = 0..<0
    /// Of the line that is not whole yet.
    private var begun: [UInt8] = []
    private var begunLength = 0
    private var number = 0
    /// Given back, the next one last.
    private var returned: [Line] = []

    /// - Parameter path: `-` for standard input.
    /// - Throws: `CommandFailure` where there is no such file or it cannot be read.
    init(_ path: String) throws(CommandFailure) {
        self.path = path == "-" ? "standard input" : path
        chunk = [UInt8](repeating: 0, count: 1 << 18)
        if path == "-" {
            descriptor = STDIN_FILENO
            size = nil
            return
        }
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { throw CommandFailure(.noSuchFile, "\(path): no such file") }
            throw CommandFailure(.io, "\(path): cannot be read: \(String(cString: strerror(errno))); check its permissions")
        }
        var about = stat()
        guard fstat(descriptor, &about) == 0, about.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw CommandFailure(.io, "\(path): is a folder; name a file in it")
        }
        size = about.st_mode & S_IFMT == S_IFREG ? UInt64(max(about.st_size, 0)) : nil
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// The next line that is here already; nil: read more, or it is the end.
    mutating func next() -> Line? {
        if let line = returned.popLast() { return line }
        while !unread.isEmpty {
            let end = chunk[unread].firstIndex(of: UInt8(ascii: "\n"))
            let piece = unread.lowerBound..<(end ?? unread.upperBound)
            begunLength += piece.count
            if begunLength <= Self.longest { begun += chunk[piece] }
            unread = (end.map { $0 + 1 } ?? unread.upperBound)..<unread.upperBound
            if end != nil { return whole() }
        }
        return isAtEnd && begunLength > 0 ? whole() : nil
    }

    /// These come again, in their order, before what follows.
    mutating func giveBack(_ lines: some BidirectionalCollection<Line>) {
        returned += lines.reversed()
    }

    /// Whether there is something to read, or nothing will come any more.
    var isReady: Bool { wait(milliseconds: 0) }

    /// Waits on a thread of its own, so that what was read before is sent meanwhile, on a machine of one core too.
    func waitUntilReady() async {
        let descriptor = descriptor
        do throws(ThreadError) {
            try await Thread.run(named: "input") {
                var some = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                while poll(&some, 1, -1) < 0, errno == EINTR {}
            }
        } catch {
            // No thread to be had: the read waits.
        }
    }

    /// - Throws: `CommandFailure` where it cannot be read any further.
    mutating func read() throws(CommandFailure) {
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CommandFailure(.io, "\(path): cannot be read any further: \(String(cString: strerror(errno)))") }
            taken += UInt64(count)
            isAtEnd = count == 0
            unread = 0..<count
            return
        }
    }

    private func wait(milliseconds: Int32) -> Bool {
        var some = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&some, 1, milliseconds) != 0
    }

    private mutating func whole() -> Line {
        number += 1
        var bytes = begun
        begun = []
        let length = begunLength
        begunLength = 0
        // What spreadsheets put before their CSV.
        if number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if length <= Self.longest, bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return Line(number: number, bytes: bytes, length: length)
    }
}
