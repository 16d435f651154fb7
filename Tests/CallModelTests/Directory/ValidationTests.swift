import CallModel
import Testing

@Suite struct ValidationTests {
    @Test("The standard document of these tests is right")
    func valid() {
        #expect(problems(document()) == [])
    }

    @Test("What is wrong with the account is said", arguments: [
        ("account: Acme", "account: \"Acme\" is not allowed; write 1 to 63 of a-z, 0-9 and -"),
        ("account: a_b", "account: \"a_b\" is not allowed; write 1 to 63 of a-z, 0-9 and -"),
        ("account: \"\"", "account: is empty; write account: acme"),
        ("name: Acme", "account: is missing; write account: acme"),
        ("account: [a]", "account: a list is not a text; write one value"),
        ("{account: acme, country: us}", "country: \"us\" is no country; did you mean US?"),
        ("{account: acme, country: Norway}", "country: \"Norway\" is no country; write an ISO code of two letters such as US or GB"),
        ("{account: acme, time_zone: EST}", "time_zone: \"EST\" is no IANA region/city name; write one such as America/New_York, or Etc/UTC"),
        ("{account: acme, time_zone: UTC+5}", "time_zone: \"UTC+5\" is no IANA region/city name; write one such as America/New_York, or Etc/UTC"),
        ("{account: acme, time_zone: America/New_Yrok}", "time_zone: \"America/New_Yrok\" is no IANA region/city name; did you mean America/New_York?"),
        ("{account: acme, repeat_caller: {scope: company}}", "repeat_caller.scope: \"company\" is not allowed; write one of account, tracking_number"),
        ("{account: acme, repeat_caller: {window_days: 0}}", "repeat_caller.window_days: \"0\" is not allowed; write a whole number from 1 to 36500"),
        ("{account: acme, missed_after_seconds: -1}", "missed_after_seconds: \"-1\" is not allowed; write a whole number from 0 to 86400"),
        ("{account: acme, missed_after_seconds: \"15\"}", "missed_after_seconds: \"15\" is not allowed; write a whole number from 0 to 86400"),
        ("{account: acme, max_call_seconds: 1.5}", "max_call_seconds: \"1.5\" is not allowed; write a whole number from 1 to 31536000"),
        ("{account: acme, live_state_unknown: maybe}", "live_state_unknown: \"maybe\" is not allowed; write one of connect, skip"),
        ("{account: acme, touch: middle}", "touch: \"middle\" is not allowed; write one of first, last"),
        ("{account: acme, retention: 760}", "retention: \"760\" is not a map; write keys with their values"),
        ("{account: acme, sites: [acme.example]}", "sites[0]: \"acme.example\" is no origin; write one such as https://acme.example, without a path"),
        ("{account: acme, sites: [\"https://acme.example/\"]}", "sites[0]: \"https://acme.example/\" is no origin; write one such as https://acme.example, without a path"),
        ("{account: acme, destination: []}", "destination: unknown key \"destination\"; did you mean destinations?"),
        ("{account: acme, timeZone: Etc/UTC}", "timeZone: unknown key \"timeZone\"; did you mean time_zone?"),
        ("{account: acme, destinations: {}}", "destinations: a map is not a list; write [ … ]"),
        ("{account: acme, pools: {id: website}}", "pools: a map is not a list; write [ … ]"),
    ])
    func settings(text: String, problem: String) {
        #expect(problems(text) == [problem])
    }

