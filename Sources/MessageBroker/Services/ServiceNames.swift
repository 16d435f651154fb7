import Synchronization

/// The names behind service numbers. Only ever added to, and read by two threads.
package final class ServiceNames: JournalServices {
    private let names = Mutex<(numbers: [String: ServiceID], names: [String])>(([:], []))

    package init() {}

    package var count: Int { names.withLock { $0.names.count } }

    package func name(of service: ServiceID) -> String {
        names.withLock { $0.names[Int(service)] }
    }

    package func number(of name: String) -> ServiceID {
        names.withLock { table in
            if let number = table.numbers[name] { return number }
            let number = ServiceID(table.names.count)
            table.names.append(name)
            table.numbers[name] = number
            return number
        }
    }
}
