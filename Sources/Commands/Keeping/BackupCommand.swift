import ArgumentParser
import CallModel
import CallStorage
import Foundation
import MessageWire

/// `trunkline backup FILE`: a copy of a data folder, taken while its processes work (records.md §7).
struct BackupCommand: HouseCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy a data folder into one file, while the pool works.",
        discussion: """
            Every request that was accepted before it began is in the copy; of those accepted meanwhile, some are. The file is an uncompressed tar archive \
            of the databases with a manifest, which `trunkline restore` checks. Beside it there must be room for the largest database once more. A caller who is \
            erased later is still in it: erase again after restoring it.
            """)

    @OptionGroup var common: VerbosityOptions

    @Argument(help: "The file to make.")
    var file: String

    @Option(name: .long, help: "The data folder (default: ./trunkline-data).")
    var data: String?

    @Flag(name: .long, help: "Replace the file where it is there already.")
    var force = false

    @Flag(name: .long, help: "Print JSON: the manifest.")
    var json = false

    func execute() async throws {
        let folder = Setting("data", given: data, fallback: "./trunkline-data").value
        guard force || !FileManager.default.fileExists(atPath: file) else {
            throw CommandFailure(.failed, "\(file) is there already; name another file, or say --force")
        }
        let stores = Manifest.order.filter { FileManager.default.fileExists(atPath: "\(folder)/\($0.path)") }
        guard !stores.isEmpty else { throw CommandFailure(.noSuchFile, "\(folder): no data folder of a pool; name it with --data") }
        let workshop = try Workshop(beside: file)
        let manifest = try copy(stores, of: folder, in: workshop)
        try workshop.publish(as: file)
        Terminal.endProgress()
        guard !json else { return Terminal.say(manifest.json.text) }
        var table = TextTable(["copied", "bytes"], right: [1])
        for copy in manifest.copies { table.add([copy.path, String(copy.bytes)]) }
        table.show()
    }

    private func copy(_ stores: [StoreFile], of folder: String, in workshop: Workshop) throws(CommandFailure) -> Manifest {
        do throws(StorageError) {
            var manifest = Manifest(program: Version.text, begunAt: PoolStages.now())
            let archive = try TarWriter(workshop.archive)
            for store in stores {
                let schema = try store.copy(of: folder, to: workshop.copy) { done, all in
                    Terminal.progress("\(store.path): \(100 * done / max(all, 1)) %")
                }
                let bytes = workshop.copySize
                let sum = try archive.add(store.path, contentsOf: workshop.copy, size: bytes)
                workshop.clear()
                manifest.copies.append(Manifest.Copy(path: store.path, bytes: bytes, sha256: sum, schema: Int64(schema)))
            }
            manifest.endedAt = PoolStages.now().rfc3339
            try archive.add(Manifest.name, manifest.json.utf8)
            try archive.finish()
            return manifest
        } catch {
            Terminal.endProgress()
            throw CommandFailure(error.code == .unavailable ? .io : .failed, "nothing was backed up: \(error.message)")
        }
    }
}

/// Where a file comes to be until it is whole: a folder beside it, so that one rename puts it in its place.
private final class Workshop {
    private let folder: String

    init(beside file: String) throws(CommandFailure) {
        let parent = URL(fileURLWithPath: file).deletingLastPathComponent().path
        folder = "\(parent)/.trunkline-backup-\(ProcessInfo.processInfo.processIdentifier)"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(.io, "cannot write beside \(file); check that \(parent) is there and yours", cause: "\(error)")
        }
    }

    deinit {
        // Left over only where the disk itself fails.
        try? FileManager.default.removeItem(atPath: folder)
    }

    var archive: String { folder + "/archive" }
    var copy: String { folder + "/copy" }

    var copySize: Int64 { Int64((try? FileManager.default.attributesOfItem(atPath: copy)[.size] as? NSNumber)?.int64Value ?? 0) }

    func clear() { for name in [copy, copy + "-wal", copy + "-shm", copy + "-journal"] { unlink(name) } }

    func publish(as file: String) throws(CommandFailure) {
        guard rename(archive, file) == 0 else { throw CommandFailure(.io, "cannot put \(file) in place: \(String(cString: strerror(errno)))") }
        let parent = open(URL(fileURLWithPath: file).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { return }
        fsync(parent)
        close(parent)
    }
}
