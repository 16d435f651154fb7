import CallAttribution
import CallModel
import CallStorage

/// Calls of one source, as their figures tell.
struct SourceSum: Hashable {
    var calls = 0
    var answered = 0
    var missed = 0
}

extension RecordView {
    func sums(account: String, range: Range<Timestamp>) throws -> [String?: SourceSum] {
        var byNumber: [Int64: SourceSum] = [:]
        try figures(account: account, range: range) { call in
            byNumber[call.source, default: SourceSum()].calls += 1
            if call.outcome == .answered { byNumber[call.source]?.answered += 1 }
            if call.outcome == .missed { byNumber[call.source]?.missed += 1 }
        }
        var sums: [String?: SourceSum] = [:]
        for (number, sum) in byNumber {
            let source = reportNames.source(number)?.source
            sums[source, default: SourceSum()].calls += sum.calls
            sums[source]?.answered += sum.answered
            sums[source]?.missed += sum.missed
        }
        return sums
    }
}
