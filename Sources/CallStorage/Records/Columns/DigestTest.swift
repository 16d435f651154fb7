internal import CallAttribution
internal import CallModel

/// Whether a call meets a condition, as far as its digest tells.
enum DigestVerdict: UInt8, Comparable {
    case no, maybe, yes

    static func < (a: DigestVerdict, b: DigestVerdict) -> Bool { a.rawValue < b.rawValue }
}

/// A condition on a record as a test of one column's words.
struct DigestTest {
    enum Form {
        case equal(UInt32)
        /// Another, and one at all.
        case unequal(UInt32)
        /// Within these; `DigestWord.inexact` is open.
        case within(ClosedRange<UInt32>)
        /// Number and not this one; `DigestWord.inexact` is open.
        case otherNumber(UInt32?)
        case isThere(Bool)
        /// A list that may have the item whose bits these are.
        case bits(UInt32)
        case notBits(UInt32)
        /// By the number of earlier calls: a verdict for each word.
        case table([DigestVerdict])
        /// What the caller's number tells, whatever the column.
        case caller(CallerTest)
        /// The record itself is to be asked.
        case open
        case never
    }

    let column: DigestColumn
    let form: Form

    init(_ condition: RecordCondition, _ key: CallKey, _ places: PlaceLookup) {
        if condition.field.isOfCallersPlace {
            self.init(column: .callerLow, form: .caller(CallerTest(condition: condition, places: places)))
            return
        }
        guard let column = DigestColumn.of(condition.field) else {
            self.init(column: .marks, form: .open)
            return
        }
        self.init(column: column, form: column == .prior ? Self.ofPriorCalls(condition) : Self.form(condition, key))
    }

    private init(column: DigestColumn, form: Form) {
        self.column = column
        self.form = form
    }

    func verdict(_ digest: CallDigest) -> DigestVerdict {
        if case .caller(let test) = form { return test.verdict(digest.caller) }
        return verdict(digest[column])
    }

    fileprivate func verdict(_ word: UInt32) -> DigestVerdict {
        if case .never = form { return .no }
        // Of the forms below none is of a list, whose first bit only says that there is something in it.
        if word == DigestWord.inexact { return .maybe }
        return switch form {
        case .equal(let wanted): word == wanted ? .yes : .no
        case .unequal(let other): word != 0 && word != other ? .yes : .no
        case .within(let range): range.contains(word) ? .yes : .no
        case .otherNumber(let other): word != 0 && word != other ? .yes : .no
        case .isThere(let isThere): (word != 0) == isThere ? .yes : .no
        case .bits(let bits): word & bits == bits ? .maybe : .no
        case .notBits(let bits): word & bits == bits ? .maybe : .yes
        case .table(let verdicts): Int(word) < verdicts.count ? verdicts[Int(word)] : .maybe
        case .open, .caller: .maybe
        case .never: .no
        }
    }

    /// Lowers each verdict to what this column makes of the call. False: none is left.
    func lower(_ verdicts: inout [DigestVerdict], _ packed: UnsafeRawBufferPointer, scratch words: inout [UInt32]) throws(StorageError) -> Bool {
        if let list = PackedColumn.list(packed, calls: verdicts.count) {
            // By code; one that no word has is damage.
            var ofCodes = [DigestVerdict](repeating: .no, count: 256)
            var hasSome = false
            for (code, word) in list.words.enumerated() {
                ofCodes[code] = verdict(word)
                if ofCodes[code] != .no { hasSome = true }
            }
            guard hasSome else { return false }
            var most: UInt8 = 0
            let isLeft = ofCodes.withUnsafeBufferPointer { ofCodes in
                verdicts.withUnsafeMutableBufferPointer { verdicts in
                    var left: UInt8 = 0
                    for place in verdicts.indices {
                        let code = list.codes[place]
                        most = max(most, code)
                        verdicts[place] = min(verdicts[place], ofCodes[Int(code)])
                        left |= verdicts[place].rawValue
                    }
                    return left != 0
                }
            }
            guard most < list.words.count else { throw PackedColumn.damaged }
            return isLeft
        }
        try PackedColumn.unpack(packed, into: &words)
        if case .equal(let wanted) = form {
            // Most blocks have none: this loop is what the processor does eight at a time.
            let isThere = words.withUnsafeBufferPointer { words in
                var found: UInt32 = 0
                for word in words { found |= word == wanted || word == DigestWord.inexact ? 1 : 0 }
                return found != 0
            }
            guard isThere else { return false }
        }
        return words.withUnsafeBufferPointer { words in
            verdicts.withUnsafeMutableBufferPointer { verdicts in
                var isLeft = false
                for place in verdicts.indices where verdicts[place] != .no {
                    verdicts[place] = min(verdicts[place], verdict(words[place]))
                    if verdicts[place] != .no { isLeft = true }
                }
                return isLeft
            }
        }
    }

