import CallAttribution
import CallModel
import CallStorage
import MessageWire

extension CallLogService {
    /// A person's word, on disk when it is answered (records.md §5).
    ///
    /// It is an input of the call like any other. The same request told again, and the same word said again, change nothing.
    func update(_ json: JSON, requestID: String) throws(ServiceError) -> [UInt8] {
        try json.checkMembers(["call_id", "id", "by"] + PersonsWord.members)
        let callID = try json.text("call_id")
        let word = try PersonsWord(json: json)
        let id = try json.optional("id", "string", \.string) ?? requestID
        guard (1...128).contains(id.utf8.count) else { throw ServiceError(.invalidArgument, "id is missing or over 128 bytes; give each word one of its own") }
        let by = try json.optional("by", "string", \.string) ?? ""
        guard by.count <= 200 else { throw ServiceError(.invalidArgument, "by has \(by.count) characters; 200 are the most") }
        let now = now()
        let said = SaidWord(id: id, at: now, by: by, word: word)
        guard let call = try ledger.say(said, of: callID, now: now, moment: { call throws(ServiceError) in try Self.moment(of: said, call) }) else {
            throw Self.noCall(callID)
        }
        return CallLogJSON.call(call, showsEvents: false)
    }

    /// When a word counts as said: now, but after all that it means to overrule, whatever the clocks of those who told it; nil where it changes nothing.
    private static func moment(of said: SaidWord, _ call: StoredCall) throws(ServiceError) -> Timestamp? {
        if let known = call.history.words.first(where: { $0.id == said.id }) {
            guard known.word == said.word else { throw ServiceError(.alreadyExists, "the word \"\(said.id)\" is known and says something else; give a new one an id of its own") }
            return nil
        }
        if call.history.erasure != nil, said.word.note?.isEmpty == false {
            // It would be gone before anybody read it (records.md §7).
            throw ServiceError(.invalidArgument, "the caller was erased from this call, and no note of it is kept; say what else there is without one")
        }
        let told = call.history.events.lazy.filter { [.tagged, .note, .value, .spam].contains($0.kind) }.map(\.at).max()
        let last = call.history.words.max { ($0.at, $0.id) < ($1.at, $1.id) }
        if let last, last.word == said.word, last.by == said.by, told ?? last.at <= last.at { return nil }
        guard let latest = [told, last?.at].compactMap({ $0 }).max(), latest >= said.at else { return said.at }
        return Timestamp(milliseconds: latest.milliseconds + 1).bounded
    }
}
