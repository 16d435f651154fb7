extension DirectoryReader {
    /// A flow that comes back to itself by `go` would never end (directory.md §2); each circle is told once.
    mutating func refuseCycles(_ flows: [Flow], _ sections: [DocumentSection]) {
        let targets = flows.map(\.successors)
        var told: Set<Int> = []
        for place in placesInCircles(targets) where !told.contains(place) {
            guard let way = wayBack(to: place, by: targets) else { continue }
            told.formUnion(way)
            let names = (way + [place]).map { flows[$0].id }.joined(separator: " → ")
            report(sections[place].path, line: sections[place].line, "go leads in a circle (\(names)); let one of them end")
        }
    }

    /// What is left when the flows that lead nowhere, or that nothing leads to, are taken away again and again.
    private func placesInCircles(_ targets: [[Int]]) -> [Int] {
        var sources = [[Int]](repeating: [], count: targets.count)
        for (place, targets) in targets.enumerated() {
            for target in targets { sources[target].append(place) }
        }
        let withoutEnds = peeled(Set(targets.indices), leading: targets, from: sources)
        return peeled(withoutEnds, leading: sources, from: targets).sorted()
    }

    private func peeled(_ places: Set<Int>, leading: [[Int]], from sources: [[Int]]) -> Set<Int> {
        var left = places
        var open = leading.map { $0.count(where: places.contains) }
        var ends = places.filter { open[$0] == 0 }
        while let end = ends.popFirst() {
            left.remove(end)
            for source in sources[end] where left.contains(source) {
                open[source] -= 1
                if open[source] == 0 { ends.insert(source) }
            }
        }
        return left
    }

    /// The shortest way from a flow over `go` to itself, itself first; nil when there is none.
    private func wayBack(to place: Int, by targets: [[Int]]) -> [Int]? {
        var cameFrom: [Int: Int] = [:]
        var waiting = [place]
        var next = 0
        while next < waiting.count {
            let flow = waiting[next]
            next += 1
            for target in targets[flow] {
                if target == place {
                    var way = [flow]
                    while let last = way.last, last != place, let before = cameFrom[last] { way.append(before) }
                    return way.reversed()
                }
                if cameFrom[target] == nil {
                    cameFrom[target] = flow
                    waiting.append(target)
                }
            }
        }
        return nil
    }
}
