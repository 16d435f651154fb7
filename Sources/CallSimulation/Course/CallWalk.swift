package import CallModel

/// One call of a timeline as a telephony front goes through it: from decision to decision of a real pool, in the timeline's time.
package struct CallWalk: Sendable {
    private var course: CallCourse
    private var agenda = Agenda()
    private let began: Timestamp

    init(_ script: ScriptedCall, at moment: Timestamp) {
        course = CallCourse(script: script)
        began = moment
    }

    /// What RouteCall asks; its decision is the first to be followed.
    package var inbound: InboundCall { course.script.inbound(at: began) }

    package struct Stretch: Sendable {
        /// What CallEvents/Publish is told of it, in the order in which it happened.
        package var events: [CallEvent]
        /// What ContinueCall asks next; nil once the call is over.
        package var ask: CallProgress?
    }

    /// Goes on until routing must be asked again or the call is over.
    ///
    /// - Parameter moment: when it was decided: the call's own time, or that of the progress.
    package mutating func follow(_ decision: RouteDecision, at moment: Timestamp) -> Stretch {
        var stretch = Stretch(events: [], ask: nil)
        if course.turn == 0 { take(course.begin(at: moment), &stretch) }
        take(course.follow(decision, at: moment), &stretch)
        while stretch.ask == nil, !course.isOver, let appointment = agenda.takeNext() { take(course.keep(appointment), &stretch) }
        return stretch
    }

    private mutating func take(_ steps: [CourseStep], _ stretch: inout Stretch) {
        for step in steps {
            switch step {
            case .tell(let event): stretch.events.append(event)
            case .appoint(let appointment): agenda.add(appointment.of(0))
            case .ask(let progress): stretch.ask = progress
            }
        }
    }
}
