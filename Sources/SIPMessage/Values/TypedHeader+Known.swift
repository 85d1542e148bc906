// What type the value of each header has. Via, From, To, Call-ID, CSeq, Content-Length and the digest headers have
// accessors of their own in ``HeaderFields``; Contact may be `*`, see ``HeaderFields/hasWildcardContact``.

extension SingleHeader where Value == NameAddress {
    /// `Reply-To` (RFC 3261 §20.31).
    public static var replyTo: SingleHeader { SingleHeader(.replyTo, .of()) }
    /// `Refer-To` (RFC 3515 §2.1).
    public static var referTo: SingleHeader { SingleHeader(.referTo, .of()) }
    /// `Referred-By` (RFC 3892 §3).
    public static var referredBy: SingleHeader { SingleHeader(.referredBy, .of()) }
    /// `P-Called-Party-ID` (RFC 7315 §4.2).
    public static var pCalledPartyID: SingleHeader { SingleHeader(.pCalledPartyID, .of()) }
    /// `P-Served-User` (RFC 5502 §5.1).
    public static var pServedUser: SingleHeader { SingleHeader(.pServedUser, .of()) }
}

extension SingleHeader where Value == URIReference {
    /// `P-User-Database` (RFC 4457 §4).
    public static var pUserDatabase: SingleHeader { SingleHeader(.pUserDatabase, .of()) }
    /// `P-Profile-Key` (RFC 5002 §5).
    public static var pProfileKey: SingleHeader { SingleHeader(.pProfileKey, .of()) }
}

extension SingleHeader where Value == ParameterizedToken {
    /// `Event` (RFC 6665 §8.2.1).
    public static var event: SingleHeader { SingleHeader(.event, .of()) }
    /// `Content-Disposition` (RFC 3261 §20.11).
    public static var contentDisposition: SingleHeader { SingleHeader(.contentDisposition, .of()) }
    /// `Info-Package` (RFC 6086 §7.2).
    public static var infoPackage: SingleHeader { SingleHeader(.infoPackage, .of()) }
    /// `Answer-Mode` (RFC 5373 §5).
    public static var answerMode: SingleHeader { SingleHeader(.answerMode, .of()) }
    /// `Priv-Answer-Mode` (RFC 5373 §5).
    public static var privAnswerMode: SingleHeader { SingleHeader(.privAnswerMode, .of()) }
    /// `P-Answer-State` (RFC 4964 §6).
    public static var pAnswerState: SingleHeader { SingleHeader(.pAnswerState, .of()) }
    /// `Refer-Sub` (RFC 4488 §4).
    public static var referSub: SingleHeader { SingleHeader(.referSub, .of()) }
    /// `Geolocation-Routing` (RFC 6442 §4.2).
    public static var geolocationRouting: SingleHeader { SingleHeader(.geolocationRouting, .of()) }
    /// `Geolocation-Error` (RFC 6442 §4.3).
    public static var geolocationError: SingleHeader { SingleHeader(.geolocationError, .of()) }
}

extension SingleHeader where Value == SubscriptionState {
    /// `Subscription-State` (RFC 6665 §8.2.3).
    public static var subscriptionState: SingleHeader { SingleHeader(.subscriptionState, .of()) }
}

extension SingleHeader where Value == Interval {
    /// `Session-Expires` (RFC 4028 §4).
    public static var sessionExpires: SingleHeader { SingleHeader(.sessionExpires, .of()) }
    /// `Min-SE` (RFC 4028 §5).
    public static var minSE: SingleHeader { SingleHeader(.minSE, .of()) }
}

extension SingleHeader where Value == RetryAfter {
    /// `Retry-After` (RFC 3261 §20.33).
    public static var retryAfter: SingleHeader { SingleHeader(.retryAfter, .of()) }
}

extension SingleHeader where Value == MediaType {
    /// `Content-Type` (RFC 3261 §20.15).
    public static var contentType: SingleHeader { SingleHeader(.contentType, .of()) }
}

