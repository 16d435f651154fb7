/// The account that calls of a run go to: one number, and the flow that is to be measured (performance.md P2, P3).
package struct LoadDirectory: Hashable, Sendable {
    package enum Flow: String, Hashable, Sendable, CaseIterable {
        /// One destination.
        case dial
        /// Three take turns by weight.
        case weighted
        /// One with few calls in all, one with few at once, then one without a limit.
        case limits
        /// Whoever answered a caller last goes first.
        case sticky
    }

    package static let account = "load"
    package static let trackingNumber = "+15005550100"
    /// Takes whatever nobody else does.
    package static let destination = "desk"
    /// Under `limits`: takes few calls in all.
    package static let scarce = "scarce"
    /// Under `limits`: takes few calls at once.
    package static let busy = "busy"
    package static let busyMax = 20
    package static let weights = [destination: 50, "cell": 25, "office": 25]

    package let flow: Flow
    /// How many calls `scarce` takes.
    package let scarceMax: Int

    package init(flow: Flow = .dial, scarceMax: Int = 1000) {
        self.flow = flow
        self.scarceMax = scarceMax
    }

    /// Where a call may go.
    package func mayTake(_ destination: String) -> Bool {
        switch flow {
        case .dial, .sticky: destination == Self.destination
        case .weighted: Self.weights[destination] != nil
        case .limits: [Self.scarce, Self.busy, Self.destination].contains(destination)
        }
    }

    package var document: String {
        """
        account: \(Self.account)
        name: Load
        country: US
        time_zone: Etc/UTC
        live_state_unknown: skip
        destinations:
        \(destinations)
        flows:
          - {id: main, start: \(start)}
        numbers:
          - {number: "\(Self.trackingNumber)", name: Load, state: active, flow: main, source: {source: Load, medium: offline}}
        """
    }

    private var destinations: String {
        func line(_ id: String, _ digit: Int, _ limit: String?) -> String {
            "  - {id: \(id), number: \"+1500555011\(digit)\", kind: landline\(limit.map { ", limits: [{\($0)}]" } ?? "")}"
        }
        return switch flow {
        case .dial: line(Self.destination, 1, nil)
        case .weighted, .sticky: [line(Self.destination, 1, nil), line("cell", 2, nil), line("office", 3, nil)].joined(separator: "\n")
        case .limits:
            [
                line(Self.scarce, 2, "max: \(scarceMax), per: lifetime"), line(Self.busy, 3, "max: \(Self.busyMax), per: concurrent"),
                line(Self.destination, 1, nil),
            ].joined(separator: "\n")
        }
    }

    private var start: String {
        switch flow {
        case .dial: "{dial: \(Self.destination)}"
        case .weighted: "{weighted: {\(Self.weights.sorted { $0.key < $1.key }.map { "\($0): \($1)" }.joined(separator: ", "))}}"
        case .limits: "{sequential: [\(Self.scarce), \(Self.busy), \(Self.destination)]}"
        case .sticky: "{sequential: [\(Self.destination), cell, office], sticky_days: forever}"
        }
    }
}
