/// Arrays, hashes and ranges: a script and what Ruby 3.1 prints for it (taken from Debian's `ruby`).
extension Behaviour {
    static let collections = Behaviour(
        name: "arrays, hashes and ranges",
        script: ###"""
            a = [3, 1, 2]
            p a.sort, a.sort.reverse, a.max, a.min, a.sum, a.first, a.last, a.first(2), a.last(2), a.push(4), a.pop, a.shift, a.unshift(9), a.length
            p a.include?(9), a.index(1), a + [5], a - [9], a * 2, a & [1, 2], a | [7], a.reverse, a.rotate, a.join("-"), [1, [2, [3]]].flatten, [1, [2, [3]]].flatten(1)
            p [1, nil, 2].compact, [1, 1, 2].uniq, [1,2,3,4].select(&:even?), [1,2,3].reject { |x| x > 1 }, [1,2,3].partition { |x| x > 1 }, [1,2,3].each_slice(2).to_a, [1,2,3].each_cons(2).to_a
            p [1,2,3].inject { |s, x| s + x }, [1,2,3].inject(10) { |s, x| s + x }, [[1, 2], [3, 4]].to_h, [1,2,3].zip([4,5,6], [7,8,9]), [[1,2],[3,4]].transpose, [1,2,3].take(2), [1,2,3].drop(1), [1,2,3,4].take_while { |x| x < 3 }, [1,2,3,4].drop_while { |x| x < 3 }
            p [1,2,3].map.with_index { |x, i| x * i }, [1,2,3].each_with_index.to_a, %w(a b c).each_with_index.map { |x, i| "#{x}#{i}" }, [3,1,2].sort_by { |x| -x }, [1,2,3,4].group_by(&:odd?), [1,2,3].min_by { |x| -x }, %w(aa b ccc).max_by(&:length), [1,2,3].minmax
            b = [1,2,3,4,5]
            p b[1..2], b[1,2], b[-2..-1], b[5], b[5,1], b[6,1], b.values_at(0, 2, -1), b.fetch(1), b.dig(0), b.at(-1), b.slice(1, 2)
            b[1..2] = [9, 9, 9]; p b
            b[0] = 0; b[10] = 1; p b
            b.delete(9); p b
            b.delete_at(0); p b
            b.compact!; b.insert(1, 7, 8); p b
            b.delete_if { |x| x > 7 }; p b
            b.concat([1], [2]); p b
            b.clear; p b, b.empty?, b.first, b.max
            p Array.new(3), Array.new(2, 0), Array.new(3) { |i| i * i }, Array(nil), Array([1]), Array(1..3), Array("a"), [0] * 3
            p [1,2,3].all? { |x| x > 0 }, [1,2,3].any?(&:zero?), [].all?, [nil].any?, [1,2].none?, [1, 2, 3].one? { |x| x == 1 }, [1,2,2].count(2), [1,2].count, [1,2,3].count(&:odd?), [1,2,3].find { |x| x > 1 }, [1,2,3].find_index(2), [1,2,3,4].each_slice(3).map(&:sum)
            p [1,2,3] <=> [1,2,4], [1,2] == [1,2], [1,2].eql?([1.0,2]), [[2,1],[1,2]].sort, [1,2,3].cycle.first(5), [1,2,3].combination(2).to_a, [1,2,3].permutation(2).count, [1,2].product([3,4])
            p [3,1,2].sort!, [1,2].map! { |x| x + 1 }, [1,2,3].each_with_object([]) { |x, m| m << x * 2 }, [1,2,3].reduce(1, :*), ["a","b"].each_with_index.to_h, [1,2,3].sum { |x| x * 2 }, [0.1,0.2,0.3].sum, ["a","b"].sum("")
            h = {"b" => 1, "a" => 2}
            p h.keys, h.values, h.to_a, h.sort, h.sort_by { |k, v| v }, h.min_by { |k, v| v }, h.map { |k, v| [k, v * 2] }.to_h, h.select { |k, v| v > 1 }, h.reject { |k, v| v > 1 }, h.invert, h.key(2), h.any? { |k, v| v > 1 }, h.all? { |k, v| v > 0 }, h.find { |k, v| v == 2 }, h.sum { |k, v| v }, h.count, h.merge("c" => 3), h.merge("a" => 5) { |k, o, n| o + n }, h.to_a.flatten, h.each_with_index.map { |(k, v), i| [k, v, i] }, h.inject(0) { |s, (k, v)| s + v }, h.group_by { |k, v| v.odd? }, h.partition { |k, v| v > 1 }, h.sort_by { |k, v| k }.first, h.max_by { |k, v| v }, h.each_with_object({}) { |(k, v), m| m[v] = k }, h.reduce { |a, b| a + b }
            h.delete("b"); h["z"] = 0; h.store("y", 1)
            p h, h.length, h.key?("z"), h.value?(1), h.fetch("z"), h.fetch("q", 5), h.fetch("q") { |k| k * 2 }, h.dig("z"), h["nope"]
            d = Hash.new(0); "hello".each_char { |c| d[c] += 1 }; p d, d["zz"], d.length
            d2 = Hash.new { |hh, k| hh[k] = k * 2 }; p d2[4], d2, d2.size
            h.each { |k, v| print k, v, "\n" } if false
            h.each_pair { |k, v| puts "#{k}=#{v}" }
            h.each_key { |k| puts k }; h.each_value { |v| puts v }
            p h.transform_values { |v| v + 1 }, h.transform_keys(&:to_sym), h.filter_map { |k, v| k if v == 1 }, h.to_h { |k, v| [v, k] }, h.slice("z"), h.except("z"), h.values_at("z", "y"), h.first, h.entries, h.update("z" => 9), h.delete("nope"), h.delete_if { |k, v| v == 9 }, h.empty?, h.clear, {a: nil}.compact
            big = {}
            100.times { |i| big[i] = i * i; big["k#{i}"] = i }
            50.times { |i| big.delete(i) }
            p big.size, big[70], big["k99"], big.keys.first(3), big.include?(10)
            big[10] = 1; p big.keys.last
            p({a: {b: [1, {c: 2}]}}.dig(:a, :b, 1, :c), {1=>2} == {1=>2}, {1=>{2=>3}} == {1=>{2=>3}}, {a: 1, b: 2} == {b: 2, a: 1}, {1=>2}.eql?({1=>2}))
            p Hash[[[1, 2], [3, 4]]], Hash[1, 2, 3, 4], {1 => :a}.merge({2 => :b}, {3 => :c}), {[1,2] => 3}[[1,2]], {1.0 => 2}[1], {nil => 1}[nil]
            p (1..5).to_a, (1...5).sum, (1..Float::INFINITY).first(3), ('a'..'e').step(2).to_a, (1..10).each_slice(4).to_a, (1..3).each_with_index.to_a, (1..10).find { |x| x % 7 == 0 }, (1..3).reverse_each.to_a, (1..4).inject(:*), (1..3).map { |x| x * 2 }, 1.upto(3).map { |x| x }, 3.times.to_a, (1..3).zip(4..6)
            p [1, 2, 3].lazy.class == nil, [1,2,3,4,5].each_slice(2).to_a.last, [1,2,3].each_entry.to_a, %w(x y z).each.with_index(1).to_a
            e = [1,2,3].each
            p e.next, e.next, e.next, (e.next rescue "stop")
            p [1,2,3].to_s, [1,[2]].inspect, [nil, true, :a, "s", 1.5, 1..2].to_s, {a: [1]}.to_s
            x = [1,2,3]; y = x; y << 4; p x; z = x.dup; z << 5; p x, z.length
            p x.frozen?, x.freeze.frozen?, (x << 1 rescue "frozen #{$!.class}")
            p [3,5,2].each_with_index.max, [3,5,2].each_with_index.min_by { |v, i| v }, [1,2,3,4,5,6].each_slice(2).map(&:first), ["a", "B", "c"].sort_by(&:downcase), [1,2,3].slice_when { |a, b| b > a + 1 }.to_a, [1,2,4,5].chunk_while { |a, b| b == a + 1 }.to_a, [1,2,3].tally, %w(a b a).tally, [1, "a", :b, 2.0].grep(Numeric), (1..6).each_cons(3).to_a.length
            """###,
        output: ###"""
            [1, 2, 3]
            [3, 2, 1]
            3
            1
            6
            3
            2
            [3, 1]
            [1, 2]
            [9, 1, 2]
            4
            3
            [9, 1, 2]
            3
            true
            1
            [9, 1, 2, 5]
            [1, 2]
            [9, 1, 2, 9, 1, 2]
            [1, 2]
            [9, 1, 2, 7]
            [2, 1, 9]
            [1, 2, 9]
            "9-1-2"
            [1, 2, 3]
            [1, 2, [3]]
            [1, 2]
            [1, 2]
            [2, 4]
            [1]
            [[2, 3], [1]]
            [[1, 2], [3]]
            [[1, 2], [2, 3]]
            6
            16
            {1=>2, 3=>4}
            [[1, 4, 7], [2, 5, 8], [3, 6, 9]]
            [[1, 3], [2, 4]]
            [1, 2]
            [2, 3]
            [1, 2]
            [3, 4]
            [0, 2, 6]
            [[1, 0], [2, 1], [3, 2]]
            ["a0", "b1", "c2"]
            [3, 2, 1]
            {true=>[1, 3], false=>[2, 4]}
            3
            "ccc"
            [1, 3]
            [2, 3]
            [2, 3]
            [4, 5]
            nil
            []
            nil
            [1, 3, 5]
            2
            1
            5
            [2, 3]
            [1, 9, 9, 9, 4, 5]
            [0, 9, 9, 9, 4, 5, nil, nil, nil, nil, 1]
            [0, 4, 5, nil, nil, nil, nil, 1]
            [4, 5, nil, nil, nil, nil, 1]
            [4, 7, 8, 5, 1]
            [4, 7, 5, 1]
            [4, 7, 5, 1, 1, 2]
            []
            true
            nil
            nil
            [nil, nil, nil]
            [0, 0]
            [0, 1, 4]
            []
            [1]
            [1, 2, 3]
            ["a"]
            [0, 0, 0]
            true
            false
            true
            false
            false
            true
            2
            2
            2
            2
            1
            [6, 4]
            -1
            true
            false
            [[1, 2], [2, 1]]
            [1, 2, 3, 1, 2]
            [[1, 2], [1, 3], [2, 3]]
            6
            [[1, 3], [1, 4], [2, 3], [2, 4]]
            [1, 2, 3]
            [2, 3]
            [2, 4, 6]
            6
            {"a"=>0, "b"=>1}
            12
            0.6
            "ab"
            ["b", "a"]
            [1, 2]
            [["b", 1], ["a", 2]]
            [["a", 2], ["b", 1]]
            [["b", 1], ["a", 2]]
            ["b", 1]
            {"b"=>2, "a"=>4}
            {"a"=>2}
            {"b"=>1}
            {1=>"b", 2=>"a"}
            "a"
            true
            true
            ["a", 2]
            3
            2
            {"b"=>1, "a"=>2, "c"=>3}
            {"b"=>1, "a"=>7}
            ["b", 1, "a", 2]
            [["b", 1, 0], ["a", 2, 1]]
            3
            {true=>[["b", 1]], false=>[["a", 2]]}
            [[["a", 2]], [["b", 1]]]
            ["a", 2]
            ["a", 2]
            {1=>"b", 2=>"a"}
            ["b", 1, "a", 2]
            {"a"=>2, "z"=>0, "y"=>1}
            3
            true
            true
            0
            5
            "qq"
            0
            nil
            {"h"=>1, "e"=>1, "l"=>2, "o"=>1}
            0
            4
            8
            {4=>8}
            1
            a=2
            z=0
            y=1
            a
            z
            y
            2
            0
            1
            {"a"=>3, "z"=>1, "y"=>2}
            {:a=>2, :z=>0, :y=>1}
            ["y"]
            {2=>"a", 0=>"z", 1=>"y"}
            {"z"=>0}
            {"a"=>2, "y"=>1}
            [0, 1]
            ["a", 2]
            [["a", 2], ["z", 0], ["y", 1]]
            {}
            nil
            {}
            false
            {}
            {}
            150
            4900
            99
            ["k0", "k1", "k2"]
            false
            10
            2
            true
            true
            true
            true
            {1=>2, 3=>4}
            {1=>2, 3=>4}
            {1=>:a, 2=>:b, 3=>:c}
            3
            nil
            1
            [1, 2, 3, 4, 5]
            10
            [1, 2, 3]
            ["a", "c", "e"]
            [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
            [[1, 0], [2, 1], [3, 2]]
            7
            [3, 2, 1]
            24
            [2, 4, 6]
            [1, 2, 3]
            [0, 1, 2]
            [[1, 4], [2, 5], [3, 6]]
            false
            [5]
            [1, 2, 3]
            [["x", 1], ["y", 2], ["z", 3]]
            1
            2
            3
            "stop"
            "[1, 2, 3]"
            "[1, [2]]"
            "[nil, true, :a, \"s\", 1.5, 1..2]"
            "{:a=>[1]}"
            [1, 2, 3, 4]
            [1, 2, 3, 4]
            5
            false
            true
            "frozen FrozenError"
            [5, 1]
            [2, 2]
            [1, 3, 5]
            ["a", "B", "c"]
            [[1, 2, 3]]
            [[1, 2], [4, 5]]
            {1=>1, 2=>1, 3=>1}
            {"a"=>2, "b"=>1}
            [1, 2.0]
            4
            """###)
}
