/// One account's directory: a validated document, resolved so that a call costs look-ups only (directory.md).
///
/// Immutable; a call in progress keeps the one it began with. References between its parts are places in its arrays.
public final class Directory: Sendable {
    public let version: UInt64
    public let settings: AccountSettings
    public let destinations: [Destination]
    public let schedules: [Schedule]
    public let flows: [Flow]
    public let numbers: NumberTable
    public let blocks: BlockList
    public let pools: [NumberPool]
    /// How web visits become source and medium, before the rules everybody has.
    public let sources: [SourceRule]
    /// In the document's order.
    public let qualify: [QualifyRule]
    /// Each a map of name, timeline and expect, as it stands in the document (directory.md §5).
    package let tests: [DocumentValue]
    private let destinationPlaces: [String: Int]

    init(version: UInt64, contents: Contents) {
        self.version = version
        settings = contents.settings
        destinations = contents.destinations
        schedules = contents.schedules
        flows = contents.flows
        numbers = contents.numbers
        blocks = contents.blocks
        pools = contents.pools
        sources = contents.sources
        qualify = contents.qualify
        tests = contents.tests
        destinationPlaces = Dictionary(
            destinations.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// Everything but the version, as it was read.
    struct Contents: Sendable {
        var settings: AccountSettings
        var destinations: [Destination] = []
        var schedules: [Schedule] = []
        var flows: [Flow] = []
        var numbers = NumberTable()
        var blocks = BlockList()
        var pools: [NumberPool] = []
        var sources: [SourceRule] = []
        var qualify: [QualifyRule] = []
        var tests: [DocumentValue] = []
    }

    /// The tenant.
    public var account: String { settings.account }

    public func trackingNumber(_ number: PhoneNumber) -> TrackingNumber? { numbers[number] }

    /// Place in `destinations`; nil when there is none of this id.
    public func place(ofDestination id: String) -> Int? { destinationPlaces[id] }

    /// Who `text` is, by the account's country (directory.md §1.3).
    public func caller(_ text: String) -> Caller { PhoneNumber.parse(text, country: settings.country) }

    /// The same directory after an operator opened or closed a schedule by hand; nil when there is no such schedule.
    public func with(manual: Schedule.Manual?, schedule id: String) -> Directory? {
        guard let place = schedules.firstIndex(where: { $0.id == id }) else { return nil }
        var contents = Contents(settings: settings)
        contents.destinations = destinations
        contents.schedules = schedules
        contents.schedules[place] = schedules[place].with(manual: manual)
        contents.flows = flows
        contents.numbers = numbers
        contents.blocks = blocks
        contents.pools = pools
        contents.sources = sources
        contents.qualify = qualify
        contents.tests = tests
        return Directory(version: version, contents: contents)
    }
}
