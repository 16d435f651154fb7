import Glibc

/// A folder of its own for one test, removed with all it holds when the value goes.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() {
        var template = Array("/tmp/trunkline-test-XXXXXX".utf8CString)
        // mkdtemp fails only when /tmp does, and then no test of this target means anything.
        precondition(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        removeFolder(path)
    }

    func file(_ name: String) -> String {
        "\(path)/\(name)"
    }
}

func readFile(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { return [] }
    defer { fclose(file) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
        content += chunk[..<count]
    }
    return content
}

func writeFile(_ path: String, _ content: [UInt8]) {
    guard let file = fopen(path, "wb") else { return }
    defer { fclose(file) }
    fwrite(content, 1, content.count, file)
}

private func removeFolder(_ path: String) {
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard name != ".", name != ".." else { continue }
        // A folder cannot be unlinked.
        if unlink("\(path)/\(name)") != 0 { removeFolder("\(path)/\(name)") }
    }
    closedir(folder)
    rmdir(path)
}