extension SingleHeader where Value == DialogReference {
    /// `Replaces` (RFC 3891 §6.1).
    public static var replaces: SingleHeader { SingleHeader(.replaces, .of()) }
    /// `Join` (RFC 3911 §7.1).
    public static var join: SingleHeader { SingleHeader(.join, .of()) }
    /// `Target-Dialog` (RFC 4538 §7).
    public static var targetDialog: SingleHeader { SingleHeader(.targetDialog, .of()) }
}

extension SingleHeader where Value == RAck {
    /// `RAck` (RFC 3262 §7.2).
    public static var rAck: SingleHeader { SingleHeader(.rAck, .of()) }
}

extension SingleHeader where Value == SIPDate {
    /// `Date` (RFC 3261 §20.17).
    public static var date: SingleHeader { SingleHeader(.date, .of()) }
}

extension SingleHeader where Value == Timestamp {
    /// `Timestamp` (RFC 3261 §20.38).
    public static var timestamp: SingleHeader { SingleHeader(.timestamp, .of()) }
}

extension SingleHeader where Value == Privacy {
    /// `Privacy` (RFC 3323 §4.2).
    public static var privacy: SingleHeader { SingleHeader(.privacy, .of()) }
}

extension SingleHeader where Value == OpaqueData {
    /// `Session-ID` (RFC 7989 §5).
    public static var sessionID: SingleHeader { SingleHeader(.sessionID, .of()) }
}

extension SingleHeader where Value == ParameterList {
    /// `P-Charging-Vector` (RFC 7315 §4.6).
    public static var pChargingVector: SingleHeader { SingleHeader(.pChargingVector, .of()) }
}

extension SingleHeader where Value == Token {
    /// `Priority` (RFC 3261 §20.26).
    public static var priority: SingleHeader { SingleHeader(.priority, .of()) }
    /// `SIP-ETag` (RFC 3903 §11.3.1).
    public static var sipETag: SingleHeader { SingleHeader(.sipETag, .of()) }
    /// `SIP-If-Match` (RFC 3903 §11.3.2).
    public static var sipIfMatch: SingleHeader { SingleHeader(.sipIfMatch, .of()) }
}

extension SingleHeader where Value == DigestInfo {
    /// `Authentication-Info` (RFC 3261 §20.6).
    public static var authenticationInfo: SingleHeader { SingleHeader(.authenticationInfo, .of()) }
    /// `Proxy-Authentication-Info` (RFC 7615 §4).
    public static var proxyAuthenticationInfo: SingleHeader { SingleHeader(.proxyAuthenticationInfo, .of()) }
}

extension SingleHeader where Value == UInt32 {
    /// `RSeq` (RFC 3262 §7.1).
    public static var rSeq: SingleHeader { SingleHeader(.rSeq, .number()) }
    /// `Expires` (RFC 3261 §20.19).
    public static var expires: SingleHeader { SingleHeader(.expires, .number()) }
    /// `Min-Expires` (RFC 3261 §20.23).
    public static var minExpires: SingleHeader { SingleHeader(.minExpires, .number()) }
    /// `Max-Breadth` (RFC 5393 §5.8).
    public static var maxBreadth: SingleHeader { SingleHeader(.maxBreadth, .number()) }
    /// `Flow-Timer` (RFC 5626 §7.1).
    public static var flowTimer: SingleHeader { SingleHeader(.flowTimer, .number()) }
}

extension SingleHeader where Value == FieldText {
    /// `Subject` (RFC 3261 §20.36).
    public static var subject: SingleHeader { SingleHeader(.subject, .text) }
    /// `Organization` (RFC 3261 §20.25).
    public static var organization: SingleHeader { SingleHeader(.organization, .text) }
    /// `User-Agent` (RFC 3261 §20.41).
    public static var userAgent: SingleHeader { SingleHeader(.userAgent, .text) }
    /// `Server` (RFC 3261 §20.35).
    public static var server: SingleHeader { SingleHeader(.server, .text) }
    /// `MIME-Version` (RFC 3261 §20.24).
    public static var mimeVersion: SingleHeader { SingleHeader(.mimeVersion, .text) }
    /// `Content-ID` (RFC 8262 §3).
    public static var contentID: SingleHeader { SingleHeader(.contentID, .text) }
    /// `Suppress-If-Match` (RFC 5839 §6).
    public static var suppressIfMatch: SingleHeader { SingleHeader(.suppressIfMatch, .text) }
}

