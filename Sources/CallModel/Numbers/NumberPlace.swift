/// What a number itself tells beside its country: where it is at home, and what kind of line it is (records.md §3). Nil where it tells nothing.
public struct NumberPlace: Hashable, Sendable {
    /// The state or province, by its usual two letters in the United States and Canada ("IL"), else as the numbering plan names it.
    public var region: String?
    public var city: String?
    public var lineType: LineType?

    public init(region: String? = nil, city: String? = nil, lineType: LineType? = nil) {
        self.region = region
        self.city = city
        self.lineType = lineType
    }
}

/// What a number is used for by its numbering plan; a ported number keeps the kind of its range.
public enum LineType: String, Hashable, Sendable, CaseIterable {
    case landline, mobile
    /// The plan does not tell them apart, as in North America.
    case landlineOrMobile = "landline_or_mobile"
    case voip
    case tollFree = "toll_free"
    case premium
    case sharedCost = "shared_cost"
    /// Follows a person from line to line.
    case personal
    case pager
    /// One number for all of a company ("universal access number").
    case uan
    case voicemail
}

/// Tells what numbers tell. The same number always gives the same answer.
public protocol CallerPlaces: AnyObject, Sendable {
    func place(of number: PhoneNumber) -> NumberPlace

    /// The number as people at home write it; nil: as its digits stand.
    func national(_ number: PhoneNumber) -> String?
}

extension CallerPlaces {
    public func national(_ number: PhoneNumber) -> String? { nil }
}

/// Where a record has looked up what its caller's number tells, when it is asked for and not before: recording a call waits for no table.
///
/// No part of what the record says: records that differ in it alone are equal.
public struct PlaceLookup: Sendable {
    private let places: (any CallerPlaces)?

    /// - Parameter places: nil: no number tells anything.
    public init(_ places: (any CallerPlaces)?) { self.places = places }

    package func place(of number: PhoneNumber) -> NumberPlace? { places?.place(of: number) }

    /// As people at home write it.
    package func national(_ number: PhoneNumber) -> String { places?.national(number) ?? number.national }
}

extension PlaceLookup: Hashable {
    public static func == (a: PlaceLookup, b: PlaceLookup) -> Bool { true }

    public func hash(into hasher: inout Hasher) {}
}
