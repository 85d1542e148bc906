/// Classes, modules and method look-up: a script and what Ruby 3.1 prints for it (taken from Debian's `ruby`).
extension Behaviour {
    static let classes = Behaviour(
        name: "classes, modules and method look-up",
        script: ###"""
            class A
              attr_accessor :x
              attr_reader :y
              @@count = 0
              C = 10
              def initialize(x, y = 2) @x = x; @y = y; @@count += 1 end
              def self.count; @@count end
              def to_s; "A(#{@x},#{@y})" end
              def ==(o) o.is_a?(A) && o.x == @x end
              def <=>(o) @x <=> o.x end
              include Comparable
              def each; yield @x; yield @y end
              include Enumerable
              def hash; @x.hash end
              def eql?(o) self == o end
              def method_missing(n, *a) n.to_s.start_with?("dyn_") ? [n, a] : super end
              def respond_to_missing?(n, p = false) n.to_s.start_with?("dyn_") || super end
              private
              def priv; 1 end
            end
            class B < A
              def initialize(x) super(x, 9); @z = 3 end
              def to_s; "B:" + super end
              def c; C end
            end
            a = A.new(1); b = B.new(2)
            puts a, b, "#{a}"
            p A.count, a == A.new(1), a != b, a < b, [b, a].sort.map { |q| q.x }, [a, b].max.x, b.c, A::C, B.superclass, B.ancestors.include?(Comparable)
            p a.map { |v| v * 2 }, a.include?(2), a.sort, a.to_a, a.inject { |s, v| s + v }
            h = {a => 1}
            p h[A.new(1)], h.key?(A.new(5)), h[b]
            h[A.new(1)] = 5
            p h.size, h[a]
            p a.dyn_foo(1, 2), a.respond_to?(:dyn_x), a.respond_to?(:nope), a.respond_to?(:priv)
            begin; a.zork; rescue NoMethodError => e; puts e.message[0, 23]; end
            begin; a.priv; rescue NoMethodError => e; puts e.message[0, 28]; end
            begin; zork2; rescue NameError => e; puts e.message[0, 43]; end
            class << a
              def sing; "s#{@x}" end
            end
            def a.sing2; 2 end
            p a.sing, a.sing2, a.class, a.singleton_class.instance_methods(false).sort
            module M
              K = 5
              def hi; "hi #{name}" end
              def self.mod; "mod" end
              module_function
              def mf; 3 end
            end
            class P2; include M; def name; "p" end end
            p P2.new.hi, M.mod, M.mf, M::K, P2.include?(M), P2.new.is_a?(M)
            class Hash
              alias plus_old merge
              def +(o) merge(o) end
            end
            p({1=>2} + {3=>4})
            class Integer
              def double; self * 2 end
            end
            p 4.double
            class String
              alias old_up upcase
              def upcase; "<" + old_up + ">" end
            end
            p "a".upcase
            o = Object.new
            def o.to_s; "obj" end
            puts "#{o}", [o].join("-"), "x" + o.to_s
            p o.instance_variables, b.instance_variables
            p b.instance_variable_get(:@z)
            S = Struct.new(:a, :b) do
              def sum; a + b end
            end
            s = S.new(1, 2)
            p s, s.sum, s.a, s.to_a, s == S.new(1,2)
            s.a = 5
            p s.a, s[:b], s[0]
            class Stack
              def initialize; @a = [] end
              def push(x); @a.push(x); self end
              def each(&b); @a.each(&b); self end
              include Enumerable
            end
            st = Stack.new.push(3).push(1).push(2)
            p st.sort, st.map { |x| x + 1 }, st.first, st.first(2), st.min, st.max, st.sum, st.each_with_index.to_a, st.each_slice(2).to_a, st.reduce(:+), st.sort_by { |x| -x }, st.partition { |x| x > 1 }, st.group_by { |x| x.odd? }, st.zip([7,8,9]), st.include?(3), st.entries, st.min_by { |x| -x }, st.each_cons(2).to_a, st.reject { |x| x == 1 }, st.find { |x| x < 3 }, st.count, st.to_a.reverse, st.inject { |a, b| a * b }, st.each_with_object([]) { |x, m| m << x }, st.tally, st.take_while { |x| x > 2 }
            p 5.instance_of?(Integer), Integer === 5, A.name, A.to_s, A.class, M.class, nil.to_a, nil.inspect
            D = Class.new(A) { def foo; :foo end }
            p D.new(1).foo, D.name
            p a.frozen?, "lit".frozen?, :a.frozen?, 1.frozen?
            x = "abc".freeze
            begin; x << "d"; rescue => e; p e.class, e.message; end
            p a.send(:priv), a.public_send(:x), a.method(:x).call
            p [1, 2, 3].each_slice(2).map(&:sum), %w[a b].map(&:to_sym), [1,2,3].inject(:*)
            p a.tap { |q| q.x = 100 }.x, a.then { |q| q.x + 1 }
            p a.instance_eval { @x }
            define = A.send(:define_method, :dm) { |q = 3| [@x, q] }
            p define, a.dm, a.dm(4)
            p A.instance_methods(false).include?(:dm)
            class A; remove_method :dm; end
            p a.respond_to?(:dm)
            p (a.x ||= 5), (a.x += 1), (a.x &&= 2)
            """###,
        output: ###"""
            A(1,2)
            B:A(2,9)
            A(1,2)
            2
            true
            true
            true
            [1, 2]
            2
            10
            10
            A
            true
            [2, 4]
            true
            [1, 2]
            [1, 2]
            3
            1
            false
            nil
            1
            5
            [:dyn_foo, [1, 2]]
            true
            false
            false
            undefined method `zork'
            private method `priv' called
            undefined local variable or method `zork2' 
            "s1"
            2
            A
            [:sing, :sing2]
            "hi p"
            "mod"
            3
            5
            true
            true
            {1=>2, 3=>4}
            8
            "<A>"
            obj
            obj
            xobj
            []
            [:@x, :@y, :@z]
            3
            #<struct S a=1, b=2>
            3
            1
            [1, 2]
            true
            5
            2
            5
            [1, 2, 3]
            [4, 2, 3]
            3
            [3, 1]
            1
            3
            6
            [[3, 0], [1, 1], [2, 2]]
            [[3, 1], [2]]
            6
            [3, 2, 1]
            [[3, 2], [1]]
            {true=>[3, 1], false=>[2]}
            [[3, 7], [1, 8], [2, 9]]
            true
            [3, 1, 2]
            3
            [[3, 1], [1, 2]]
            [3, 2]
            1
            3
            [2, 1, 3]
            6
            [3, 1, 2]
            {3=>1, 1=>1, 2=>1}
            [3]
            true
            true
            "A"
            "A"
            Class
            Module
            []
            "nil"
            :foo
            "D"
            false
            false
            true
            true
            FrozenError
            "can't modify frozen String: \"abc\""
            1
            1
            1
            [3, 3]
            [:a, :b]
            6
            100
            101
            100
            :dm
            [100, 3]
            [100, 4]
            true
            false
            100
            101
            2
            """###)
}
