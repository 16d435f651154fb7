import Glibc
import LoadHarness
import MessageTesting
import Testing

@Suite("The processes of a run", .mayBlock, .timeLimit(.minutes(3)))
struct CrewTests {
    @Test("none is left, and no folder, once the run has ended")
    func end() throws {
        let crew = try Crew(executable: "/usr/bin/tail")
        let first = try crew.start("first", ["-f", "/dev/null"])
        let second = try crew.start("second", ["-f", "/dev/null"])
        try crew.checkAll()
        #expect(kill(first.id, 0) == 0 && kill(second.id, 0) == 0)
        #expect(getpgid(first.id) == first.id, "a Ctrl-C in the terminal would reach it")
        crew.end()
        #expect(kill(first.id, 0) == -1 && kill(second.id, 0) == -1)
        #expect(access(crew.folder, F_OK) == -1)
    }

    @Test("one that ends by itself is named, with what it said last")
    func earlyEnd() throws {
        let crew = try Crew(executable: "/bin/sh")
        defer { crew.end() }
        let child = try crew.start("broken", ["-c", "echo the port is taken >&2; exit 1"])
        child.end(grace: 10_000)
        let error = try #require(throws: LoadError.self) { try crew.checkAll() }
        #expect(error.message.contains("broken") && error.cause == "the port is taken\n")
    }

    @Test("a program that is not there is an error that names it")
    func missing() throws {
        let crew = try Crew(executable: "/no/such/program")
        defer { crew.end() }
        let error = try #require(throws: LoadError.self) { try crew.start("worker", []) }
        #expect(error.code == .system && error.message.contains("/no/such/program"))
    }

    @Test("one that is killed is a member no longer, and another may take its name")
    func killed() throws {
        let crew = try Crew(executable: "/usr/bin/tail")
        let first = try crew.start("worker", ["-f", "/dev/null"])
        first.ask(SIGSTOP)
        crew.kill("worker")
        #expect(kill(first.id, 0) == -1)
        #expect(crew.processes.isEmpty)
        try crew.start("worker", ["-f", "/dev/null"])
        try crew.checkAll()
        crew.end(keepsFolder: true)
        #expect(access(crew.folder + "/worker.log", F_OK) == 0)
        unlink(crew.folder + "/worker.log")
        unlink(crew.folder + "/keeper.log")
        #expect(rmdir(crew.folder) == 0)
    }

    @Test("free endpoints are all different")
    func endpoints() throws {
        let endpoints = try FreeEndpoints.take(8)
        #expect(Set(endpoints).count == 8)
        #expect(endpoints.allSatisfy { $0.hasPrefix("tcp://127.0.0.1:") })
    }

    @Test("a process line's times are found whatever the program is called")
    func processorTime() throws {
        #expect(try #require(ProcessorTime.of(getpid())) >= 0)
        #expect(ProcessorTime.own > 0)
        #expect(try #require(ProcessorTime.mostMemory(of: getpid())) > 1 << 20)
        #expect(ProcessorTime.of(0) == nil)
    }
}
