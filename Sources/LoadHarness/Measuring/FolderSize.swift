import Glibc

enum FolderSize {
    /// Bytes of the files in a folder, those in its subfolders left out.
    static func bytes(_ path: String) -> Int {
        guard let folder = opendir(path) else { return 0 }
        defer { closedir(folder) }
        var sum = 0
        while let entry = readdir(folder) {
            var status = stat()
            let found = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { fstatat(dirfd(folder), $0, &status, AT_SYMLINK_NOFOLLOW) }
            }
            if found == 0, status.st_mode & S_IFMT == S_IFREG { sum += Int(status.st_size) }
        }
        return sum
    }
}
