import CallModel
import MessageWire

/// Reads what a request asks of fields of the record: `{"medium": "cpc", "talk_seconds": [">= 60", "< 600"], "first_time": true, "gclid": true}`.
///
/// | value | means |
/// |---|---|
/// | text | a test in words: `"cpc"`, `"!= cpc"`, `">= 60"`, `"any"`, `"none"` (`RecordField.test(spelled:)`) |
/// | number | a number field is exactly this |
/// | true, false | a flag is so; any other field has a value, or none |
/// | a list | all of its tests hold |
/// | null | nothing is asked |
///
/// `assigned_to` takes the value alone, or `{"kind": …, "value": …}`.
struct RecordConditions {
    /// For numbers written without `+`; nil: those are refused.
    let country: Country?

    /// - Parameter besides: names that are no field and known all the same.
    func read(_ member: JSON.Member, besides others: [String]) throws(ServiceError) -> [RecordCondition] {
        if member.name == "assigned_to" { return try assignment(member.value) }
        let field: RecordField
        do throws(SpellingFault) {
            field = try RecordField.named(member.name)
        } catch {
            let nearest = nearestWord(to: member.name, among: others).map { "\"\(member.name.prefix(64))\" is unknown here; did you mean \($0)?" }
            throw ServiceError(.invalidArgument, nearest ?? error.message)
        }
        return try read(member.value, field)
    }

    private func assignment(_ value: JSON) throws(ServiceError) -> [RecordCondition] {
        guard case .object(let members) = value else { return try read(value, .assignedValue) }
        var conditions: [RecordCondition] = []
        for member in members {
            guard let field = RecordField(rawValue: "assigned_to.\(member.name)") else {
                throw ServiceError(.invalidArgument, "assigned_to has no \"\(member.name.prefix(64))\"; use kind and value")
            }
            conditions += try read(member.value, field)
        }
        return conditions
    }

    private func read(_ value: JSON, _ field: RecordField) throws(ServiceError) -> [RecordCondition] {
        let test: RecordCondition.Test
        switch value {
        case .null: return []
        case .array(let items):
            var conditions: [RecordCondition] = []
            for item in items { conditions += try read(item, field) }
            return conditions
        case .bool(let flag): test = field.kind == .flag ? .flag(flag) : .present(flag)
        case .integer(let number) where field.kind == .number: test = .number(.equal, Double(number))
        case .number(let number) where field.kind == .number: test = .number(.equal, number)
        case .string(let text):
            do throws(SpellingFault) {
                test = try normalized(try field.test(spelled: text), field)
            } catch {
                throw ServiceError(.invalidArgument, error.message)
            }
        case .integer, .number, .object: throw ServiceError(.invalidArgument, "\(field.rawValue) is asked for in words, such as \"\(field.example)\" without the name")
        }
        return [RecordCondition(field: field, test: test)]
    }

    /// Numbers in any spelling become E.164, as the record has them.
    private func normalized(_ test: RecordCondition.Test, _ field: RecordField) throws(SpellingFault) -> RecordCondition.Test {
        guard field.kind == .phone else { return test }
        let isEqual: Bool
        let text: String
        switch test {
        case .text(let number):
            isEqual = true
            text = number
        case .unequalText(let number):
            isEqual = false
            text = number
        case .number, .flag, .present: return test
        }
        switch PhoneNumber.parse(text, country: country) {
        case .number(let number): return isEqual ? .text(number.e164) : .unequalText(number.e164)
        case .withheld: return .present(!isEqual)
        case .unparsable:
            // The address of a phone may be no number.
            if field == .destinationNumber { return test }
            let digits = text.filter { $0.isASCII && $0.isNumber }.suffix(2)
            let reason = country == nil && !text.hasPrefix("+") ? "it has no +, and the account's country is not known here" : "it is none that can exist"
            throw SpellingFault(message: "\(field.rawValue) …\(digits) cannot be read as a number: \(reason); write it as +13125550142")
        }
    }
}