    @Test("What is wrong with a destination is said", arguments: [
        ("[{number: \"+12125550111\"}]", "destinations[0].id: is missing; write id: front-desk"),
        ("[{id: a}]", "destinations[0].number: is missing; write number: \"+12125550111\""),
        ("[{id: a, number: \"+1212555011\"}]", "destinations[0].number: \"+1212555011\" is no telephone number; write + and 8 to 15 digits, under +1 of the form NXX-NXX-XXXX"),
        ("[{id: a, number: \"+12125550111\", kind: pager}]", "destinations[0].kind: \"pager\" is not allowed; write one of mobile, landline, voip, call_center"),
        ("[{id: a, number: \"sip:a@b.example\", kind: landline}]", "destinations[0].number: \"sip:a@b.example\" needs kind voip; write kind: voip, or a telephone number"),
        ("[{id: a, number: \"sip:\", kind: voip}]", "destinations[0].number: \"sip:\" is no SIP address; write one such as sip:desk@acme.example"),
        ("[{id: a, number: \"+12125550111\", enabled: maybe}]", "destinations[0].enabled: \"maybe\" is not a truth value; write true or false"),
        ("[{id: a, number: \"+12125550111\", hours: offise}]", "destinations[0].hours: there is no schedule \"offise\"; did you mean \"office\"?"),
        ("[{id: a, number: \"+12125550111\", hours: nowhere}]", "destinations[0].hours: there is no schedule \"nowhere\"; add it to schedules"),
        ("[{id: a, number: \"+12125550111\", limits: {max: 1}}]", "destinations[0].limits: a map is not a list; write [ … ]"),
        ("[{id: a, number: \"+12125550111\", limits: [{max: -1, per: day}]}]", "destinations[0].limits[0].max: \"-1\" is not allowed; write a whole number of 0 or more"),
        ("[{id: a, number: \"+12125550111\", limits: [{max: \"1\", per: day}]}]", "destinations[0].limits[0].max: \"1\" is not allowed; write a whole number of 0 or more"),
        ("[{id: a, number: \"+12125550111\", limits: [{per: day}]}]", "destinations[0].limits[0].max: is missing; write max: 10"),
        ("[{id: a, number: \"+12125550111\", limits: [{max: 1}]}]", "destinations[0].limits[0].per: is missing; write one of hour, day, month, lifetime, concurrent"),
        ("[{id: a, number: \"+12125550111\", limits: [{max: 1, per: week}]}]", "destinations[0].limits[0].per: \"week\" is not allowed; write one of hour, day, month, lifetime, concurrent"),
        ("[{id: a, number: \"+12125550111\", limits: [{max: 1, per: day, count: calls}]}]", "destinations[0].limits[0].count: \"calls\" is not allowed; write one of attempts, connections"),
        ("[{id: a, number: \"+12125550111\", limits: [{max: 1, per: day, time_zone: EST}]}]", "destinations[0].limits[0].time_zone: \"EST\" is no IANA region/city name; write one such as America/New_York, or Etc/UTC"),
        ("[{id: a, number: \"+12125550111\", limits: [{max: 1, per: day, from: June}]}]", "destinations[0].limits[0].from: \"June\" is no day; write YYYY-MM-DD, such as 2026-12-25"),
        ("[{id: a, number: \"+12125550111\", limits: [{max: 1, per: day, each: 1}]}]", "destinations[0].limits[0].each: unknown key \"each\"; the keys here are max, per, count, time_zone, from"),
        ("[{id: a, nmber: 1, number: \"+12125550111\"}]", "destinations[0].nmber: unknown key \"nmber\"; did you mean number?"),
        ("[{id: a, colour: red, number: \"+12125550111\"}]", "destinations[0].colour: unknown key \"colour\"; the keys here are id, number, kind, enabled, hours, limits"),
        ("[{id: a, number: \"+12125550111\"}, {id: a, number: \"+12125550122\"}]", "destinations[1].id: \"a\" stands twice; give each its own id"),
        ("[a]", "destinations[0]: \"a\" is not a map; write keys with their values"),
    ])
    func destinations(text: String, problem: String) {
        let problems = problems(document(destinations: text, schedules: "[{id: office}]", flow: "{reject: busy}"))
        #expect(problems == [problem])
    }

