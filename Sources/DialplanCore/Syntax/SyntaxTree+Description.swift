/// The tree as an S-expression, for tests and for people.
///
/// Local variables stand as their bare names, other variables with their sigils, symbols as `:name`, strings in quotes;
/// everything else is `(kind operands…)`. `_` stands for an absent operand between others. A call is
/// `(call receiver name arguments… block)`, `(call& …)` with `&.`; a bare word that is no variable is `(vcall name)`.
extension SyntaxTree: CustomStringConvertible {
    public var description: String { print(program.body) }

    /// One subtree.
    func print(_ id: NodeID) -> String {
        var printer = TreePrinter(tree: self)
        return printer.print(id)
    }
}

/// Prints without recursion: a tree may lean deep where a script has long rows of operators.
private struct TreePrinter {
    enum Item {
        case node(NodeID)
        case text(String)
    }

    let tree: SyntaxTree
    var output = ""
    /// What is still to print, last first.
    var stack: [Item] = []

    init(tree: SyntaxTree) { self.tree = tree }

    mutating func print(_ id: NodeID) -> String {
        stack = [.node(id)]
        while let item = stack.popLast() {
            switch item {
            case .text(let text): output += text
            case .node(let id): id.isPresent ? printNode(tree[id]) : output.append("_")
            }
        }
        return output
    }

    /// `(head item item …)`
    private mutating func list(_ head: String, _ items: [Item]) {
        output += "(" + head
        stack.append(.text(")"))
        for item in items.reversed() {
            stack.append(item)
            stack.append(.text(" "))
        }
    }

    private func children(_ list: ListID) -> [Item] { tree.nodes(in: list).map { .node($0) } }

    /// An operand that may be left out at the end.
    private func optional(_ ids: NodeID...) -> [Item] {
        var ids = ids[...]
        while let last = ids.last, !last.isPresent { ids.removeLast() }
        return ids.map { .node($0) }
    }

    private func name(_ id: NameID) -> String { tree.string(id) }
    private func name(_ id: VariableID) -> String { id.isPresent ? tree.string(tree[id].name) : "_" }

    private mutating func printNode(_ node: Node) {
        switch node.kind {
        case .nil, .true, .false, .self, .redo, .retry: output += "\(node.kind)"
        case .integer: output += String(tree.integerValue(node))
        case .float: output += String(tree.floatValue(node))
        case .bigInteger: output += String(decoding: tree.bytes(node.literal), as: UTF8.self)
        case .string: output += quoted(tree.bytes(node.literal))
        case .character: list("char", [.text(quoted(tree.bytes(node.literal)))])
        case .symbol: output += ":" + symbol(tree.bytes(node.nameA))
        case .interpolatedString: list("dstr", children(node.listA))
        case .interpolatedSymbol: list("dsym", children(node.listA))
        case .commandString: list("xstr", children(node.listA))
        case .regex: list("regex", [.text(quoted(tree.bytes(node.literal)))] + flags(node.regexFlags))
        case .interpolatedRegex: list("dregex", children(node.listA) + flags(node.regexFlags))
        case .array: list(node.flags.contains(.implicit) ? "values" : "array", children(node.listA))
        case .hash: list(node.flags.contains(.braceless) ? "pairs" : "hash", children(node.listA))
        case .range:
            list(node.flags.contains(.exclusive) ? "range..." : "range", [.node(node.nodeA), .node(node.nodeB)])
        case .fileName: output += "__FILE__"
        case .localVariable: output += name(node.variable)
        case .instanceVariable, .classVariable, .globalVariable, .constant: output += name(node.nameA)
        case .nthReference: output += "$\(node.a)"
        case .backReference: output += "$" + String(decoding: [UInt8(truncatingIfNeeded: node.a)], as: UTF8.self)
        case .constantPath: list("::", optional(node.nodeA) + [.text(name(node.nameB))])
        case .attribute: list(safe("attr", node), [.node(node.nodeA), .text(name(node.nameB))])
        case .multipleTarget: list(node.flags.contains(.trailingComma) ? "targets," : "targets", children(node.listA))
        case .splatTarget, .splat: list("splat", optional(node.nodeA))
        case .assign: list("=", [.node(node.nodeA), .node(node.nodeB)])
        case .operatorAssign: list(name(node.nameC) + "=", [.node(node.nodeA), .node(node.nodeB)])
        case .orAssign: list("||=", [.node(node.nodeA), .node(node.nodeB)])
        case .andAssign: list("&&=", [.node(node.nodeA), .node(node.nodeB)])
        case .multipleAssign: list("masgn", [.node(node.nodeA), .node(node.nodeB)])
        case .matchAssign: list("match", [.node(node.nodeA)] + tree.variables(in: node.listB).map { .text(name($0)) })
        default: printMore(node)
        }
    }

