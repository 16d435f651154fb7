import CallModel
import CallRouting
import Foundation

/// What the live state must come to, written down as plainly as it can be: a list of offers, counted anew for every question, and the periods by
/// what a calendar on the wall says, from Foundation's own data.
struct OfferModel {
    struct Offer {
        let callID: String
        let step: Int
        let id: String
        let at: Timestamp
        var state: LiveOffer.State
        /// Rings or talks.
        var isUnderWay: Bool
    }

    let limits: [String: [Limit]]
    private(set) var offers: [Offer] = []
    private let zones: [String: TimeZone]

    init(_ limits: [String: [Limit]]) {
        self.limits = limits
        let names = limits.values.joined().map(\.zone.name)
        zones = Dictionary(names.map { ($0, TimeZone(identifier: $0) ?? .gmt) }, uniquingKeysWith: { first, _ in first })
    }

    /// Why the destination cannot be dialled.
    func reason(against id: String, at now: Timestamp) -> Ineligibility? {
        let limits = limits[id] ?? []
        if limits.contains(where: { $0.per != .concurrent && (used(id, of: $0, at: now) ?? -1) >= $0.max }) { return .capped }
        return limits.contains { $0.per == .concurrent && underWay(id) >= $0.max } ? .busyConcurrent : nil
    }

    func underWay(_ id: String) -> Int { offers.count { $0.id == id && $0.isUnderWay } }

    /// Nil before `from`.
    func used(_ id: String, of limit: Limit, at now: Timestamp) -> Int? {
        guard let period = period(of: limit, at: now) else { return nil }
        return offers.count {
            $0.id == id && (limit.count == .attempts || $0.state != .unanswered) && self.period(of: limit, at: $0.at) == period
        }
    }

    /// What a clock and a calendar on the wall show of the period; nil before `from`.
    private func period(of limit: Limit, at time: Timestamp) -> [Int]? {
        let seconds = (Double(time.milliseconds) / 1000).rounded(.down)
        let offset = (zones[limit.zone.name] ?? .gmt).secondsFromGMT(for: Date(timeIntervalSince1970: seconds))
        let local = Int(seconds) + offset
        let day = local / 86_400
        let date = CivilDate(dayNumber: day)
        if let from = limit.from, date < from { return nil }
        switch limit.per {
        case .hour: return [day, local % 86_400 / 3600, offset]
        case .day: return [day]
        case .month: return [date.year, date.month]
        case .lifetime, .concurrent: return []
        }
    }

    mutating func offer(_ id: String, _ callID: String, step: Int, at time: Timestamp) {
        offers.append(Offer(callID: callID, step: step, id: id, at: time, state: .ringing, isUnderWay: true))
    }

    /// The phones of a call stop; those of one step, or of one destination in it, or all but who answered.
    mutating func lapse(_ callID: String, where isMeant: (Offer) -> Bool = { _ in true }) {
        for place in offers.indices where offers[place].callID == callID && offers[place].state == .ringing && isMeant(offers[place]) {
            offers[place].state = .unanswered
            offers[place].isUnderWay = false
        }
    }

    mutating func answer(_ callID: String, step: Int, _ id: String, isUnderWay: Bool) {
        lapse(callID) { $0.id != id || $0.step != step }
        guard let place = offers.firstIndex(where: { $0.callID == callID && $0.step == step && $0.id == id }) else { return }
        offers[place].state = .answered
        offers[place].isUnderWay = isUnderWay
    }

    mutating func end(_ callID: String) {
        lapse(callID)
        for place in offers.indices where offers[place].callID == callID { offers[place].isUnderWay = false }
    }
}
