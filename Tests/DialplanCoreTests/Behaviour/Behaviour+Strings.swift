/// Strings and patterns: a script and what Ruby 3.1 prints for it (taken from Debian's `ruby`).
extension Behaviour {
    static let strings = Behaviour(
        name: "strings and patterns",
        script: ###"""
            s = "hello world"
            p s.length, s.upcase, s.capitalize, s[0], s[-1], s[1,3], s[1..3], s[1...-1], s[20], s["wor"], s[/o(.)/], s[/o (.)/, 1]
            p s.sub("o", "0"), s.gsub("o", "0"), s.gsub(/o(.)?/) { "<#{$1}>" }, s.gsub(/(l+)/, '[\1]'), s.gsub(/l/, "l" => "L"), s.tr("a-y", "b-z"), s.delete("l"), s.squeeze("l"), s.count("lo")
            p s.index("o"), s.index("o", 5), s.rindex("o"), s.index(/w/), s.include?("wor"), s.start_with?("he"), s.end_with?("ld")
            p s.split, s.split("o"), "a,b,,c,,".split(","), "a,b,,c,,".split(",", -1), "abc".split(""), "a1b2c3".split(/\d/), "a1b2".split(/(\d)/), " a  b ".split(" "), "a,b,c".split(",", 2), "".split(",")
            p s.reverse, s.center(21, "*"), s.ljust(15, "."), s.rjust(15), "  x ".strip, "xxhixx".delete_prefix("xx").delete_suffix("xx"), "abc\n".chomp, "abc".chop, "abc".chomp("c")
            p s =~ /wor/, $~[0], s !~ /zzz/, s.match(/(?<a>w)(o)?/)[:a], s.match("wor")[0], s.scan(/o/), s.scan(/(l)(.)/), s.partition(" "), s.rpartition("o")
            p "abc".succ, "az".succ, "zz".succ, "a9".succ, "Zz".succ, "1.9".succ
            p "abc" <=> "abd", "a" == "a", "a".eql?("a"), "a".equal?("a"), "abc".hash == "abc".hash
            p "abc".each_char.to_a, "abc".bytes, "abc".chars, "a\nb".lines, "ab".each_char.with_index.map { |c, i| c * i }
            p "%s and %p" % ["a", "a"], "%-10s|" % "hi", "%03d" % 7, "%.3f" % 2.0, "%5.1f|" % 3.14159, "%x" % 255, "%c" % 65, "%%", "%s" % nil, "%d" % 3.99, "%s %s" % [1, [2]]
            t = "mutable"
            t << " more" << "!"
            t.insert(0, ">")
            t[0] = "<"
            t.upcase!
            p t, t.upcase!, t.sub!(/zzz/, ""), t.gsub!("M", "m"), t
            t.replace("new")
            p t
            p "abc".ord, 97.chr, "a".upto("e").to_a, "é".length, "é".bytesize, "日本語"[1], "日本語".reverse, "ÀÉ".downcase, "straße".upcase
            p "a-b_c d".gsub(/[-_ ]/, "-" => "1", "_" => "2"), "path/to".gsub("/", "::"), "x".gsub(/x/, "\\\\"), 'a\b'.inspect, "tab\t\e\u0001\"#{1}\#{}"
            p "abc" * 3, "a" + "b" "c", "abc".to_sym, :"foo bar", :foo?, :[], :"9a", %s(x)
            p "1,2;3".split(/[,;]/).map(&:to_i), "k=v&a=b".split("&").map { |q| q.split("=") }.to_h
            p "Hello" =~ /h/i, "a\nb" =~ /^b$/, "foo.bar"[/\.(\w+)$/, 1], "2024-01-15".match(/(\d+)-(\d+)-(\d+)/).captures, $3
            p "x=1" =~ /(?<k>\w)=(?<v>\d)/, $~[:k]
            if /(?<yr>\d+)-(?<mo>\d+)/ =~ "2024-05"
              p yr, mo
            end
            p Regexp.escape("a.b*c"), Regexp.new("a+b", Regexp::IGNORECASE).match?("AAB"), /a#{1+1}b/.source, /x/i.inspect, /a/ == /a/, Regexp.union("a.b", /c/)
            p "test".sum
            p "CamelCase".gsub(/([A-Z])/) { "_" + $1.downcase }, "a1".gsub(/\d/) { |m| (m.to_i + 1).to_s }
            p "foo bar baz".split.map(&:capitalize).join(" "), "abc".slice(0, 2), "hello"[1..], "hello"[..2]
            p "abc".casecmp("ABC"), "abc".casecmp?("ABC"), "a".between?("a", "c"), "ab12".swapcase, "title".capitalize
            p "line1\nline2".each_line.map(&:chomp), "ab" "cd", 'single #{x}', "esc \x41 \u00e9 \101"
            p "0049123"[2..-1], "+49123".sub(/^\+/, "00"), "12345"[-3, 2], "abc"[5, 1], "abc"[3, 1]
            p "aaa".gsub(/a/, "b" ), "aaa".sub("a") { |m| m.upcase }, "hello".gsub(/l(?=o)/, "L"), "hello".tr('el', 'ip'), "hello".tr('^l', '*'), "hello".delete('l-o')
            p "ab\0c".length, "\\d", '\d', "a\\b"
            p "string".hash.class, "%08.3f" % 3.14159, "%+05d" % 12, "%s" % :a, "%-5d|" % 3, "%5s|%-5s|" % %w(a b), "%e" % 0.00012, "%g" % 1e10, "%g" % 123.456
            puts "a".."e", ("a".."e").to_a.inspect, ("a".."e").include?("c"), (1..10) === 5, ("a".."z").cover?("mm")
            p "ünïcode".upcase, "x".encoding.to_s, "abc".force_encoding("UTF-8"), "abc".valid_encoding?
            s2 = "abc"; s3 = s2; s3 << "d"; p s2
            s4 = s2.dup; s4 << "e"; p s2, s4
            """###,
        output: ###"""
            11
            "HELLO WORLD"
            "Hello world"
            "h"
            "d"
            "ell"
            "ell"
            "ello worl"
            nil
            "wor"
            "o "
            "w"
            "hell0 world"
            "hell0 w0rld"
            "hell< >w<r>ld"
            "he[ll]o wor[l]d"
            "heLLo worLd"
            "ifmmp xpsme"
            "heo word"
            "helo world"
            5
            4
            7
            7
            6
            true
            true
            true
            ["hello", "world"]
            ["hell", " w", "rld"]
            ["a", "b", "", "c"]
            ["a", "b", "", "c", "", ""]
            ["a", "b", "c"]
            ["a", "b", "c"]
            ["a", "1", "b", "2"]
            ["a", "b"]
            ["a", "b,c"]
            []
            "dlrow olleh"
            "*****hello world*****"
            "hello world...."
            "    hello world"
            "x"
            "hi"
            "abc"
            "ab"
            "ab"
            6
            "wor"
            true
            "w"
            "wor"
            ["o", "o"]
            [["l", "l"], ["l", "d"]]
            ["hello", " ", "world"]
            ["hello w", "o", "rld"]
            "abd"
            "ba"
            "aaa"
            "b0"
            "AAa"
            "2.0"
            -1
            true
            true
            false
            true
            ["a", "b", "c"]
            [97, 98, 99]
            ["a", "b", "c"]
            ["a\n", "b"]
            ["", "b"]
            "a and \"a\""
            "hi        |"
            "007"
            "2.000"
            "  3.1|"
            "ff"
            "A"
            "%%"
            ""
            "3"
            "1 [2]"
            "<mUTABLE mORE!"
            nil
            nil
            "<mUTABLE mORE!"
            "<mUTABLE mORE!"
            "new"
            97
            "a"
            ["a", "b", "c", "d", "e"]
            1
            2
            "本"
            "語本日"
            "àé"
            "STRASSE"
            "a1b2cd"
            "path::to"
            "\\"
            "\"a\\\\b\""
            "tab\t\e\u0001\"1\#{}"
            "abcabcabc"
            "abc"
            :abc
            :"foo bar"
            :foo?
            :[]
            :"9a"
            :x
            [1, 2, 3]
            {"k"=>"v", "a"=>"b"}
            0
            2
            "bar"
            ["2024", "01", "15"]
            "15"
            0
            "x"
            "2024"
            "05"
            "a\\.b\\*c"
            true
            "a2b"
            "/x/i"
            true
            /a\.b|(?-mix:c)/
            448
            "_camel_case"
            "a2"
            "Foo Bar Baz"
            "ab"
            "ello"
            "hel"
            0
            true
            true
            "AB12"
            "Title"
            ["line1", "line2"]
            "abcd"
            "single \#{x}"
            "esc A é A"
            "49123"
            "0049123"
            "34"
            nil
            ""
            "bbb"
            "Aaa"
            "helLo"
            "hippo"
            "**ll*"
            "he"
            4
            "\\d"
            "\\d"
            "a\\b"
            Integer
            "0003.142"
            "+0012"
            "a"
            "3    |"
            "    a|b    |"
            "1.200000e-04"
            "1e+10"
            "123.456"
            a..e
            ["a", "b", "c", "d", "e"]
            true
            true
            true
            "ÜNÏCODE"
            "UTF-8"
            "abc"
            true
            "abcd"
            "abcd"
            "abcde"
            """###)
}
