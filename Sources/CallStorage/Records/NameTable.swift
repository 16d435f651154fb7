internal import CallAttribution
internal import CallModel
internal import SQLite

/// Texts that many calls share, as numbers: accounts in scope 0, and within an account its numbers, sources and destinations.
struct NameTable: ~Copyable {
    enum Kind: String {
        case account = "", number = "n", source = "s", destination = "d", pool = "p", landingPage = "l", currency = "c"
        /// A whole source with its medium, campaign, keyword and content.
        case origin = "o"
    }

    private struct Origin: Hashable {
        var scope: Int64
        var source: TrafficSource
    }

    private struct Name: Hashable {
        var scope: Int64
        var text: String
    }

    /// What a call's facts are as numbers.
    struct FactsIDs {
        var facts: Int64
        var account: Int64
        var number: Int64
        var source: Int64
        var origin: Int64
        var pool: Int64
    }

    private var known: [Name: Int64] = [:]
    private var factsIDs: [CallFacts: FactsIDs] = [:]
    /// The same by the object, which is kept with them so that no other takes its place: most calls of a number have the same.
    private var idsByObject: [ObjectIdentifier: (facts: CallFacts, ids: FactsIDs)] = [:]
    private var factsByID: [Int64: CallFacts] = [:]
    private var rulesByID: [Int64: [QualifyRule]] = [:]
    private var sourcesByID: [Int64: [SourceRule]] = [:]
    private var texts: [Int64: String] = [:]
    private var originIDs: [Origin: Int64] = [:]
    private var origins: [Int64: TrafficSource] = [:]
    private var find: Statement
    private var insert: Statement
    private var findFacts: Statement
    private var insertFacts: Statement
    private var readFacts: Statement
    private var readText: Statement
    private var readAccount: Statement
    private let key: CallKey

    /// Some 20 MB at most.
    private static let kept = 100_000
    /// Objects, of which some come only once: those of calls with destinations that no decision names.
    private static let keptObjects = 8192

    init(_ database: borrowing Database, key: CallKey) throws(SQLiteError) {
        let find = try database.prepare("SELECT id FROM names WHERE scope = ?1 AND text = ?2")
        let insert = try database.prepare("INSERT INTO names (scope, text) VALUES (?1, ?2) RETURNING id")
        let findFacts = try database.prepare("SELECT id FROM facts WHERE hash = ?1 AND bytes = ?2")
        let insertFacts = try database.prepare("INSERT INTO facts (hash, bytes) VALUES (?1, ?2) RETURNING id")
        let readFacts = try database.prepare("SELECT bytes FROM facts WHERE id = ?1")
        let readText = try database.prepare("SELECT substr(text, 2) FROM names WHERE id = ?1 AND scope <> 0")
        let readAccount = try database.prepare("SELECT text FROM names WHERE id = ?1 AND scope = 0")
        self.find = find
        self.insert = insert
        self.findFacts = findFacts
        self.insertFacts = insertFacts
        self.readFacts = readFacts
        self.readText = readText
        self.readAccount = readAccount
        self.key = key
    }

    /// Nil where no call has it.
    mutating func id(_ kind: Kind, _ text: String, in scope: Int64 = 0) throws(SQLiteError) -> Int64? {
        let name = Name(scope: scope, text: kind.rawValue + text)
        if let id = known[name] { return id }
        defer { find.reset() }
        try find.bind(scope, at: 1)
        try find.bind(name.text, at: 2)
        guard try find.step() else { return nil }
        let id = find.int64(0)
        keep(name, id)
        return id
    }

    /// The number of a text, which it gets now where it has none; 0 for none.
    mutating func number(_ kind: Kind, _ text: String?, in scope: Int64 = 0) throws(SQLiteError) -> Int64 {
        guard let text else { return 0 }
        if let id = try id(kind, text, in: scope) { return id }
        let name = Name(scope: scope, text: kind.rawValue + text)
        defer { insert.reset() }
        try insert.bind(scope, at: 1)
        try insert.bind(name.text, at: 2)
        _ = try insert.step()
        let id = insert.int64(0)
        keep(name, id)
        return id
    }