    @Test("What is wrong with a schedule is said", arguments: [
        ("weekly: {weds: []}", "schedules[0].weekly.weds: unknown key \"weds\"; did you mean wed?"),
        ("weekly: {wed: [\"9-17\"]}", "schedules[0].weekly.wed[0]: \"9-17\" is no window; write HH:MM-HH:MM from 00:00 to 24:00, such as 09:00-17:00"),
        ("weekly: {wed: [\"09:00-25:00\"]}", "schedules[0].weekly.wed[0]: \"09:00-25:00\" is no window; write HH:MM-HH:MM from 00:00 to 24:00, such as 09:00-17:00"),
        ("weekly: {wed: [\"24:00-02:00\"]}", "schedules[0].weekly.wed[0]: \"24:00-02:00\" is no window; write HH:MM-HH:MM from 00:00 to 24:00, such as 09:00-17:00"),
        ("weekly: {wed: \"09:00-17:00\"}", "schedules[0].weekly.wed: \"09:00-17:00\" is not a list; write [ … ]"),
        ("weekly: {wed: [\"09:00-12:00\", \"11:59-13:00\"]}", "schedules[0].weekly.wed[1]: \"11:59-13:00\" overlaps another window of the day; join them, or let one end where the next begins"),
        ("weekly: {wed: [\"21:00-02:00\", \"22:00-23:00\"]}", "schedules[0].weekly.wed[1]: \"22:00-23:00\" overlaps another window of the day; join them, or let one end where the next begins"),
        ("time_zone: UTC+5", "schedules[0].time_zone: \"UTC+5\" is no IANA region/city name; write one such as America/New_York, or Etc/UTC"),
        ("overrides: [{date: 2026-02-30, closed: true}]", "schedules[0].overrides[0].date: \"2026-02-30\" is no day; write YYYY-MM-DD, such as 2026-12-25"),
        ("overrides: [{date: 2026-02-20}]", "schedules[0].overrides[0]: write either closed: true or hours: [ … ]"),
        ("overrides: [{date: 2026-02-20, closed: true, hours: []}]", "schedules[0].overrides[0]: write either closed: true or hours: [ … ]"),
        ("overrides: [{closed: true}]", "schedules[0].overrides[0]: write either date: 2026-12-25, or from: and to:"),
        ("overrides: [{from: 2026-02-20, closed: true}]", "schedules[0].overrides[0]: write either date: 2026-12-25, or from: and to:"),
        ("overrides: [{from: 2026-02-20, to: 2026-02-19, closed: true}]", "schedules[0].overrides[0].to: is before from; write the first day first"),
        ("overrides: [{from: 2026-01-01, to: 2027-01-01, closed: true, yearly: true}]", "schedules[0].overrides[0]: a yearly range of a year or more is every day; write a shorter one, or use weekly"),
        ("manual: {state: maybe}", "schedules[0].manual.state: \"maybe\" is not allowed; write open or closed"),
        ("manual: {until: 2026-06-03T22:00:00Z}", "schedules[0].manual.state: is missing; write state: open"),
        ("manual: {state: open, until: tomorrow}", "schedules[0].manual.until: \"tomorrow\" is no moment; write one such as 2026-06-03T22:00:00Z"),
    ])
    func schedules(text: String, problem: String) {
        #expect(problems(document(schedules: "[{id: office, \(text)}]")) == [problem])
    }

    @Test("Windows that touch do not overlap")
    func touching() {
        #expect(problems(document(schedules: "[{id: office, weekly: {wed: [\"09:00-12:00\", \"12:00-13:00\"]}}]")) == [])
    }

