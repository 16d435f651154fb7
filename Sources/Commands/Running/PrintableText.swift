extension String {
    /// On one line, and without what a terminal would obey: for text that came from a peer.
    var onOneLine: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? "\u{FFFD}" : $0 }))
    }

    /// Whether a terminal shows it and does nothing else.
    var isPlainText: Bool {
        unicodeScalars.allSatisfy { !$0.isControl || $0 == "\n" || $0 == "\t" || $0 == "\r" }
    }
}

extension Unicode.Scalar {
    /// C0, DEL, C1, and the marks that turn the direction of text.
    fileprivate var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
