/// A directory of the load account with many numbers more, each with a name, a flow, a source and what it stands for.
enum NumbersDocument {
    /// Of the number at a place, below eight million: in area codes of the North American plan from 213 on.
    static func number(_ place: Int) -> String {
        let exchange = 200 + place / 10_000 % 800
        let line = String(place % 10_000 + 10_000).dropFirst()
        return "+1\(213 + place / 8_000_000)\(exchange)\(line)"
    }

    static func text(count: Int) -> String {
        var text = LoadDirectory().document + "\n"
        text.reserveCapacity(count * 150)
        for place in 0..<count {
            let campaign = place % 1000
            text += """
                  - {number: "\(number(place))", name: "Campaign \(campaign), number \(place)", state: active, flow: main, \
                source: {source: Load, medium: offline, campaign: c\(campaign)}, assigned_to: {kind: campaign, value: c\(campaign)}}

                """
        }
        return text
    }
}
