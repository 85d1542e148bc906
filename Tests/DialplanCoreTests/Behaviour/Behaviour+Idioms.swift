/// Idioms, numbers and time: a script and what Ruby 3.1 prints for it (taken from Debian's `ruby`).
extension Behaviour {
    static let idioms = Behaviour(
        name: "idioms, numbers and time",
        script: ###"""
            # 1.8 habits and misc
            CONST = 1
            p [1,2,3].frozen?
            def splat(*a) a end
            p splat(*[1,2]), splat(*nil), splat(1, *[2,3], 4), splat(*(1..3)), splat(*{a: 1})
            def named(first, *rest, key: 1, **kw, &blk) [first, rest, key, kw, blk ? blk.call : nil] end
            p named(1), named(1, 2, 3), named(1, key: 2), named(1, z: 3) { :b }
            def defaults(a = 1, b = a * 2, c = b + 1) [a,b,c] end
            p defaults, defaults(5), defaults(5, 6), defaults(1,2,3)
            x = 10
            add = ->(a, b = 2) { a + b + x }
            p add.(1), add[1, 5], add.arity, add.lambda?, proc { |a| a }.arity
            counter = 0
            inc = -> { counter += 1 }
            3.times { inc.call }
            p counter
            def make_counter
              n = 0
              [-> { n += 1 }, -> { n }]
            end
            i, g = make_counter
            i.(); i.()
            p g.()
            procs = (1..3).map { |k| -> { k * 10 } }
            p procs.map(&:call)
            def fact(n) n <= 1 ? 1 : n * fact(n - 1) end
            p fact(15)
            def yielder
              return :none unless block_given?
              r = yield 1, [2, 3]
              r
            end
            p yielder, yielder { |a, (b, c)| a + b + c }, yielder { |a, b| b }
            p (1..3).each_with_object({}) { |k, h| h[k] = k * k }
            a = [1, 2, 3]
            a.each_with_index do |v, k|
              next if k == 0
              p [v, k]
            end
            str = "x"
            str += "y"
            str *= 2
            p str
            n = 5
            n -= 1; n *= 3; n /= 2; n **= 2; n %= 7; n |= 8; n &= 12; n ^= 1; n <<= 2; n >>= 1
            p n
            h = Hash.new { |hash, k| hash[k] = [] }
            h[:a] << 1; h[:a] << 2; h[:b] << 3
            p h
            h[:c] ||= 5
            p h[:c]
            @list ||= []
            @list << 1
            p @list
            def multi_ret; return 1, 2, 3; end
            q, w, *e = multi_ret
            p q, w, e
            p [[1, 2], [3, 4]].each { |(m, n)| p m + n }
            if (m = "abc".match(/b/)) && m[0] == "b" then p :ok end
            p (true && nil), (false || :x), !true, (not false)
            v = if false then 1 end
            p v
            p [*1..3, *"a".."c"]
            p "a".then { |s| s + "b" }
            def self.smeth; :s end
            p smeth, self.to_s, self.class
            puts [nil, 1, [2, [3]]].to_s, nil.to_s.empty?, nil.to_a.inspect
            puts nil
            puts [nil].inspect
            puts [[], [1]]
            print "a", "b", 1, nil, "\n"
            $stdout.puts "x" rescue puts "x"
            p 1.0 / 3, 10.0.to_s, 1e3.to_i, 5.to_f, 0.1 * 3, 1.23456789012345e+20, -0.0, 2.5.floor, 2.5.ceil, -2.5.round, 2.5.truncate, 1e2, 100.0.to_i, 1.5 % 1, -7.5.abs, 3.0 == 3, 3.eql?(3.0), 1 <=> 2.5, 5.clamp(1, 3), 5.between?(1, 10), 3.zero?, 0.0.zero?, 10.digits, 3.7 % 1 > 0.69, 10.gcd(4), 10.lcm(4), -5.abs, 5.pred, 5.succ, 65.chr, 3.14.to_s, 1_000_000.to_s, 0b101, 0o17, 0xff, 1e-10, 123456789.123456789, 1e22, 1.0e-4, 0.00001
            p Integer("42"), Integer("0x1f", 16), Float("1.5"), String(5), Array("a"), Integer("z") rescue p $!.message
            p rand.class, rand(10).class, (1..6).include?(rand(1..6)), [1,2,3].sample.class, [1,2,3].shuffle.length
            case [1, 2]
            when Array then puts "array"
            end
            case
            when 1 > 2 then puts "no"
            when 2 > 1 then puts "yes"
            end
            r = case "foo" when "bar", "foo" then :m else :n end
            p r
            w = 5
            res = while w > 0
              w -= 1
              break "broke" if w == 2
            end
            p res
            begin
              [1,2].each do |z|
                [3,4].each do |y|
                  next if y == 3
                  raise "found #{z}#{y}"
                end
              end
            rescue => err
              p err.message
            end
            p __FILE__.class, __LINE__, __method__
            BEGIN_T = Time.at(0).utc
            p BEGIN_T.year, BEGIN_T.strftime("%Y-%m-%d %H:%M:%S %j %a %b %e %I %p %y"), (BEGIN_T + 86400).day, Time.at(100) - Time.at(50), Time.utc(2024, 2, 29).yday, Time.gm(2000, "jan", 1).month rescue p $!
            p Time.utc(2024, 2, 29, 13, 5, 9).strftime("%c|%x|%X|%D|%F|%T|%R|%r|%-d/%-m|%k|%l|%u|%w|%U|%W|%s|%%|%L|%3N|%Z|%z|%C|%h|%n|%t|%e|%P|%^a|%10Y|%-H|%_m")
            p Time.utc(2024,1,1) < Time.utc(2024,1,2), Time.utc(2024,1,1) == Time.utc(2024,1,1), Time.utc(2024,1,1).wday, Time.utc(2024,1,1).monday?, [Time.utc(2024,1,2), Time.utc(2024,1,1)].min.day, Time.utc(2024,12,31).to_s, Time.utc(2024,12,31).inspect, Time.utc(1969,12,31,23,59,59).to_i
            p :a <=> :b, :abc[1], :a.size, :abc.to_proc.call("x") rescue p $!.class
            p %i[a b], %w[x#{1} y], %W[x#{1} y], %q(a'b), %Q(a#{1}b), ?a, :"a b", 'it''s'
            p "abc" "def", "con" + 'cat', "multi
            line"
            p((1..3).reduce(:+), [1,2,3].each_slice(2).include?([3]), [[1,:a]].each { |a, b| p b })
            def kwonly(a:, b: a + 1) [a, b] end
            p kwonly(a: 1), kwonly(b: 5, a: 2)
            begin; kwonly; rescue ArgumentError => e; p e.message; end
            begin; kwonly(a: 1, c: 2); rescue ArgumentError => e; p e.message; end
            opts = {a: 7}
            p kwonly(**opts)
            def opt_hash(a, o = {}) [a, o] end
            p opt_hash(1, b: 2), opt_hash(1, :b => 2)
            p [1,2,3,4].sum { |x| x.odd? ? x : 0 }, (1..4).each_cons(2).map { |a, b| b - a }
            alias_test = "orig"
            class String; def shout; upcase + "!"; end; alias yell shout; end
            p "a".yell
            undef splat
            p defined?(splat)
            p "é".bytes.length, "日本".chars, "aé日".length, "日本語".index("語"), "日本語"[0,2], "é" == "\u00e9"
            $; = nil
            p "a b".split
            p 5.times.map { |i| i }.each_slice(2).to_a, 3.downto(1).to_a
            p [3,1].minmax, %w(b a).sort, [0.5, 1].max, ["aa", "b"].min_by(&:size), [1,2,3,4,5].each_with_index.select { |x, i| i.even? }.map(&:first)
            p "ok".freeze.frozen?, [1].dup.frozen?, "a".dup << "b"
            p({a: 1}.map { |k, v| [k.to_s, v] }.to_h, {a: 1}.each_with_index.map { |(k, v), i| [k, v, i] }, {b: 1, a: 2}.min_by { |k, v| v }, {a: 1}.sum { |k, v| v }, {a: 1, b: 2}.find { |k, v| v == 2 }, {a: 1}.to_a, {a: 1, b: 2}.sort_by { |k, v| -v }, {a: 2}.inject(0) { |s, kv| s + kv[1] })
            """###,
        output: ###"""
            false
            [1, 2]
            []
            [1, 2, 3, 4]
            [1, 2, 3]
            [[:a, 1]]
            [1, [], 1, {}, nil]
            [1, [2, 3], 1, {}, nil]
            [1, [], 2, {}, nil]
            [1, [], 1, {:z=>3}, :b]
            [1, 2, 3]
            [5, 10, 11]
            [5, 6, 7]
            [1, 2, 3]
            13
            16
            -2
            true
            1
            3
            2
            [10, 20, 30]
            1307674368000
            :none
            6
            [2, 3]
            {1=>1, 2=>4, 3=>9}
            [2, 1]
            [3, 2]
            "xyxy"
            18
            {:a=>[1, 2], :b=>[3]}
            []
            [1]
            1
            2
            [3]
            3
            7
            [[1, 2], [3, 4]]
            :ok
            nil
            :x
            false
            true
            nil
            [1, 2, 3, "a", "b", "c"]
            "ab"
            :s
            "main"
            Object
            [nil, 1, [2, [3]]]
            true
            []

            [nil]
            1
            ab1
            x
            0.3333333333333333
            "10.0"
            1000
            5.0
            0.30000000000000004
            1.23456789012345e+20
            -0.0
            2
            3
            -3
            2
            100.0
            100
            0.5
            7.5
            true
            false
            -1
            3
            true
            false
            true
            [0, 1]
            true
            2
            20
            5
            4
            6
            "A"
            "3.14"
            "1000000"
            5
            15
            255
            1.0e-10
            123456789.12345679
            1.0e+22
            0.0001
            1.0e-05
            "invalid value for Integer(): \"z\""
            Float
            Integer
            true
            Integer
            3
            array
            yes
            :m
            "broke"
            "found 14"
            String
            101
            nil
            1970
            "1970-01-01 00:00:00 001 Thu Jan  1 12 AM 70"
            2
            50.0
            60
            1
            "Thu Feb 29 13:05:09 2024|02/29/24|13:05:09|02/29/24|2024-02-29|13:05:09|13:05|01:05:09 PM|29/2|13| 1|4|4|08|09|1709211909|%|000|000|UTC|+0000|20|Feb|\n|\t|29|pm|THU|0000002024|13| 2"
            true
            true
            1
            true
            1
            "2024-12-31 00:00:00 UTC"
            "2024-12-31 00:00:00 UTC"
            -1
            NoMethodError
            [:a, :b]
            ["x\#{1}", "y"]
            ["x1", "y"]
            "a'b"
            "a1b"
            "a"
            :"a b"
            "its"
            "abcdef"
            "concat"
            "multi\nline"
            :a
            6
            true
            [[1, :a]]
            [1, 2]
            [2, 5]
            "missing keyword: :a"
            "unknown keyword: :c"
            [7, 8]
            [1, {:b=>2}]
            [1, {:b=>2}]
            4
            [1, 1, 1]
            "A!"
            nil
            2
            ["日", "本"]
            3
            2
            "日本"
            true
            ["a", "b"]
            [[0, 1], [2, 3], [4]]
            [3, 2, 1]
            [1, 3]
            ["a", "b"]
            1
            "b"
            [1, 3, 5]
            true
            false
            "ab"
            {"a"=>1}
            [[:a, 1, 0]]
            [:b, 1]
            1
            [:b, 2]
            [[:a, 1]]
            [[:b, 2], [:a, 1]]
            2
            """###)
}
