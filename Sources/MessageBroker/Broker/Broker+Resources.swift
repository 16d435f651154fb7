/// What the broker's process uses, as its shell measures it once a second.
package struct Resources: Sendable {
    /// Resident, bytes.
    package var memory: Int
    package var descriptors: Int
    package var descriptorLimit: Int

    package init(memory: Int, descriptors: Int, descriptorLimit: Int) {
        self.memory = memory
        self.descriptors = descriptors
        self.descriptorLimit = descriptorLimit
    }

    /// From here on no new peers (reliability.md: at 80 %).
    package var areDescriptorsShort: Bool { descriptors * 5 >= descriptorLimit * 4 }
}

/// The last fence behind all limits of its own: libzmq keeps memory that no rule of ours sees (reliability.md).
extension Broker {
    package mutating func measured(_ resources: Resources, _ effects: inout Effects) {
        areDescriptorsShort = resources.areDescriptorsShort
        isMemoryShort = resources.memory > configuration.memoryLimit
        // What waits here would be back after a start: it has to be worked off. What nobody knows of goes with the process.
        guard resources.memory - ownMemory > configuration.memoryLimit, outgrown == nil else { return }
        outgrown = resources.memory
        drain(&effects)
    }

    /// Bytes of all that waits for a worker or for the disk.
    package var waitingBytes: Int {
        services.all.reduce(0) { $0 + services[$1].queuedBytes }
    }

    /// What the broker's own rules account for, at most: a frame that libzmq received may hold three times its size.
    private var ownMemory: Int {
        3 * waitingBytes + requests.count * 512 + configuration.dedupeReplies
    }
}
