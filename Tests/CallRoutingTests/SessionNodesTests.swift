import CallModel
import CallRouting
import Testing

@Suite("A source node sees the web session of a call")
struct SessionNodesTests {
    private static let pools = """
        pools:
          - {id: web, flow: main, numbers: ["+12125550180"], source: {source: Website, medium: web}}
        sources: [{match: {utm_source: adwords}, source: google}]
        """
    private static let node =
        "{source: [{medium: cpc, to: {dial: a}}, {landing_page: \"https://acme.example/roofs\", to: {dial: b}}, {source: Website, to: {dial: c}}], otherwise: {dial: d}}"

    /// - Parameter plain: numbers of flow `main` without a source of their own.
    private func board(main: String = node, plain: String = "  - {number: \"+12125550100\"}", pools: String = pools) throws -> Switchboard {
        Switchboard(Acme.router(try Acme.directory(main: main, numbers: plain, more: pools)))
    }

    private func dialled(_ board: inout Switchboard, to number: String = "+12125550180", from caller: String = "+13125550142") -> [String] {
        board.route(Acme.call(to: number, from: caller)).dialled
    }

    @Test("by every field of the attribution; without a session by the pool's source")
    func fields() throws {
        var board = try board()
        #expect(dialled(&board) == ["c"])
        board.sessions["+12125550180"] = CallSession(source: TrafficSource(source: "google", medium: "cpc"))
        #expect(dialled(&board) == ["a"])
        board.sessions["+12125550180"] = CallSession(source: TrafficSource(source: "bing", medium: "organic"), landingPage: "https://acme.example/roofs")
        #expect(dialled(&board) == ["b"])
        board.sessions["+12125550180"] = CallSession(source: TrafficSource(source: "bing", medium: "organic"), landingPage: "https://acme.example/")
        #expect(dialled(&board) == ["d"])
    }

    @Test("the question says what decides: number, caller, moment, the account's rules")
    func question() throws {
        var board = try board()
        _ = dialled(&board)
        guard case .session(let question)? = board.asked.first, board.asked.count == 1 else {
            Issue.record("asked \(board.asked.count) questions")
            return
        }
        #expect(question.trackingNumber == "+12125550180" && question.isOfPool && question.caller?.e164 == "+13125550142" && question.startedAt == Moment.wednesdayMorning)
        #expect(question.sources.count == 1 && question.touch == .first && question.callID == "c1" && question.account == "acme")
    }

    @Test("who cannot be asked in time leaves otherwise, and the trace says so")
    func cutOff() throws {
        var board = try board()
        board.isCutOff = true
        let decision = board.route(Acme.call(to: "+12125550180"))
        #expect(decision.dialled == ["d"])
        #expect(decision.reasons.first == "start branch: otherwise: session_unknown" || decision.reasons.first == "start.source branch: otherwise: session_unknown")
    }

    @Test("nobody is asked for a number with a source of its own, for a flow without such a node, or where there are no pools")
    func unasked() throws {
        var own = try board(main: "{source: [{medium: cpc, to: {dial: a}}], otherwise: {dial: d}}", plain: "  - {number: \"+12125550180\", source: {source: Print, medium: cpc}}")
        #expect(dialled(&own) == ["a"] && own.asked.isEmpty)
        var plain = try board(main: "{dial: e}")
        #expect(dialled(&plain) == ["e"] && plain.asked.isEmpty)
        var without = try board(plain: "  - {number: \"+12125550100\", flow: main}", pools: "")
        #expect(dialled(&without, to: "+12125550100") == ["d"] && without.asked.isEmpty)
    }

    @Test("a number without a source outside the pools may inherit a session, which only a caller with a number can")
    func inherited() throws {
        var board = try board(plain: "  - {number: \"+12125550100\", flow: main}")
        board.sessions["+12125550100"] = CallSession(source: TrafficSource(source: "google", medium: "cpc"))
        #expect(dialled(&board, to: "+12125550100") == ["a"])
        guard case .session(let question)? = board.asked.first else { return #expect(Bool(false), "nothing was asked") }
        #expect(!question.isOfPool)
        #expect(dialled(&board, to: "+12125550100", from: "anonymous") == ["d"] && board.asked.count == 1)
    }

    @Test("the whisper names the session's source where it is known, else the pool's")
    func whisper() throws {
        var board = Switchboard(
            Acme.router(try Acme.directory(main: Self.node, flow: "whisper: \"From {source}.\"", numbers: "  - {number: \"+12125550100\"}", more: Self.pools)))
        #expect(board.route(Acme.call("c0", to: "+12125550180")).whisper == "From Website.")
        board.sessions["+12125550180"] = CallSession(source: TrafficSource(source: "google", medium: "cpc"))
        #expect(board.route(Acme.call("c1", to: "+12125550180")).whisper == "From google.")
    }
}
