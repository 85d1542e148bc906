import SIPMessage
import Testing

/// Every header that has a type, by an example: the value is read, printed, and read again to the same.
@Suite("Typed headers")
struct TypedHeaderTests {
    /// One header with a value as it may come and as it is printed.
    struct Example: Sendable, CustomTestStringConvertible {
        let row: String
        /// Reads the header and writes it into fresh fields; gives the rows written.
        let rewrite: @Sendable (HeaderFields) throws -> [String]
        let printed: [String]
        var testDescription: String { row }
    }

    static func single<Value>(
        _ header: SingleHeader<Value>, _ value: String, _ printed: String? = nil
    ) -> Example {
        Example(
            row: "\(header.name): \(value)",
            rewrite: { fields in
                let found = try #require(try fields.value(header))
                var other = try parseRequest(requestText()).headers
                other[header] = found
                return other.values(named: header.name)
            }, printed: [printed ?? value])
    }

    static func list<Value>(
        _ header: ListHeader<Value>, _ value: String, _ printed: [String]? = nil
    ) -> Example {
        Example(
            row: "\(header.name): \(value)",
            rewrite: { fields in
                let found = try fields.values(header)
                var other = try parseRequest(requestText()).headers
                other[header] = found
                return other.values(named: header.name)
            }, printed: printed ?? [value])
    }

