internal import CallModel

extension TrafficSource {
    init(_ source: StaticSource) { self.init(source: source.source, medium: source.medium, campaign: source.campaign) }
}
