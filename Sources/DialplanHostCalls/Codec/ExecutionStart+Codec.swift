extension ExecutionLimits {
    func encode(into bytes: inout [UInt8]) {
        ByteWriter.signed(instructions, into: &bytes)
        ByteWriter.signed(heapBytes, into: &bytes)
        ByteWriter.signed(Int64(callDepth), into: &bytes)
        ByteWriter.signed(stringBytes, into: &bytes)
        ByteWriter.signed(Int64(logLines), into: &bytes)
        ByteWriter.signed(logBytes, into: &bytes)
        ByteWriter.signed(Int64(hostCalls), into: &bytes)
        ByteWriter.signed(regexWork, into: &bytes)
    }

    init(from reader: inout ByteReader) throws(CodecError) {
        self.init()
        instructions = try reader.signed()
        heapBytes = try reader.signed()
        callDepth = try reader.signed32()
        stringBytes = try reader.signed()
        logLines = try reader.signed32()
        logBytes = try reader.signed()
        hostCalls = try reader.signed32()
        regexWork = try reader.signed()
    }
}

extension ExecutionStart {
    public func encode(into bytes: inout [UInt8]) {
        ByteWriter.unsigned(UInt64(engineVersion), into: &bytes)
        ByteWriter.unsigned(execution, into: &bytes)
        ByteWriter.blob(sourceDigest, into: &bytes)
        ByteWriter.blob(sourceName.utf8, into: &bytes)
        if let source {
            bytes.append(1)
            ByteWriter.blob(source, into: &bytes)
        } else {
            bytes.append(0)
        }
        request.encode(into: &bytes)
        Outcome.encode(properties, into: &bytes)
        ByteWriter.signed(startTime, into: &bytes)
        ByteWriter.signed(Int64(utcOffsetSeconds), into: &bytes)
        ByteWriter.unsigned(seed, into: &bytes)
        limits.encode(into: &bytes)
    }

    public init(from reader: inout ByteReader) throws(CodecError) {
        engineVersion = try reader.unsigned32()
        execution = try reader.unsigned()
        sourceDigest = try reader.blob()
        sourceName = try reader.text()
        switch try reader.byte() {
        case 0: source = nil
        case 1: source = try reader.blob()
        default: throw reader.failure(.unknownTag)
        }
        request = try EncodedRecord(from: &reader)
        properties = try Outcome.updates(from: &reader)
        startTime = try reader.signed()
        utcOffsetSeconds = try reader.signed32()
        seed = try reader.unsigned()
        limits = try ExecutionLimits(from: &reader)
    }
}
