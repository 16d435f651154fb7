import CallAttribution
import CallModel
import CallStorage

/// The replies of the call log.
enum CallLogJSON {
    /// - Parameter showsTold: each with the number dialled as it was told, and its events: of calls whose record has none.
    static func page(_ page: CallPage, countsHidden: Bool = true, showsTold: Bool = false) -> [UInt8] {
        var json = JSONWriter(reserving: 1024 + page.calls.count * 1536)
        json.object { json in
            json.key("calls")
            json.array(page.calls) { json, call in
                guard showsTold else { return call.record.write(into: &json) }
                json.object { json in
                    call.record.writeMembers(into: &json)
                    json.key("dialled")
                    if let dialled = call.history.dialled { json.text(dialled) } else { json.null() }
                    writeLog(of: call, into: &json)
                }
            }
            json.key("next")
            if let next = page.next { json.text(next) } else { json.null() }
            json.key("hidden")
            guard countsHidden else { return json.null() }
            json.object { json in
                json.key("spam"); json.integer(page.hidden.spam)
                json.key("test"); json.integer(page.hidden.test)
            }
        }
        return json.bytes
    }

    /// The record, as ListCalls has it; with all that was told of it in two more members where it is asked for.
    static func call(_ call: StoredCall, showsEvents: Bool) -> [UInt8] {
        var json = JSONWriter(reserving: 4096)
        json.object { json in
            call.record.writeMembers(into: &json)
            if showsEvents { writeLog(of: call, into: &json) }
        }
        return json.bytes
    }
}
