internal import CPhoneNumber
internal import CallModel

/// What libphonenumber tells of a number: every call into it is here.
enum LibPhoneNumber {
    struct Finding {
        var lineType: LineType?
        /// ISO 3166; nil: no country's.
        var country: String?
        /// As the library writes it: "Chicago, IL".
        var place: String?
    }

    /// Nil where it knows no such number. Takes some 100 µs, and 20 ms more the first time.
    static func look(up number: PhoneNumber, callingCode: CallingCode) -> Finding? {
        let national = String(number.e164.dropFirst(1 + callingCode.digits))
        var facts = c_phone_number_facts()
        let isKnown = c_phone_number_look_up(Int32(callingCode.number), national, &facts)
        guard isKnown != 0 else { return nil }
        return Finding(
            lineType: LineType(kind: facts.kind), country: withUnsafeBytes(of: facts.country, text), place: withUnsafeBytes(of: facts.place, text))
    }

    /// As people at home write it; nil where the library fails.
    static func national(_ number: PhoneNumber, callingCode: CallingCode) -> String? {
        let national = String(number.e164.dropFirst(1 + callingCode.digits))
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { room in
            room.initialize(repeating: 0)
            c_phone_number_format_national(Int32(callingCode.number), national, room.baseAddress, Int32(room.count))
            return text(UnsafeRawBufferPointer(room))
        }
    }

    /// Nil where it is empty.
    private static func text(_ bytes: UnsafeRawBufferPointer) -> String? {
        let text = bytes.prefix { $0 != 0 }
        return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
    }
}

extension LineType {
    /// `PhoneNumberUtil::PhoneNumberType`; nil: unknown.
    fileprivate init?(kind: Int32) {
        let types: [LineType] = [.landline, .mobile, .landlineOrMobile, .tollFree, .premium, .sharedCost, .voip, .personal, .pager, .uan, .voicemail]
        guard let place = Int(exactly: kind), types.indices.contains(place) else { return nil }
        self = types[place]
    }
}
