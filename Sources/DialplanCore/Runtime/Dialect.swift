/// Which Ruby a script is written in. It belongs to the script version: the compiler reads it from the comment lines that
/// begin the text (`# dialect: modern`), the image holds it, every execution of the image follows it.
///
/// The default is `classic`: what sipsorcery's scripts of 2008 to 2011 rely on, on top of today's Ruby. This table is
/// the whole of the difference; `Docs/Ruby.md` shows it with examples.
public struct Dialect: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `String#to_a` gives lines, `Integer#to_a` an array of itself: a setting may be one value or a list.
    static let valuesAsLists = Dialect(rawValue: 1)
    /// An Exception is text: `'Error: ' + $!`.
    static let exceptionsAreText = Dialect(rawValue: 2)
    /// `require` of anything is false instead of a LoadError: the gems of the time were loaded for all.
    static let requireAnything = Dialect(rawValue: 4)

    /// Ruby 1.8 as IronRuby had it.
    public static let classic: Dialect = [.valuesAsLists, .exceptionsAreText, .requireAnything]
    /// Today's Ruby.
    public static let modern: Dialect = []

    /// The dialect that a script asks for in its leading comments.
    init(of source: [UInt8]) {
        var found = Dialect.classic
        var lines = source.split(separator: 0x0A, maxSplits: 20, omittingEmptySubsequences: false)[...]
        while let line = lines.popFirst() {
            let text = line.filter { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }
            if text.isEmpty { continue }
            guard text.first == UInt8(ascii: "#") else { break }
            if text.elementsEqual("#dialect:modern".utf8) { found = .modern }
            if text.elementsEqual("#dialect:classic".utf8) { found = .classic }
        }
        self = found
    }
}
