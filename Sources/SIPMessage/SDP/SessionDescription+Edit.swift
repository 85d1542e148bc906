extension SessionDescription {
    /// In which direction media flow, as the describing side sees it (RFC 8866 §6.7).
    public enum Direction: String, Hashable, Sendable, CaseIterable {
        /// RFC 8866 §6.7.1.
        case sendReceive = "sendrecv"
        /// RFC 8866 §6.7.2.
        case sendOnly = "sendonly"
        /// RFC 8866 §6.7.3.
        case receiveOnly = "recvonly"
        /// RFC 8866 §6.7.4.
        case inactive

        /// What the other side may answer with (RFC 3264 §6.1), and what hold turns it into and back.
        public var reversed: Direction {
            switch self {
            case .sendOnly: .receiveOnly
            case .receiveOnly: .sendOnly
            case .sendReceive, .inactive: self
            }
        }
    }

    /// One `a=` line (RFC 8866 §5.13): a property, or a name with a value after the colon.
    public struct Attribute: Hashable, Sendable, CustomStringConvertible {
        /// Case matters.
        public let name: String
        /// After the colon; nil for a property.
        public let value: String?

        /// - Parameter name: case matters.
        public init(_ name: Token, _ value: FieldText? = nil) {
            self.name = name.text
            self.value = value?.text
        }

        init(_ text: Substring) {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            name = String(parts.first ?? "")
            value = parts.count > 1 ? String(parts[1]) : nil
        }

        /// What stands after `a=`.
        public var description: String { value.map { "\(name):\($0)" } ?? name }
    }

    /// Where an attribute stands.
    public enum Section: Hashable, Sendable {
        /// Before the first `m=`.
        case session
        /// The medium with this index in ``media``.
        case media(Int)
    }

    // MARK: Session

    /// `s=` (RFC 8866 §5.3).
    public var sessionName: String? { lines.first { $0.type == UInt8(ascii: "s") }.map { String($0.value) } }

    /// Counts the version of `o=` up by one, as a changed description needs (RFC 3264 §8). Nothing happens without a well-formed
    /// `o=`; after 2^64 - 1 comes 0.
    public mutating func incrementOriginVersion() {
        guard let index = lines.firstIndex(where: { $0.type == UInt8(ascii: "o") }) else { return }
        var fields = lines[index].value.split(separator: " ").map(String.init)
        guard fields.count == 6, let version = UInt64(fields[2]) else { return }
        fields[2] = String(version &+ 1)
        lines[index].setValue(fields.joined(separator: " "))
    }

    // MARK: Addresses of one medium

    /// Puts `host` into the `c=` lines of the medium at `index` of ``media``; makes one when it has none.
    /// - Returns: whether there is such a medium.
    @discardableResult
    public mutating func setConnectionAddress(_ host: Host, ofMedia index: Int) -> Bool {
        guard let range = range(of: .media(index)) else { return false }
        let (type, address) = SessionDescription.fields(host)
        let found = range.filter { lines[$0].type == UInt8(ascii: "c") }
        for line in found { lines[line].setValue("IN \(type) \(address)") }
        if found.isEmpty {
            // After `m=` and `i=` (§5).
            var place = range.lowerBound + 1
            while place < range.upperBound, lines[place].type == UInt8(ascii: "i") { place += 1 }
            insert("c=IN \(type) \(address)", at: place)
        }
        return true
    }

    // MARK: Attributes

    /// The attributes of a section, in order; none without the section.
    public func attributes(of section: Section) -> [Attribute] {
        guard let range = range(of: section) else { return [] }
        return range.filter { lines[$0].type == UInt8(ascii: "a") }.map { Attribute(lines[$0].value) }
    }

    /// The direction of the medium at `index`: its own, else the session's, else ``Direction/sendReceive`` (RFC 8866 §6.7).
    public func direction(ofMedia index: Int) -> Direction? {
        guard range(of: .media(index)) != nil else { return nil }
        return direction(in: .media(index)) ?? direction(in: .session) ?? .sendReceive
    }

    private func direction(in section: Section) -> Direction? {
        attributes(of: section).lazy.compactMap { $0.value == nil ? Direction(rawValue: $0.name) : nil }.first
    }

    /// Gives the medium at `index` a direction of its own, in the place of any that it has.
    /// - Returns: whether there is such a medium.
    @discardableResult
    public mutating func setDirection(_ direction: Direction, ofMedia index: Int) -> Bool {
        guard range(of: .media(index)) != nil else { return false }
        for other in Direction.allCases { remove(named: other.rawValue, from: .media(index)) }
        append("a=\(direction.rawValue)", to: .media(index))
        return true
    }

    /// Appends an attribute to a section.
    /// - Returns: whether there is such a section.
    @discardableResult
    public mutating func append(_ attribute: Attribute, to section: Section) -> Bool {
        guard range(of: section) != nil else { return false }
        append("a=\(attribute)", to: section)
        return true
    }

    /// Removes all attributes of a name from a section.
    public mutating func removeAttributes(named name: Token, from section: Section) {
        remove(named: name.text, from: section)
    }

    private mutating func remove(named name: String, from section: Section) {
        guard let range = range(of: section) else { return }
        for index in range.reversed()
        where lines[index].type == UInt8(ascii: "a") && Attribute(lines[index].value).name == name {
            lines.remove(at: index)
        }
    }

    // MARK: Lines

    private func range(of section: Section) -> Range<Int>? {
        switch section {
        case .session: return 0..<(lines.firstIndex { $0.type == UInt8(ascii: "m") } ?? lines.count)
        case .media(let index):
            let known = mediaRanges.filter { mediaFields(lines[$0.lowerBound]) != nil }
            return known.indices.contains(index) ? known[index] : nil
        }
    }

    private mutating func append(_ line: String, to section: Section) {
        guard let range = range(of: section) else { return }
        insert(line, at: range.upperBound)
    }

    private mutating func insert(_ line: String, at index: Int) {
        // The line before may be the last and without a line end.
        if index > 0, lines[index - 1].octets.last != 0x0A { lines[index - 1].octets += [0x0D, 0x0A] }
        // Empty lines after the last line belong to it; what is inserted goes before them.
        var trailing: [UInt8] = []
        if index > 0, index == lines.count { trailing = lines[index - 1].takeTrailingLineEnds() }
        lines.insert(Line(octets: Array("\(line)\r\n".utf8) + trailing), at: index)
    }
}

extension SessionDescription.Line {
    /// Cuts off the line ends after the first.
    fileprivate mutating func takeTrailingLineEnds() -> [UInt8] {
        guard let first = octets.firstIndex(of: 0x0A), first + 1 < octets.count else { return [] }
        let rest = Array(octets[(first + 1)...])
        octets.removeSubrange((first + 1)...)
        return rest
    }
}
