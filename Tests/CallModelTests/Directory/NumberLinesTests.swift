import CallModel
import Testing

/// Lists of numbers are read by a reader of their own where they are plain, and must mean the same to it as to YAML's.
@Suite struct NumberLinesTests {
    /// The same list where the plain reader does not look, as its key is in quotes; both as one text.
    private func both(_ numbers: String) -> (plain: String, yaml: String) {
        func read(_ key: String) -> String {
            let text = "account: acme\ncountry: US\nflows: [{id: main, start: {reject: busy}}]\n\(key):\(numbers)\nname: Acme\n"
            do {
                let directory = try Directory(yaml: text, version: 1)
                return directory.settings.name + "\(directory.numbers.map { $0 })"
            } catch {
                return error.problems.map { "\($0.line ?? 0) \($0)" }.joined(separator: "\n")
            }
        }
        return (read("numbers"), read("\"numbers\""))
    }

    @Test("A list means the same to both readers, problems and their lines too", arguments: [
        "\n- {number: \"+12125550100\", flow: main}\n- {number: '+12125550101', name: Zwei}",
        "\n  - number: \"+12125550100\" # ours\n    name: Spring billboard\n    flow: main\n\n  # another\n  -   number: (212) 555-0101\n      name:\n      source: {source: Billboard I-90, medium: offline}\n",
        "\r\n- number: +12125550100\r\n  name: a\r\n- number: +12125550101",
        "\n- {number: +12125550100, name: Ünïted “x”, source: { source: a b , medium: , campaign: \"\" } , assigned_to: {kind: page, value: http://acme.example/x}}",
        "\n- number: +12125550100\n  name: http://acme.example:80/#top\n  assigned_to: {kind: page, value: \"it's\"}",
        "\n- {number: +12125550100, nmae: x}\n-\n- {}\n- {number: +12125550100}\n- {number: 12, flow: mian}",
        "\n- number: +12125550100\n  flow: [a, b]\n  name: {a: b}\n- number: +12125550101\n  flow: nowhere",
        "\n- {number: \"\\u002b12125550100\"}", "\n- number: >\n    +12125550100", "\n- &a {number: +12125550100}\n- *a", "\n- number: +12125550100\n  name: 'it''s'",
        "\n- number: +12125550100\n  name: a\n    b", "\n- {number: +12125550100,\n   name: x}", "\n- number: +12125550100\n   name: x", "\n- number: +12125550100\n name: x",
        "\n\t- number: +12125550100", "\n- number:\t+12125550100", "\n- number: +12125550100\n  name: a: b", "\n- {number: +12125550100, name: a:b}", "\n- {number: +12125550100,}",
        "\n- {number: +12125550100, name: a#b}", "\n- {number: +12125550100, name: a #b}", "\n- {number: +12125550100}#", "\n- {number: +12125550100} # c",
        "\n- number: +12125550100\n  name: - a", "\n- number: +12125550100\n  name: -a", "\n- {number: +12125550100, name: ~}", "\n- {number: +12125550100, name: null}",
        "\n- - number: +12125550100", "\n- text", "\n- \"number\": +12125550100", "\n- {\"number\": +12125550100}", "\n- {number:+12125550100}", "\n- ? number\n  : +12125550100",
        "\n- number: +12125550100\n- {number: +12125550101}\n    # deep\n# flat\n", "\n- number: +12125550100\n - number: +12125550101", "\n  - number: +12125550100\n- number: +12125550101",
        "\n---\n- number: +12125550100", "\n- {number: +12125550100, number: +12125550101}", "\n- number: +12125550100\n  name: a\u{85}b", "\n- number: +12125550100\n  name: \"a\u{2028}b\"",
        " [{number: +12125550100}]", " # list\n- {number: +12125550100}", "\n", " ~", "\n  - {number: +12125550100, source: {source: [x]}}", "\n- number: +12125550100\n  source:\n    source: x",
        "\n- number: +12125550100\n  name: \"x\" y", "\n- number: +12125550100\n  name: a 'b' \"c\"", "\n- {number: +12125550100, name: a 'b' \"c\" d-e_f.g!h*i&j}",
    ])
    func alike(numbers: String) {
        let (plain, yaml) = both(numbers)
        // A key that stands twice is YAML's own error there, and a problem of the number here.
        if yaml.contains("stands twice") { #expect(plain.contains("stands twice")) } else { #expect(plain == yaml) }
    }

    @Test("A list mangled anywhere means the same to both readers")
    func mangled() {
        let list = Array("\n  - number: \"+12125550100\"\n    name: Spring\n  - {number: +12125550101, source: {source: x, medium: 'y'}} # z\n".utf8)
        var plainOnes = 0
        for place in list.indices.dropFirst() {
            for insert in ["", " ", "\n", "- ", "\"", "'", ": ", "#", " #", "{", "}", ",", "[", "x", "\t", "\r", "&a ", "|", "? "] {
                let mangled = String(decoding: list[..<place] + Array(insert.utf8) + list[(insert.isEmpty ? place + 1 : place)...], as: UTF8.self)
                let (plain, yaml) = both(mangled)
                // What is no YAML is told by where the reading ended, which the quotes of the key move.
                if yaml.contains("stands twice") || (yaml.contains("not YAML") && plain.contains("not YAML")) { continue }
                #expect(plain == yaml, "\(mangled.debugDescription)")
                if plain.hasPrefix("Acme[") { plainOnes += 1 }
            }
        }
        #expect(plainOnes > 100)
    }

    @Test("What follows the list is read, and keeps its lines")
    func after() {
        let text = "account: acme\nnumbers:\n- {number: \"+12125550100\"}\n\n- number: \"+12125550101\"\n  name: x\ntuch: first\n"
        #expect(problems(text) == ["tuch: unknown key \"tuch\"; did you mean touch?"])
        do {
            _ = try Directory(yaml: text, version: 1)
        } catch {
            #expect(error.problems.map(\.line) == [7])
        }
    }

    @Test("A line that only looks like the key is none")
    func disguised() {
        #expect(problems("account: acme\nname: |\n numbers:\n - {number: 1}\n") == [])
        #expect(problems("account: acme\nname: \"a\nnumbers:\n - {number: 1}\n\"\n") == [])
        #expect(problems("account: acme\nnumbers:\n- {number: \"+12125550100\"}\nnumbers:\n- {number: \"+12125550101\"}\n").count == 1)
    }
}
