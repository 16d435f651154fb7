/// Processor time and memory of every process of a run, this one included.
package struct ProcessAccount: Sendable {
    package struct Line: Hashable, Sendable {
        package var name: String
        /// Microseconds of CPU.
        package var processor: Double
        /// Resident bytes at their highest.
        package var memory: Int

        package init(name: String, processor: Double, memory: Int) {
            self.name = name
            self.processor = processor
            self.memory = memory
        }
    }

    package var lines: [Line]

    package init(_ lines: [Line]) { self.lines = lines }

    init(_ crew: Crew?) {
        let members = (crew?.processes ?? []).map { process in
            Line(name: process.name, processor: ProcessorTime.of(process.id) ?? 0, memory: ProcessorTime.mostMemory(of: process.id) ?? 0)
        }
        lines = members + [Line(name: "load", processor: ProcessorTime.own, memory: ProcessorTime.mostMemory(of: ProcessorTime.ownID) ?? 0)]
    }

    package func since(_ before: ProcessAccount) -> ProcessAccount {
        ProcessAccount(
            lines.map { line in
                var line = line
                line.processor -= before.lines.first { $0.name == line.name }?.processor ?? 0
                return line
            })
    }

    package var processor: Double { lines.reduce(0) { $0 + $1.processor } }
}