    static let examples: [Example] = [
        single(.event, "dialog;id=5"), single(.subscriptionState, "active;expires=600"),
        single(.sessionExpires, "1800;refresher=uac"), single(.minSE, "90"),
        single(.retryAfter, "18000 ( a (nested) comment );duration=3600"), single(.retryAfter, "120"),
        single(.contentType, "Multipart/Mixed; boundary=\"a b\"", "multipart/mixed;boundary=\"a b\""),
        single(.replaces, "98732@sip.example.com;from-tag=r33;to-tag=f08;early-only"),
        single(.join, "12adf2f34456gs5;to-tag=12345;from-tag=54321"),
        single(.targetDialog, "fa77as7dad8-sd98ajzz@host.example.com;local-tag=1;remote-tag=2"),
        single(.rAck, "776656 1 INVITE"), single(.date, "Sat, 13 Nov 2010 23:29:00 GMT"),
        single(.timestamp, "54.250 1.5"), single(.timestamp, "54"), single(.privacy, "id; critical", "id;critical"),
        single(.sessionID, "ab30317f1a784dc48ff824d0d3715d86;remote=47755a9de7794ba387653f2099600ef2"),
        single(.pChargingVector, "icid-value=1234bc9876e;icid-generated-at=192.0.6.8;orig-ioi=home1.net"),
        single(.priority, "emergency"), single(.sipETag, "dx200xyz"), single(.sipIfMatch, "dx200xyz"),
        single(.suppressIfMatch, "*"),
        single(.authenticationInfo, "nextnonce=\"47364c23432d2e131a5fb210812c\", qop=auth, nc=00000001"),
        single(.replyTo, "Bob <sip:bob@biloxi.com>", "\"Bob\" <sip:bob@biloxi.com>"),
        single(.referTo, "<sip:carol@example.com?Replaces=1%3Bto-tag%3D2>"),
        single(.referredBy, "<sip:r@ref.example>;cid=\"2UWQFN309shb3@ref.example\""),
        single(.pCalledPartyID, "<sip:u@h.example>"), single(.pServedUser, "<sip:u@h.example>;sescase=orig"),
        single(.pUserDatabase, "<aaa://host.example.com;transport=tcp>"), single(.pProfileKey, "<sip:c@example.com>"),
        single(.contentDisposition, "session;handling=optional"), single(.infoPackage, "foo;x=1"),
        single(.answerMode, "Auto;require"), single(.privAnswerMode, "Auto"), single(.pAnswerState, "Confirmed"),
        single(.referSub, "false"), single(.geolocationRouting, "yes"), single(.geolocationError, "300;code=\"x\""),
        single(.rSeq, "988789"), single(.expires, "3600"), single(.minExpires, "60"), single(.maxBreadth, "60"),
        single(.flowTimer, "120"), single(.subject, "Need more boxes (soon)"), single(.organization, "Boxes, Inc."),
        single(.userAgent, "Softphone/1.5 (x; y)"), single(.server, "HomeServer v2"), single(.mimeVersion, "1.0"),
        single(.contentID, "<target123@example.com>"),
        list(
            .contact, "\"Mr. W\" <sip:w@w.example>;q=0.7;expires=3600, sip:w@o.example",
            ["\"Mr. W\" <sip:w@w.example>;q=0.7;expires=3600", "<sip:w@o.example>"]),
        list(.route, "<sip:p1.example.com;lr>"), list(.recordRoute, "<sip:p1.example.com;lr>"),
        list(.path, "<sip:p1.example.com;lr;ob>"), list(.serviceRoute, "<sip:p1.example.com;lr>"),
        list(
            .pAssertedIdentity, "\"C\" <sip:c@cisco.com>, tel:+14085264000",
            ["\"C\" <sip:c@cisco.com>", "<tel:+14085264000>"]),
        list(.pPreferredIdentity, "\"C\" <sip:c@cisco.com>"),
        list(.diversion, "<sip:u@h.example>;reason=user-busy;counter=2;privacy=full"),
        list(
            .historyInfo, "<sip:u@h.example?Reason=SIP%3Bcause%3D302>;index=1.1, <sip:v@h.example>;index=1.1.2;mp=1.1",
            ["<sip:u@h.example?Reason=SIP%3Bcause%3D302>;index=1.1", "<sip:v@h.example>;index=1.1.2;mp=1.1"]),
        list(.pAssociatedURI, "<sip:u@h.example>"), list(.remotePartyID, "<sip:u@h.example>;party=calling;privacy=off"),
        list(.alertInfo, "<http://www.example.com/sounds/moo.wav>"),
        list(
            .callInfo, "<http://www.example.com/a.jpg> ;purpose=icon,<http://www.example.com/>;purpose=info",
            ["<http://www.example.com/a.jpg>;purpose=icon", "<http://www.example.com/>;purpose=info"]),
        list(.errorInfo, "<sip:not-in-service-recording@h.example>"),
        list(.geolocation, "<cid:target123@example.com>;x=y"), list(.permissionMissing, "<sip:c@example.com>"),
        list(.acceptEncoding, "gzip;q=1.0"), list(.acceptLanguage, "da, en-gb;q=0.8", ["da", "en-gb;q=0.8"]),
        list(.securityClient, "ipsec-ike;q=0.1, tls;q=0.2", ["ipsec-ike;q=0.1", "tls;q=0.2"]),
        list(.securityServer, "tls;q=0.2"), list(.securityVerify, "tls;q=0.2"), list(.recvInfo, "foo"),
        list(.pAccessNetworkInfo, "3GPP-UTRAN-TDD;utran-cell-id-3gpp=234151D0FCE11"),
        list(
            .reason, "SIP;cause=200;text=\"Call completed elsewhere\", Q.850;cause=16;text=\"x\"",
            ["SIP;cause=200;text=\"Call completed elsewhere\"", "Q.850;cause=16;text=\"x\""]),
        list(.accept, "application/sdp;level=1, */*", ["application/sdp;level=1", "*/*"]),
        list(
            .warning, "307 isi.edu \"Session, parameter\", 399 [::1]:5060 \"x \\\" y\"",
            ["307 isi.edu \"Session, parameter\"", "399 [::1]:5060 \"x \\\" y\""]),
        list(.acceptContact, "*;audio;require;explicit"), list(.rejectContact, "*;automata"),
        list(.featureCaps, "*;+sip.atcf-mgmt-uri=\"<sip:x@y.example>\""),
        list(.userToUser, "56a390f3d2b7310023a2;encoding=hex;purpose=isdn-uui"),
        list(.pVisitedNetworkID, "\"Visited network\""),
        list(
            .identity, "eyJ.eyJ.rq3pjT;info=<https://biloxi.example.org/cert>;alg=ES256;ppt=shaken"),
        list(.pChargingFunctionAddresses, "ccf=192.1.1.1;ccf=192.1.1.2;ecf=192.1.1.3"),
        list(.require, "100rel, timer", ["100rel", "timer"]), list(.proxyRequire, "foo"),
        list(.supported, "100rel"), list(.unsupported, "foo"), list(.contentEncoding, "gzip"),
        list(.contentLanguage, "fr"), list(.allowEvents, "spirits-INDPs"),
        list(.requestDisposition, "proxy, recurse, parallel", ["proxy", "recurse", "parallel"]),
        list(.resourcePriority, "dsn.flash-override"),
        list(.acceptResourcePriority, "dsn.flash, q735.2", ["dsn.flash", "q735.2"]),
        list(.pEarlyMedia, "sendrecv, gated", ["sendrecv", "gated"]), list(.allow, "INVITE, x-y", ["INVITE", "x-y"]),
        list(.inReplyTo, "70710@s.example, 17320@s.example", ["70710@s.example", "17320@s.example"]),
        list(.pAssertedService, "urn:urn-7:3gpp-service.exampletelephony.version1"),
        list(.pPreferredService, "urn:urn-7:3gpp-service.exampletelephony.version1"),
        list(.triggerConsent, "sip:123@relay.example.com"),
    ]

    @Test("a value is read, written, and read again to the same", arguments: examples)
    func roundTrip(_ example: Example) throws {
        let fields = try parseRequest(requestText(example.row)).headers
        #expect(try example.rewrite(fields) == example.printed)
        for value in example.printed {
            let name = example.row.prefix { $0 != ":" }
            let again = try parseRequest(requestText("\(name): \(value)")).headers
            #expect(try example.rewrite(again) == [value])
        }
    }

