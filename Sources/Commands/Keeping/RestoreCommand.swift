import ArgumentParser
import CallStorage
import Foundation
import MessageWire

/// `trunkline restore FILE --data DIR`: a data folder out of a backup (records.md §7).
struct RestoreCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make a data folder out of a backup; every database is checked before anything is put in place.",
        discussion: """
            What the copy of the journal holds unsettled is delivered again, and changes nothing where it is stored already. Callers who were erased after the \
            backup was made are in it again: erase them again.
            """)

    @OptionGroup var common: VerbosityOptions

    @Argument(help: "A file that `trunkline backup` made.")
    var file: String

    @Option(name: .long, help: "The data folder to make; it is missing or empty (default: ./trunkline-data).")
    var data: String?

    @Flag(name: .long, help: "Print JSON: the backup's manifest.")
    var json = false

    func execute() async throws {
        let folder = Setting("data", given: data, fallback: "./trunkline-data").value
        guard FileManager.default.fileExists(atPath: file) else { throw CommandFailure(.noSuchFile, "\(file): no such file") }
        let there = try? FileManager.default.contentsOfDirectory(atPath: folder)
        guard there?.isEmpty ?? !FileManager.default.fileExists(atPath: folder) else {
            throw CommandFailure(.failed, "\(folder) is not empty, and nothing is restored over what is there; name another folder, or move it away")
        }
        let place = try Place(for: folder)
        let manifest = try unpack(to: place)
        try place.put()
        Terminal.endProgress()
        guard !json else { return Terminal.say(manifest.json.text) }
        Terminal.say("\(folder): restored as it was from \(manifest.begunAt) to \(manifest.endedAt), by \(manifest.program)")
    }

    private func unpack(to place: Place) throws(CommandFailure) -> Manifest {
        do throws(StorageError) {
            var reader = try TarReader(file)
            var sums: [String: (sum: String, bytes: Int64)] = [:]
            while let entry = try reader.next() {
                if entry.name == Manifest.name {
                    let bytes = try reader.bytes(limit: Manifest.largest)
                    guard let manifest = try read(bytes) else { break }
                    try check(manifest, sums, place)
                    return manifest
                }
                // No other name is made: a file that somebody made up writes nowhere else.
                guard Manifest.order.contains(where: { $0.path == entry.name }), sums[entry.name] == nil else { break }
                Terminal.progress("unpacking \(entry.name)")
                sums[entry.name] = (try reader.extract(to: try place.file(entry.name)), entry.size)
            }
            throw StorageError(.damaged, "it has no manifest: it is no backup, or its end is missing")
        } catch {
            Terminal.endProgress()
            if error.code == .unavailable { throw CommandFailure(.io, error.message) }
            throw CommandFailure(.badInput, "\(file) is not restored, and nothing was changed: \(error.message)", cause: "use another backup")
        }
    }

    private func read(_ bytes: [UInt8]) throws(StorageError) -> Manifest? {
        do throws(CommandFailure) { return try Manifest(bytes) } catch { throw StorageError(.incompatible, error.message) }
    }

    private func check(_ manifest: Manifest, _ sums: [String: (sum: String, bytes: Int64)], _ place: Place) throws(StorageError) {
        guard !manifest.copies.isEmpty, Set(manifest.copies.map(\.path)) == Set(sums.keys) else {
            throw StorageError(.damaged, "what it holds is not what its manifest lists")
        }
        for copy in manifest.copies {
            guard let found = sums[copy.path], found.sum == copy.sha256, found.bytes == copy.bytes else {
                throw StorageError(.damaged, "\(copy.path) in it is not what was backed up: its SHA-256 differs")
            }
        }
        for store in Manifest.order where sums[store.path] != nil {
            Terminal.progress("checking \(store.path)")
            try store.check("\(place.path)/\(store.path)")
        }
    }
}

/// A data folder on its way: beside the one that it becomes, by one rename.
private final class Place {
    private let folder: String
    let path: String

    init(for folder: String) throws(CommandFailure) {
        let url = URL(fileURLWithPath: folder)
        self.folder = url.path
        path = "\(url.deletingLastPathComponent().path)/.trunkline-restore-\(ProcessInfo.processInfo.processIdentifier)"
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw CommandFailure(.io, "cannot write beside \(folder); check who owns the folder above it", cause: "\(error)")
        }
    }

    deinit {
        // Gone where it was put in place.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Where a file of the data folder comes to be; its own folder is made.
    func file(_ name: String) throws(StorageError) -> String {
        let file = "\(path)/\(name)"
        do {
            try FileManager.default.createDirectory(
                at: URL(fileURLWithPath: file).deletingLastPathComponent(), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StorageError(.unavailable, "cannot make a folder in \(path); is the disk full?")
        }
        return file
    }

    func put() throws(CommandFailure) {
        // Replaces an empty folder, and no other.
        guard rename(path, folder) == 0 else {
            throw CommandFailure(.io, "cannot put \(folder) in place: \(String(cString: strerror(errno))); nothing was changed")
        }
        let parent = open(URL(fileURLWithPath: folder).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { return }
        fsync(parent)
        close(parent)
    }
}
