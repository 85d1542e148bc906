extension HeaderName {
    /// `Via` (RFC 3261 §20.42).
    public static var via: HeaderName { HeaderName(.via) }
    /// `From` (RFC 3261 §20.20).
    public static var from: HeaderName { HeaderName(.from) }
    /// `To` (RFC 3261 §20.39).
    public static var to: HeaderName { HeaderName(.to) }
    /// `Call-ID` (RFC 3261 §20.8).
    public static var callID: HeaderName { HeaderName(.callID) }
    /// `CSeq` (RFC 3261 §20.16).
    public static var cSeq: HeaderName { HeaderName(.cSeq) }
    /// `Max-Forwards` (RFC 3261 §20.22).
    public static var maxForwards: HeaderName { HeaderName(.maxForwards) }
    /// `Content-Length` (RFC 3261 §20.14).
    public static var contentLength: HeaderName { HeaderName(.contentLength) }
    /// `Contact` (RFC 3261 §20.10).
    public static var contact: HeaderName { HeaderName(.contact) }
    /// `Route` (RFC 3261 §20.34).
    public static var route: HeaderName { HeaderName(.route) }
    /// `Record-Route` (RFC 3261 §20.30).
    public static var recordRoute: HeaderName { HeaderName(.recordRoute) }
    /// `Content-Type` (RFC 3261 §20.15).
    public static var contentType: HeaderName { HeaderName(.contentType) }
    /// `Allow` (RFC 3261 §20.5).
    public static var allow: HeaderName { HeaderName(.allow) }
    /// `Supported` (RFC 3261 §20.37).
    public static var supported: HeaderName { HeaderName(.supported) }
    /// `User-Agent` (RFC 3261 §20.41).
    public static var userAgent: HeaderName { HeaderName(.userAgent) }
    /// `Server` (RFC 3261 §20.35).
    public static var server: HeaderName { HeaderName(.server) }
    /// `Expires` (RFC 3261 §20.19).
    public static var expires: HeaderName { HeaderName(.expires) }
    /// `Authorization` (RFC 3261 §20.7).
    public static var authorization: HeaderName { HeaderName(.authorization) }
    /// `Proxy-Authorization` (RFC 3261 §20.28).
    public static var proxyAuthorization: HeaderName { HeaderName(.proxyAuthorization) }
    /// `WWW-Authenticate` (RFC 3261 §20.44).
    public static var wwwAuthenticate: HeaderName { HeaderName(.wwwAuthenticate) }
    /// `Proxy-Authenticate` (RFC 3261 §20.27).
    public static var proxyAuthenticate: HeaderName { HeaderName(.proxyAuthenticate) }
    /// `Authentication-Info` (RFC 3261 §20.6).
    public static var authenticationInfo: HeaderName { HeaderName(.authenticationInfo) }
    /// `Proxy-Authentication-Info` (RFC 7615 §4).
    public static var proxyAuthenticationInfo: HeaderName { HeaderName(.proxyAuthenticationInfo) }
    /// `Require` (RFC 3261 §20.32).
    public static var require: HeaderName { HeaderName(.require) }
    /// `Proxy-Require` (RFC 3261 §20.29).
    public static var proxyRequire: HeaderName { HeaderName(.proxyRequire) }
    /// `Unsupported` (RFC 3261 §20.40).
    public static var unsupported: HeaderName { HeaderName(.unsupported) }
    /// `Accept` (RFC 3261 §20.1).
    public static var accept: HeaderName { HeaderName(.accept) }
    /// `Accept-Encoding` (RFC 3261 §20.2).
    public static var acceptEncoding: HeaderName { HeaderName(.acceptEncoding) }
    /// `Accept-Language` (RFC 3261 §20.3).
    public static var acceptLanguage: HeaderName { HeaderName(.acceptLanguage) }
    /// `Alert-Info` (RFC 3261 §20.4).
    public static var alertInfo: HeaderName { HeaderName(.alertInfo) }
    /// `Call-Info` (RFC 3261 §20.9).
    public static var callInfo: HeaderName { HeaderName(.callInfo) }
    /// `Content-Disposition` (RFC 3261 §20.11).
    public static var contentDisposition: HeaderName { HeaderName(.contentDisposition) }
    /// `Content-Encoding` (RFC 3261 §20.12).
    public static var contentEncoding: HeaderName { HeaderName(.contentEncoding) }
    /// `Content-Language` (RFC 3261 §20.13).
    public static var contentLanguage: HeaderName { HeaderName(.contentLanguage) }
    /// `Date` (RFC 3261 §20.17).
    public static var date: HeaderName { HeaderName(.date) }
    /// `Error-Info` (RFC 3261 §20.18).
    public static var errorInfo: HeaderName { HeaderName(.errorInfo) }
    /// `In-Reply-To` (RFC 3261 §20.21).
    public static var inReplyTo: HeaderName { HeaderName(.inReplyTo) }
    /// `MIME-Version` (RFC 3261 §20.24).
    public static var mimeVersion: HeaderName { HeaderName(.mimeVersion) }
    /// `Min-Expires` (RFC 3261 §20.23).
    public static var minExpires: HeaderName { HeaderName(.minExpires) }
    /// `Organization` (RFC 3261 §20.25).
    public static var organization: HeaderName { HeaderName(.organization) }
    /// `Priority` (RFC 3261 §20.26).
    public static var priority: HeaderName { HeaderName(.priority) }
    /// `Reply-To` (RFC 3261 §20.31).
    public static var replyTo: HeaderName { HeaderName(.replyTo) }
    /// `Retry-After` (RFC 3261 §20.33).
    public static var retryAfter: HeaderName { HeaderName(.retryAfter) }
    /// `Subject` (RFC 3261 §20.36).
    public static var subject: HeaderName { HeaderName(.subject) }
    /// `Timestamp` (RFC 3261 §20.38).
    public static var timestamp: HeaderName { HeaderName(.timestamp) }
    /// `Warning` (RFC 3261 §20.43).
    public static var warning: HeaderName { HeaderName(.warning) }
    /// `RAck` (RFC 3262 §7.2).
    public static var rAck: HeaderName { HeaderName(.rAck) }
    /// `RSeq` (RFC 3262 §7.1).
    public static var rSeq: HeaderName { HeaderName(.rSeq) }
    /// `Event` (RFC 6665 §8.2.1).
    public static var event: HeaderName { HeaderName(.event) }
    /// `Allow-Events` (RFC 6665 §8.2.2).
    public static var allowEvents: HeaderName { HeaderName(.allowEvents) }
    /// `Subscription-State` (RFC 6665 §8.2.3).
    public static var subscriptionState: HeaderName { HeaderName(.subscriptionState) }
    /// `Privacy` (RFC 3323 §4.2).
    public static var privacy: HeaderName { HeaderName(.privacy) }
    /// `P-Asserted-Identity` (RFC 3325 §9.1).
    public static var pAssertedIdentity: HeaderName { HeaderName(.pAssertedIdentity) }
    /// `P-Preferred-Identity` (RFC 3325 §9.2).
    public static var pPreferredIdentity: HeaderName { HeaderName(.pPreferredIdentity) }
    /// `Reason` (RFC 3326 §2).
    public static var reason: HeaderName { HeaderName(.reason) }
    /// `Path` (RFC 3327 §4).
    public static var path: HeaderName { HeaderName(.path) }
    /// `Security-Client` (RFC 3329 §2.2).
    public static var securityClient: HeaderName { HeaderName(.securityClient) }
    /// `Security-Server` (RFC 3329 §2.2).
    public static var securityServer: HeaderName { HeaderName(.securityServer) }
    /// `Security-Verify` (RFC 3329 §2.2).
    public static var securityVerify: HeaderName { HeaderName(.securityVerify) }
    /// `Refer-To` (RFC 3515 §2.1).
    public static var referTo: HeaderName { HeaderName(.referTo) }
    /// `Referred-By` (RFC 3892 §3).
    public static var referredBy: HeaderName { HeaderName(.referredBy) }
    /// `Refer-Sub` (RFC 4488 §4).
    public static var referSub: HeaderName { HeaderName(.referSub) }
    /// `Service-Route` (RFC 3608 §5).
    public static var serviceRoute: HeaderName { HeaderName(.serviceRoute) }
    /// `Accept-Contact` (RFC 3841 §9.2).
    public static var acceptContact: HeaderName { HeaderName(.acceptContact) }
    /// `Reject-Contact` (RFC 3841 §9.2).
    public static var rejectContact: HeaderName { HeaderName(.rejectContact) }
    /// `Request-Disposition` (RFC 3841 §9.1).
    public static var requestDisposition: HeaderName { HeaderName(.requestDisposition) }
    /// `Replaces` (RFC 3891 §6.1).
    public static var replaces: HeaderName { HeaderName(.replaces) }
    /// `Join` (RFC 3911 §7.1).
    public static var join: HeaderName { HeaderName(.join) }
    /// `SIP-ETag` (RFC 3903 §11.3.1).
    public static var sipETag: HeaderName { HeaderName(.sipETag) }
    /// `SIP-If-Match` (RFC 3903 §11.3.2).
    public static var sipIfMatch: HeaderName { HeaderName(.sipIfMatch) }
    /// `Suppress-If-Match` (RFC 5839 §6).
    public static var suppressIfMatch: HeaderName { HeaderName(.suppressIfMatch) }
    /// `Session-Expires` (RFC 4028 §4).
    public static var sessionExpires: HeaderName { HeaderName(.sessionExpires) }
    /// `Min-SE` (RFC 4028 §5).
    public static var minSE: HeaderName { HeaderName(.minSE) }
    /// `History-Info` (RFC 7044 §5).
    public static var historyInfo: HeaderName { HeaderName(.historyInfo) }
    /// `Resource-Priority` (RFC 4412 §3.1).
    public static var resourcePriority: HeaderName { HeaderName(.resourcePriority) }
    /// `Accept-Resource-Priority` (RFC 4412 §3.2).
    public static var acceptResourcePriority: HeaderName { HeaderName(.acceptResourcePriority) }
    /// `Target-Dialog` (RFC 4538 §7).
    public static var targetDialog: HeaderName { HeaderName(.targetDialog) }
    /// `P-Early-Media` (RFC 5009 §8).
    public static var pEarlyMedia: HeaderName { HeaderName(.pEarlyMedia) }
    /// `P-Answer-State` (RFC 4964 §6).
    public static var pAnswerState: HeaderName { HeaderName(.pAnswerState) }
    /// `Max-Breadth` (RFC 5393 §5.8).
    public static var maxBreadth: HeaderName { HeaderName(.maxBreadth) }
    /// `Flow-Timer` (RFC 5626 §7.1).
    public static var flowTimer: HeaderName { HeaderName(.flowTimer) }
    /// `Diversion` (RFC 5806 §5).
    public static var diversion: HeaderName { HeaderName(.diversion) }
    /// `Info-Package` (RFC 6086 §7.2).
    public static var infoPackage: HeaderName { HeaderName(.infoPackage) }
    /// `Recv-Info` (RFC 6086 §7.2).
    public static var recvInfo: HeaderName { HeaderName(.recvInfo) }
    /// `P-Access-Network-Info` (RFC 7315 §4.4).
    public static var pAccessNetworkInfo: HeaderName { HeaderName(.pAccessNetworkInfo) }
    /// `P-Associated-URI` (RFC 7315 §4.1).
    public static var pAssociatedURI: HeaderName { HeaderName(.pAssociatedURI) }
    /// `P-Called-Party-ID` (RFC 7315 §4.2).
    public static var pCalledPartyID: HeaderName { HeaderName(.pCalledPartyID) }
    /// `P-Charging-Function-Addresses` (RFC 7315 §4.5).
    public static var pChargingFunctionAddresses: HeaderName { HeaderName(.pChargingFunctionAddresses) }
    /// `P-Charging-Vector` (RFC 7315 §4.6).
    public static var pChargingVector: HeaderName { HeaderName(.pChargingVector) }
    /// `P-Visited-Network-ID` (RFC 7315 §4.3).
    public static var pVisitedNetworkID: HeaderName { HeaderName(.pVisitedNetworkID) }
    /// `P-Asserted-Service` (RFC 6050 §4.1).
    public static var pAssertedService: HeaderName { HeaderName(.pAssertedService) }
    /// `P-Preferred-Service` (RFC 6050 §4.2).
    public static var pPreferredService: HeaderName { HeaderName(.pPreferredService) }
    /// `P-Served-User` (RFC 5502 §5.1).
    public static var pServedUser: HeaderName { HeaderName(.pServedUser) }
    /// `P-User-Database` (RFC 4457 §4).
    public static var pUserDatabase: HeaderName { HeaderName(.pUserDatabase) }
    /// `P-Profile-Key` (RFC 5002 §5).
    public static var pProfileKey: HeaderName { HeaderName(.pProfileKey) }
    /// `User-to-User` (RFC 7433 §4).
    public static var usertoUser: HeaderName { HeaderName(.usertoUser) }
    /// `Identity` (RFC 8224 §4).
    public static var identity: HeaderName { HeaderName(.identity) }
    /// `Geolocation` (RFC 6442 §4.1).
    public static var geolocation: HeaderName { HeaderName(.geolocation) }
    /// `Geolocation-Routing` (RFC 6442 §4.2).
    public static var geolocationRouting: HeaderName { HeaderName(.geolocationRouting) }
    /// `Geolocation-Error` (RFC 6442 §4.3).
    public static var geolocationError: HeaderName { HeaderName(.geolocationError) }
    /// `Feature-Caps` (RFC 6809 §6.2).
    public static var featureCaps: HeaderName { HeaderName(.featureCaps) }
    /// `Answer-Mode` (RFC 5373 §5).
    public static var answerMode: HeaderName { HeaderName(.answerMode) }
    /// `Priv-Answer-Mode` (RFC 5373 §5).
    public static var privAnswerMode: HeaderName { HeaderName(.privAnswerMode) }
    /// `Permission-Missing` (RFC 5360 §5.9.3).
    public static var permissionMissing: HeaderName { HeaderName(.permissionMissing) }
    /// `Trigger-Consent` (RFC 5360 §5.11.2).
    public static var triggerConsent: HeaderName { HeaderName(.triggerConsent) }
    /// `Session-ID` (RFC 7989 §5).
    public static var sessionID: HeaderName { HeaderName(.sessionID) }
    /// `Content-ID` (RFC 8262 §3).
    public static var contentID: HeaderName { HeaderName(.contentID) }
    /// `Remote-Party-ID` (draft-ietf-sip-privacy).
    public static var remotePartyID: HeaderName { HeaderName(.remotePartyID) }
}
