import MessageWire

/// Where a delivery is addressed: its service, and the method the request names.
enum RequestPath {
    /// The path's last slash and what follows; empty where the path has none or the frame is no request.
    static func method(of frame: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let start = Header.size + 1
        guard frame.count > start else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let end = min(start + Int(frame[Header.size]), frame.count)
        guard let slash = frame[start..<end].lastIndex(of: UInt8(ascii: "/")) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: frame[slash..<end])
    }
}
