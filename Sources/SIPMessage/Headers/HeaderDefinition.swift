/// What is known about one header: its printed and compact names, where it is defined, and whether it may repeat.
struct HeaderDefinition: Sendable {
    enum Multiplicity: Sendable {
        /// One row with one value.
        case single
        /// Any number of rows, each a list joined by commas (RFC 3261 §7.3.1).
        case list
        /// Any number of rows, whose commas do not separate values (the digest headers).
        case rows
    }

    let id: KnownHeader
    let name: StaticString
    /// The one-letter form, lower case.
    let compact: Unicode.Scalar?
    let multiplicity: Multiplicity
    let reference: StaticString

    init(
        _ id: KnownHeader, _ name: StaticString, _ compact: Unicode.Scalar?, _ multiplicity: Multiplicity,
        _ reference: StaticString
    ) {
        self.id = id
        self.name = name
        self.compact = compact
        self.multiplicity = multiplicity
        self.reference = reference
    }
}

/// Every header that the library knows by number. The raw value is the index into ``HeaderDefinition/all``.
enum KnownHeader: UInt8, CaseIterable, Sendable {
    case via, from, to, callID, cSeq, maxForwards, contentLength, contact, route, recordRoute, contentType, allow,
        supported, userAgent, server, expires, authorization, proxyAuthorization, wwwAuthenticate,
        proxyAuthenticate, authenticationInfo, proxyAuthenticationInfo, require, proxyRequire, unsupported, accept,
        acceptEncoding, acceptLanguage, alertInfo, callInfo, contentDisposition, contentEncoding, contentLanguage,
        date, errorInfo, inReplyTo, mimeVersion, minExpires, organization, priority, replyTo, retryAfter, subject,
        timestamp, warning, rAck, rSeq, event, allowEvents, subscriptionState, privacy, pAssertedIdentity,
        pPreferredIdentity, reason, path, securityClient, securityServer, securityVerify, referTo, referredBy,
        referSub, serviceRoute, acceptContact, rejectContact, requestDisposition, replaces, join, sipETag,
        sipIfMatch, suppressIfMatch, sessionExpires, minSE, historyInfo, resourcePriority, acceptResourcePriority,
        targetDialog, pEarlyMedia, pAnswerState, maxBreadth, flowTimer, diversion, infoPackage, recvInfo,
        pAccessNetworkInfo, pAssociatedURI, pCalledPartyID, pChargingFunctionAddresses, pChargingVector,
        pVisitedNetworkID, pAssertedService, pPreferredService, pServedUser, pUserDatabase, pProfileKey,
        usertoUser, identity, geolocation, geolocationRouting, geolocationError, featureCaps, answerMode,
        privAnswerMode, permissionMissing, triggerConsent, sessionID, contentID, remotePartyID
}

