extension HeaderFields {
    /// Fields of a new message. Via rows come first, as RFC 3261 §7.3.1 recommends.
    init(vias: [Via], from: NameAddress, to: NameAddress, callID: CallID, cSeq: CSeq, maxForwards: UInt8?) {
        var storage = Storage(received: [], rows: [], mandatory: .empty, isEdited: true)
        storage.written.reserveCapacity(768)
        storage.rows.reserveCapacity(16)
        self.init(storage)
        for via in vias.reversed() { prependVia(via) }
        if let maxForwards { self.maxForwards = maxForwards }
        setFrom(from)
        setTo(to)
        setCallID(callID)
        setCSeq(cSeq)
    }

    /// Fields of an answer: the rows that RFC 3261 §8.2.6 wants copied, octet by octet.
    init(answering request: SIPRequest, status: StatusCode) {
        let source = request.headers.storage.value
        let isDialogForming = [.invite, .subscribe, .refer, .notify].contains(request.method)
        var storage = Storage(
            received: source.received, rows: [], mandatory: source.mandatory, rules: source.rules, isEdited: true)
        storage.written = source.written
        storage.rows = source.rows.filter { row in
            switch KnownHeader(rawValue: row.id) {
            case .via, .from, .to, .callID, .cSeq: true
            case .timestamp: status == .trying
            case .recordRoute: isDialogForming && status.value > 100 && status.value < 300
            default: false
            }
        }
        self.init(storage)
    }

    // MARK: Serialising

    /// `line` CRLF rows CRLF `body`. Runs of rows that stood together are copied together.
    func serialize(line: ArraySlice<UInt8>, body: ArraySlice<UInt8>) -> [UInt8] {
        let storage = storage.value
        var output: [UInt8] = []
        let rowBytes = storage.rows.reduce(0) { $0 + $1.whole.count }
        output.reserveCapacity(line.count + rowBytes + body.count + 32)
        output.append(contentsOf: line)
        output.append(0x0D)
        output.append(0x0A)
        var run: HeaderRow?
        for row in storage.rows {
            if let current = run, current.isWritten == row.isWritten, current.end == row.start {
                run?.end = row.end
            } else {
                if let run { output.append(contentsOf: bytes(of: run, storage)) }
                run = row
            }
        }
        if let run { output.append(contentsOf: bytes(of: run, storage)) }
        // A datagram may do without Content-Length; what we have touched may leave on a stream, which may not.
        if storage.isEdited, !storage.rows.contains(where: { $0.id == KnownHeader.contentLength.rawValue }) {
            output.append(contentsOf: "Content-Length: \(body.count)\r\n".utf8)
        }
        output.append(0x0D)
        output.append(0x0A)
        output.append(contentsOf: body)
        return output
    }

    private func bytes(of run: HeaderRow, _ storage: Storage) -> ArraySlice<UInt8> {
        run.isWritten ? storage.written[run.whole.range] : storage.received[run.whole.range]
    }
}
