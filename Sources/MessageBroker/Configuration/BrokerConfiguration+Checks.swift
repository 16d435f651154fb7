import MessageWire

extension BrokerConfiguration {
    /// Names that belong to the broker itself (wire.md §6).
    private static let reserved = ["mmi.", "titanic.", "trunkline.pool.", "grpc."]

    /// Checks the configuration as a whole: endpoints, limits against each other, services that name services. For one that was changed by hand; a file was checked when it was read.
    ///
    /// Throws `ConfigurationError` with all that is wrong.
    public func check() throws(ConfigurationError) {
        let problems = findings()
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
    }

    func findings() -> [ConfigurationError.Problem] {
        var problems = endpointFindings()
        if data.isEmpty { problems.append(.init(path: "data", message: "is empty: name a folder")) }
        let largest = Header.size + Metadata.maximumSize + (teesAnything ? 2 * maxBody + (20 << 10) : maxBody)
        if maxFrame < largest {
            let reason = teesAnything ? "a tee's record of two bodies of max_body" : "a body of max_body with its header and metadata"
            problems.append(
                .init(path: "max_frame", message: "\(Units.text(bytes: Int64(maxFrame))) is too small for \(reason): write at least \(largest), or lower max_body"))
        }
        for (name, policy) in services.sorted(by: { $0.key < $1.key }) {
            problems += findings(name, policy).map { .init(path: "services[\(name)]" + $0.0, message: $0.1) }
        }
        return problems
    }

    private var teesAnything: Bool {
        services.values.contains { if case .unary(let policy) = $0 { policy.tee != nil } else { false } }
    }

    private func endpointFindings() -> [ConfigurationError.Problem] {
        var problems: [ConfigurationError.Problem] = []
        var seen: Set<String> = []
        for (key, endpoints) in [("front", front), ("back", back)] {
            if endpoints.isEmpty { problems.append(.init(path: key, message: "names no endpoint: write one, as in tcp://127.0.0.1:7570")) }
            for endpoint in endpoints {
                if let fault = Endpoint.fault(endpoint) {
                    problems.append(.init(path: key, message: fault))
                } else if !Endpoint.isAnyPort(endpoint), !seen.insert(endpoint).inserted {
                    problems.append(.init(path: key, message: "\(endpoint) is given twice: each endpoint can be bound once"))
                }
            }
        }
        return problems
    }

    /// Pairs of a key below the service and what is wrong with it.
    private func findings(_ name: String, _ policy: ServicePolicy) -> [(String, String)] {
        var found: [(String, String)] = []
        if !Self.isPath(name) {
            found.append(("", "no legal name: 1 to 255 of letters, digits and . _ / -"))
        } else if let prefix = Self.reserved.first(where: name.hasPrefix) {
            found.append(("", "names that begin with \(prefix) belong to the broker: choose another"))
        }
        switch policy {
        case .unary(let unary):
            if unary.maxTimeout < unary.defaultTimeout {
                found.append(
                    (
                        ".max_timeout",
                        "\(Units.text(milliseconds: unary.maxTimeout)) is less than default_timeout, \(Units.text(milliseconds: unary.defaultTimeout)): raise it, or lower that"
                    ))
            }
            if let tee = unary.tee, let fault = teeFault(tee) { found.append((".tee", fault)) }
        case .durable(let durable):
            if durable.maxBackoff < durable.initialBackoff {
                found.append(
                    (
                        ".max_backoff",
                        "\(Units.text(milliseconds: durable.maxBackoff)) is less than initial_backoff, \(Units.text(milliseconds: durable.initialBackoff)): raise it, or lower that"
                    ))
            }
            found += fanOutFaults(name, durable.fanOut).map { (".fan_out", $0) }
        }
        return found
    }

    private func teeFault(_ path: String) -> String? {
        guard Self.isPath(path), let slash = path.lastIndex(of: "/"), slash != path.startIndex, path.index(after: slash) != path.endIndex else {
            return "\"\(path)\" is no path: write SERVICE/METHOD"
        }
        let service = String(path[..<slash])
        switch services[service] {
        case .durable: return nil
        case .unary: return "\(service) is unary: a tee needs a durable service"
        case nil: return "there is no service \(service): declare it as durable\(suggestion(service))"
        }
    }

    private func fanOutFaults(_ name: String, _ targets: [String]) -> [String] {
        var faults: [String] = []
        for (place, target) in targets.enumerated() {
            if targets[..<place].contains(target) { faults.append("\(target) is named twice") }
            if target == name {
                faults.append("\(target) cannot fan out to itself")
                continue
            }
            switch services[target] {
            case .durable(let policy): if !policy.fanOut.isEmpty { faults.append("\(target) fans out itself: name the services behind it") }
            case .unary: faults.append("\(target) is unary: name durable services")
            case nil: faults.append("there is no service \(target): declare it as durable\(suggestion(target))")
            }
        }
        return faults
    }

    private func suggestion(_ service: String) -> String {
        let durable = services.filter { $0.value.isDurable }.map(\.key)
        return NearestWord.nearest(to: service, among: durable).map { ", or did you mean \($0)?" } ?? ""
    }

    private static func isPath(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }
}