    /// The number of a whole source; 0 for none.
    mutating func number(_ source: TrafficSource?, in scope: Int64) throws(SQLiteError) -> Int64 {
        guard let source else { return 0 }
        if let id = originIDs[Origin(scope: scope, source: source)] { return id }
        let id = try number(.origin, source.joined, in: scope)
        keep(source, id, scope)
        return id
    }

    /// 0 where no call has it.
    mutating func id(_ source: TrafficSource, in scope: Int64) throws(SQLiteError) -> Int64 { try id(.origin, source.joined, in: scope) ?? 0 }

    /// Nil for 0.
    mutating func source(_ id: Int64) throws -> TrafficSource? {
        if id == 0 { return nil }
        if let source = origins[id] { return source }
        let source = TrafficSource(joined: try name(id))
        if origins.count >= Self.kept { origins.removeAll(keepingCapacity: true) }
        origins[id] = source
        return source
    }

    /// The name of an account; nil where none has the number.
    mutating func account(_ id: Int64) throws(SQLiteError) -> String? {
        defer { readAccount.reset() }
        try readAccount.bind(id, at: 1)
        return try readAccount.step() ? readAccount.text(0) : nil
    }

    private mutating func keep(_ source: TrafficSource, _ id: Int64, _ scope: Int64) {
        if originIDs.count >= Self.kept { originIDs.removeAll(keepingCapacity: true) }
        originIDs[Origin(scope: scope, source: source)] = id
    }

    mutating func numbers(_ facts: CallFacts) throws(SQLiteError) -> FactsIDs {
        if let known = idsByObject[ObjectIdentifier(facts)] { return known.ids }
        let ids = try find(facts)
        if idsByObject.count >= Self.keptObjects { idsByObject.removeAll(keepingCapacity: true) }
        idsByObject[ObjectIdentifier(facts)] = (facts, ids)
        return ids
    }

    private mutating func find(_ facts: CallFacts) throws(SQLiteError) -> FactsIDs {
        if let ids = factsIDs[facts] { return ids }
        let account = try number(.account, facts.account)
        let rules = facts.rules.isEmpty ? 0 : try id(ofPacked: facts.rules.packed)
        let sources = facts.sources.isEmpty ? 0 : try id(ofPacked: facts.sources.packed)
        let ids = FactsIDs(
            facts: try id(ofPacked: facts.packed(rules: rules, sources: sources)), account: account, number: try number(.number, facts.trackingNumber, in: account),
            source: try number(.source, facts.shownSource?.source, in: account), origin: try number(facts.shownSource, in: account),
            pool: try number(.pool, facts.pool?.id, in: account))
        if factsIDs.count >= Self.kept { factsIDs.removeAll(keepingCapacity: true) }
        factsIDs[facts] = ids
        return ids
    }

    /// The facts with a number; nil for 0.
    mutating func facts(_ id: Int64) throws -> CallFacts? {
        if id == 0 { return nil }
        if let facts = factsByID[id] { return facts }
        let facts = try CallFacts(packed: try packed(id)) { rules in
            try self.rules(rules)
        } sources: { sources in
            try self.sources(sources)
        }
        if factsByID.count >= Self.kept { factsByID.removeAll(keepingCapacity: true) }
        factsByID[id] = facts
        return facts
    }

    /// The text of a number that an account's calls have; empty for 0.
    mutating func text(_ id: Int64) throws(SQLiteError) -> String { try findText(id) ?? "" }

    /// The same of a number that must have one. Throws `damaged` where it has none.
    mutating func name(_ id: Int64) throws -> String {
        guard let text = try findText(id) else { throw ByteReader.damaged }
        return text
    }

    private mutating func findText(_ id: Int64) throws(SQLiteError) -> String? {
        if let text = texts[id] { return text }
        defer { readText.reset() }
        try readText.bind(id, at: 1)
        guard try readText.step() else { return nil }
        let text = readText.text(0)
        if texts.count >= Self.kept { texts.removeAll(keepingCapacity: true) }
        texts[id] = text
        return text
    }

