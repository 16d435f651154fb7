/// The way to a value in a document; becomes text only where there is a problem.
indirect enum DocumentPath: Sendable, CustomStringConvertible {
    case root
    case key(String, of: DocumentPath)
    case item(Int, of: DocumentPath)
    /// An item by what names it, where its place says nothing.
    case named(String, of: DocumentPath)

    func key(_ name: String) -> DocumentPath { .key(name, of: self) }
    func item(_ place: Int) -> DocumentPath { .item(place, of: self) }

    /// "flows[0].start.ring_seconds"; a key that is no plain word stands in brackets: "prefix[+1312]".
    var description: String {
        switch self {
        case .root: ""
        case .item(let place, let parent): "\(parent)[\(place)]"
        case .named(let name, let parent): "\(parent)[\(name)]"
        case .key(let name, let parent):
            switch (parent, name.isPlainWord) {
            case (.root, _): name
            case (_, true): "\(parent).\(name)"
            case (_, false): "\(parent)[\(name)]"
            }
        }
    }
}

extension String {
    fileprivate var isPlainWord: Bool {
        utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || (48...57).contains(byte) || (97...122).contains(byte | 0x20)
        }
    }
}
