import ZeroMQ

/// Endpoints on loopback that nobody holds, for a process about to be started.
package enum FreeEndpoints {
    package static func take(_ count: Int) throws(LoadError) -> [String] {
        do throws(ZeroMQError) {
            // Its end waits for the sockets to be closed, so that the ports are free again.
            let context = try Context()
            return try take(count, context)
        } catch {
            throw LoadError(error)
        }
    }

    /// All are held until the last is found: no two are the same.
    private static func take(_ count: Int, _ context: Context) throws(ZeroMQError) -> [String] {
        guard count > 0 else { return [] }
        let socket = try Socket(.dealer, in: context)
        let endpoint = try socket.bind("tcp://127.0.0.1:*")
        return [endpoint] + (try take(count - 1, context))
    }
}