    /// Whether a block whose words are of this span can have such a call.
    func mayHold(_ zone: ColumnZone) -> Bool {
        switch form {
        case .equal(let wanted): zone.most == DigestWord.inexact || zone.least <= wanted && wanted <= zone.most && zone.mayHold(wanted)
        case .within(let range): zone.most == DigestWord.inexact || zone.least <= range.upperBound && range.lowerBound <= zone.most
        case .unequal(let other): zone.most != 0 && !(zone.least == other && zone.most == other && !zone.hasNone)
        case .otherNumber, .bits: zone.most != 0
        case .isThere(let isThere): isThere ? zone.most != 0 : zone.hasNone
        case .table(let verdicts):
            zone.most == DigestWord.inexact || (zone.hasNone && verdict(0) != .no) || zone.most != 0 && (zone.least...zone.most).contains { verdict($0) != .no } && !verdicts.isEmpty
        case .notBits, .caller, .open: true
        case .never: false
        }
    }

    private static func form(_ condition: RecordCondition, _ key: CallKey) -> Form {
        let isList = condition.field.kind == .list
        return switch condition.test {
        case .text(let text): isList ? .bits(DigestWord.bits(of: text, key)) : .equal(DigestWord.of(text, key))
        case .unequalText(let text): isList ? .notBits(DigestWord.bits(of: text, key)) : .unequal(DigestWord.of(text, key))
        case .present(let isPresent): .isThere(isPresent)
        case .flag(let flag): .equal(DigestWord.of(flag))
        case .number(let comparison, let bound): form(comparison, bound)
        }
    }

    private static func form(_ comparison: RecordCondition.Comparison, _ bound: Double) -> Form {
        if bound.isNaN { return comparison == .unequal ? .otherNumber(nil) : .never }
        // The last number of thousandths that is below the bound, and the first above.
        let scaled = min(max(bound * 1000, -1), 4e9)
        var below = Int64(scaled.rounded(.down))
        while below >= 0, Double(below) / 1000 >= bound { below -= 1 }
        while Double(below + 1) / 1000 < bound, below < 4_000_000_000 { below += 1 }
        let isExact = below < 4_000_000_000 && below + 1 >= 0 && Double(below + 1) / 1000 == bound
        let above = isExact ? below + 2 : below + 1
        /// Words are one more than the thousandths.
        func from(_ first: Int64) -> Form { first > 4_000_000_000 ? .within(DigestWord.inexact...DigestWord.inexact) : .within(UInt32(max(0, first) + 1)...(DigestWord.inexact - 1)) }
        func upTo(_ last: Int64) -> Form { last < 0 ? .within(DigestWord.inexact...DigestWord.inexact) : .within(1...UInt32(min(last, 4_000_000_000) + 1)) }
        switch comparison {
        case .atLeast: return from(below + 1)
        case .more: return from(above)
        case .less: return upTo(below)
        case .atMost: return upTo(above - 1)
        case .equal: return isExact ? .within(UInt32(below + 2)...UInt32(below + 2)) : .within(DigestWord.inexact...DigestWord.inexact)
        case .unequal: return .otherNumber(isExact ? UInt32(below + 2) : nil)
        }
    }

    private static func ofPriorCalls(_ condition: RecordCondition) -> Form {
        func verdict(_ count: Double) -> DigestVerdict { condition.holds(.number(count)) ? .yes : .no }
        let counted = (0..<CallDigest.mostPrior).map { verdict(Double($0)) }
        return .table([condition.holds(.none) ? .yes : .no] + counted + [ofManyPriorCalls(condition)])
    }

    /// Of a call that has `CallDigest.mostPrior` earlier ones or more.
    private static func ofManyPriorCalls(_ condition: RecordCondition) -> DigestVerdict {
        let most = Double(CallDigest.mostPrior)
        let fewest = condition.holds(.number(most))
        switch condition.test {
        case .number(.equal, let bound) where bound >= most, .number(.unequal, let bound) where bound >= most: return .maybe
        default: return fewest == condition.holds(.number(.infinity)) ? fewest ? .yes : .no : .maybe
        }
    }
}

/// What the words of a column in one block are within.
struct ColumnZone {
    /// Of those that are not 0; more than `most` where all are 0.
    var least = UInt32.max
    var most: UInt32 = 0
    /// Whether a call has 0.
    var hasNone = false
    /// A bit for each word by its lowest digits.
    var bits: UInt64 = 0

    init() {}

    init(_ words: [UInt32]) {
        for word in words {
            if word == 0 {
                hasNone = true
            } else {
                least = min(least, word)
                most = max(most, word)
                bits |= 1 << UInt64(word & 63)
            }
        }
    }

    func mayHold(_ word: UInt32) -> Bool { bits & 1 << UInt64(word & 63) != 0 }
}
