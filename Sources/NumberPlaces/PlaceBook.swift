package import CallModel
import Synchronization

/// What numbers tell, by libphonenumber, kept by the digits that decide it: the next caller of the same exchange costs a look into a table.
///
/// Any thread may ask. Takes some 10 MB at most, however many numbers are asked for.
package final class PlaceBook: CallerPlaces {
    private let known = Mutex(RecentPlaces())

    package init() {}

    package func place(of number: PhoneNumber) -> NumberPlace {
        guard let code = CallingCode(of: number) else { return NumberPlace() }
        let key = Self.key(number, code)
        // The library is asked inside: two threads in want of it would only do the same work twice.
        return known.withLock { known in
            if let place = known[key] { return place }
            let place = LibPhoneNumber.look(up: number, callingCode: code).map { NumberPlace($0, callingCode: code.number) } ?? NumberPlace()
            known[key] = place
            return place
        }
    }

    package func national(_ number: PhoneNumber) -> String? {
        // North America's form needs no table.
        guard let code = CallingCode(of: number), code.number != 1 else { return nil }
        return LibPhoneNumber.national(number, callingCode: code)
    }

    /// How many digits there are, and those that decide.
    private static func key(_ number: PhoneNumber, _ code: CallingCode) -> UInt64 {
        UInt64(number.digitCount) << 56 | (number.prefix(code.deciding)?.digits ?? number.digits)
    }
}

/// Places lately asked for: when the younger half is full it becomes the older one, and what nobody asked for meanwhile goes.
private struct RecentPlaces {
    private var younger: [UInt64: NumberPlace] = [:]
    private var older: [UInt64: NumberPlace] = [:]

    /// About 100 bytes each.
    private static let half = 50_000

    subscript(key: UInt64) -> NumberPlace? {
        mutating get {
            if let place = younger[key] { return place }
            guard let place = older[key] else { return nil }
            self[key] = place
            return place
        }
        set {
            if younger.count >= Self.half {
                older = younger
                younger = [:]
            }
            younger[key] = newValue
        }
    }
}
