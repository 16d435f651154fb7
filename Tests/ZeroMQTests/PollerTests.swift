import MessageTesting
import Testing
import ZeroMQ

@Suite(.mayBlock) struct PollerTests {
    @Test func `nothing ready is nothing ready, at once if so asked`() throws {
        let context = try Context()
        let socket = try Socket(.pair, in: context)
        try socket.bind("inproc://quiet")
        let bell = try Doorbell()
        var poller = Poller(capacity: 2)
        let (first, second) = (poller.add(socket), poller.add(bell))
        try poller.wait(milliseconds: 0)
        #expect(poller.isReady(first) == false && poller.isReady(second) == false)
    }

    @Test func `only what is ready is ready`() throws {
        let context = try Context()
        let a = try Socket(.pair, in: context)
        let b = try Socket(.pair, in: context)
        let sender = try Socket(.pair, in: context)
        try a.bind("inproc://a")
        try b.bind("inproc://b")
        try sender.connect("inproc://b")
        _ = try sender.send([[1]])
        var poller = Poller(capacity: 2)
        let (first, second) = (poller.add(a), poller.add(b))
        try poller.wait(milliseconds: 5000)
        #expect(poller.isReady(first) == false && poller.isReady(second) == true)
    }

    @Test func `a doorbell rung from another thread ends a wait without limit, and rings count as one`() async throws {
        let bell = try Doorbell()
        async let rung: Void = {
            bell.ring()
            bell.ring()
        }()
        var poller = Poller(capacity: 1)
        poller.add(bell)
        try poller.wait(milliseconds: -1)
        #expect(poller.isReady(0) == true)
        await rung
        bell.silence()
        try poller.wait(milliseconds: 0)
        #expect(poller.isReady(0) == false)
        bell.silence()
    }

    @Test func `a place can be given to another socket`() throws {
        let context = try Context()
        let a = try Socket(.pair, in: context)
        let b = try Socket(.pair, in: context)
        let sender = try Socket(.pair, in: context)
        try a.bind("inproc://one")
        try b.bind("inproc://two")
        try sender.connect("inproc://two")
        _ = try sender.send([[1]])
        var poller = Poller(capacity: 1)
        let place = poller.add(a)
        poller.replace(place, with: b)
        try poller.wait(milliseconds: 5000)
        #expect(poller.isReady(place) == true)
    }

    @Test func `room is watched for only while asked for`() throws {
        let context = try Context()
        let a = try Socket(.pair, in: context)
        let b = try Socket(.pair, in: context)
        try a.bind("inproc://room")
        try b.connect("inproc://room")
        var poller = Poller(capacity: 1)
        let place = poller.add(b)
        poller.watchForRoom(place, true)
        try poller.wait(milliseconds: 5000)
        #expect(poller.hasRoom(place) == true && poller.isReady(place) == false)
        poller.watchForRoom(place, false)
        try poller.wait(milliseconds: 0)
        #expect(poller.hasRoom(place) == false)
    }
}
