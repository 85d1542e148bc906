import SIPMessage
import Testing

@Suite("Multipart bodies")
struct MultipartTests {
    private let type: MediaType

    init() throws { type = try MediaType("multipart/mixed;boundary=\"b 1\"") }

    private func parse(_ text: String, limits: MessageLimits = .default) throws -> MultipartBody {
        try MultipartBody(parsing: wire(text)[...], type: type, limits: limits)
    }

    @Test("parts, preamble and epilogue")
    func parts() throws {
        let body = try parse(
            """
            preamble
            --b 1
            Content-Type: application/sdp
            X-Folded: a
              b

            v=0
            --b 1x is content
            --b 1

            no headers
            --b 1--
            epilogue

            """)
        #expect(body.parts.count == 2)
        #expect(body.parts[0].contentType == .sdp)
        let folded = try #require(HeaderName("X-Folded"))
        #expect(body.parts[0][folded] == "a b")
        #expect(text(body.parts[0].content) == "v=0\r\n--b 1x is content")
        #expect(body.parts[1].fields.isEmpty)
        #expect(text(body.parts[1].content) == "no headers")
    }

    @Test("mpart01: a binary part is carried octet by octet")
    func torture() throws {
        let request = try parseRequest(try Resources.bytes("torture/rfc4475/mpart01.dat"))
        let type = try #require(try request.headers.value(.contentType))
        let body = try MultipartBody(parsing: request.bodySlice, type: type)
        #expect(
            body.parts.map { $0.contentType?.description.lowercased() } == ["text/plain", "application/octet-stream"])
        #expect(text(body.parts[0].content) == "Hello")
        #expect(body.parts[1].content.contains(0x0A))
    }

    @Test(
        "what is no multipart body is refused",
        arguments: ["", "--b 1", "--b 1\n\ntext", "--b 1\nno colon\n--b 1--", "text\nonly"])
    func broken(text: String) throws {
        let error = #expect(throws: SIPParseError.self) { try parse(text) }
        #expect(error?.code == .malformedBody)
    }

    @Test("bodies in each other are limited, and each level is asked for")
    func nesting() throws {
        var inner = "--b 1\nContent-Type: text/plain\n\nx\n--b 1--"
        for depth in 0..<6 {
            let boundary = "d\(depth)"
            inner =
                "--\(boundary)\nContent-Type: multipart/mixed;boundary=\(depth == 0 ? "\"b 1\"" : "d\(depth - 1)")\n\n"
                + inner + "\n--\(boundary)--"
        }
        let outer = try MediaType("multipart/mixed;boundary=d5")
        var body = try MultipartBody(parsing: wire(inner)[...], type: outer)
        for depth in 2...4 {
            body = try body.nested(in: try #require(body.parts.first))
            #expect(body.depth == depth)
        }
        let part = try #require(body.parts.first)
        let error = #expect(throws: SIPParseError.self) { try body.nested(in: part) }
        #expect(error?.code == .limitExceeded)
    }

    @Test("the number of parts is limited")
    func partCount() throws {
        var limits = MessageLimits()
        limits.maximumPartCount = 3
        let error = #expect(throws: SIPParseError.self) {
            try parse(String(repeating: "--b 1\n\nx\n", count: 4) + "--b 1--", limits: limits)
        }
        #expect(error?.code == .limitExceeded)
    }

    @Test("what is built parses to the same, and a boundary can not stand in a part")
    func build() throws {
        let parts = [
            MultipartBody.Part(contentType: .sdp, content: wire("v=0\n")),
            MultipartBody.Part(
                contentType: MediaType("text", "plain"), fields: [.init(.contentDisposition, "render")],
                content: Array("a\r\nb".utf8)),
        ]
        let body = try #require(MultipartBody(boundary: "xyz", parts: parts))
        let again = try MultipartBody(parsing: body.serialized()[...], type: body.mediaType())
        #expect(again.parts.map { Array($0.content) } == parts.map { Array($0.content) })
        #expect(again.parts.map(\.fields) == parts.map(\.fields))
        #expect(again.serialized() == body.serialized())
        let hostile = MultipartBody.Part(contentType: MediaType("text", "plain"), content: wire("\n--xyz--\n"))
        #expect(MultipartBody(boundary: "xyz", parts: [hostile]) == nil)
    }
}