    @Test("parts of values have types")
    func parts() throws {
        let fields = try parseRequest(
            requestText(
                """
                Session-Expires: 1800;refresher=UAS
                Replaces: a@b;from-tag=r33;to-tag=f08;early-only
                Reason: Q.850;cause=16;text="Normal call clearing"
                Date: Thu, 01 Jan 1970 00:00:10 GMT
                Subscription-State: Terminated;reason=timeout;retry-after=5
                User-to-User: 0aFf;encoding=hex
                Diversion: <sip:u@h.example>;reason=User-Busy
                History-Info: <sip:u@h.example>;index=1.2
                Contact: <sip:u@h.example;ob;gr>;reg-id=1;+sip.instance="<urn:uuid:0>"
                Accept: audio/*
                Identity: e.f.g;info=<https://c.example/x>;alg=ES256
                """
            )
        ).headers
        #expect(fields[.sessionExpires]?.refresher == .uas)
        #expect(fields[.replaces]?.toTag == "f08" && fields[.replaces]?.isEarlyOnly == true)
        #expect(fields[.reason].first?.cause == 16 && fields[.reason].first?.text == "Normal call clearing")
        #expect(fields[.date]?.secondsSince1970 == 10)
        #expect(fields[.subscriptionState]?.isTerminated == true && fields[.subscriptionState]?.retryAfter == 5)
        #expect(fields[.userToUser].first?.octets == [0x0A, 0xFF])
        #expect(fields[.diversion].first?.diversionReason == "user-busy")
        #expect(fields[.historyInfo].first?.historyIndex == [1, 2])
        let contact = try #require(fields[.contact].first)
        #expect(contact.registrationID == 1 && contact.instanceID == "urn:uuid:0")
        #expect(contact.uri.sip?.isOutbound == true && contact.uri.sip?.isGRUU == true)
        #expect(fields[.accept].first?.matches(MediaType("audio", "basic")) == true)
        #expect(fields[.identity].first?.info?.description == "https://c.example/x")
        #expect(fields[.identity].first?.algorithm == "ES256")
    }

    @Test(
        "a malformed value names its header, and reads as nothing by the subscript",
        arguments: [
            "Session-Expires: soon", "Replaces: ;to-tag=1", "Reason: ;cause=1", "Date: yesterday",
            "Date: Sat, 13 Nov 2010 24:00:00 GMT", "RAck: 1 INVITE", "Warning: 42 x \"y\"", "Warning: 307 x y",
            "Content-Type: text", "Call-Info: http://x", "Retry-After: 5 (open", "Accept-Contact: audio",
            "Privacy: ;", "Timestamp: .", "Expires: -1", "Expires: 4294967296", "Identity: ;alg=x",
            "Event: a b", "Subject: \\\0",
        ])
    func malformed(row: String) throws {
        let fields = try parseRequest(requestText(row)).headers
        func error<Value>(_ header: SingleHeader<Value>) -> SIPParseError? {
            do throws(SIPParseError) { _ = try fields.value(header) } catch { return error }
            return nil
        }
        func error<Value>(_ header: ListHeader<Value>) -> SIPParseError? {
            do throws(SIPParseError) { _ = try fields.values(header) } catch { return error }
            return nil
        }
        let found = [
            error(.sessionExpires), error(.replaces), error(.reason), error(.date), error(.rAck), error(.warning),
            error(.contentType), error(.callInfo), error(.retryAfter), error(.acceptContact), error(.privacy),
            error(.timestamp), error(.expires), error(.identity), error(.event), error(.subject),
        ].compactMap { $0 }
        #expect(found.count == 1)
        #expect(found.first?.code == .malformedHeader)
        #expect(found.first?.header?.text == String(row.prefix { $0 != ":" }))
    }

    @Test("a header of one's own")
    func own() throws {
        let name = try #require(HeaderName("X-Count"))
        let header = SingleHeader<Int>(
            name, parse: { Int($0) }, print: { (try? FieldText(String($0))) ?? "0" })
        var fields = try parseRequest(requestText("x-count: 41")).headers
        #expect(fields[header] == 41)
        fields[header] = 42
        #expect(fields.values(named: name) == ["42"])
        fields[header] = nil
        #expect(!fields.contains(name))
        // A managed name is not written over.
        let via = SingleHeader<Int>(.via, parse: { Int($0) }, print: { (try? FieldText(String($0))) ?? "0" })
        fields[via] = 1
        #expect(fields.via.branch == "z9hG4bKabc")
    }

    @Test(
        "dates of each year print and read the same",
        arguments: [-62_135_596_800, -1, 0, 951_782_400, 1_582_934_400, 253_402_300_799])
    func dates(seconds: Int64) throws {
        let date = try #require(SIPDate(secondsSince1970: seconds))
        let fields = try parseRequest(requestText("Date: \(date)")).headers
        #expect(fields[.date] == date)
        #expect(SIPDate(secondsSince1970: 253_402_300_800) == nil)
    }
}
