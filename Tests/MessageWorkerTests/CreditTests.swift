import MessageWorker
import Testing

@Suite("Credit")
struct CreditTests {
    @Test("the first credit is the whole limit, and later ones come a quarter at a time")
    func quarters() {
        var account = CreditAccount(limit: 100)
        #expect(account.topUp() == 100)
        #expect(account.topUp() == nil)
        for _ in 0..<24 {
            account.take()
            account.release()
        }
        #expect(account.topUp() == nil)
        account.take()
        account.release()
        #expect(account.topUp() == 125)
    }

    @Test("slow tasks do not keep places empty: with little left every freed place is announced")
    func saturated() {
        var account = CreditAccount(limit: 8)
        #expect(account.topUp() == 8)
        for _ in 0..<8 { account.take() }
        #expect(account.topUp() == nil)
        account.release()
        #expect(account.topUp() == 9)
    }

    @Test("a new session begins at zero, less what is still held")
    func session() {
        var account = CreditAccount(limit: 10)
        _ = account.topUp()
        for _ in 0..<4 { account.take() }
        account.sessionOpened()
        #expect(account.topUp() == 6)
        for _ in 0..<4 { account.release() }
        #expect(account.topUp() == 10)
    }

    @Test("held and open together never pass the limit, over sessions and the wrap of the counter", arguments: UInt64(1)...100)
    func property(seed: UInt64) {
        var random = SplitMix(state: seed)
        let limit = Int.random(in: 1...20, using: &random)
        var account = CreditAccount(limit: limit)
        var granted: UInt32 = 0
        var sent: UInt32 = 0
        for _ in 0..<2000 {
            switch Int.random(in: 0..<40, using: &random) {
            case 0:
                account.sessionOpened()
                (granted, sent) = (0, 0)
            case 1..<14:
                // A broker that keeps to its credit.
                guard sent != granted else { continue }
                sent &+= 1
                account.take()
            case 14..<28:
                if account.held > 0 { account.release() }
            default:
                guard let credit = account.topUp() else { continue }
                #expect(Int32(bitPattern: credit &- granted) > 0, "only a higher credit is worth sending; seed \(seed)")
                granted = credit
            }
            #expect(account.held + Int(granted &- sent) <= limit, "seed \(seed)")
        }
        // Whatever was, all places are offered again in the end.
        while account.held > 0 { account.release() }
        granted = account.topUp() ?? granted
        #expect(Int(granted &- sent) > limit - max(1, limit / 4))
    }
}

/// splitmix64 (Steele, Lea and Flood 2014): a seed replays.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