extension HeaderDefinition {
    /// The one table: name look-up, printing, the public constants and the documentation are checked against it.
    static let all: [HeaderDefinition] = [
        HeaderDefinition(.via, "Via", "v", .list, "RFC 3261 §20.42"),
        HeaderDefinition(.from, "From", "f", .single, "RFC 3261 §20.20"),
        HeaderDefinition(.to, "To", "t", .single, "RFC 3261 §20.39"),
        HeaderDefinition(.callID, "Call-ID", "i", .single, "RFC 3261 §20.8"),
        HeaderDefinition(.cSeq, "CSeq", nil, .single, "RFC 3261 §20.16"),
        HeaderDefinition(.maxForwards, "Max-Forwards", nil, .single, "RFC 3261 §20.22"),
        HeaderDefinition(.contentLength, "Content-Length", "l", .single, "RFC 3261 §20.14"),
        HeaderDefinition(.contact, "Contact", "m", .list, "RFC 3261 §20.10"),
        HeaderDefinition(.route, "Route", nil, .list, "RFC 3261 §20.34"),
        HeaderDefinition(.recordRoute, "Record-Route", nil, .list, "RFC 3261 §20.30"),
        HeaderDefinition(.contentType, "Content-Type", "c", .single, "RFC 3261 §20.15"),
        HeaderDefinition(.allow, "Allow", nil, .list, "RFC 3261 §20.5"),
        HeaderDefinition(.supported, "Supported", "k", .list, "RFC 3261 §20.37"),
        HeaderDefinition(.userAgent, "User-Agent", nil, .single, "RFC 3261 §20.41"),
        HeaderDefinition(.server, "Server", nil, .single, "RFC 3261 §20.35"),
        HeaderDefinition(.expires, "Expires", nil, .single, "RFC 3261 §20.19"),
        HeaderDefinition(.authorization, "Authorization", nil, .rows, "RFC 3261 §20.7"),
        HeaderDefinition(.proxyAuthorization, "Proxy-Authorization", nil, .rows, "RFC 3261 §20.28"),
        HeaderDefinition(.wwwAuthenticate, "WWW-Authenticate", nil, .rows, "RFC 3261 §20.44"),
        HeaderDefinition(.proxyAuthenticate, "Proxy-Authenticate", nil, .rows, "RFC 3261 §20.27"),
        HeaderDefinition(.authenticationInfo, "Authentication-Info", nil, .single, "RFC 3261 §20.6"),
        HeaderDefinition(.proxyAuthenticationInfo, "Proxy-Authentication-Info", nil, .single, "RFC 7615 §4"),
        HeaderDefinition(.require, "Require", nil, .list, "RFC 3261 §20.32"),
        HeaderDefinition(.proxyRequire, "Proxy-Require", nil, .list, "RFC 3261 §20.29"),
        HeaderDefinition(.unsupported, "Unsupported", nil, .list, "RFC 3261 §20.40"),
        HeaderDefinition(.accept, "Accept", nil, .list, "RFC 3261 §20.1"),
        HeaderDefinition(.acceptEncoding, "Accept-Encoding", nil, .list, "RFC 3261 §20.2"),
        HeaderDefinition(.acceptLanguage, "Accept-Language", nil, .list, "RFC 3261 §20.3"),
        HeaderDefinition(.alertInfo, "Alert-Info", nil, .list, "RFC 3261 §20.4"),
        HeaderDefinition(.callInfo, "Call-Info", nil, .list, "RFC 3261 §20.9"),
        HeaderDefinition(.contentDisposition, "Content-Disposition", nil, .single, "RFC 3261 §20.11"),
        HeaderDefinition(.contentEncoding, "Content-Encoding", "e", .list, "RFC 3261 §20.12"),
        HeaderDefinition(.contentLanguage, "Content-Language", nil, .list, "RFC 3261 §20.13"),
        HeaderDefinition(.date, "Date", nil, .single, "RFC 3261 §20.17"),
        HeaderDefinition(.errorInfo, "Error-Info", nil, .list, "RFC 3261 §20.18"),
        HeaderDefinition(.inReplyTo, "In-Reply-To", nil, .list, "RFC 3261 §20.21"),
        HeaderDefinition(.mimeVersion, "MIME-Version", nil, .single, "RFC 3261 §20.24"),
        HeaderDefinition(.minExpires, "Min-Expires", nil, .single, "RFC 3261 §20.23"),
        HeaderDefinition(.organization, "Organization", nil, .single, "RFC 3261 §20.25"),
        HeaderDefinition(.priority, "Priority", nil, .single, "RFC 3261 §20.26"),
        HeaderDefinition(.replyTo, "Reply-To", nil, .single, "RFC 3261 §20.31"),
        HeaderDefinition(.retryAfter, "Retry-After", nil, .single, "RFC 3261 §20.33"),
        HeaderDefinition(.subject, "Subject", "s", .single, "RFC 3261 §20.36"),
        HeaderDefinition(.timestamp, "Timestamp", nil, .single, "RFC 3261 §20.38"),
        HeaderDefinition(.warning, "Warning", nil, .list, "RFC 3261 §20.43"),
        HeaderDefinition(.rAck, "RAck", nil, .single, "RFC 3262 §7.2"),
        HeaderDefinition(.rSeq, "RSeq", nil, .single, "RFC 3262 §7.1"),
        HeaderDefinition(.event, "Event", "o", .single, "RFC 6665 §8.2.1"),
        HeaderDefinition(.allowEvents, "Allow-Events", "u", .list, "RFC 6665 §8.2.2"),
        HeaderDefinition(.subscriptionState, "Subscription-State", nil, .single, "RFC 6665 §8.2.3"),
        HeaderDefinition(.privacy, "Privacy", nil, .single, "RFC 3323 §4.2"),
        HeaderDefinition(.pAssertedIdentity, "P-Asserted-Identity", nil, .list, "RFC 3325 §9.1"),
        HeaderDefinition(.pPreferredIdentity, "P-Preferred-Identity", nil, .list, "RFC 3325 §9.2"),
        HeaderDefinition(.reason, "Reason", nil, .list, "RFC 3326 §2"),
        HeaderDefinition(.path, "Path", nil, .list, "RFC 3327 §4"),
        HeaderDefinition(.securityClient, "Security-Client", nil, .list, "RFC 3329 §2.2"),
        HeaderDefinition(.securityServer, "Security-Server", nil, .list, "RFC 3329 §2.2"),
        HeaderDefinition(.securityVerify, "Security-Verify", nil, .list, "RFC 3329 §2.2"),
        HeaderDefinition(.referTo, "Refer-To", "r", .single, "RFC 3515 §2.1"),
        HeaderDefinition(.referredBy, "Referred-By", "b", .single, "RFC 3892 §3"),
        HeaderDefinition(.referSub, "Refer-Sub", nil, .single, "RFC 4488 §4"),
        HeaderDefinition(.serviceRoute, "Service-Route", nil, .list, "RFC 3608 §5"),
        HeaderDefinition(.acceptContact, "Accept-Contact", "a", .list, "RFC 3841 §9.2"),
        HeaderDefinition(.rejectContact, "Reject-Contact", "j", .list, "RFC 3841 §9.2"),
        HeaderDefinition(.requestDisposition, "Request-Disposition", "d", .list, "RFC 3841 §9.1"),
        HeaderDefinition(.replaces, "Replaces", nil, .single, "RFC 3891 §6.1"),
        HeaderDefinition(.join, "Join", nil, .single, "RFC 3911 §7.1"),
        HeaderDefinition(.sipETag, "SIP-ETag", nil, .single, "RFC 3903 §11.3.1"),
        HeaderDefinition(.sipIfMatch, "SIP-If-Match", nil, .single, "RFC 3903 §11.3.2"),
        HeaderDefinition(.suppressIfMatch, "Suppress-If-Match", nil, .single, "RFC 5839 §6"),
        HeaderDefinition(.sessionExpires, "Session-Expires", "x", .single, "RFC 4028 §4"),
        HeaderDefinition(.minSE, "Min-SE", nil, .single, "RFC 4028 §5"),
        HeaderDefinition(.historyInfo, "History-Info", nil, .list, "RFC 7044 §5"),
        HeaderDefinition(.resourcePriority, "Resource-Priority", nil, .list, "RFC 4412 §3.1"),
        HeaderDefinition(.acceptResourcePriority, "Accept-Resource-Priority", nil, .list, "RFC 4412 §3.2"),
        HeaderDefinition(.targetDialog, "Target-Dialog", nil, .single, "RFC 4538 §7"),
        HeaderDefinition(.pEarlyMedia, "P-Early-Media", nil, .list, "RFC 5009 §8"),
        HeaderDefinition(.pAnswerState, "P-Answer-State", nil, .single, "RFC 4964 §6"),
        HeaderDefinition(.maxBreadth, "Max-Breadth", nil, .single, "RFC 5393 §5.8"),
        HeaderDefinition(.flowTimer, "Flow-Timer", nil, .single, "RFC 5626 §7.1"),
        HeaderDefinition(.diversion, "Diversion", nil, .list, "RFC 5806 §5"),
        HeaderDefinition(.infoPackage, "Info-Package", nil, .single, "RFC 6086 §7.2"),
        HeaderDefinition(.recvInfo, "Recv-Info", nil, .list, "RFC 6086 §7.2"),
        HeaderDefinition(.pAccessNetworkInfo, "P-Access-Network-Info", nil, .list, "RFC 7315 §4.4"),
        HeaderDefinition(.pAssociatedURI, "P-Associated-URI", nil, .list, "RFC 7315 §4.1"),
        HeaderDefinition(.pCalledPartyID, "P-Called-Party-ID", nil, .single, "RFC 7315 §4.2"),
        HeaderDefinition(.pChargingFunctionAddresses, "P-Charging-Function-Addresses", nil, .list, "RFC 7315 §4.5"),
        HeaderDefinition(.pChargingVector, "P-Charging-Vector", nil, .single, "RFC 7315 §4.6"),
        HeaderDefinition(.pVisitedNetworkID, "P-Visited-Network-ID", nil, .list, "RFC 7315 §4.3"),
        HeaderDefinition(.pAssertedService, "P-Asserted-Service", nil, .list, "RFC 6050 §4.1"),
        HeaderDefinition(.pPreferredService, "P-Preferred-Service", nil, .list, "RFC 6050 §4.2"),
        HeaderDefinition(.pServedUser, "P-Served-User", nil, .single, "RFC 5502 §5.1"),
        HeaderDefinition(.pUserDatabase, "P-User-Database", nil, .single, "RFC 4457 §4"),
        HeaderDefinition(.pProfileKey, "P-Profile-Key", nil, .single, "RFC 5002 §5"),
        HeaderDefinition(.usertoUser, "User-to-User", nil, .list, "RFC 7433 §4"),
        HeaderDefinition(.identity, "Identity", "y", .list, "RFC 8224 §4"),
        HeaderDefinition(.geolocation, "Geolocation", nil, .list, "RFC 6442 §4.1"),
        HeaderDefinition(.geolocationRouting, "Geolocation-Routing", nil, .single, "RFC 6442 §4.2"),
        HeaderDefinition(.geolocationError, "Geolocation-Error", nil, .single, "RFC 6442 §4.3"),
        HeaderDefinition(.featureCaps, "Feature-Caps", nil, .list, "RFC 6809 §6.2"),
        HeaderDefinition(.answerMode, "Answer-Mode", nil, .single, "RFC 5373 §5"),
        HeaderDefinition(.privAnswerMode, "Priv-Answer-Mode", nil, .single, "RFC 5373 §5"),
        HeaderDefinition(.permissionMissing, "Permission-Missing", nil, .list, "RFC 5360 §5.9.3"),
        HeaderDefinition(.triggerConsent, "Trigger-Consent", nil, .list, "RFC 5360 §5.11.2"),
        HeaderDefinition(.sessionID, "Session-ID", nil, .single, "RFC 7989 §5"),
        HeaderDefinition(.contentID, "Content-ID", nil, .single, "RFC 8262 §3"),
        HeaderDefinition(.remotePartyID, "Remote-Party-ID", nil, .list, "draft-ietf-sip-privacy"),
    ]
}
