/// The body of HELLO: who a peer says it is (wire.md §2, "Session").
public struct Hello: Hashable, Sendable {
    public enum Role: String, Hashable, Sendable {
        case producer, worker, admin
    }

    public static let maximumSize = 16 * 1024
    public static let maximumServices = 64

    public var role: Role
    /// 1–128 printable ASCII characters, as `instance`.
    public var name: String
    public var instance: String
    /// What a worker serves.
    public var services: [String]
    /// Whether the peer understands BATCH.
    public var batch: Bool
    public var software: String

    public init(role: Role, name: String, instance: String, services: [String] = [], batch: Bool = true, software: String = "") {
        self.role = role
        self.name = name
        self.instance = instance
        self.services = services
        self.batch = batch
        self.software = software
    }

    /// - Throws: `Malformed.hello` where the body is not of the shape wire.md gives it.
    public init(_ body: UnsafeRawBufferPointer) throws(Malformed) {
        guard body.count <= Self.maximumSize, let json = JSON(body),
            let role = json["role"]?.string.flatMap(Role.init),
            let name = json["name"]?.string, Self.isName(name),
            let instance = json["instance"]?.string, Self.isName(instance)
        else { throw .hello }
        self.role = role
        self.name = name
        self.instance = instance
        services = try Self.services(json["services"], for: role)
        switch json["batch"] {
        case nil: batch = false
        case .bool(let says): batch = says
        default: throw .hello
        }
        software = json["software"]?.string ?? ""
    }

    private static func services(_ json: JSON?, for role: Role) throws(Malformed) -> [String] {
        guard let json else {
            // A worker must say what it serves, be it nothing.
            guard role != .worker else { throw .hello }
            return []
        }
        guard let items = json.array, items.count <= maximumServices else { throw .hello }
        var names: [String] = []
        for item in items {
            guard let name = item.string, Self.isServiceName(name) else { throw .hello }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private static func isName(_ text: String) -> Bool {
        1...128 ~= text.utf8.count && text.utf8.allSatisfy { 0x20...0x7E ~= $0 }
    }

    /// Whether a service may be called so: the characters of a path, short enough that a method fits behind it.
    public static func isServiceName(_ text: String) -> Bool {
        1...253 ~= text.utf8.count && text.utf8.allSatisfy(Characters.path.contains)
    }

    public var json: JSON {
        [
            "role": .string(role.rawValue), "name": .string(name), "instance": .string(instance),
            "services": .array(services.map { .string($0) }), "batch": .bool(batch), "software": .string(software),
        ]
    }
}
