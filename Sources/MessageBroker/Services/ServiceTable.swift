import MessageWire

/// Services by number and by name; a name is looked up in a frame's bytes without making a string of it.
///
/// Numbers and names are only ever added, so the journal may ask for them from its own thread: see `ServiceNames`.
struct ServiceTable: ~Copyable {
    private var services: [UnsafeMutablePointer<Service>?] = []
    /// The names' bytes by number: looking a path up takes no lock.
    private var spellings: [[UInt8]] = []
    private var buckets: [Int32]
    private var mask: Int
    let names: ServiceNames

    init(names: ServiceNames) {
        self.names = names
        mask = 255
        buckets = Array(repeating: -1, count: 256)
    }

    /// Services there are now, in order of their numbers.
    var all: [ServiceID] { services.indices.filter { services[$0] != nil }.map { ServiceID($0) } }

    func exists(_ id: ServiceID) -> Bool { Int(id) < services.count && services[Int(id)] != nil }

    subscript(id: ServiceID) -> Service {
        unsafeAddress { UnsafePointer(address(of: id)) }
        unsafeMutableAddress { address(of: id) }
    }

    private func address(of id: ServiceID) -> UnsafeMutablePointer<Service> {
        guard let service = services[Int(id)] else {
            // Numbers of services come from this table, and a service with anything in it is not removed.
            preconditionFailure("no such service")
        }
        return service
    }

    func find(_ name: UnsafeRawBufferPointer) -> ServiceID? {
        var place = Int(truncatingIfNeeded: Self.hash(name)) & mask
        while buckets[place] >= 0 {
            let id = Int(buckets[place])
            if services[id] != nil, spellings[id].elementsEqual(name) { return ServiceID(id) }
            place = (place + 1) & mask
        }
        return nil
    }

    func find(_ name: String) -> ServiceID? {
        var name = name
        return name.withUTF8 { find(UnsafeRawBufferPointer($0)) }
    }

    mutating func add(_ name: String, _ policy: ServicePolicy, isDeclared: Bool) -> ServiceID {
        let id = names.number(of: name)
        while services.count <= Int(id) {
            spellings.append(Array(names.name(of: ServiceID(services.count)).utf8))
            services.append(nil)
        }
        remove(id)
        let service = UnsafeMutablePointer<Service>.allocate(capacity: 1)
        service.initialize(to: Service(id: id, name: name, policy: policy, isDeclared: isDeclared))
        services[Int(id)] = service
        if services.count * 2 > mask { grow() } else { enter(id) }
        return id
    }

    mutating func remove(_ id: ServiceID) {
        services[Int(id)]?.deinitialize(count: 1)
        services[Int(id)]?.deallocate()
        services[Int(id)] = nil
    }

    deinit {
        for service in services {
            service?.deinitialize(count: 1)
            service?.deallocate()
        }
    }

    private mutating func enter(_ id: ServiceID) {
        var place = spellings[Int(id)].withUnsafeBytes { Int(truncatingIfNeeded: Self.hash($0)) } & mask
        while buckets[place] >= 0 {
            if buckets[place] == id { return }
            place = (place + 1) & mask
        }
        buckets[place] = id
    }

    private mutating func grow() {
        mask = mask * 2 + 1
        buckets = Array(repeating: -1, count: mask + 1)
        for id in services.indices { enter(ServiceID(id)) }
    }

    /// FNV-1a: names are few and short.
    static func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash ^ hash >> 32
    }
}
