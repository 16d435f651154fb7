/// The candidate with the fewest edits to `word`; nil when none is near enough to have been meant.
package func nearestWord(to word: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(word.lowercased().unicodeScalars.prefix(64))
    // A third of the letters may be wrong, and of a short word one, but never every letter.
    var fewest = min(max(1, letters.count / 3), letters.count - 1) + 1
    var nearest: String?
    for candidate in candidates {
        let other = Array(candidate.lowercased().unicodeScalars.prefix(64))
        guard abs(other.count - letters.count) < fewest else { continue }
        let edits = editDistance(letters, other)
        if edits < fewest {
            fewest = edits
            nearest = candidate
        }
    }
    return nearest
}

/// Insertions, deletions, changes and swaps of neighbours.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
        var row = [i]
        row.reserveCapacity(b.count + 1)
        for j in 1...b.count {
            var edits = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { edits = min(edits, beforeLast[j - 2] + 1) }
            row.append(edits)
        }
        (beforeLast, last) = (last, row)
    }
    return last[b.count]
}
