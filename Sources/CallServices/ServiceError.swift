package import MessageWire

/// Why a service of this project refuses a request: a gRPC status and what the caller is told (wire.md §4).
package struct ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
    package var status: StatusCode
    /// Names what is wrong, with which value, and what to do. Holds no phone number.
    package var message: String

    package init(_ status: StatusCode, _ message: String) {
        self.status = status
        self.message = message
    }

    package var description: String { "\(status.name): \(message)" }
}
