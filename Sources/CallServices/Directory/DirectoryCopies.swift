package import CallModel
package import CallStorage
import Glibc
import MessageWire

/// A worker's last good copies of the accounts' directories, so that it starts when the directory service is away (interfaces.md §1):
/// an account's directory and its head, and the secret, each a file written whole beside the old one and moved over it. Nobody else may read them.
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

    /// A copy that could be read.
    package struct Copy: Sendable {
        package let head: DirectoryHead
        package let directory: Directory
    }

    /// What was kept, and the names of the files that could not be read or are no directory any more.
    package func load() -> (copies: [Copy], secret: SecretKey?, unreadable: [String]) {
        var copies: [Copy] = []
        var unreadable: [String] = []
        for name in names() {
            if let copy = read(name) { copies.append(copy) } else { unreadable.append(name) }
        }
        let secret = contents(of: folder + "/" + Self.secretName).flatMap { SecretKey(hexadecimal: String(decoding: $0, as: UTF8.self)) }
        return (copies, secret, unreadable)
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

    /// The version in decimal digits, a line feed, and the packed directory.
    private func read(_ name: String) -> Copy? {
        guard let bytes = contents(of: folder + "/" + name), let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            let version = UInt64(String(decoding: bytes[..<end], as: UTF8.self)),
            let directory = try? PackedDirectory.directory(Array(bytes[(end + 1)...]), version: version), name == directory.account + Self.suffix
        else { return nil }
        return Copy(head: head(directory.account, version), directory: directory)
    }

    /// With no revision, which the service has for nothing, where the file is missing or of another version.
    private func head(_ account: String, _ version: UInt64) -> DirectoryHead {
        let kept = contents(of: folder + "/" + account + Self.headSuffix).flatMap { try? DirectoryHead(body: $0.span.bytes) }
        if let kept, kept.version == version { return kept }
        return DirectoryHead(account: account, version: version, revision: 0, switches: kept?.switches ?? [])
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

    private static let suffix = ".directory"
    private static let headSuffix = ".head"
    private static let secretName = "secret"

    /// Replaces the account's copy; after a power cut there is the old one or the new one.
    ///
    /// - Parameter packed: of `head`'s version.
    /// - Throws: `StorageError` `unavailable` where the disk does not take it; the old copy stays.
    package func keep(_ head: DirectoryHead, packed: [UInt8]) throws(StorageError) {
        try write(Array("\(head.version)\n".utf8) + packed, to: head.account + Self.suffix)
        try keep(head)
    }

    /// Only what is switched has changed.
    package func keep(_ head: DirectoryHead) throws(StorageError) { try write(head.body, to: head.account + Self.headSuffix) }

    package func keep(_ secret: SecretKey) throws(StorageError) { try write(Array(secret.hexadecimal.utf8), to: Self.secretName) }

    private func write(_ bytes: [UInt8], to name: String) throws(StorageError) {
        let path = folder + "/" + name
        let draft = path + ".new"
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure(draft) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
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
