/// How many calls each destination was offered, and whether limits and weights were kept to the call (performance.md P3).
package struct OfferCount: Hashable, Sendable {
    package let directory: LoadDirectory
    package private(set) var offers: [String: Int] = [:]
    /// Calls that `busy` had at one moment.
    package var mostBusy = 0
    /// Calls without an answer: each may have been offered to somebody all the same.
    package var unknown = 0

    package init(_ directory: LoadDirectory) { self.directory = directory }

    package mutating func add(_ destination: String) { offers[destination, default: 0] += 1 }

    package var all: Int { offers.values.reduce(0, +) }

    /// What was not exact; empty: all was.
    package var faults: [String] {
        switch directory.flow {
        case .dial, .sticky: []
        case .weighted: LoadDirectory.weights.sorted { $0.key < $1.key }.compactMap { weightFault($0.key, $0.value) }
        case .limits: limitFaults
        }
    }

    private func weightFault(_ destination: String, _ weight: Int) -> String? {
        let share = Double(all * weight) / Double(LoadDirectory.weights.values.reduce(0, +))
        let count = offers[destination] ?? 0
        // The rotation is never more than a turn off; where it stood when the run began is not known.
        guard abs(Double(count) - share) > 2 + Double(unknown) else { return nil }
        return "\(destination) was offered \(Figures.text(count)) calls of \(Figures.text(all)), \(Figures.text(share)) are its share"
    }

    private var limitFaults: [String] {
        let (scarce, most) = (offers[LoadDirectory.scarce] ?? 0, directory.scarceMax)
        var faults: [String] = []
        if scarce > most { faults.append("\(LoadDirectory.scarce) was offered \(Figures.text(scarce)) calls, \(Figures.text(most)) are allowed") }
        if scarce + unknown < min(most, all) {
            faults.append("\(LoadDirectory.scarce) was offered \(Figures.text(scarce)) calls though \(Figures.text(most)) are allowed")
        }
        if mostBusy > LoadDirectory.busyMax {
            faults.append("\(LoadDirectory.busy) had \(mostBusy) calls at once, \(LoadDirectory.busyMax) are allowed")
        }
        return faults
    }
}
