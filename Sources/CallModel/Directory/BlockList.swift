/// Callers who are refused (directory.md §1.4).
public struct BlockList: Sendable {
    public private(set) var callers: Set<PhoneNumber> = []
    public private(set) var prefixes: Set<PhonePrefix> = []
    /// Whether withheld callers are blocked.
    public private(set) var anonymous = false
    /// The lengths in `prefixes`, so that a look-up hashes once per length.
    private var prefixLengths: [Int] = []

    init() {}

    public func blocks(_ caller: Caller) -> Bool {
        switch caller {
        case .withheld: anonymous
        case .unparsable: false
        case .number(let number):
            callers.contains(number)
                || prefixLengths.contains { length in number.prefix(length).map(prefixes.contains) ?? false }
        }
    }

    mutating func block(caller: PhoneNumber) { callers.insert(caller) }

    mutating func block(prefix: PhonePrefix) {
        prefixes.insert(prefix)
        if !prefixLengths.contains(prefix.count) { prefixLengths.append(prefix.count) }
    }

    mutating func blockAnonymous() { anonymous = true }
}
