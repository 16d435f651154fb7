import CallAttribution
import CallModel
import CallStorage
import Foundation

/// A caller as tests know him: whatever is his can be found again in any file.
struct TestPerson {
    let number: String
    let name: String
    let secret: String

    init(_ place: Int) {
        number = "+1312555\(1000 + place)"
        name = "Zebulon Q\(place)xander"
        secret = "s3cr3t-\(place)-word"
    }

    var phone: PhoneNumber? { PhoneNumber(e164: number) }

    /// Every spelling and packing of the number that a file of ours could hold, and the person's other traits.
    var traces: [[UInt8]] {
        let digits = String(number.dropFirst())
        let national = String(digits.dropFirst())
        var traces = [number, digits, national, "(312) 555-\(digits.suffix(4))", "312-555-\(digits.suffix(4))", name, secret].map { Array($0.utf8) }
        for value in [UInt64(digits) ?? 0, UInt64(national) ?? 0, phone?.word ?? 0] {
            let big = withUnsafeBytes(of: value.bigEndian) { Array($0) }
            let small = withUnsafeBytes(of: value.littleEndian) { Array($0) }
            // SQLite keeps an integer in as many bytes as it needs, six of these.
            traces += [big, small, Array(big.suffix(6)), Array(big.suffix(5)), Array(small.prefix(6)), Array(small.prefix(5))]
            for varint in [value, value << 1] {
                var writer = ByteWriter()
                writer.count(varint)
                traces.append(writer.bytes)
            }
        }
        return traces
    }

    /// All that may be told of one of his calls, his traits wherever people and providers could put them.
    func inputs(_ callID: String, at milliseconds: Int64, number place: Int = 0) -> [CallInput] {
        let at = Timestamp(milliseconds: noon.milliseconds + milliseconds)
        var exchange = routed(callID, number: place, at: milliseconds, id: String(UUID().uuidString.filter { $0 != "-" }).lowercased(), from: number)
        if case .exchange(var told) = exchange, case .route(var call) = told.question {
            call.callerName = name
            call.providerCallID = "CA\(secret)"
            call.attributes = ["who": secret, "number": number]
            told.question = .route(call)
            told.decision?.continuation = "2|\(number)|\(secret)"
            told.decision?.plan = [Dial(targets: [], ringSeconds: 5, callerID: number)]
            told.decision?.trace = [TraceStep(node: "start", verdict: "branch", reason: "caller \(number)")]
            exchange = .exchange(told)
        }
        var progress = CallProgress(callID: callID, continuation: "2|\(number)|\(secret)", at: at.advanced(bySeconds: 3), digits: secret)
        progress.attempts = [AttemptReport(destinationID: "a", number: "+12125550111", result: "no_answer", ringSeconds: 2)]
        let next = Exchange(
            exchangeID: String(UUID().uuidString.filter { $0 != "-" }).lowercased(), question: .proceed(progress), status: 0,
            decision: RouteDecision(callID: callID, action: .voicemail(Voicemail(greeting: "", maxSeconds: 60))), receivedAt: at.advanced(bySeconds: 3),
            dispatchedAt: nil, endedAt: at.advanced(bySeconds: 3.1))
        return [
            exchange, .exchange(next),
            told(callID, .arrived, at: milliseconds) { [self] in
                $0.from = number
                $0.to = "+1212555010\(place)"
                $0.providerCallID = "CA\(secret)"
            },
            told(callID, .digits, at: milliseconds + 1000) { [self] in $0.digits = secret },
            told(callID, .voicemail, at: milliseconds + 5000) { [self] in $0.url = "https://rec.example/\(secret)" },
            told(callID, .recording, at: milliseconds + 6000) { [self] in
                $0.eventID = "\(secret)-1"
                $0.url = "https://rec.example/\(secret).mp3"
            },
            told(callID, .note, at: milliseconds + 7000) { [self] in $0.note = "\(name) wants \(secret)" },
            told(callID, .tagged, at: milliseconds + 7000) { [self] in $0.tags = ["roof", "of \(number)"] },
            told(callID, .value, at: milliseconds + 7000) { $0.amount = "12.50"; $0.currency = "USD" },
            told(callID, .ended, at: milliseconds + 9000) { [self] in $0.attributes = ["who": secret] },
        ]
    }
}

/// Whose traces the files of a folder hold.
func found(_ people: [TestPerson], in folder: String) throws -> [String] {
    var found: Set<String> = []
    let search = TraceSearch(people)
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    for file in files {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else { continue }
        for (person, trace) in search.matches([UInt8](data)) {
            found.insert("\(person.number) in \(file): \(trace.allSatisfy { 32..<127 ~= $0 } ? String(decoding: trace, as: UTF8.self) : "\(trace)")")
        }
    }
    return found.sorted()
}

/// Looks for very many texts in one pass.
private struct TraceSearch {
    /// By their first five bytes.
    private var traces: [UInt64: [(TestPerson, [UInt8])]] = [:]
    /// Whether any trace begins with these two bytes.
    private var begins = [Bool](repeating: false, count: 65_536)

    init(_ people: [TestPerson]) {
        for person in people {
            for trace in person.traces where trace.count >= 5 {
                traces[Self.key(trace[...]), default: []].append((person, trace))
                begins[Int(trace[0]) << 8 | Int(trace[1])] = true
            }
        }
    }

    private static func key(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.prefix(5).reduce(0) { $0 << 8 | UInt64($1) } }

    func matches(_ bytes: [UInt8]) -> [(TestPerson, [UInt8])] {
        guard bytes.count >= 5 else { return [] }
        var matches: [(TestPerson, [UInt8])] = []
        for place in 0...(bytes.count - 5) where begins[Int(bytes[place]) << 8 | Int(bytes[place + 1])] {
            guard let candidates = traces[Self.key(bytes[place...])] else { continue }
            matches += candidates.filter { bytes[place...].starts(with: $0.1) }
        }
        return matches
    }
}
