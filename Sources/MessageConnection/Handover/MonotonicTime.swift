import Glibc

/// Clocks as this layer uses them: milliseconds in a signed word.
package enum MonotonicTime {
    /// Milliseconds since some point that stays the same while the machine runs; wall-clock jumps do not show.
    @Sendable
    package static func now() -> Int64 {
        read(CLOCK_MONOTONIC)
    }

    /// Milliseconds since 1970: only for ids that people sort.
    package static func wall() -> Int64 {
        read(CLOCK_REALTIME)
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension Duration {
    /// Whole milliseconds, rounded up: a wait is never shorter than asked for.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow, whole < Int64.max / 4, whole > Int64.min / 4 else { return seconds < 0 ? Int64.min / 4 : Int64.max / 4 }
        return whole + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
