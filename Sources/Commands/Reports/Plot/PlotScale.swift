/// From 0 to a round number at or above the largest value, in round steps.
struct PlotScale {
    let step: Double
    let steps: Int

    /// - Parameters:
    ///   - isWhole: no step is a part of one.
    ///   - about: how many steps there may be.
    init(largest: Double, isWhole: Bool, about: Int = 5) {
        guard largest > 0, largest.isFinite else {
            (step, steps) = (1, 1)
            return
        }
        var magnitude = 1.0
        while magnitude * 10 <= largest / Double(about), magnitude < 1e300 { magnitude *= 10 }
        while magnitude > largest / Double(about), magnitude > 1e-300 { magnitude /= 10 }
        let factor = [1.0, 2, 5].first { largest / (magnitude * $0) <= Double(about) + 1e-9 } ?? 10
        var step = magnitude * factor
        if isWhole { step = max(1, step) }
        self.step = step
        steps = max(1, Int((largest / step - 1e-9).rounded(.up)))
    }

    var top: Double { step * Double(steps) }

    var ticks: [(value: Double, text: String)] {
        (0...steps).map { place in
            let value = step * Double(place)
            return (value: value, text: text(value))
        }
    }

    private func text(_ value: Double) -> String {
        for (unit, name) in [(1e12, "T"), (1e9, "bn"), (1e6, "M")] where top >= unit * 10 {
            return NumberText.grouped(value / unit, decimals: 1) + (value == 0 ? "" : " " + name)
        }
        var decimals = 0
        var part = step
        while part < 0.999, decimals < 9 {
            part *= 10
            decimals += 1
        }
        return NumberText.grouped(value, decimals: decimals)
    }
}
