import CallModel
import CallStorage

/// The replies of the call log.
enum CallLogJSON {
    static func page(_ page: CallPage) -> [UInt8] {
        var json = JSONWriter(reserving: 1024 + page.calls.count * 1536)
        json.object { json in
            json.key("calls")
            json.array(page.calls) { json, call in call.record.write(into: &json) }
            json.key("next")
            if let next = page.next { json.text(next) } else { json.null() }
            json.key("hidden")
            json.object { json in
                json.key("spam"); json.integer(page.hidden.spam)
                json.key("test"); json.integer(page.hidden.test)
            }
        }
        return json.bytes
    }

    /// The record, as ListCalls has it; with its events in one more member where they are asked for.
    static func call(_ call: StoredCall, showsEvents: Bool) -> [UInt8] {
        var record = JSONWriter(reserving: 4096)
        call.record.write(into: &record)
        guard showsEvents else { return record.bytes }
        var events = JSONWriter(reserving: 4096)
        events.array(call.events) { json, item in
            json.object { json in
                item.event.writeMembers(into: &json)
                json.key("counts"); json.boolean(item.counts)
            }
        }
        return record.bytes.dropLast() + Array(#","events":"#.utf8) + events.bytes + [UInt8(ascii: "}")]
    }
}
