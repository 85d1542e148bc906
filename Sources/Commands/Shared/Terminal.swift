import Glibc

/// The terminal itself. Unsafe: structures of libc, each for the length of one call.
enum Terminal {
    /// Columns of the terminal on standard output; 80 when it does not say.
    static var width: Int {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Reads a line from the terminal without showing it. Ctrl-C gives up, and the terminal is as before.
    ///
    /// - Returns: nil when the person gave up (Ctrl-C, or Ctrl-D on an empty line).
    static func readSecret(_ prompt: String) throws -> String? {
        let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        var before = termios()
        guard unsafe tcgetattr(terminal, &before) == 0 else { return nil }
        // Signals off: Ctrl-C must not end the process while the terminal shows nothing.
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        unsafe tcsetattr(terminal, TCSAFLUSH, &silent)
        defer {
            unsafe tcsetattr(terminal, TCSAFLUSH, &before)
            say("\n", terminal)
        }
        say(prompt, terminal)
        var typed: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = unsafe read(terminal, &byte, 1)
            guard count == 1 else { return nil }
            switch byte {
            case 0x0A, 0x0D: return String(validating: typed, as: UTF8.self)
            case 0x03: return nil
            case 0x04: return typed.isEmpty ? nil : String(validating: typed, as: UTF8.self)
            case 0x08, 0x7F:
                // One character may be several bytes.
                while let last = typed.popLast(), last & 0xC0 == 0x80 {}
            case 0x15: typed.removeAll()
            default: typed.append(byte)
            }
        }
    }

    private static func say(_ text: String, _ terminal: Int32) {
        let bytes = Array(text.utf8)
        _ = unsafe write(terminal, bytes, bytes.count)
    }
}
