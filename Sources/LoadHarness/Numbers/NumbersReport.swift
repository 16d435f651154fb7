package import MessageWire

/// What `load numbers` found (performance.md P7).
package struct NumbersReport: Sendable {
    /// Calls one after the other through one routing worker and the broker.
    package struct Routing: Hashable, Sendable {
        /// Microseconds from the question to the answer, the median.
        package var median: Double
        /// Microseconds of the routing worker's processor a call, by ticks of 10 ms.
        package var processor: Double

        package init(median: Double, processor: Double) {
            self.median = median
            self.processor = processor
        }
    }

    package var count: Int
    /// Of the document, in bytes.
    package var document: Int
    /// Seconds of `trunkline apply`, from its start to its end.
    package var apply: Double
    /// Seconds from then until the last number was routed again and again.
    package var live: Double
    /// Resident bytes of the routing worker, by a directory of one number and by the large one.
    package var smallMemory: Int
    package var memory: Int
    package var smallRouting: Routing
    package var routing: Routing

    package init(
        count: Int, document: Int, apply: Double, live: Double, smallMemory: Int, memory: Int, smallRouting: Routing, routing: Routing
    ) {
        self.count = count
        self.document = document
        self.apply = apply
        self.live = live
        self.smallMemory = smallMemory
        self.memory = memory
        self.smallRouting = smallRouting
        self.routing = routing
    }

    /// Bytes.
    package var memoryPerNumber: Double { Double(memory - smallMemory) / Double(count) }

    /// For people.
    package var text: String {
        var table = Table(["RouteCall at window 1", "median", "routing worker's CPU"])
        for (what, routing) in [("one number", smallRouting), ("\(Figures.text(count + 1)) numbers", routing)] {
            table.add([what, Figures.duration(routing.median), Figures.text(routing.processor, 1) + " µs"])
        }
        return [
            "\(Figures.text(count)) numbers, a document of \(Figures.mebibytes(document))",
            "apply: \(Figures.duration(apply * 1e6)); live after it: \(Figures.duration(live * 1e6))",
            "routing worker: \(Figures.mebibytes(smallMemory)), then \(Figures.mebibytes(memory)): \(Figures.text(memoryPerNumber)) bytes a number",
            table.text,
        ].joined(separator: "\n")
    }

    package var json: JSON {
        func microseconds(_ seconds: Double) -> JSON { .integer(Int64((seconds * 1e6).rounded())) }
        func line(_ memory: Int, _ routing: Routing) -> JSON {
            ["routing_memory": .integer(Int64(memory)), "p50_us": Figures.json(routing.median), "routing_cpu_us": Figures.json(routing.processor)]
        }
        return [
            "scenario": "numbers", "count": .integer(Int64(count)), "document_bytes": .integer(Int64(document)),
            "apply_us": microseconds(apply), "live_us": microseconds(live), "bytes_per_number": Figures.json(memoryPerNumber),
            "one_number": line(smallMemory, smallRouting), "all_numbers": line(memory, routing),
        ]
    }
}
