/// Mutation, identity and operators of the script's own: a script and what Ruby 3.1 prints for it (taken from Debian's `ruby`).
extension Behaviour {
    static let objects = Behaviour(
        name: "mutation, identity and operators of the script's own",
        script: ###"""
            # mutation, sharing, identity
            TABLE = { "a" => "00", "b" => "+" }
            def num(k) TABLE[k].gsub!("0", "9"); TABLE[k] end
            p num("a"), TABLE, num("b")
            s = "abc"
            t = s
            t.sub!(/b/, "X")
            p s, s.sub!(/zzz/, ""), s.equal?(t)
            def lit; "fresh" end
            x = lit; x << "!"
            p lit, x
            a = ["x"] * 2
            a[0] << "y"
            p a
            h = { "k" => "v" }
            k = "key"
            h[k] = 1
            k << "changed"
            p h, h.keys[1].frozen?
            d = Marshal rescue d = nil
            u = [[0] * 2] * 2
            u[0][0] = 1
            p u
            v = Array.new(2) { [0] }
            v[0][0] = 1
            p v
            w = "hello"
            w[0] = "J"; w[-1] = "y"; w[1..2] = "E"
            p w
            w[/l/] = "L"
            p w
            w.insert(2, "--").prepend("<").concat(">", "!")
            p w
            str = +""
            5.times { |i| str << i.to_s << "," }
            p str, str.chop, str.chomp(","), str.length
            p str.slice!(0, 2), str
            arr = [1, 2, 3, 4, 5, 6]
            p arr.slice!(1, 2), arr, arr.shift(2), arr, arr.pop(1), arr
            arr.push(9, 8).unshift(0).insert(1, :i)
            p arr
            arr.map!(&:to_s).reverse!
            p arr
            arr.replace([3, 1, 2]).sort!
            p arr, arr.fill(0, 1), arr.fill { |i| i * i }
            b = arr.dup; b << 1
            p arr.size, b.size
            hh = { a: 1, b: 2, c: 3 }
            hh.delete(:b); hh[:b] = 9; hh[:a] += 1
            p hh, hh.to_a, hh.shift, hh
            hh.each { |kk, vv| hh[kk] = vv * 2 }
            p hh, hh.select! { |_, vv| vv > 10 }, hh, hh.reject! { |_, vv| vv > 100 }, hh.keep_if { true }
            f = "frozen".freeze
            p f.frozen?, f.upcase, (f.upcase! rescue $!.class), (f << "x" rescue $!.message), f.dup << "ok", f.clone.frozen?, f.dup.frozen?
            sym = :abc
            p sym.to_s << "d", sym, :"with space".inspect, %s(q).to_proc.class, :a.object_id == :a.object_id, "a".object_id == "a".object_id, nil.object_id, 1.object_id
            class Pt
              attr_accessor :x, :y
              def initialize(x, y) @x, @y = x, y end
              def ==(o) Pt === o && [x, y] == [o.x, o.y] end
              alias eql? ==
              def hash; [x, y].hash end
              def <=>(o) [x, y] <=> [o.x, o.y] end
              include Comparable
              def to_s; "(#{x},#{y})" end
              def inspect; "#<Pt #{x} #{y}>" end
              def coerce(n) [Pt.new(n, n), self] end
              def +(o) o.is_a?(Pt) ? Pt.new(x + o.x, y + o.y) : Pt.new(x + o, y + o) end
              def -@; Pt.new(-x, -y) end
              def [](i) i == 0 ? x : y end
              def []=(i, v) i == 0 ? @x = v : @y = v end
              def call(q) q * x end
              def to_proc; ->(q) { q + x } end
              def to_str; to_s end
              def each; yield x; yield y end
              def ===(o) o == x end
              def =~(o) "match #{o}" end

            end
            q = Pt.new(1, 2)
            p q, q + q, q + 1, 5 + q, -q, q[0], (q[1] = 7), q, q.(3), [1, 2].map(&q), "s" + q, q == Pt.new(1, 7), q != Pt.new(1, 7), q.eql?(Pt.new(1, 7)), [q].include?(Pt.new(1, 7)), [q].index(Pt.new(1, 7)), [q, Pt.new(0, 0)].min, [q, Pt.new(0, 0)].sort, { q => 1 }[Pt.new(1, 7)], [q, Pt.new(1, 7)].uniq.size, q.between?(Pt.new(0, 0), Pt.new(9, 9)), q.clamp(Pt.new(2, 0), Pt.new(3, 0)), [q] - [Pt.new(1, 7)], [q] & [Pt.new(1, 7)], q =~ 3
            case 1 when q then p :case_ok else p :no end
            q[0] += 5; q.y ||= 3; q.x -= 1
            p q
            g = { Pt.new(1, 1) => :a }
            g[Pt.new(1, 1)] = :b
            g[Pt.new(2, 2)] = :c
            p g, g.size, g.key?(Pt.new(2, 2)), g.delete(Pt.new(1, 1)), g.size, g.fetch(Pt.new(2, 2))
            p [Pt.new(3, 1), Pt.new(1, 2)].sort_by { |z| z.y }.map(&:to_s), [Pt.new(3, 1), Pt.new(1, 2)].max.to_s, [Pt.new(1, 1)] == [Pt.new(1, 1)], { a: Pt.new(1, 1) } == { a: Pt.new(1, 1) }
            puts q, "#{q}", [q, [q]].join("|"), "%s" % q.to_s
            """###,
        output: ###"""
            "99"
            {"a"=>"99", "b"=>"+"}
            "+"
            "aXc"
            nil
            true
            "fresh"
            "fresh!"
            ["xy", "xy"]
            {"k"=>"v", "key"=>1}
            true
            [[1, 0], [1, 0]]
            [[1], [0]]
            "JEly"
            "JELy"
            "<JE--Ly>!"
            "0,1,2,3,4,"
            "0,1,2,3,4"
            "0,1,2,3,4"
            10
            "0,"
            "1,2,3,4,"
            [2, 3]
            [5]
            [1, 4]
            [5]
            [6]
            [5]
            [0, :i, 5, 9, 8]
            ["8", "9", "5", "i", "0"]
            [0, 1, 4]
            [0, 1, 4]
            [0, 1, 4]
            3
            4
            {:c=>3, :b=>9}
            [[:a, 2], [:c, 3], [:b, 9]]
            [:a, 2]
            {:c=>3, :b=>9}
            {:b=>18}
            {:b=>18}
            {:b=>18}
            nil
            {:b=>18}
            true
            "FROZEN"
            FrozenError
            "can't modify frozen String: \"frozen\""
            "frozenok"
            true
            false
            "abcd"
            :abc
            ":\"with space\""
            Proc
            true
            false
            8
            3
            #<Pt 1 7>
            #<Pt 2 4>
            #<Pt 2 3>
            #<Pt 6 7>
            #<Pt -1 -2>
            1
            7
            #<Pt 1 7>
            3
            [2, 3]
            "s(1,7)"
            true
            false
            true
            true
            0
            #<Pt 0 0>
            [#<Pt 0 0>, #<Pt 1 7>]
            1
            1
            true
            #<Pt 2 0>
            []
            [#<Pt 1 7>]
            "match 3"
            :case_ok
            #<Pt 5 7>
            {#<Pt 2 2>=>:c}
            2
            true
            :b
            1
            :c
            ["(3,1)", "(1,2)"]
            "(3,1)"
            true
            true
            (5,7)
            (5,7)
            (5,7)|(5,7)
            (5,7)
            """###)
}
