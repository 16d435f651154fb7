/// The word someone may have meant.
package enum NearestWord {
    /// The known word that the fewest slips of the finger (a letter more, less, another, or two swapped) turn into `word`; nil if that takes more than a third of its letters.
    package static func nearest(to word: String, among known: [String]) -> String? {
        let letters = Array(word.utf8)
        let ranked = known.map { ($0, slips(letters, Array($0.utf8))) }
        guard let best = ranked.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }), best.1 <= max(2, best.0.utf8.count / 3) else { return nil }
        return best.0
    }

    /// Optimal string alignment distance.
    private static func slips(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
                row.append(best)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
