import Yams

extension DocumentValue {
    /// Throws a `DirectoryError` with the line where the text stops being YAML.
    package init(yaml text: String) throws(DirectoryError) {
        let root: Yams.Node?
        do {
            // Without tags a scalar stays the text it was written as ("NO" is Norway).
            root = try Yams.compose(yaml: text, Yams.Resolver.basic)
        } catch {
            throw DirectoryError(problems: [DocumentValue.problem(of: error)])
        }
        guard let root else {
            let problem = DirectoryProblem(path: "", message: "the document is empty; it begins with account: and a name")
            throw DirectoryError(problems: [problem])
        }
        // Aliases can unfold a short text into billions of values; a document without them has fewer values than bytes.
        var allowance = text.utf8.count + 16
        guard let value = DocumentValue(root, allowance: &allowance) else {
            let message = "the aliases unfold to more than the document itself; write the values out"
            throw DirectoryError(problems: [DirectoryProblem(path: "", message: message)])
        }
        self = value
    }

    /// Nil when the allowance is used up.
    private init?(_ node: Yams.Node, allowance: inout Int) {
        allowance -= 1
        guard allowance > 0 else { return nil }
        let line = node.mark?.line ?? 0
        switch node {
        case .scalar(let scalar):
            self = .scalar(Scalar(text: scalar.string, isPlain: scalar.style == .plain || scalar.style == .any, line: line))
        case .sequence(let sequence):
            var items: [DocumentValue] = []
            items.reserveCapacity(sequence.count)
            for node in sequence {
                guard let item = DocumentValue(node, allowance: &allowance) else { return nil }
                items.append(item)
            }
            self = .sequence(items, line: line)
        case .mapping(let mapping):
            var entries: [Entry] = []
            entries.reserveCapacity(mapping.count)
            for (key, node) in mapping {
                guard let value = DocumentValue(node, allowance: &allowance) else { return nil }
                // A list or a map as a key is no key anybody knows, and is refused as such.
                entries.append(Entry(key: key.scalar?.string ?? "?", line: key.mark?.line ?? line, value: value))
            }
            self = .mapping(entries, line: line)
        case .alias:
            // `compose` puts the value in the place of its alias.
            return nil
        }
    }

    private static func problem(of error: any Error) -> DirectoryProblem {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            DirectoryProblem(
                path: "line \(mark.line), column \(mark.column)", message: "this is not YAML or JSON: \(problem)", line: mark.line)
        case YamlError.duplicatedKeysInMapping(let keys, let context):
            DirectoryProblem(
                path: "line \(context.mark.line)",
                message: "the key \(keys.map(quoted).joined(separator: ", ")) stands twice in one map; leave one of them",
                line: context.mark.line)
        case YamlError.reader(let problem, _, _, _):
            DirectoryProblem(path: "", message: "the document cannot be read: \(problem)")
        default:
            DirectoryProblem(path: "", message: "the document is not YAML or JSON")
        }
    }
}