    /// Rules stand beside the facts that name them: those of a million numbers are the same.
    private mutating func rules(_ id: Int64) throws -> [QualifyRule] {
        if let rules = rulesByID[id] { return rules }
        let rules = try [QualifyRule](packed: try packed(id))
        if rulesByID.count >= Self.kept { rulesByID.removeAll(keepingCapacity: true) }
        rulesByID[id] = rules
        return rules
    }

    /// As rules.
    private mutating func sources(_ id: Int64) throws -> [SourceRule] {
        if let sources = sourcesByID[id] { return sources }
        let sources = try [SourceRule](packed: try packed(id))
        if sourcesByID.count >= Self.kept { sourcesByID.removeAll(keepingCapacity: true) }
        sourcesByID[id] = sources
        return sources
    }

    private mutating func packed(_ id: Int64) throws -> [UInt8] {
        defer { readFacts.reset() }
        try readFacts.bind(id, at: 1)
        guard try readFacts.step() else { throw ByteReader.damaged }
        return readFacts.bytes(0)
    }

    /// After a rollback: what was learned meanwhile may not be in the file.
    mutating func forget() {
        known = [:]
        factsIDs = [:]
        idsByObject = [:]
        factsByID = [:]
        rulesByID = [:]
        sourcesByID = [:]
        texts = [:]
        originIDs = [:]
        origins = [:]
    }

    private mutating func keep(_ name: Name, _ id: Int64) {
        if known.count >= Self.kept { known.removeAll(keepingCapacity: true) }
        known[name] = id
    }

    private mutating func id(ofPacked bytes: [UInt8]) throws(SQLiteError) -> Int64 {
        let hash = bytes.withUnsafeBufferPointer { key.hash($0) }
        defer {
            findFacts.reset()
            insertFacts.reset()
        }
        try findFacts.bind(hash, at: 1)
        try findFacts.bind(bytes, at: 2)
        if try findFacts.step() { return findFacts.int64(0) }
        try insertFacts.bind(hash, at: 1)
        try insertFacts.bind(bytes, at: 2)
        _ = try insertFacts.step()
        return insertFacts.int64(0)
    }
}

extension TrafficSource {
    /// Stands between the parts; a part that is there begins with "+".
    private static let separator: Character = "\u{1F}"

    /// The parts as one text. SQLite's functions end a text at its first zero byte, so the separator is another, and what a part has of it is written otherwise.
    fileprivate var joined: String {
        Self.escaped(source) + [medium, campaign, keyword, content].map { String(Self.separator) + ($0.map { "+" + Self.escaped($0) } ?? "") }.joined()
    }

    fileprivate init(joined: String) {
        let parts = joined.split(separator: Self.separator, omittingEmptySubsequences: false)
        func part(_ place: Int) -> String? { place < parts.count && !parts[place].isEmpty ? Self.plain(parts[place].dropFirst()) : nil }
        self.init(source: Self.plain(parts[0]), medium: part(1), campaign: part(2), keyword: part(3), content: part(4))
    }

    private static let escapes: [(Unicode.Scalar, Unicode.Scalar)] = [("\u{1F}", "s"), ("\u{1E}", "e"), ("\0", "0")]

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x1F || $0 == 0x1E || $0 == 0 }) else { return text }
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let escape = escapes.first(where: { $0.0 == scalar }) {
                escaped.append("\u{1E}")
                escaped.append(escape.1)
            } else {
                escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    private static func plain(_ text: Substring) -> String {
        guard text.utf8.contains(0x1E) else { return String(text) }
        var plain = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                plain.append(escapes.first { $0.1 == scalar }?.0 ?? scalar)
                isEscaped = false
            } else if scalar == "\u{1E}" {
                isEscaped = true
            } else {
                plain.append(scalar)
            }
        }
        return String(plain)
    }
}
