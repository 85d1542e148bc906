/// Blocks and iterators: a script and what Ruby 3.1 prints for it (taken from Debian's `ruby`).
extension Behaviour {
    static let blocks = Behaviour(
        name: "blocks and iterators",
        script: ###"""
            # blocks and iterators, deeper
            def each_pair_sum(list)
              list.each_with_index do |x, i|
                list.each_with_index do |y, j|
                  next if j <= i
                  yield x + y, [i, j]
                end
              end
            end
            out = []
            each_pair_sum([1, 2, 3]) { |s, (i, j)| out << "#{s}:#{i}#{j}" }
            p out
            r = [1, 2, 3].map { |x| [4, 5].map { |y| [6].each { |z| break x * y * z } } }
            p r
            def find_first(list) list.each { |x| return x if yield(x) }; :none end
            p find_first([1, 2, 3]) { |x| x > 1 }, find_first([]) { true }
            def outer
              inner { return :from_block }
              :never
            end
            def inner; yield; ensure; $log = "inner ensure"; end
            p outer, $log
            gen = Enumerator.new([1, 2, 3], :each_with_index) rescue nil
            words = %w(apple bob cat)
            p words.each_with_index.map { |w, i| "#{i}#{w[0]}" }, words.map.with_index(1) { |w, i| w * i }, words.each_with_index.to_a.last, words.each_slice(2).map(&:first), words.sort_by { |w| [-w.size, w] }, words.inject { |a, b| a.size > b.size ? a : b }, words.zip(1..3), words.each_cons(2).map { |a, b| a[0] + b[0] }
            h = Hash.new { |hash, key| "no #{key}" }
            p h[:x], h.size, h.fetch(:x, 1)
            fib = Hash.new { |m, n| m[n] = n < 2 ? n : m[n - 1] + m[n - 2] }
            p fib[40]
            p (1..20).select { |n| (2..n - 1).none? { |d| n % d == 0 } }
            memo = {}
            ack = lambda { |m, n| memo[[m, n]] ||= m == 0 ? n + 1 : (n == 0 ? ack.(m - 1, 1) : ack.(m - 1, ack.(m, n - 1))) }
            p ack.(2, 3)
            def block_to_proc(&b) b end
            sq = block_to_proc { |x| x * x }
            p [1, 2].map(&sq), sq.call(5), sq.lambda?
            def pass_through(&b) [1, 2].map(&b) end
            p pass_through { |x| x + 10 }
            compose = ->(f, g) { ->(x) { g.(f.(x)) } }
            p compose.(->(x) { x + 1 }, ->(x) { x * 2 }).(3), (method(:Integer) >> ->(x) { x + 1 }).call("4")
            counter = Class.new do
              attr_reader :n
              def initialize; @n = 0 end
              def tick(by = 1) @n += by; self end
              def each_tick(k) k.times { |i| yield tick.n, i } end
            end
            c = counter.new
            acc = []
            c.each_tick(3) { |n, i| acc << n * 10 + i }
            p acc, c.tick.tick(5).n
            x = 10
            [1, 2].each { |i; x| x = i }
            p x
            y = [1, 2, 3].each_with_object([]) { |i, m| m.unshift(i) }
            p y
            z = 3.times.inject(0) { |s, i| s + i }
            p z
            p [[1, [2, 3]], [4, [5, 6]]].map { |a, (b, c)| a + b + c }, { a: 1 }.map { |k, v| "#{k}#{v}" }
            def kwblock; yield a: 1, b: 2 end
            kwblock { |a:, b:| p a + b }
            kwblock { |h| p h }
            p [3, 1, 2].sort { |a, b| b <=> a }, [3, 1, 2].max { |a, b| a <=> b }, %w(bb a ccc).min_by(&:size), [1, 2, 3, 4].partition(&:even?), [1, 2, 3].each_entry.to_a
            loop_result = loop do
              x += 1
              next if x < 13
              break x
            end
            p loop_result
            i = 0
            res = begin
              i += 1
              raise "again" if i < 3
              "done #{i}"
            rescue
              retry
            ensure
              i += 100
            end
            p res, i
            p [1, 2, 3, 4, 5].each_slice(2).with_index.map { |s, k| s.sum * k }
            e = [10, 20].each_with_index
            p e.next, e.next, (begin e.next; rescue StopIteration; :stop end)
            p (1..3).flat_map { |q| [q] * q }, (1..6).each_slice(2).to_a, 1.step(7, 3).to_a, 5.downto(3).map { |q| q }
            a = [1, 2, 3, 4]
            a.each { |q| a.delete(q) if q == 2 }
            p a
            a = [5, 3]
            a.each { |q| a << q + 1 if a.size < 5 }
            p a
            p a.each_with_index.sort_by { |v, k| -k }.map(&:first)
            p catch(:found) { [1, 2].each { |q| [3, 4].each { |w| throw :found, [q, w] if q * w == 6 } }; nil }
            def rec(n, &b) n == 0 ? b.call(0) : rec(n - 1) { |q| b.call(q + n) } end
            p rec(10) { |q| q }
            p [[3, "c"], [1, "a"]].sort.to_h { |k, v| [v, k] }, %w(x y).cycle(2).to_a, [1, 2, 3].reverse_each.map { |q| q }, (1..3).each_with_index.map { |q, k| q * k }
            """###,
        output: ###"""
            ["3:01", "4:02", "5:12"]
            [[24, 30], [48, 60], [72, 90]]
            2
            :none
            :from_block
            "inner ensure"
            ["0a", "1b", "2c"]
            ["apple", "bobbob", "catcatcat"]
            ["cat", 2]
            ["apple", "cat"]
            ["apple", "bob", "cat"]
            "apple"
            [["apple", 1], ["bob", 2], ["cat", 3]]
            ["ab", "bc"]
            "no x"
            0
            1
            102334155
            [1, 2, 3, 5, 7, 11, 13, 17, 19]
            9
            [1, 4]
            25
            false
            [11, 12]
            8
            5
            [10, 21, 32]
            9
            10
            [3, 2, 1]
            3
            [6, 15]
            ["a1"]
            3
            {:a=>1, :b=>2}
            [3, 2, 1]
            3
            "a"
            [[2, 4], [1, 3]]
            [1, 2, 3]
            13
            "done 3"
            103
            [0, 7, 10]
            [10, 0]
            [20, 1]
            :stop
            [1, 2, 2, 3, 3, 3]
            [[1, 2], [3, 4], [5, 6]]
            [1, 4, 7]
            [5, 4, 3]
            [1, 3, 4]
            [5, 3, 6, 4, 7]
            [7, 4, 6, 3, 5]
            [2, 3]
            55
            {"a"=>1, "c"=>3}
            ["x", "y", "x", "y"]
            [3, 2, 1]
            [0, 2, 6]
            """###)
}