extension ListHeader where Value == NameAddress {
    /// `Contact` (RFC 3261 §20.10).
    public static var contact: ListHeader { ListHeader(.contact, .of()) }
    /// `Route` (RFC 3261 §20.34).
    public static var route: ListHeader { ListHeader(.route, .of()) }
    /// `Record-Route` (RFC 3261 §20.30).
    public static var recordRoute: ListHeader { ListHeader(.recordRoute, .of()) }
    /// `Path` (RFC 3327 §4).
    public static var path: ListHeader { ListHeader(.path, .of()) }
    /// `Service-Route` (RFC 3608 §5).
    public static var serviceRoute: ListHeader { ListHeader(.serviceRoute, .of()) }
    /// `P-Asserted-Identity` (RFC 3325 §9.1).
    public static var pAssertedIdentity: ListHeader { ListHeader(.pAssertedIdentity, .of()) }
    /// `P-Preferred-Identity` (RFC 3325 §9.2).
    public static var pPreferredIdentity: ListHeader { ListHeader(.pPreferredIdentity, .of()) }
    /// `Diversion` (RFC 5806 §5).
    public static var diversion: ListHeader { ListHeader(.diversion, .of()) }
    /// `History-Info` (RFC 7044 §5).
    public static var historyInfo: ListHeader { ListHeader(.historyInfo, .of()) }
    /// `P-Associated-URI` (RFC 7315 §4.1).
    public static var pAssociatedURI: ListHeader { ListHeader(.pAssociatedURI, .of()) }
    /// `Remote-Party-ID` (draft-ietf-sip-privacy).
    public static var remotePartyID: ListHeader { ListHeader(.remotePartyID, .of()) }
}

extension ListHeader where Value == URIReference {
    /// `Alert-Info` (RFC 3261 §20.4).
    public static var alertInfo: ListHeader { ListHeader(.alertInfo, .of()) }
    /// `Call-Info` (RFC 3261 §20.9).
    public static var callInfo: ListHeader { ListHeader(.callInfo, .of()) }
    /// `Error-Info` (RFC 3261 §20.18).
    public static var errorInfo: ListHeader { ListHeader(.errorInfo, .of()) }
    /// `Geolocation` (RFC 6442 §4.1).
    public static var geolocation: ListHeader { ListHeader(.geolocation, .of()) }
    /// `Permission-Missing` (RFC 5360 §5.9.3).
    public static var permissionMissing: ListHeader { ListHeader(.permissionMissing, .of()) }
}

extension ListHeader where Value == ParameterizedToken {
    /// `Accept-Encoding` (RFC 3261 §20.2).
    public static var acceptEncoding: ListHeader { ListHeader(.acceptEncoding, .of()) }
    /// `Accept-Language` (RFC 3261 §20.3).
    public static var acceptLanguage: ListHeader { ListHeader(.acceptLanguage, .of()) }
    /// `Security-Client` (RFC 3329 §2.2).
    public static var securityClient: ListHeader { ListHeader(.securityClient, .of()) }
    /// `Security-Server` (RFC 3329 §2.2).
    public static var securityServer: ListHeader { ListHeader(.securityServer, .of()) }
    /// `Security-Verify` (RFC 3329 §2.2).
    public static var securityVerify: ListHeader { ListHeader(.securityVerify, .of()) }
    /// `Recv-Info` (RFC 6086 §7.2).
    public static var recvInfo: ListHeader { ListHeader(.recvInfo, .of()) }
    /// `P-Access-Network-Info` (RFC 7315 §4.4).
    public static var pAccessNetworkInfo: ListHeader { ListHeader(.pAccessNetworkInfo, .of()) }
}

extension ListHeader where Value == Reason {
    /// `Reason` (RFC 3326 §2).
    public static var reason: ListHeader { ListHeader(.reason, .of()) }
}

extension ListHeader where Value == MediaType {
    /// `Accept` (RFC 3261 §20.1).
    public static var accept: ListHeader { ListHeader(.accept, .of()) }
}