    @Test("What is wrong with a node is said", arguments: [
        ("{dial: desk}", "flows[0].start.dial: there is no destination \"desk\"; add it to destinations"),
        ("{dial: [a]}", "flows[0].start.dial: a list is not a text; write one value"),
        ("{dial: }", "flows[0].start.dial: names no destination; write the id of one"),
        ("{ring_seconds: 20}", "flows[0].start: is no node (ring_seconds); write exactly one of dial, simultaneous, sequential, round_robin, weighted, priority, schedule, branches, keypad, prefix, zip, caller, source, voicemail, reject, go"),
        ("{dial: a, reject: busy}", "flows[0].start: is several nodes (dial, reject); write exactly one of dial, simultaneous, sequential, round_robin, weighted, priority, schedule, branches, keypad, prefix, zip, caller, source, voicemail, reject, go"),
        ("dial", "flows[0].start: \"dial\" is not a map; write keys with their values"),
        ("{dial: a, ring_seconds: 4}", "flows[0].start.ring_seconds: \"4\" is not allowed; write a whole number from 5 to 300"),
        ("{dial: a, ring_seconds: 301}", "flows[0].start.ring_seconds: \"301\" is not allowed; write a whole number from 5 to 300"),
        ("{dial: a, ring_second: 20}", "flows[0].start.ring_second: unknown key \"ring_second\"; did you mean ring_seconds?"),
        ("{dial: a, screening: press}", "flows[0].start.screening: \"press\" is not a truth value; write true or false"),
        ("{dial: a, sticky_days: -1}", "flows[0].start.sticky_days: \"-1\" is not allowed; write a whole number of days from 0 to 36500, or forever"),
        ("{dial: a, sticky_days: always}", "flows[0].start.sticky_days: \"always\" is not allowed; write a whole number of days from 0 to 36500, or forever"),
        ("{dial: a, avoid_days: 30}", "flows[0].start.avoid_days: \"30\" is not a map; write keys with their values"),
        ("{dial: a, avoid_days: {days: 1}}", "flows[0].start.avoid_days.after: is missing; write one of connected, converted"),
        ("{dial: a, avoid_days: {after: connected}}", "flows[0].start.avoid_days.days: is missing; write days: 30"),
        ("{dial: a, avoid_days: {after: called, days: 1}}", "flows[0].start.avoid_days.after: \"called\" is not allowed; write one of connected, converted"),
        ("{dial: a, avoid_days: {after: connected, days: 0}}", "flows[0].start.avoid_days.days: \"0\" is not allowed; write a whole number from 1 to 36500"),
        ("{dial: a, then: {dial: b, then: {dial: nobody}}}", "flows[0].start.then.then.dial: there is no destination \"nobody\"; add it to destinations"),
        ("{simultaneous: [a]}", "flows[0].start.simultaneous: names 1; write 2 to 10 destinations"),
        ("{simultaneous: a}", "flows[0].start.simultaneous: \"a\" is not a list of destinations; write [ … ]"),
        ("{simultaneous: [a, a]}", "flows[0].start.simultaneous[1]: \"a\" rings here already; name it once"),
        ("{simultaneous: [a, frnt]}", "flows[0].start.simultaneous[1]: there is no destination \"frnt\"; add it to destinations"),
        ("{sequential: [a]}", "flows[0].start.sequential: names 1; write two destinations or more, or use dial"),
        ("{sequential: a}", "flows[0].start.sequential: \"a\" is not a list; write [ … ]"),
        ("{priority: []}", "flows[0].start.priority: has no tier; write a list of lists, such as [[a, b], [c]]"),
        ("{priority: [a]}", "flows[0].start.priority[0]: \"a\" is not a list of destinations; write [ … ]"),
        ("{priority: [[a], []]}", "flows[0].start.priority[1]: names 0; write 1 to 10 destinations"),
        ("{priority: [[a], [ghost]]}", "flows[0].start.priority[1][0]: there is no destination \"ghost\"; add it to destinations"),
        ("{schedule: office}", "flows[0].start.schedule: there is no schedule \"office\"; add it to schedules"),
        ("{schedule: }", "flows[0].start.schedule: names no schedule; write the id of one"),
        ("{branches: [{to: {dial: a}}]}", "flows[0].start.branches[0]: has no condition; write days: or between:, or use otherwise"),
        ("{branches: [{days: [mon]}]}", "flows[0].start.branches[0].to: is missing; write to: {dial: …} or another node"),
        ("{branches: [{days: [monday], to: {dial: a}}]}", "flows[0].start.branches[0].days[0]: \"monday\" is no day; write mon, tue, wed, thu, fri, sat or sun"),
        ("{branches: [{days: [], to: {dial: a}}]}", "flows[0].start.branches[0].days: names no day; write mon, tue, … or leave days out for every day"),
        ("{branches: [{between: 9-17, to: {dial: a}}]}", "flows[0].start.branches[0].between: \"9-17\" is no window; write HH:MM-HH:MM from 00:00 to 24:00, such as 09:00-17:00"),
        ("{branches: [{days: [mon], to: {dial: a}}], time_zone: EST}", "flows[0].start.time_zone: \"EST\" is no IANA region/city name; write one such as America/New_York, or Etc/UTC"),
        ("{prefix: {\"1312\": {dial: a}}}", "flows[0].start.prefix.1312: \"1312\" is no prefix of a number; write + and the first 1 to 15 digits, such as +1900"),
        ("{prefix: {\"+1312\": {dial: x}}}", "flows[0].start.prefix[+1312].dial: there is no destination \"x\"; add it to destinations"),
        ("{prefix: {\"+1312\": }}", "flows[0].start.prefix[+1312]: leads nowhere; write a node"),
        ("{prefix: }", "flows[0].start.prefix: leads nowhere; write {\"+1312\": {dial: …}}"),
        ("{voicemail: {max_seconds: 0}}", "flows[0].start.voicemail.max_seconds: \"0\" is not allowed; write a whole number from 1 to 3600"),
        ("{voicemail: {}, then: {dial: a}}", "flows[0].start.then: unknown key \"then\"; the keys here are voicemail"),
        ("{reject: go_away}", "flows[0].start.reject: \"go_away\" is not allowed; write one of busy, not_in_service, declined"),
        ("{reject: }", "flows[0].start.reject: says nothing; write one of busy, not_in_service, declined"),
        ("{go: mian}", "flows[0].start.go: there is no flow \"mian\"; did you mean \"main\"?"),
        ("{dial: a, then: {go: main}}", "flows[0]: go leads in a circle (main → main); let one of them end"),
        ("{round_robin: [a]}", "flows[0].start.round_robin: names 1; write two destinations or more, or use dial"),
        ("{round_robin: [a, b, a]}", "flows[0].start.round_robin[2]: \"a\" stands here already; name it once, or use weighted for a larger share"),
        ("{round_robin: }", "flows[0].start.round_robin: names no destination; write a list of ids"),
        ("{weighted: {a: -1, b: 2}}", "flows[0].start.weighted.a: \"-1\" is not allowed; write a whole number from 0 to 1000000000"),
        ("{weighted: {a: 0.5, b: 2}}", "flows[0].start.weighted.a: \"0.5\" is not allowed; write a whole number from 0 to 1000000000"),
        ("{weighted: {a: 50%, b: 2}}", "flows[0].start.weighted.a: \"50%\" is not allowed; write a whole number from 0 to 1000000000"),
        ("{weighted: {a: \"1\", b: 2}}", "flows[0].start.weighted.a: \"1\" is not allowed; write a whole number from 0 to 1000000000"),
        ("{weighted: {a: 1000000001, b: 2}}", "flows[0].start.weighted.a: \"1000000001\" is not allowed; write a whole number from 0 to 1000000000"),
        ("{weighted: {a: 99999999999999999999, b: 2}}", "flows[0].start.weighted.a: \"99999999999999999999\" is not allowed; write a whole number from 0 to 1000000000"),
        ("{weighted: {a: , b: 2}}", "flows[0].start.weighted.a: is missing; write a: 50"),
        ("{weighted: {a: [1], b: 2}}", "flows[0].start.weighted.a: a list is not allowed; write a whole number from 0 to 1000000000"),
        ("{weighted: {a: 1, ghost: 2}}", "flows[0].start.weighted.ghost: there is no destination \"ghost\"; add it to destinations"),
        ("{weighted: [a, b]}", "flows[0].start.weighted: a list is not a map; write keys with their values"),
        ("{weighted: {}}", "flows[0].start.weighted: names no destination; write ids with their weights, such as {a: 50, b: 25}"),
        ("{weighted: }", "flows[0].start.weighted: names no destination; write ids with their weights, such as {a: 50, b: 25}"),
        ("{keypad: {A: {dial: a}}}", "flows[0].start.keypad.A: \"A\" is no key; write 1 to 20 of the digits, * and #, such as \"1\""),
        ("{keypad: {\"1\": {dial: x}}}", "flows[0].start.keypad.1.dial: there is no destination \"x\"; add it to destinations"),
        ("{keypad: {\"*\": }}", "flows[0].start.keypad[*]: leads nowhere; write a node"),
        ("{keypad: {}}", "flows[0].start.keypad: leads nowhere; write {\"1\": {dial: …}}"),
        ("{keypad: }", "flows[0].start.keypad: leads nowhere; write {\"1\": {dial: …}}"),
        ("{keypad: {\"1\": {dial: a}}, timeout_seconds: 0}", "flows[0].start.timeout_seconds: \"0\" is not allowed; write a whole number from 1 to 120"),
        ("{keypad: {\"1\": {dial: a}}, retries: -1}", "flows[0].start.retries: \"-1\" is not allowed; write a whole number from 0 to 20"),
        ("{keypad: {\"1\": {dial: a}}, otherwise: {dial: b}}", "flows[0].start.otherwise: unknown key \"otherwise\"; the keys here are keypad, prompt, timeout_seconds, retries, invalid, no_input"),
        ("{keypad: {\"1\": {dial: a}}, no_input: {dial: x}}", "flows[0].start.no_input.dial: there is no destination \"x\"; add it to destinations"),
        ("{zip: {\"6060\": {dial: a}}}", "flows[0].start.zip.6060: \"6060\" is no ZIP code; write its five digits in quotes, such as \"60601\""),
        ("{zip: }", "flows[0].start.zip: leads nowhere; write {\"60601\": {dial: …}}"),
        ("{zip: {\"60601\": {dial: a}}, invalid: {dial: b}}", "flows[0].start.invalid: unknown key \"invalid\"; the keys here are zip, prompt, otherwise"),
        ("{caller: {first: {dial: a}, repeat: {dial: b}}}", "flows[0].start.caller.first: unknown key \"first\"; the keys here are first_time, repeat"),
        ("{caller: {}}", "flows[0].start.caller: leads nowhere; write {first_time: {dial: …}, repeat: {dial: …}}"),
        ("{caller: }", "flows[0].start.caller: leads nowhere; write {first_time: {dial: …}, repeat: {dial: …}}"),
        ("{caller: {repeat: {dial: x}}}", "flows[0].start.caller.repeat.dial: there is no destination \"x\"; add it to destinations"),
        ("{source: [{medium: cpc}]}", "flows[0].start.source[0].to: is missing; write to: {dial: …} or another node"),
        ("{source: [{to: {dial: a}}]}", "flows[0].start.source[0]: has no condition; write one such as medium: cpc, or use otherwise"),
        ("{source: [{word: roof, to: {dial: a}}]}", "flows[0].start.source[0].word: unknown key \"word\"; the keys here are source, medium, campaign, keyword, content, landing_page, page, referrer, device, to"),
        ("{source: {medium: cpc}}", "flows[0].start.source: a map is not a list; write [ … ]"),
        ("{source: []}", "flows[0].start.source: leads nowhere; write [{medium: cpc, to: {dial: …}}]"),
        ("{source: }", "flows[0].start.source: leads nowhere; write [{medium: cpc, to: {dial: …}}]"),
    ])
    func nodes(flow: String, problem: String) {
        #expect(problems(document(flow: flow)) == [problem])
    }

