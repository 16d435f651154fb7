import Testing

@Suite("The worked examples of the specification", .enabled(if: BehaviourCase.folder != nil))
struct BehaviourCaseTests {
    @Test("every case on the list passes")
    func listed() throws {
        let folder = try #require(BehaviourCase.folder)
        let passing = try BehaviourCase.passing()
        let cases = try BehaviourCase.all(in: folder)
        #expect(passing.isSubset(of: cases.map(\.id)), "the list names cases that do not exist")
        var passed: [String: Int] = [:]
        var unlisted: [String] = []
        for example in cases {
            let problems = example.problems()
            if problems.isEmpty { passed[example.file, default: 0] += 1 }
            if passing.contains(example.id) {
                #expect(problems.isEmpty, "\(example.id) \(example.title)")
            } else if problems.isEmpty {
                unlisted.append(example.id)
            }
        }
        report(cases, passed, unlisted)
    }

    private func report(_ cases: [BehaviourCase], _ passed: [String: Int], _ unlisted: [String]) {
        for file in Set(cases.map(\.file)).sorted() {
            print("\(file): \(passed[file, default: 0]) of \(cases.filter { $0.file == file }.count)")
        }
        print("cases: \(passed.values.reduce(0, +)) of \(cases.count) pass")
        if !unlisted.isEmpty { print("pass and are not on the list yet: \(unlisted.joined(separator: " "))") }
    }
}
