import MessageConnection
import MessageWire
import Testing

@Suite("A session")
struct SessionTests {
    let welcome = Welcome(
        broker: "b", epoch: 1 << 32 + 7, heartbeatMilliseconds: 1000, maxBody: 1, maxFrame: 1, window: 1, durability: "fsync")

    func opened(at now: Int64 = 0) -> Session {
        var session = Session(now: now)
        session.greeted(now: now)
        #expect(session.welcomed(welcome, now: now) == [.opened(welcome)])
        return session
    }

    @Test("a quiet session is asked once in each interval, and a silent one begins again on a new socket after three")
    func silence() {
        var session = opened()
        #expect(session.tick(now: 999) == [])
        #expect(session.tick(now: 1000) == [.ping])
        #expect(session.tick(now: 1500) == [])
        #expect(session.tick(now: 2000) == [.ping])
        #expect(session.tick(now: 2999) == [])
        #expect(session.tick(now: 3000) == [.lost(.silent), .rebuild, .greet])
        #expect(!session.isOpen)
    }

    @Test("any message proves life")
    func life() {
        var session = opened()
        for now in stride(from: Int64(900), to: 20_000, by: 900) {
            #expect(session.tick(now: now) == [])
            session.hear(now: now)
        }
        #expect(session.isOpen)
    }

    @Test("a PONG with status 16 or of another epoch begins again on the same socket")
    func pong() {
        var session = opened()
        #expect(session.ponged(status: 0, epoch: 7, now: 1) == [])
        #expect(session.ponged(status: 16, epoch: 7, now: 2) == [.lost(.forgotten), .greet])
        #expect(session.ponged(status: 16, epoch: 7, now: 3) == [])
        session = opened()
        #expect(session.ponged(status: 0, epoch: 8, now: 2) == [.lost(.otherEpoch), .greet])
    }

    @Test("a heartbeat out of all bounds is cut to ten minutes")
    func heartbeat() {
        var welcome = welcome
        welcome.heartbeatMilliseconds = .max
        var session = Session(now: 0)
        #expect(session.welcomed(welcome, now: 0) == [.opened(welcome)])
        #expect(session.tick(now: Session.longestInterval - 1) == [])
        #expect(session.tick(now: Session.longestInterval) == [.ping])
    }

    @Test("another connection begins again, also where HELLO went out on the old one")
    func reconnected() {
        var session = opened()
        #expect(session.reconnected(now: 1) == [.lost(.disconnected), .greet])
        #expect(session.reconnected(now: 2) == [.greet])
        _ = session.failed(.resourceExhausted, "peers", now: 3)
        #expect(session.reconnected(now: 4) == [])
    }

    @Test("hello required begins again; other errors do not end a session")
    func errors() {
        var session = opened()
        #expect(session.failed(.internal, "strike", now: 1) == [])
        #expect(session.failed(.unauthenticated, "hello required", now: 1) == [.lost(.forgotten), .greet])
    }

    @Test("a refused HELLO is said again after growing waits")
    func refused() {
        var session = Session(now: 0)
        var waits: [Int64] = []
        var now: Int64 = 0
        for _ in 0..<8 {
            session.greeted(now: now)
            #expect(session.failed(.resourceExhausted, "peers", now: now) == [.refused(.resourceExhausted, "peers")])
            #expect(session.failed(.resourceExhausted, "peers", now: now) == [])
            let due = session.wakeUp
            #expect(session.tick(now: due - 1) == [])
            #expect(session.tick(now: due) == [.greet])
            waits.append(due - now)
            now = due
        }
        #expect(800...1000 ~= waits[0])
        #expect(24_000...30_000 ~= waits[7])
    }

    @Test("a broker that never answers is said to be away once, and gets new sockets ever more seldom")
    func unreachable() {
        var session = Session(now: 0)
        #expect(session.tick(now: 2999) == [])
        #expect(session.tick(now: 3000) == [.unreachable, .rebuild, .greet])
        #expect(session.tick(now: 8999) == [])
        #expect(session.tick(now: 9000) == [.rebuild, .greet])
        for now in stride(from: Int64(9000), to: 1_000_000, by: 7) where session.tick(now: now) != [] {
            #expect(session.wakeUp - now <= 30_000)
        }
        _ = session.welcomed(welcome, now: 1_000_000)
        #expect(session.tick(now: 1_003_000) == [.lost(.silent), .rebuild, .greet])
        #expect(session.tick(now: 1_006_000) == [.unreachable, .rebuild, .greet])
    }

    @Test("a WELCOME that comes twice changes nothing, one of another epoch opens anew")
    func welcomes() {
        var session = opened()
        #expect(session.welcomed(welcome, now: 5) == [])
        var other = welcome
        other.epoch += 1
        #expect(session.welcomed(other, now: 6) == [.lost(.otherEpoch), .opened(other)])
    }

    @Test("whatever happens, opened and lost alternate, and the wake-up time is always ahead of what is done")
    func property() {
        for seed in UInt64(1)...200 {
            var random = SplitMix(state: seed)
            var now: Int64 = 0
            var session = Session(now: now)
            var isOpen = false
            for _ in 0..<300 {
                now += Int64.random(in: 0...1500, using: &random)
                var actions = session.tick(now: now)
                #expect(session.wakeUp > now, "seed \(seed)")
                switch Int.random(in: 0..<8, using: &random) {
                case 0: session.hear(now: now)
                case 1:
                    var welcome = welcome
                    welcome.epoch = UInt64.random(in: 1...3, using: &random)
                    actions += session.welcomed(welcome, now: now)
                case 2: actions += session.ponged(status: Bool.random(using: &random) ? 16 : 0, epoch: UInt32.random(in: 1...3, using: &random), now: now)
                case 3: actions += session.failed(StatusCode.allCases.randomElement(using: &random) ?? .ok, "", now: now)
                case 4: actions += session.unblocked(now: now)
                case 5: session.greeted(now: now)
                case 6: actions += session.reconnected(now: now)
                default: actions += session.wentAway()
                }
                for action in actions {
                    switch action {
                    case .opened:
                        #expect(!isOpen, "seed \(seed)")
                        isOpen = true
                    case .lost:
                        #expect(isOpen, "seed \(seed)")
                        isOpen = false
                    default: break
                    }
                }
                #expect(session.isOpen == isOpen, "seed \(seed)")
            }
        }
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