    @Test("Eleven phones at once are too many, ten are not")
    func tenAtOnce() {
        let destinations = (1...11).map { "{id: d\($0), number: \"+121255502\(10 + $0)\"}" }.joined(separator: ", ")
        func simultaneous(_ count: Int) -> [String] {
            let names = (1...count).map { "d\($0)" }.joined(separator: ", ")
            return problems(document(destinations: "[\(destinations)]", flow: "{simultaneous: [\(names)]}"))
        }
        #expect(simultaneous(10) == [])
        #expect(simultaneous(11) == ["flows[0].start.simultaneous: names 11; write 2 to 10 destinations"])
    }

    @Test("Conditions on what only a web visit tells are refused where a number with a source of its own leads", arguments: [
        ("[{number: \"+12125550100\", flow: main, source: {source: x}}]", ["flows[1].start.source[0].keyword: keyword is known of web visits only, and numbers[0], which has a source of its own, comes here; use source, medium or campaign, or give that number another flow"]),
        ("[{number: \"+12125550100\", flow: other}, {number: \"+12125550101\", flow: web, source: {source: x}}]", ["flows[1].start.source[0].keyword: keyword is known of web visits only, and numbers[1], which has a source of its own, comes here; use source, medium or campaign, or give that number another flow"]),
        ("[{number: \"+12125550100\", flow: main}]", []),
        ("[{number: \"+12125550100\", flow: other, source: {source: x}}]", []),
    ])
    func visitConditions(numbers: String, expected: [String]) {
        let text = """
            account: acme
            flows:
              - {id: main, start: {branches: [{days: [mon], to: {go: web}}], otherwise: {go: other}}}
              - {id: web, start: {source: [{keyword: roof, medium: cpc, to: {reject: busy}}]}}
              - {id: other, start: {source: [{source: x, medium: y, campaign: z, to: {reject: busy}}]}}
            numbers: \(numbers)
            """
        #expect(problems(text) == expected)
    }

