import Testing

/// All tests that start processes: one after the other, so that each has the machine to itself.
@Suite("The built program", .serialized)
enum Processes {}
