import Glibc

/// Where a setting's value comes from; the first that has one counts (interfaces.md §3).
enum SettingSource: String {
    case commandLine = "command line"
    case environment
    case file
    case builtIn = "default"
}

/// One setting as it holds for this process.
struct Setting {
    var name: String
    var value: String
    var source: SettingSource

    /// - Parameter given: what the command line says.
    init(_ name: String, given: String?, file: String? = nil, fallback: String) {
        self.name = name
        if let given {
            (value, source) = (given, .commandLine)
        } else if let environment = Self.environment(name) {
            (value, source) = (environment, .environment)
        } else if let file {
            (value, source) = (file, .file)
        } else {
            (value, source) = (fallback, .builtIn)
        }
    }

    init(_ name: String, value: String, source: SettingSource) {
        (self.name, self.value, self.source) = (name, value, source)
    }

    /// The variable of a setting: `TRUNKLINE_FRONT` for `front`.
    static func variable(_ name: String) -> String { "TRUNKLINE_" + name.uppercased() }

    /// What the environment says; an empty variable says nothing.
    static func environment(_ name: String) -> String? {
        guard let text = getenv(variable(name)) else { return nil }
        let value = String(cString: text)
        return value.isEmpty ? nil : value
    }

    /// Every variable that begins like ours; a misspelt one is refused, as a misspelt key of a file is.
    static func checkEnvironment(known: [String]) throws(CommandFailure) {
        let variables = known.map(variable)
        var entry = environ
        while let text = entry.pointee {
            let name = String(String(cString: text).prefix { $0 != "=" })
            if name.hasPrefix("TRUNKLINE_"), !variables.contains(name) {
                throw CommandFailure(.badConfiguration, "\(name) is no setting; there are \(variables.sorted().joined(separator: ", "))")
            }
            entry += 1
        }
    }

    static let all = ["front", "back", "config", "data", "broker", "account", "grace"]
}
