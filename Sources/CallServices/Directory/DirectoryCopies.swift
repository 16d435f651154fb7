package import CallModel
package import CallStorage
import Glibc
import MessageWire

/// A routing worker's last good copies of the accounts' directories, so that it starts when the directory service is away
/// (interfaces.md §1): one file an account, written whole beside the old one and moved over it.
package final class DirectoryCopies: Sendable {
    private let folder: String
    /// Held for as long as the copies are: a folder has one owner.
    private let claim: FolderClaim

    /// - Parameter folder: `<data>/routing/INSTANCE`.
    /// - Throws: `StorageError` where another process has it or it cannot be made.
    package init(folder: String) throws(StorageError) {
        claim = FolderClaim(try DataFolder(claiming: folder))
        self.folder = folder
    }

    private final class FolderClaim: Sendable {
        private let folder: DataFolder

        init(_ folder: consuming DataFolder) { self.folder = folder }
    }

    /// What was kept, and the names of the files that could not be read or are no directory any more.
    package func load() -> (directories: [Directory], unreadable: [String]) {
        var directories: [Directory] = []
        var unreadable: [String] = []
        for name in names() {
            if let directory = read(name) { directories.append(directory) } else { unreadable.append(name) }
        }
        return (directories, unreadable)
    }

    private func names() -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name.hasSuffix(Self.suffix) { names.append(name) }
        }
        return names.sorted()
    }

    private func read(_ name: String) -> Directory? {
        guard let bytes = contents(of: folder + "/" + name), let text = try? DirectoryText(body: bytes.span.bytes) else { return nil }
        return try? Directory(yaml: text.text, version: text.version)
    }

    private func contents(of path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return bytes }
            bytes += piece[..<count]
        }
    }

    private static let suffix = ".directory.json"

    /// Replaces the account's copy; after a power cut there is the old one or the new one.
    ///
    /// - Throws: `StorageError` `unavailable` where the disk does not take it; the old copy stays.
    package func keep(_ text: DirectoryText) throws(StorageError) {
        let path = folder + "/" + text.account + Self.suffix
        let draft = path + ".new"
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure(draft) }
        defer { close(file) }
        var rest = text.body[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(draft) }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0, rename(draft, path) == 0 else { throw Self.failure(draft) }
    }

    private static func failure(_ path: String) -> StorageError {
        StorageError(.unavailable, "cannot write \(path): \(String(cString: strerror(errno))); the copy before it stays")
    }
}
