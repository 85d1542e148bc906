/// How the value of a header is read in place.
enum HeaderSyntax {
    case text
    case via
    case address
    case addressList
    /// `<uri>` with parameters.
    case referenceList
    case contact
    case callID
    case callIDList
    case token
    case tokenList
    /// Tokens joined by semicolons.
    case privacy
    case parameterized
    case parameterizedList
    /// A Call-ID with parameters.
    case dialog
    case media
    case mediaList
    case number
    case interval
    case cSeq
    case credentials
    case challenge

    /// Of the header with this number.
    init(_ id: UInt8) {
        switch KnownHeader(rawValue: id) {
        case .via: self = .via
        case .from, .to, .replyTo, .referTo, .referredBy, .pCalledPartyID, .pServedUser: self = .address
        case .contact: self = .contact
        case .route, .recordRoute, .path, .serviceRoute, .pAssertedIdentity, .pPreferredIdentity, .diversion,
            .historyInfo, .pAssociatedURI, .remotePartyID:
            self = .addressList
        case .alertInfo, .callInfo, .errorInfo, .geolocation, .permissionMissing: self = .referenceList
        case .callID: self = .callID
        case .inReplyTo: self = .callIDList
        case .priority, .sipETag, .sipIfMatch: self = .token
        case .allow, .supported, .require, .proxyRequire, .unsupported, .contentEncoding, .contentLanguage,
            .allowEvents, .requestDisposition, .resourcePriority, .acceptResourcePriority, .pEarlyMedia:
            self = .tokenList
        case .privacy: self = .privacy
        case .event, .contentDisposition, .infoPackage, .answerMode, .privAnswerMode, .pAnswerState, .referSub,
            .geolocationRouting, .geolocationError, .subscriptionState:
            self = .parameterized
        case .acceptEncoding, .acceptLanguage, .securityClient, .securityServer, .securityVerify, .recvInfo,
            .pAccessNetworkInfo, .reason:
            self = .parameterizedList
        case .replaces, .join, .targetDialog: self = .dialog
        case .contentType: self = .media
        case .accept: self = .mediaList
        case .maxForwards, .contentLength, .expires, .minExpires, .rSeq, .maxBreadth, .flowTimer: self = .number
        case .sessionExpires, .minSE: self = .interval
        case .cSeq: self = .cSeq
        case .authorization, .proxyAuthorization: self = .credentials
        case .wwwAuthenticate, .proxyAuthenticate: self = .challenge
        default: self = .text
        }
    }

    /// Whether RFC 3261 §25.1 allows the list to be empty.
    static func mayBeEmpty(_ id: UInt8) -> Bool {
        switch KnownHeader(rawValue: id) {
        case .accept, .acceptEncoding, .acceptLanguage, .allow, .supported: true
        default: false
        }
    }
}
