import SwiftProtobuf

extension SwiftProtobuf.Message {
    /// Reads a message where it stands; JSON is copied first.
    init(body: RawSpan, _ form: BodyForm, _ unknownFields: UnknownFields = .refused) throws(CallWireError) {
        do {
            switch form {
            case .protobuf: self = try Self(serializedBytes: body, options: Self.binaryOptions)
            case .json: self = try Self(jsonUTF8Bytes: body.withUnsafeBytes { Array($0) }, options: unknownFields == .ignored ? Self.lenient : Self.strict)
            }
        } catch {
            let options = unknownFields == .ignored ? Self.lenient : Self.strict
            if form == .json, let fault = JSONFault(in: body.withUnsafeBytes({ Array($0) }), of: Self.self, options) { throw CallWireError(fault) }
            throw CallWireError(reading: error, form)
        }
    }

    func body(_ form: BodyForm) throws(CallWireError) -> [UInt8] {
        do {
            switch form {
            case .protobuf: return try serializedBytes(options: Self.binaryWriting)
            case .json: return try jsonUTF8Bytes(options: Self.writing)
            }
        } catch {
            // Proto3 messages without `Any` have no way to fail but size: 2 GiB of protobuf, or a time outside the years 1 to 9999 in JSON.
            throw CallWireError(.outOfRange, "the message cannot be written as \(form.contentType); a time or a text in it is out of range")
        }
    }

    private static var binaryOptions: BinaryDecodingOptions {
        var options = BinaryDecodingOptions()
        // Nothing here passes a message on, so what is unknown need not be kept.
        options.discardUnknownFields = true
        options.messageDepthLimit = depthLimit
        return options
    }

    private static var binaryWriting: BinaryEncodingOptions {
        var options = BinaryEncodingOptions()
        // The same message is the same bytes in every process: a request that is published again is known by them.
        options.useDeterministicOrdering = true
        return options
    }

    private static var strict: JSONDecodingOptions {
        var options = JSONDecodingOptions()
        options.messageDepthLimit = depthLimit
        return options
    }

    private static var lenient: JSONDecodingOptions {
        var options = strict
        options.ignoreUnknownFields = true
        return options
    }

    private static var writing: JSONEncodingOptions {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        options.alwaysPrintInt64sAsNumbers = true
        options.useDeterministicOrdering = true
        return options
    }

    /// calls.proto nests three deep; what nests deeper is none of its messages.
    private static var depthLimit: Int { 16 }
}

extension CallWireError {
    init(reading error: any Error, _ form: BodyForm) {
        guard let error = error as? JSONDecodingError else {
            self.init(.malformed, "the body is no such message in \(form.contentType); check its encoding and its content-type")
            return
        }
        self.init(.malformed, "this is no JSON object: \(Self.reason(error)); write one in braces, {…}")
    }

    private static func reason(_ error: JSONDecodingError) -> String {
        switch error {
        case .malformedString, .invalidUTF8: "a string in it is malformed or not UTF-8"
        case .malformedNumber, .numberRange, .leadingZero: "a number in it is malformed"
        case .truncated: "it ends too soon"
        case .trailingGarbage: "something follows it"
        default: "it begins with something else, or a sign in it is out of place"
        }
    }
}
