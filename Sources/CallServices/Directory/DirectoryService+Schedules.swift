import CallModel
import CallStorage
import MessageWire

extension DirectoryService {
    /// An operator's word on a schedule: every worker has it within a second, and it outlives new versions until it expires.
    package func schedule(_ request: ScheduleRequest) throws(ServiceError) -> ScheduleReply {
        var (account, current) = try account(request.account)
        guard let schedule = current.directory.schedules.first(where: { $0.id == request.schedule }) else {
            let ids = current.directory.schedules.map(\.id)
            let remedy = ids.isEmpty ? "\(account) has none" : "\(account) has \(ids.prefix(20).joined(separator: ", "))"
            throw ServiceError(.notFound, "there is no schedule \"\(request.schedule.prefix(64))\"; \(remedy)")
        }
        let now = now()
        if let until = request.manual?.until, until <= now {
            throw ServiceError(.invalidArgument, "until \(until.rfc3339) is over; name a moment to come")
        }
        var switches = current.switches.filter { $0.schedule != schedule.id }
        // Without a word of the document's own the calendar decides anyway.
        if request.manual != nil || schedule.manual != nil {
            switches.append(ScheduleSwitch(schedule: schedule.id, manual: request.manual))
        }
        try stored { store throws(StorageError) in try store.put(switches: switches, account: account) }
        current.switches = switches
        current.revision += 1
        present[account] = current
        signal.raise()
        return ScheduleReply(account: account, schedule: schedule.id, isOpen: schedule.with(manual: request.manual).isOpen(at: now))
    }
}
