/// Control flow and arguments: a script and what Ruby 3.1 prints for it (taken from Debian's `ruby`).
extension Behaviour {
    static let controlFlow = Behaviour(
        name: "control flow and arguments",
        script: ###"""
            # control
            x = 5
            if x > 3 then puts "a" else puts "b" end
            puts "u" unless x == 5
            puts(x > 3 ? "t" : "f")
            case x
            when 1..4 then puts "low"
            when 5, 6 then puts "mid"
            else puts "high"
            end
            case "hello"
            when /^h(.)l/ then puts "re #{$1} #{$~[0]} #{$'}|#{$`}|#{$&}"
            end
            case 5 when Integer then puts "int" end
            case "x" when *["a","x"] then puts "splat" end
            i = 0
            while i < 10
              i += 1
              next if i % 2 == 0
              break if i > 7
              puts i
            end
            until i == 0 do i -= 1 end
            puts i
            for a in [1,2,3] do puts a end
            for a, b in [[1,2],[3,4]] do puts a+b end
            r = [1,2,3].each do |v|
              break v * 10 if v == 2
            end
            p r
            def m
              [1,2,3].each { |v| return v if v == 2 }
              nil
            end
            p m
            p (begin; 1; ensure; 2; end)
            z = while true do break 7 end
            p z
            p [1,2,3].map { |v| next 0 if v == 2; v }
            l = lambda { |q| return q * 2 }
            p l.call(4), l.(5), l[6]
            pr = proc { |a, b| [a, b] }
            p pr.call(1), pr.call([1, 2]), pr.call(1, 2, 3)
            def y2; yield 1, 2; end
            y2 { |a| p a }
            y2 { |a, b, c| p [a,b,c] }
            y2 { |*a| p a }
            p x = nil || 5
            p (x and 7), (nil or 8)
            a, (b, *c), d = 1, [2, 3, 4], 5
            p a, b, c, d
            a, b = b, a
            p a, b
            *a, b = [1,2,3]
            p a, b
            a, *b = 1
            p a, b
            h = {a: 1, "b" => 2, 3 => [4]}
            p h, h[:a], h["b"], h[:zz]
            a = [1, *[2, 3], *nil, 4]
            p a
            def opt(a, b = a + 1, *r, c) [a, b, r, c] end
            p opt(1, 2), opt(1, 2, 3), opt(1, 2, 3, 4, 5)
            def kw(a, b: 2, **o) [a, b, o] end
            p kw(1), kw(1, b: 3), kw(1, c: 4)
            def blk(&b) b end
            p blk { 3 }.call, blk
            p defined?(foo), defined?(p), defined?(String), defined?(@a), defined?(a), defined?(3.foo), defined?(Foo::Bar)
            @iv = 3
            p @iv, @nope, defined?(@iv)
            $g = 1
            p $g, defined?($g), defined?($h)
            p "%05.2f|%-5s|%+d|%x|%08b|%e|%s" % [3.14159, "ab", 5, 255, 5, 12345.678, :sym]
            p __method__.inspect
            p [1,2,3].sum, (1..10).inject(:+), %w(a b c).each_with_index.map { |s, i| s * i }
            catch(:done) { 10.times { |q| throw :done if q == 3 }; p :never }
            p catch(:v) { throw :v, 9 }
            puts [1, [2, [nil, 3]]].flatten.inspect, [3,1,2].sort { |a, b| b <=> a }.inspect
            p 10.downto(7).to_a, 1.step(10, 3).to_a, (1...10).step(4).to_a
            i = 5
            begin i -= 1 end while i > 3
            p i
            p [[1, [2, 3]]].map { |a, (b, c)| a + b + c }
            puts <<X
            heredoc #{1 + 1}
            X
            p 7.divmod(-2), -7 / 2, -7 % 3, 7.fdiv(2), 2 ** 10
            p 1_000.to_s, 255.to_s(16), "ff".to_i(16), "12abc".to_i, "0x1A".hex, "3.7".to_f, 3.7.to_i, 3.5.round, 4.5.round, 3.14159.round(2)
            p 1e20, 1e15, 1e16, 1.0, 100.0, 1.5e-5, 0.1 + 0.2, 1e100, 12345678912345.678
            """###,
        output: ###"""
            a
            t
            mid
            re e hel lo||hel
            int
            splat
            1
            3
            5
            7
            0
            1
            2
            3
            3
            7
            20
            2
            1
            7
            [1, 0, 3]
            8
            10
            12
            [1, nil]
            [1, 2]
            [1, 2]
            1
            [1, 2, nil]
            [1, 2]
            5
            7
            8
            1
            2
            [3, 4]
            5
            2
            1
            [1, 2]
            3
            1
            []
            {:a=>1, "b"=>2, 3=>[4]}
            1
            2
            nil
            [1, 2, 3, 4]
            [1, 2, [], 2]
            [1, 2, [], 3]
            [1, 2, [3, 4], 5]
            [1, 2, {}]
            [1, 3, {}]
            [1, 2, {:c=>4}]
            3
            nil
            nil
            "method"
            "constant"
            nil
            "local-variable"
            nil
            nil
            3
            nil
            "instance-variable"
            1
            "global-variable"
            nil
            "03.14|ab   |+5|ff|00000101|1.234568e+04|sym"
            "nil"
            6
            55
            ["", "b", "cc"]
            9
            [1, 2, nil, 3]
            [3, 2, 1]
            [10, 9, 8, 7]
            [1, 4, 7, 10]
            [1, 5, 9]
            3
            [6]
            heredoc 2
            [-4, -1]
            -4
            2
            3.5
            1024
            "1000"
            "ff"
            255
            12
            26
            3.7
            3
            4
            5
            3.14
            1.0e+20
            1.0e+15
            1.0e+16
            1.0
            100.0
            1.5e-05
            0.30000000000000004
            1.0e+100
            12345678912345.678
            """###)
}
