/// One part of the pool at work: alone in a process, or beside the others in `trunkline up`.
protocol Stage: Sendable {
    /// Works until `shutDown` was called and what is held is finished, or something fails.
    func run() async throws
    /// Takes nothing new; returns at once.
    func shutDown()
}
