package import Logging
package import MessageWire
package import ZeroMQ

/// Where a connection goes and as whom.
package struct ConnectionSettings: Sendable {
    /// `tcp://HOST:PORT`, `ipc://PATH` or, inside one process, `inproc://NAME`.
    package let endpoint: String
    package let context: Context
    package let logger: Logger
    package let hello: Hello
    let helloBody: [UInt8]

    package init(endpoint: String, context: Context, hello: Hello, logger: Logger) {
        self.endpoint = endpoint
        self.context = context
        self.hello = hello
        self.logger = logger
        helloBody = hello.json.utf8
    }
}
