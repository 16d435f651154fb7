import CallModel
package import MessageWire

extension ApplyRequest: JSONBody {
    package init(json: JSON) throws(ServiceError) { self.init(document: try json.text("document")) }

    package var json: JSON { ["document": .string(document)] }
}

extension ApplyReply: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        guard json["problems"] == nil else {
            var problems: [DirectoryProblem] = []
            for item in try json.list("problems") {
                problems.append(
                    DirectoryProblem(path: try item.text("path"), message: try item.text("message"), line: item["line"]?.integer.flatMap { Int(exactly: $0) }))
            }
            self = .refused(problems)
            return
        }
        self = .applied(account: try json.text("account"), version: try json.count("version"))
    }

    package var json: JSON {
        switch self {
        case .applied(let account, let version):
            ["account": .string(account), "version": .count(version)]
        case .refused(let problems):
            ["problems": .array(problems.map(Self.json))]
        }
    }

    private static func json(_ problem: DirectoryProblem) -> JSON {
        guard let line = problem.line else { return ["path": .string(problem.path), "message": .string(problem.message)] }
        return ["path": .string(problem.path), "message": .string(problem.message), "line": .integer(Int64(line))]
    }
}

extension ChangesRequest: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        var have: [String: UInt64] = [:]
        guard case .object(let members)? = json["have"] else { throw ServiceError(.invalidArgument, "have is missing or is no object") }
        for member in members {
            guard let version = member.value.integer.flatMap({ UInt64(exactly: $0) }) else {
                throw ServiceError(.invalidArgument, "have holds a version that is no whole number from 0")
            }
            have[member.name] = version
        }
        let wait = json["wait_ms"] == nil ? 0 : try json.count("wait_ms")
        self.init(have: have, wait: min(.milliseconds(Int64(clamping: wait)), Self.longestWait))
    }

    package var json: JSON {
        let versions = have.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .count($0.value)) }
        let milliseconds = wait.components.seconds * 1000 + wait.components.attoseconds / 1_000_000_000_000_000
        return ["have": .object(versions), "wait_ms": .integer(milliseconds)]
    }
}

extension ChangesReply: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        var changes: [DirectoryText] = []
        for item in try json.list("changes") { changes.append(try DirectoryText(json: item)) }
        self.init(changes: changes, more: try json.member("more", "boolean", \.bool))
    }

    package var json: JSON { ["changes": .array(changes.map(\.json)), "more": .bool(more)] }
}

extension DirectoryText: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        self.init(account: try json.text("account"), version: try json.count("version"), text: try json.text("document"))
    }

    package var json: JSON { ["account": .string(account), "version": .count(version), "document": .string(text)] }
}

extension GetRequest: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        self.init(account: try json.text("account"), version: json["version"] == nil ? nil : try json.count("version"))
    }

    package var json: JSON {
        guard let version else { return ["account": .string(account)] }
        return ["account": .string(account), "version": .count(version)]
    }
}

extension VersionsRequest: JSONBody {
    package init(json: JSON) throws(ServiceError) { self.init(account: try json.text("account")) }

    package var json: JSON { ["account": .string(account)] }
}

extension VersionsReply: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        var versions: [Version] = []
        for item in try json.list("versions") {
            let at = try item.member("applied_at", "time") { $0.string.flatMap { Timestamp(rfc3339: $0) } }
            versions.append(Version(version: try item.count("version"), appliedAt: at))
        }
        self.init(versions: versions)
    }

    package var json: JSON {
        ["versions": .array(versions.map { ["version": .count($0.version), "applied_at": .string($0.appliedAt.rfc3339)] })]
    }
}
