internal import CallModel

extension TrafficSource {
    /// The attributes by which a front with its own routing says where a call came from.
    static let toldNames: Set<String> = ["source", "medium", "campaign", "keyword", "content"]

    init(_ source: StaticSource) { self.init(source: source.source, medium: source.medium, campaign: source.campaign) }
}
