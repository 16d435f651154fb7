/// `sources:`: what a web visit's own words mean in this account (records.md §4.4).
public struct SourceRule: Hashable, Sendable {
    /// All must hold, each exactly.
    public let conditions: [Condition]
    /// What such a visit's source is called.
    public let source: StaticSource

    package init(conditions: [Condition], source: StaticSource) {
        self.conditions = conditions
        self.source = source
    }

    public struct Condition: Hashable, Sendable {
        public let parameter: Parameter
        public let value: String

        package init(parameter: Parameter, value: String) {
            self.parameter = parameter
            self.value = value
        }
    }

    /// What is known of a visit: parameters of its page's address, and the host it came from.
    public enum Parameter: String, Hashable, Sendable, CaseIterable {
        case utmSource = "utm_source"
        case utmMedium = "utm_medium"
        case utmCampaign = "utm_campaign"
        case utmTerm = "utm_term"
        case utmContent = "utm_content"
        case referrer
    }

    /// - Parameter value: of the visit; nil where it has none.
    public func holds(_ value: (Parameter) -> String?) -> Bool { conditions.allSatisfy { value($0.parameter) == $0.value } }
}
