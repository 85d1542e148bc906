internal import Logging
internal import NIOCore
internal import ProcessPoolChild

/// The regular look at all workers: readings go to the detectors, their verdicts to the machine.
extension PoolShell {
    func lookAtWorkers(due: NIODeadline) {
        let now = NIODeadline.now()
        var hangs: [HangDetector.Reading] = []
        var wears: [WearDetector.Reading] = []
        for (slot, worker) in workers.sorted(by: { $0.key < $1.key }) {
            let page = worker.page.read()
            if let usage = worker.handle.usage() {
                worker.keep(usage, work: page.work, now: now)
                let limit = configuration.limits.residentBytes
                if limit > 0, usage.residentBytes > limit {
                    handle(.condemned(.memoryLimit(residentBytes: usage.residentBytes)), for: worker.id)
                }
            }
            tellRefusals(of: worker, page)
            guard machine.slots[slot].machine.takesPayloads else { continue }
            hangs.append(
                .init(
                    id: worker.id, progress: page.progress,
                    isWorkDue: page.isBusy || worker.framesSent > page.framesRead,
                    waitingTime: (worker.samples.last?.waitingTime).map { TimeAmount($0).nanoseconds } ?? 0))
            wears.append(
                .init(
                    id: worker.id, residentBytes: worker.residentBytes, work: page.work, held: page.held,
                    age: now - worker.spawnedAt))
        }
        for (id, reason) in wear.look(wears) { recycle(id, reason) }
        if configuration.hang.isEnabled { lookForHangs(now, due, hangs) }
    }

    private func tellRefusals(of worker: Worker, _ page: SharedPageReading) {
        guard page.refusedCalls > worker.refusedCallsTold else { return }
        let count = page.refusedCalls - worker.refusedCallsTold
        worker.refusedCallsTold = page.refusedCalls
        logger.warning(
            "the sandbox refused system calls",
            metadata: ["worker": "\(worker.id)", "count": "\(count)", "last-call": "\(page.lastRefusedCall)"])
        tell(.callsRefused(worker.id, count: count, lastCall: page.lastRefusedCall))
    }

    private func lookForHangs(_ now: NIODeadline, _ due: NIODeadline, _ readings: [HangDetector.Reading]) {
        for effect in detector.look(now: now, due: due, readings: readings) {
            switch effect {
            case .ping(let id, let nonce):
                var payload: [UInt8] = []
                ChannelFormat.append(littleEndian: nonce, to: &payload)
                workers[id.slot].map { enqueue(.ping, payload, to: $0) }
            case .hung(let id):
                handle(.condemned(.hang), for: id)
            case .withheld(let why):
                logger.debug("no worker is judged hung now", metadata: ["why": "\(why)"])
                tell(.judgementWithheld(why))
            }
        }
    }
}
