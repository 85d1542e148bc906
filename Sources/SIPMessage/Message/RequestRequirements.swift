/// What a server can do with a request, to be held against it before anything else (RFC 3261 §8.2.2, §8.2.3, §16.3).
public struct RequestRequirements: Sendable {
    /// Option tags that are understood (§20.37).
    public var extensions: Set<Token>
    /// Which header names the tags that have to be understood: Require for an end system, Proxy-Require for a proxy.
    public var isProxy: Bool
    /// Schemes of the Request-URI, in lower case.
    public var schemes: Set<String> = ["sip", "sips"]
    /// Bodies that are understood; nil for all. Not looked at by a proxy.
    public var mediaTypes: [MediaType]?
    /// Whether a Via is one that this server has put there, with which it makes out loops (§16.3 item 4).
    public var isOwn: @Sendable (Via) -> Bool = { _ in false }

    /// For `sip` and `sips` URIs, without loop detection.
    public init(extensions: Set<Token>, isProxy: Bool, mediaTypes: [MediaType]? = nil) {
        self.extensions = extensions
        self.isProxy = isProxy
        self.mediaTypes = mediaTypes
    }
}

/// Why a request that is well-formed can not be served, and what the answer has to carry.
public enum RequestProblem: Hashable, Sendable {
    /// 416 (§8.2.2.1).
    case unsupportedScheme(String)
    /// 483 (§16.3 item 3).
    case tooManyHops
    /// 482 (§16.3 item 4).
    case loop
    /// 420 with Unsupported (§8.2.2.3).
    case unsupportedExtensions([Token])
    /// 415 with Accept (§8.2.3).
    case unsupportedMediaType([MediaType])

    /// What to answer with.
    public var status: StatusCode {
        switch self {
        case .unsupportedScheme: .unsupportedURIScheme
        case .tooManyHops: .tooManyHops
        case .loop: .loopDetected
        case .unsupportedExtensions: .badExtension
        case .unsupportedMediaType: .unsupportedMediaType
        }
    }
}

extension SIPRequest {
    /// The first problem in the order of the RFC; nil when the request can be served. An ACK and a CANCEL never have one with
    /// extensions (§8.2.2.3).
    ///
    /// - Throws: ``SIPParseError`` when a Via below the first is malformed.
    public func problem(with requirements: RequestRequirements) throws(SIPParseError) -> RequestProblem? {
        guard requirements.schemes.contains(uri.scheme) else { return .unsupportedScheme(uri.scheme) }
        if requirements.isProxy {
            if headers.maxForwards == 0 { return .tooManyHops }
            for via in try headers.vias where requirements.isOwn(via) { return .loop }
        }
        if method != .ack, method != .cancel {
            let required = requirements.isProxy ? headers.proxyRequire : headers.require
            let missing = required.filter { !requirements.extensions.contains($0) }
            if !missing.isEmpty { return .unsupportedExtensions(missing) }
        }
        if !requirements.isProxy, !bodySlice.isEmpty, let known = requirements.mediaTypes,
            let type = try headers.value(.contentType), !known.contains(where: { $0.matches(type) })
        {
            return .unsupportedMediaType(known)
        }
        return nil
    }

    /// The answer to a request that has a problem, with what the RFC wants in it.
    public func answer(to problem: RequestProblem, toTag: Token?) -> SIPResponse {
        var response = SIPResponse(to: self, status: problem.status, toTag: toTag)
        switch problem {
        case .unsupportedExtensions(let tags): response.headers.setUnsupported(tags)
        case .unsupportedMediaType(let types): response.headers[.accept] = types
        case .unsupportedScheme, .tooManyHops, .loop: break
        }
        return response
    }
}
