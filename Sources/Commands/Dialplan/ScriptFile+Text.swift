import Foundation
import SwitchServer

extension ScriptFile {
    /// The text of a script; `-` is standard input.
    static func text(_ file: String, on console: Console) throws -> String {
        let bytes = file == "-" ? Array(console.readAll()) : try read(file)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ServeError("\(file) is not UTF-8: convert it, for example with iconv -f latin1 -t utf-8")
        }
        return text
    }
}