extension ListHeader where Value == Warning {
    /// `Warning` (RFC 3261 §20.43).
    public static var warning: ListHeader { ListHeader(.warning, .of()) }
}

extension ListHeader where Value == FeaturePredicates {
    /// `Accept-Contact` (RFC 3841 §9.2).
    public static var acceptContact: ListHeader { ListHeader(.acceptContact, .of()) }
    /// `Reject-Contact` (RFC 3841 §9.2).
    public static var rejectContact: ListHeader { ListHeader(.rejectContact, .of()) }
    /// `Feature-Caps` (RFC 6809 §6.2).
    public static var featureCaps: ListHeader { ListHeader(.featureCaps, .of()) }
}

extension ListHeader where Value == OpaqueData {
    /// `User-to-User` (RFC 7433 §4).
    public static var userToUser: ListHeader { ListHeader(.usertoUser, .of()) }
    /// `P-Visited-Network-ID` (RFC 7315 §4.3).
    public static var pVisitedNetworkID: ListHeader { ListHeader(.pVisitedNetworkID, .of()) }
}

extension ListHeader where Value == Identity {
    /// `Identity` (RFC 8224 §4).
    public static var identity: ListHeader { ListHeader(.identity, .of()) }
}

extension ListHeader where Value == ParameterList {
    /// `P-Charging-Function-Addresses` (RFC 7315 §4.5).
    public static var pChargingFunctionAddresses: ListHeader { ListHeader(.pChargingFunctionAddresses, .of()) }
}

extension ListHeader where Value == Token {
    /// `Require` (RFC 3261 §20.32).
    public static var require: ListHeader { ListHeader(.require, .of()) }
    /// `Proxy-Require` (RFC 3261 §20.29).
    public static var proxyRequire: ListHeader { ListHeader(.proxyRequire, .of()) }
    /// `Supported` (RFC 3261 §20.37).
    public static var supported: ListHeader { ListHeader(.supported, .of()) }
    /// `Unsupported` (RFC 3261 §20.40).
    public static var unsupported: ListHeader { ListHeader(.unsupported, .of()) }
    /// `Content-Encoding` (RFC 3261 §20.12).
    public static var contentEncoding: ListHeader { ListHeader(.contentEncoding, .of()) }
    /// `Content-Language` (RFC 3261 §20.13).
    public static var contentLanguage: ListHeader { ListHeader(.contentLanguage, .of()) }
    /// `Allow-Events` (RFC 6665 §8.2.2).
    public static var allowEvents: ListHeader { ListHeader(.allowEvents, .of()) }
    /// `Request-Disposition` (RFC 3841 §9.1).
    public static var requestDisposition: ListHeader { ListHeader(.requestDisposition, .of()) }
    /// `Resource-Priority` (RFC 4412 §3.1).
    public static var resourcePriority: ListHeader { ListHeader(.resourcePriority, .of()) }
    /// `Accept-Resource-Priority` (RFC 4412 §3.2).
    public static var acceptResourcePriority: ListHeader { ListHeader(.acceptResourcePriority, .of()) }
    /// `P-Early-Media` (RFC 5009 §8).
    public static var pEarlyMedia: ListHeader { ListHeader(.pEarlyMedia, .of()) }
}

extension ListHeader where Value == SIPMethod {
    /// `Allow` (RFC 3261 §20.5).
    public static var allow: ListHeader { ListHeader(.allow, .of()) }
}

extension ListHeader where Value == CallID {
    /// `In-Reply-To` (RFC 3261 §20.21).
    public static var inReplyTo: ListHeader { ListHeader(.inReplyTo, .of()) }
}

extension ListHeader where Value == URI {
    /// `P-Asserted-Service` (RFC 6050 §4.1).
    public static var pAssertedService: ListHeader { ListHeader(.pAssertedService, .bare) }
    /// `P-Preferred-Service` (RFC 6050 §4.2).
    public static var pPreferredService: ListHeader { ListHeader(.pPreferredService, .bare) }
    /// `Trigger-Consent` (RFC 5360 §5.11.2).
    public static var triggerConsent: ListHeader { ListHeader(.triggerConsent, .bare) }
}
