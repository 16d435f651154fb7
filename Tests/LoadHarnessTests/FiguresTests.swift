import LoadHarness
import Testing

@Suite("Figures")
struct FiguresTests {
    @Test("a median is the middle, or the mean of the two in the middle")
    func medians() {
        #expect(Figures.median([]) == 0)
        #expect(Figures.median([7]) == 7)
        #expect(Figures.median([9, 1, 5]) == 5)
        #expect(Figures.median([4, 1, 3, 2]) == 2.5)
    }

    @Test(
        "numbers are written with thousands apart and as many digits as asked for",
        arguments: [(0.0, 0, "0"), (999.5, 0, "1,000"), (14812.347, 2, "14,812.35"), (0.049, 1, "0.0"), (1.05, 2, "1.05"), (-1234.5, 1, "-1,234.5")])
    func text(value: Double, digits: Int, expected: String) {
        #expect(Figures.text(value, digits) == expected)
    }

    @Test("durations take the unit that suits them")
    func durations() {
        #expect(Figures.duration(850.4) == "850 µs")
        #expect(Figures.duration(4_100) == "4.10 ms")
        #expect(Figures.duration(1_204_000) == "1.20 s")
    }

    @Test("a table sets names to the left and figures to the right")
    func table() {
        var table = Table(["name", "rate"])
        table.add(["a", "12,000"])
        table.add(["longer", "7"])
        #expect(table.text == "name      rate\na       12,000\nlonger       7")
    }
}
