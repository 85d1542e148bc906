import Foundation
import NIOCore

/// A request as it came in, with its name known and its parameters not yet looked at.
struct AdminLine: Sendable {
    let name: String
    private let data: Data

    /// - Throws: ``AdminError`` that says what is wrong with the line and what to do about it.
    init(_ line: ByteBuffer) throws {
        data = Data(line.readableBytesView)
        let header: RequestHeader
        do {
            header = try JSONDecoder().decode(RequestHeader.self, from: data)
        } catch {
            throw AdminError(
                AdminError.badRequest,
                "the request is no line of the admin protocol, such as "
                    + #"{"version":\#(AdminProtocol.version),"request":"status","parameters":{}}"#)
        }
        guard header.version == AdminProtocol.version, let name = header.request else {
            throw AdminError(
                AdminError.otherVersion,
                "this switch speaks version \(AdminProtocol.version) of the admin protocol, the request is of version "
                    + "\(header.version): use the dialplanctl that came with the switch, or restart the switch if it "
                    + "has been updated")
        }
        self.name = name
    }

    func parameters<Parameters: Decodable>(_ type: Parameters.Type) throws -> Parameters {
        do {
            return try JSONDecoder().decode(ParametersOnly<Parameters>.self, from: data).parameters
                ?? JSONDecoder().decode(Parameters.self, from: Data("{}".utf8))
        } catch {
            throw AdminError(
                AdminError.badRequest, "the parameters of \(name) are not understood: \(Self.words(error))")
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
        default: "\(error)"
        }
    }
}
