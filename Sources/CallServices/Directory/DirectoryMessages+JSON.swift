import CallModel
import CallStorage
package import MessageWire

extension ApplyRequest: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        if json["upload"] == nil {
            self = .document(try json.text("document"))
        } else {
            self = .upload(try json.text("upload"), size: try json.length("size"))
        }
    }

    package var json: JSON {
        switch self {
        case .document(let text): ["document": .string(text)]
        case .upload(let name, let size): ["upload": .string(name), "size": .integer(Int64(size))]
        }
    }
}

extension ApplyReply: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        guard json["failures"] == nil else {
            self = .testsFailed(try json.list("failures").compactMap(\.string))
            return
        }
        guard json["problems"] == nil else {
            var problems: [DirectoryProblem] = []
            for item in try json.list("problems") {
                problems.append(
                    DirectoryProblem(path: try item.text("path"), message: try item.text("message"), line: item["line"]?.integer.flatMap { Int(exactly: $0) }))
            }
            self = .refused(problems)
            return
        }
        let restored = json["restored"] == nil ? nil : try json.count("restored")
        self = .applied(account: try json.text("account"), version: try json.count("version"), restored: restored)
    }

    package var json: JSON {
        switch self {
        case .applied(let account, let version, nil):
            ["account": .string(account), "version": .count(version)]
        case .applied(let account, let version, let restored?):
            ["account": .string(account), "version": .count(version), "restored": .count(restored)]
        case .refused(let problems):
            ["problems": .array(problems.map(Self.json))]
        case .testsFailed(let failures):
            ["failures": .array(failures.map { .string($0) })]
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
            guard let revision = member.value.integer.flatMap({ UInt64(exactly: $0) }) else {
                throw ServiceError(.invalidArgument, "have holds a revision that is no whole number from 0")
            }
            have[member.name] = revision
        }
        let wait = json["wait_ms"] == nil ? 0 : try json.count("wait_ms")
        self.init(have: have, wait: min(.milliseconds(Int64(clamping: wait)), Self.longestWait))
    }

    package var json: JSON {
        let revisions = have.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .count($0.value)) }
        let milliseconds = wait.components.seconds * 1000 + wait.components.attoseconds / 1_000_000_000_000_000
        return ["have": .object(revisions), "wait_ms": .integer(milliseconds)]
    }
}

extension ChangesReply: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        var changes: [DirectoryHead] = []
        for item in try json.list("changes") { changes.append(try DirectoryHead(json: item)) }
        let secret = try json.member("secret", "secret of 32 hexadecimal digits") { $0.string.flatMap { SecretKey(hexadecimal: $0) } }
        self.init(secret: secret, changes: changes, more: try json.member("more", "boolean", \.bool))
    }

    package var json: JSON { ["secret": .string(secret.hexadecimal), "changes": .array(changes.map(\.json)), "more": .bool(more)] }
}

extension DirectoryHead: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        self.init(
            account: try json.text("account"), version: try json.count("version"), revision: try json.count("revision"),
            switches: try json.switches("switches"))
    }

    package var json: JSON {
        [
            "account": .string(account), "version": .count(version), "revision": .count(revision),
            "switches": .array(switches.map(\.json)),
        ]
    }
}

extension PartRequest: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        self.init(
            account: try json.text("account"), version: try json.count("version"),
            form: try json.member("form", "form: text or packed") { $0.string.flatMap { Form(rawValue: $0) } }, offset: try json.length("offset"))
    }

    package var json: JSON {
        ["account": .string(account), "version": .count(version), "form": .string(form.rawValue), "offset": .integer(Int64(offset))]
    }
}

extension GetRequest: JSONBody {
    package init(json: JSON) throws(ServiceError) { self.init(account: try json.optionalText("account"), version: try json.optionalCount("version")) }

    package var json: JSON { .object(JSON.account(account) + JSON.version(version)) }
}

extension VersionReply: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        self.init(
            account: try json.text("account"), version: try json.count("version"), appliedAt: try json.time("applied_at"),
            size: try json.length("size"), switches: try json.switches("switches"))
    }

    package var json: JSON {
        [
            "account": .string(account), "version": .count(version), "applied_at": .string(appliedAt.rfc3339), "size": .integer(Int64(size)),
            "switches": .array(switches.map(\.json)),
        ]
    }
}

extension VersionsRequest: JSONBody {
    package init(json: JSON) throws(ServiceError) { self.init(account: try json.optionalText("account")) }

    package var json: JSON { .object(JSON.account(account)) }
}

extension VersionsReply: JSONBody {
    package init(json: JSON) throws(ServiceError) {
        var versions: [Version] = []
        for item in try json.list("versions") {
            versions.append(Version(version: try item.count("version"), appliedAt: try item.time("applied_at")))
        }
        self.init(account: try json.text("account"), versions: versions)
    }

    package var json: JSON {
        let versions = versions.map { ["version": .count($0.version), "applied_at": .string($0.appliedAt.rfc3339)] as JSON }
        return ["account": .string(account), "versions": .array(versions)]
    }
}

extension RollbackRequest: JSONBody {
    package init(json: JSON) throws(ServiceError) { self.init(account: try json.optionalText("account"), version: try json.optionalCount("version")) }

    package var json: JSON { .object(JSON.account(account) + JSON.version(version)) }
}
