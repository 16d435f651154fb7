import CallStorage
import Logging

extension AttributionService {
    /// Corrected in one transaction, so that other batches do not wait long; each takes some hundred microseconds.
    private static var correctedAtOnce: Int { 500 }

    func readLease(_ body: UnsafeRawBufferPointer, _ value: (String) -> String?) -> Told {
        do throws(UnreadableExchange) {
            switch try LeaseRecord(try ExchangeStamps(value), body) {
            case .told(let visit): return .web(visit)
            case .nothing: return .nothing
            }
        } catch {
            return .unreadable(error.message)
        }
    }

    /// One verdict for each.
    func store(_ visits: [WebInput]) -> [Verdict] {
        guard !visits.isEmpty else { return [] }
        do throws(StorageError) {
            try ledger.store(visits)
        } catch {
            logger.error("cannot store web visits; they are given back", metadata: ["visits": "\(visits.count)", "error": "\(error)"])
            guard error.code == .failed else { return visits.map { _ in .later(Self.storePause) } }
            guard visits.count > 1 else { return [.failed("the record store cannot take this one: \(error.message)")] }
            return visits.flatMap { store([$0]) }
        }
        correctCalls()
        return visits.map { _ in .stored }
    }

    /// What is stored beside the records follows: calls that came before the visits they are explained by.
    func correctCalls() {
        do throws(StorageError) {
            while try ledger.correctCalls(limit: Self.correctedAtOnce) == Self.correctedAtOnce {}
        } catch {
            // They are still marked: the next visit corrects them, or the next start.
            logger.error("cannot correct calls; they are found by what they were before", metadata: ["error": "\(error)"])
        }
    }
}
