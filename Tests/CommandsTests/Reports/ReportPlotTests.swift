import Commands
import Foundation
import FoundationXML
import MessageWire
import Testing

@Suite("A report is drawn as an SVG file that needs nothing else")
struct ReportPlotTests {
    /// What stands in a drawing, and where.
    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [(name: String, attributes: [String: String])] = []
        var texts: [(x: Double, y: Double, anchor: String, text: String)] = []
        private var open: [String: String]?
        private var text = ""

        func parser(_ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]) {
            elements.append((name, attributes))
            if name == "text" { (open, text) = (attributes, "") }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            guard name == "text", let open else { return }
            texts.append((Double(open["x"] ?? "") ?? .nan, Double(open["y"] ?? "") ?? .nan, open["text-anchor"] ?? "start", text))
            self.open = nil
        }
    }

    private static let long = "a campaign & its <name> that nobody \"meant\" to be this long, with müßige Wörter and 漢字 and \u{7} bells"

    private static let samples: [(String, ReportDocument)] = [
        ("hour", SampleReport.series("hour", count: 25, compared: true)), ("hours", SampleReport.series("hour", count: 24 * 14, gaps: 30..<48)),
        ("one", SampleReport.series("day", count: 1, compared: true)), ("month", SampleReport.series("day", count: 30, compared: true, gaps: 9..<12, ahead: 5)),
        ("year", SampleReport.series("day", count: 365, scale: 4_000, compared: true, gaps: 100..<130, ahead: 20)), ("weeks", SampleReport.series("week", count: 53)),
        ("months", SampleReport.series("month", count: 78)), ("huge", SampleReport.series("day", count: 31, scale: 4e13)),
        ("tiny", SampleReport.series("day", count: 31, scale: 0.004)), ("none", SampleReport.series("day", count: 31, scale: 0)),
        ("ten years", SampleReport.series("day", count: 3650)),
        ("sources", SampleReport.dimension("source", [("google", 1204), ("bing", 310.5), (nil, 96), ("Billboard I-90", 12), (long, 3), ("x", 0.25)], compared: true)),
        ("many", SampleReport.dimension("keyword", (0..<40).map { ("\(long) \($0)", Double(1000 - $0 * 20)) }, rest: 800)),
        ("nothing", SampleReport.dimension("source", [])), ("one source", SampleReport.dimension("source", [("google", 1)])),
        ("hours of the day", ReportDocument(hoursOfDay)),
    ]

    private static var hoursOfDay: JSON {
        SampleReport.document(
            by: "hour_of_day", rows: (0..<24).map { .object([.init("hour_of_day", .integer(Int64($0)))] + SampleReport.measures(Double($0 * $0))) }, calls: 4324
        ).json
    }

    private func read(_ svg: String) throws -> Reader {
        let reader = Reader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(parser.parserError?.localizedDescription ?? "")")
        return reader
    }

    @Test("well-formed, with a title and a description, and with numbers only where numbers belong", arguments: samples.map(\.0))
    func wellFormed(name: String) throws {
        let report = try #require(Self.samples.first { $0.0 == name }).1
        let reader = try read(ReportPlot(report).svg)
        #expect(reader.elements.first?.name == "svg" && reader.elements.first?.attributes["role"] == "img")
        #expect(["title", "desc"].allSatisfy { name in reader.elements.contains { $0.name == name && $0.attributes["id"] == "trunkline-\(name)" } })
        for element in reader.elements {
            for name in ["x", "y", "width", "height", "x1", "x2", "y1", "y2"] {
                guard let value = element.attributes[name] else { continue }
                let number = Double(value)
                #expect(number?.isFinite == true, "\(element.name) \(name)=\(value)")
                if ["width", "height"].contains(name) { #expect(number ?? -1 >= 0, "\(element.name) \(name)=\(value)") }
            }
            // Inside the drawing.
            if let x = element.attributes["x"].flatMap(Double.init) { #expect(x >= 0 && x <= 960, "\(element)") }
            if element.name == "path" { #expect(element.attributes["d"]?.contains("n") == false) }
        }
        // Nothing is fetched from anywhere.
        #expect(!reader.elements.contains { $0.attributes.keys.contains { $0.hasSuffix("href") || $0 == "src" } })
    }

    @Test("no text stands on another, or outside", arguments: samples.map(\.0))
    func textApart(name: String) throws {
        let report = try #require(Self.samples.first { $0.0 == name }).1
        let reader = try read(ReportPlot(report).svg)
        let height = try #require(reader.elements.first?.attributes["height"].flatMap(Double.init))
        // A little less than letters take, so that only what truly collides does.
        let boxes = reader.texts.map { text -> (left: Double, right: Double, y: Double, text: String) in
            let width = Double(text.text.count) * 5.5
            let left = text.anchor == "middle" ? text.x - width / 2 : text.anchor == "end" ? text.x - width : text.x
            return (left, left + width, text.y, text.text)
        }
        for (place, box) in boxes.enumerated() {
            #expect(box.left > -1 && box.right < 961 && box.y > 0 && box.y < height, "\(box.text)")
            for other in boxes[..<place] where abs(other.y - box.y) < 11 {
                #expect(other.right <= box.left || box.right <= other.left, "\(other.text) and \(box.text)")
            }
        }
    }

    @Test("what was not recorded is hatched, and the period before is a line")
    func marks() throws {
        let plain = try read(ReportPlot(SampleReport.series("day", count: 30)).svg).elements
        let marked = try read(ReportPlot(SampleReport.series("day", count: 30, compared: true, gaps: 9..<12)).svg).elements
        func count(_ elements: [(name: String, attributes: [String: String])], _ name: String, _ kind: String) -> Int {
            elements.count { $0.name == name && $0.attributes["class"] == kind }
        }
        // In the legend and in the plot, once for the days without and once for the one with a part.
        #expect(count(plain, "rect", "gap") == 0 && count(marked, "rect", "gap") == 3)
        #expect(count(plain, "polyline", "before") == 0 && count(marked, "polyline", "before") == 1)
    }
}

@Suite("A report as CSV (RFC 4180)")
struct ReportCSVTests {
    @Test("a line for each row, the rest as one, and none for the total; currencies in columns of their own")
    func lines() {
        let report = SampleReport.dimension("source", [("google, \"ads\"", 10), (nil, 4)], rest: 2)
        let lines = ReportCSV(report).text.components(separatedBy: "\r\n")
        #expect(lines.count == 5 && lines[4].isEmpty)
        #expect(lines[0].hasPrefix("source,calls,unique_callers,") && lines[0].hasSuffix(",answer_rate,value_USD"))
        #expect(lines[1].hasPrefix("\"google, \"\"ads\"\"\",10,") && lines[2].hasPrefix(",4,") && lines[3].hasPrefix("(12 more),2,"))
        #expect(lines.dropLast().allSatisfy { $0.replacing("google, ", with: "google ").split(separator: ",", omittingEmptySubsequences: false).count == 19 })
    }

    @Test("a missing hour has no figures, and its state says so")
    func missing() {
        let lines = ReportCSV(SampleReport.series("hour", count: 5, gaps: 1..<2)).text.components(separatedBy: "\r\n")
        #expect(lines[0].hasPrefix("hour,start,state,missing_minutes,calls,"))
        #expect(lines[2].contains(",missing,,") && lines[2].hasSuffix(String(repeating: ",", count: 18)))
    }
}