    @Test("Flows that go round are refused once, with the way round")
    func cycles() {
        let text = """
            account: acme
            flows:
              - {id: entry, start: {go: one}}
              - {id: one, start: {branches: [{days: [mon], to: {go: two}}], otherwise: {go: end}}}
              - {id: two, start: {prefix: {"+1": {go: three}}}}
              - {id: three, start: {branches: [{days: [sun], to: {reject: busy}}], otherwise: {go: one}}}
              - {id: end, start: {reject: busy}}
            """
        #expect(problems(text) == ["flows[1]: go leads in a circle (one → two → three → one); let one of them end"])
        #expect(problems(text.replacing("otherwise: {go: one}", with: "otherwise: {go: end}")) == [])
    }

    @Test("Two circles are two problems, and a thousand flows in a row are none")
    func circles() {
        let two = "account: acme\nflows: [{id: a, start: {go: b}}, {id: b, start: {go: a}}, {id: c, start: {schedule: s, open: {go: d}}}, {id: d, start: {go: c}}]"
        #expect(
            problems(two + "\nschedules: [{id: s}]") == [
                "flows[0]: go leads in a circle (a → b → a); let one of them end", "flows[2]: go leads in a circle (c → d → c); let one of them end",
            ])
        let row = (0..<1000).map { "{id: f\($0), start: {go: f\($0 + 1)}}" } + ["{id: f1000, start: {reject: busy}}"]
        #expect(problems("account: acme\nflows: [\(row.joined(separator: ", "))]") == [])
    }

    @Test("What is wrong with a flow is said", arguments: [
        ("[{id: main}]", "flows[0].start: is missing; write start: {dial: …} or another node"),
        ("[{start: {reject: busy}}]", "flows[0].id: is missing; write id: main"),
        ("[{id: main, start: {reject: busy}}, {id: main, start: {reject: busy}}]", "flows[1].id: \"main\" stands twice; give each its own id"),
        ("[{id: main, record: often, start: {reject: busy}}]", "flows[0].record: \"often\" is not a truth value; write true or false"),
        ("[{id: main, mask: true, start: {reject: busy}}]", "flows[0].mask: unknown key \"mask\"; the keys here are id, record, greeting, whisper, mask_caller_id, start"),
    ])
    func flows(text: String, problem: String) {
        #expect(problems("account: acme\nflows: \(text)") == [problem])
    }

    @Test("What is wrong with a number is said", arguments: [
        ("[{flow: main}]", "numbers[0].number: is missing; write number: \"+12125550100\""),
        ("[{number: \"555-0100\"}]", "numbers[0].number: \"555-0100\" is no telephone number; write + and 8 to 15 digits, under +1 of the form NXX-NXX-XXXX"),
        ("[{number: anonymous}]", "numbers[0].number: \"anonymous\" is no telephone number; write + and 8 to 15 digits, under +1 of the form NXX-NXX-XXXX"),
        ("[{number: \"+12125550100\", flow: nowhere}]", "numbers[0].flow: there is no flow \"nowhere\"; add it to flows"),
        ("[{number: \"+12125550100\", fallback: d}]", "numbers[0].fallback: there is no destination \"d\"; add it to destinations"),
        ("[{number: \"+12125550100\", state: idle}]", "numbers[0].state: \"idle\" is not allowed; write one of pending, active, paused, stopped, released"),
        ("[{number: \"+12125550100\", state: released, flow: main}]", "numbers[0].flow: a released number takes no calls; leave flow out, or make it active"),
        ("[{number: \"+12125550100\", state: pending, flow: main}]", "numbers[0].flow: a pending number takes no calls; leave flow out, or make it active"),
        ("[{number: \"+12125550111\"}]", "numbers[0].number: +12125550111 is the number of destination \"a\" too; a number is either dialled or rung"),
        ("[{number: \"+12125550100\"}, {number: \"(212) 555-0100\"}]", "numbers[1].number: +12125550100 is numbers[0] already; leave one of them"),
        ("[{number: \"+12125550100\", assigned_to: {kind: person, value: x}}]", "numbers[0].assigned_to.kind: \"person\" is not allowed; write one of page, listing, campaign, source"),
        ("[{number: \"+12125550100\", assigned_to: {value: x}}]", "numbers[0].assigned_to.kind: is missing; write one of page, listing, campaign, source"),
        ("[{number: \"+12125550100\", assigned_to: {kind: page}}]", "numbers[0].assigned_to.value: is missing; write value: spring"),
        ("[{number: \"+12125550100\", source: {medium: x}}]", "numbers[0].source.source: is missing; write source: Billboard I-90"),
        ("[{number: \"+12125550100\", source: {source: x, keyword: y}}]", "numbers[0].source.keyword: unknown key \"keyword\"; the keys here are source, medium, campaign"),
    ])
    func numbers(text: String, problem: String) {
        #expect(problems(document(numbers: text)) == [problem])
    }

    @Test("A stopped or paused number may keep its flow", arguments: ["stopped", "paused", "active"])
    func states(state: String) {
        #expect(problems(document(numbers: "[{number: \"+12125550100\", state: \(state), flow: main}]")) == [])
    }

    @Test("What is wrong with a block is said", arguments: [
        ("[{caller: anonymous}]", "blocks[0].caller: \"anonymous\" is no telephone number; write + and 8 to 15 digits, under +1 of the form NXX-NXX-XXXX"),
        ("[{prefix: 1900}]", "blocks[0].prefix: \"1900\" is no prefix of a number; write + and the first 1 to 15 digits, such as +1900"),
        ("[{}]", "blocks[0]: has none of caller, prefix and anonymous; write exactly one"),
        ("[{caller: \"+13125550142\", anonymous: true}]", "blocks[0]: has several of caller, prefix and anonymous; write exactly one"),
        ("[{anonymous: sometimes}]", "blocks[0].anonymous: \"sometimes\" is not a truth value; write true or false"),
        ("[{number: \"+13125550142\"}]", "blocks[0].number: unknown key \"number\"; the keys here are caller, prefix, anonymous"),
    ])
    func blocks(text: String, problem: String) {
        #expect(problems(document(more: "blocks: \(text)")).first == problem)
    }

    @Test("Every problem is listed at once, each with its line")
    func all() throws {
        let text = """
            account: acme
            time_zone: EST
            flows:
              - id: main
                start:
                  sequential: [a]
            numbers:
              - {number: "+12125550100", flow: nowhere}
            """
        let error = try #require(throws: DirectoryError.self) { _ = try Directory(yaml: text, version: 1) }
        #expect(error.problems.map(\.path) == ["time_zone", "flows[0].start.sequential[0]", "flows[0].start.sequential", "numbers[0].flow"])
        #expect(error.problems.map(\.line) == [2, 6, 6, 8])
        #expect(error.description.split(separator: "\n").count == 4)
    }

    @Test("What is not YAML is refused with its line", arguments: [
        ("", ""), ("# nothing", ""), ("account: [", "line 2, column 1"), ("account: acme\nname: \"x\n", "line 3, column 1"), ("account: acme\naccount: b", "line 1"),
        ("a: *nobody", "line 1, column 4"), ("account: a\n---\naccount: b", "line 2, column 1"), ("- a", ""), ("acme", ""), ("{\"account\": \"acme\"", "line 2, column 1"),
    ])
    func notYAML(text: String, path: String) throws {
        let error = try #require(throws: DirectoryError.self) { _ = try Directory(yaml: text, version: 1) }
        #expect(error.problems.first?.path == path, "\(error)")
    }

    @Test("Aliases may repeat a value but not unfold without end")
    func aliases() {
        #expect(problems("account: acme\nschedules: [{id: a, weekly: {mon: &day [\"09:00-17:00\"], tue: *day}}]") == [])
        var bomb = "account: acme\na0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 { bomb += "a\(level): &a\(level) [\((0..<9).map { _ in "*a\(level - 1)" }.joined(separator: ", "))]\n" }
        #expect(problems(bomb) == ["the aliases unfold to more than the document itself; write the values out"])
    }

    @Test("A flow nested without end is refused, not followed", arguments: [101, 400, 50_000])
    func deep(levels: Int) {
        let flow = String(repeating: "{dial: a, then: ", count: levels) + "{dial: a}" + String(repeating: "}", count: levels)
        #expect(problems(document(flow: flow)).count == 1)
        let node = String(repeating: "{\"voicemail\": {\"greeting\": ", count: levels) + "1" + String(repeating: "}}", count: levels)
        #expect(problems("{\"account\": \"acme\", \"flows\": [{\"id\": \"main\", \"start\": \(node)}]}").count == 1)
    }

    @Test("No document crashes the reader, whatever is cut out of it or put into it")
    func mangled() {
        let text = Array(document(head: "sites: [https://a.example]", schedules: "[{id: s, weekly: {mon: [\"09:00-17:00\"]}}]", flow: "{priority: [[a], [b]], then: {go: main}}").utf8)
        for cut in stride(from: 0, to: text.count, by: 3) {
            for insert in ["", "{", "]", ": ", "\n", "\u{0}", "- ", "\"", "🦆", "&x *x "] {
                let mangled = text[..<cut] + Array(insert.utf8) + text[min(cut + 5, text.count)...]
                let lines = 1...mangled.count(where: { $0 == UInt8(ascii: "\n") }) + 2
                do {
                    _ = try Directory(yaml: String(decoding: mangled, as: UTF8.self), version: 1)
                } catch {
                    for problem in error.problems {
                        #expect(!problem.message.isEmpty)
                        #expect(problem.line.map(lines.contains) ?? true, "\(problem)")
                    }
                }
            }
        }
    }
}