    private mutating func printMore(_ node: Node) {
        switch node.kind {
        case .call where node.flags.contains(.variableCall): list("vcall", [.text(name(node.nameB))])
        case .call: list(safe("call", node), [.node(node.nodeA), .text(name(node.nameB))] + arguments(node))
        case .index: list("index", [.node(node.nodeA)] + arguments(node))
        case .super: list(node.flags.contains(.implicitArguments) ? "zsuper" : "super", arguments(node))
        case .yield: list("yield", arguments(node))
        case .not: list("not", [.node(node.nodeA)])
        case .and: list("and", [.node(node.nodeA), .node(node.nodeB)])
        case .or: list("or", [.node(node.nodeA), .node(node.nodeB)])
        case .rescueModifier: list("rescue-mod", [.node(node.nodeA), .node(node.nodeB)])
        case .blockPass: list("&", optional(node.nodeA))
        case .block, .lambda:
            list("\(node.kind)", parameters(tree[node.blockScope]) + optional(tree[node.blockScope].body))
        case .defined: list("defined?", [.node(node.nodeA)])
        case .statements: list("do", children(node.listA))
        case .beginBlock: list("begin", optional(node.nodeA))
        case .if: list("if", optional(node.nodeA, node.nodeB, node.nodeC))
        case .while:
            let head = node.flags.contains(.negated) ? "until" : "while"
            list(head + (node.flags.contains(.testedAfter) ? "-after" : ""), optional(node.nodeA, node.nodeB))
        case .for:
            list("for", [.node(node.nodeA), .node(node.nodeB)] + optional(tree[tree[node.nodeC].blockScope].body))
        case .case: list("case", [.node(node.nodeA)] + children(node.listB) + optional(node.nodeC))
        case .when: list("when", [.text("(")] + children(node.listA) + [.text(")")] + optional(node.nodeB))
        case .begin: printBegin(node)
        case .rescueClause:
            list("rescue", [.text("(")] + children(node.listA) + [.text(")")] + optional(node.nodeB, node.nodeC))
        case .break, .next, .return: list("\(node.kind)", optional(node.nodeA))
        default: printDefinition(node)
        }
    }

    private mutating func printBegin(_ node: Node) {
        let (otherwise, ensure) = tree.handlers(node)
        var items: [Item] = [.node(node.nodeA)] + children(node.listB)
        if otherwise.isPresent { items += [.text("(else"), .node(otherwise), .text(")")] }
        if ensure.isPresent { items += [.text("(ensure"), .node(ensure), .text(")")] }
        list("begin", items)
    }

    private mutating func printDefinition(_ node: Node) {
        switch node.kind {
        case .def:
            let scope = tree[node.bodyScope]
            list("def", optional(node.nodeB) + [.text(name(node.nameA))] + parameters(scope) + optional(scope.body))
        case .class: list("class", [.node(node.nodeA), .node(node.nodeB)] + optional(tree[node.bodyScope].body))
        case .module: list("module", [.node(node.nodeA)] + optional(tree[node.bodyScope].body))
        case .singletonClass: list("sclass", [.node(node.nodeA)] + optional(tree[node.bodyScope].body))
        case .alias, .globalAlias: list("alias", [.text(name(node.nameA)), .text(name(node.nameB))])
        case .undef: list("undef", tree.names(in: node.listA).map { .text(name($0)) })
        case .requiredParameter: output += name(node.variable)
        case .optionalParameter: list("opt", [.text(name(node.variable)), .node(node.nodeB)])
        case .restParameter: list("rest", node.variable.isPresent ? [.text(name(node.variable))] : [])
        case .requiredKeywordParameter: list("key", [.text(name(node.variable))])
        case .optionalKeywordParameter: list("key", [.text(name(node.variable)), .node(node.nodeB)])
        case .keywordRestParameter:
            let none = node.flags.contains(.noKeywords)
            list("keyrest", none ? [.text("nil")] : node.variable.isPresent ? [.text(name(node.variable))] : [])
        case .blockParameter: list("block", node.variable.isPresent ? [.text(name(node.variable))] : [])
        case .destructuringParameter: list("parts", children(node.listA))
        case .blockLocalParameter: list("local", [.text(name(node.variable))])
        case .excessComma: output += ","
        default: output += "(\(node.kind))"
        }
    }

    private func parameters(_ scope: Scope) -> [Item] {
        let items = children(scope.parameters)
        return items.isEmpty ? [] : [.text("|")] + items + [.text("|")]
    }

    private func arguments(_ node: Node) -> [Item] {
        tree.arguments(node).map { .node($0) } + optional(tree.block(node))
    }

    private func safe(_ head: String, _ node: Node) -> String {
        node.flags.contains(.safeNavigation) ? head + "&" : head
    }

    private func flags(_ flags: RegexFlags) -> [Item] {
        let letters: [(RegexFlags, String)] = [
            (.ignoreCase, "i"), (.extended, "x"), (.multiline, "m"), (.once, "o"), (.binary, "n"), (.utf8, "u"),
        ]
        let text = letters.filter { flags.contains($0.0) }.map(\.1).joined()
        return text.isEmpty ? [] : [.text(text)]
    }

    /// The text of a symbol, in quotes if it could be misread.
    private func symbol(_ bytes: ArraySlice<UInt8>) -> String {
        let isPlain = !bytes.isEmpty && bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"\\();".utf8.contains($0) }
        return isPlain ? String(decoding: bytes, as: UTF8.self) : quoted(bytes)
    }

    /// Bytes in quotes; control bytes and invalid UTF-8 as `\xHH`.
    private func quoted(_ bytes: ArraySlice<UInt8>) -> String {
        let isText = String(validating: bytes, as: UTF8.self) != nil
        var text: [UInt8] = [UInt8(ascii: "\"")]
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 0x0A: text += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0x09: text += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case 0..<0x20, 0x7F: text += Array("\\x\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            case 0x80...: text += isText ? [byte] : Array("\\x\(String(byte, radix: 16))".utf8)
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
        return String(decoding: text, as: UTF8.self)
    }
}
