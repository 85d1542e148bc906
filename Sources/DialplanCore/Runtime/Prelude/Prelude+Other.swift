extension Prelude {
    static let other = #"""
        class Numeric
          def __coerced(other, name)
            raise TypeError, "#{other.class} can't be coerced into #{self.class}" unless other.respond_to?(:coerce)
            pair = other.coerce(self)
            pair[0].__send__(name, pair[1])
          end
          def __slow_plus(other)
            __coerced(other, :+)
          end
          def __slow_minus(other)
            __coerced(other, :-)
          end
          def __slow_times(other)
            __coerced(other, :*)
          end
          def __slow_divide(other)
            __coerced(other, :/)
          end
          def __slow_modulo(other)
            __coerced(other, :%)
          end
          def __slow_power(other)
            __coerced(other, :**)
          end
          def __slow_less(other)
            raise ArgumentError, "comparison of #{self.class} with #{other.inspect} failed" unless other.respond_to?(:coerce)
            __coerced(other, :<)
          end
          def __slow_less_equal(other)
            raise ArgumentError, "comparison of #{self.class} with #{other.inspect} failed" unless other.respond_to?(:coerce)
            __coerced(other, :<=)
          end
          def __slow_greater(other)
            raise ArgumentError, "comparison of #{self.class} with #{other.inspect} failed" unless other.respond_to?(:coerce)
            __coerced(other, :>)
          end
          def __slow_greater_equal(other)
            raise ArgumentError, "comparison of #{self.class} with #{other.inspect} failed" unless other.respond_to?(:coerce)
            __coerced(other, :>=)
          end
          def step(limit = nil, step = 1)
            return __enum(self, :step, limit, step) unless block_given?
            raise ArgumentError, "step can't be 0" if step == 0
            i = self
            if step > 0
              while limit.nil? || i <= limit
                yield i
                i += step
              end
            else
              while limit.nil? || i >= limit
                yield i
                i += step
              end
            end
            self
          end
          def between?(low, high)
            self >= low && self <= high
          end
          def clamp(low, high = nil)
            if high.nil?
              high = low.end
              low = low.begin
            end
            return low if low && self < low
            return high if high && self > high
            self
          end
          def to_c
            raise NotImplementedError, "Complex is not supported"
          end
          def to_r
            raise NotImplementedError, "Rational is not supported"
          end
        end
        class Integer
          def times
            return __enum(self, :times) unless block_given?
            i = 0
            while i < self
              yield i
              i += 1
            end
            self
          end
          def upto(limit)
            return __enum(self, :upto, limit) unless block_given?
            i = self
            while i <= limit
              yield i
              i += 1
            end
            self
          end
          def downto(limit)
            return __enum(self, :downto, limit) unless block_given?
            i = self
            while i >= limit
              yield i
              i -= 1
            end
            self
          end
          def self.sqrt(n)
            raise ArgumentError, "Numerical argument is out of domain" if n < 0
            return n if n < 2
            x = 1 << ((n.bit_length + 1) / 2)
            while true
              y = (x + n / x) >> 1
              return x if y >= x
              x = y
            end
          end
        end
        class Range
          def each
            return __enum(self, :each) unless block_given?
            i = self.begin
            last = self.end
            if Integer === i
              if last.nil?
                while true
                  yield i
                  i += 1
                end
              elsif exclude_end?
                while i < last
                  yield i
                  i += 1
                end
              else
                while i <= last
                  yield i
                  i += 1
                end
              end
            elsif String === i
              i.upto(last, exclude_end?) { |s| yield s }
            else
              raise TypeError, "can't iterate from #{i.class}" unless i.respond_to?(:succ)
              while (c = i <=> last) < 0 || (c == 0 && !exclude_end?)
                yield i
                i = i.succ
              end
            end
            self
          end
          def reverse_each(&blk)
            return __enum(self, :reverse_each) unless blk
            to_a.reverse.each(&blk)
            self
          end
          def first(n = nil)
            return self.begin if n.nil?
            list = []
            each do |x|
              break if list.length >= n
              list << x
            end
            list
          end
          def last(n = nil)
            n.nil? ? self.end : to_a.last(n)
          end
          def min(*args, &blk)
            return to_a.min(*args, &blk) if blk || !args.empty?
            c = self.begin <=> self.end
            c > 0 || (c == 0 && exclude_end?) ? nil : self.begin
          end
          def max(*args, &blk)
            return to_a.max(*args, &blk) if blk || !args.empty? || exclude_end? && !(Integer === self.end)
            c = self.begin <=> self.end
            return nil if c > 0 || (c == 0 && exclude_end?)
            exclude_end? ? self.end - 1 : self.end
          end
          def sum(init = 0, &blk)
            return to_a.sum(init, &blk) if blk || !(Integer === self.begin && Integer === self.end)
            last = exclude_end? ? self.end - 1 : self.end
            return init if last < self.begin
            init + (self.begin + last) * (last - self.begin + 1) / 2
          end
          def count(*args, &blk)
            return to_a.count(*args, &blk) if blk || !args.empty?
            size || to_a.length
          end
          def length
            size
          end
          def step(n = 1)
            return __enum(self, :step, n) unless block_given?
            i = self.begin
            unless Numeric === i
              k = 0
              each do |x|
                yield x if k % n == 0
                k += 1
              end
              return self
            end
            while self.end.nil? || (exclude_end? ? i < self.end : i <= self.end)
              yield i
              i += n
            end
            self
          end
          def to_s
            self.begin.to_s + (exclude_end? ? "..." : "..") + self.end.to_s
          end
          def inspect
            (self.begin.nil? ? "" : self.begin.inspect) + (exclude_end? ? "..." : "..") + (self.end.nil? ? "" : self.end.inspect)
          end
          def __slow_include?(value)
            c = self.begin <=> value
            return false if c.nil? || c > 0
            d = value <=> self.end
            return false if d.nil?
            exclude_end? ? d < 0 : d <= 0
          end
          def __slow_equal(other)
            Range === other && self.begin == other.begin && self.end == other.end && exclude_end? == other.exclude_end?
          end
        end
        class Regexp
          def self.union(*parts)
            parts = parts[0] if parts.length == 1 && Array === parts[0]
            new(parts.map { |x| Regexp === x ? x.to_s : escape(x) }.join("|"))
          end
          def self.compile(*args)
            new(*args)
          end
          def ~
            self =~ $_
          end
          def hash
            source.hash
          end
        end
        class MatchData
          def named_captures
            hash = {}
            names.each { |n| hash[n] = self[n] }
            hash
          end
          def __slow_index(*args)
            to_a[*args]
          end
          def inspect
            "#<MatchData #{self[0].inspect}>"
          end
          def ==(other)
            MatchData === other && string == other.string && to_a == other.to_a
          end
        end
        class Time
          def monday?
            wday == 1
          end
          def tuesday?
            wday == 2
          end
          def wednesday?
            wday == 3
          end
          def thursday?
            wday == 4
          end
          def friday?
            wday == 5
          end
          def saturday?
            wday == 6
          end
          def sunday?
            wday == 0
          end
          def to_a
            [sec, min, hour, day, month, year, wday, yday, false, zone]
          end
          def hash
            to_f.hash
          end
          def dst?
            false
          end
          alias isdst dst?
          def ctime
            strftime("%a %b %e %H:%M:%S %Y")
          end
          alias asctime ctime
          def round(*args)
            Time.at(to_f.round)
          end
        end
        class Math
          def self.pow(a, b)
            a ** b
          end
        end
        class Process
          def self.clock_gettime(*args)
            Time.now.to_f
          end
          def self.pid
            0
          end
        end
        class GC
          def self.start
            nil
          end
        end
        class Random
          def self.rand(*args)
            Kernel.rand(*args)
          end
        end
        class Struct
          include Enumerable
          def self.new(*names, &blk)
            if equal?(Struct)
              options = Hash === names.last ? names.pop : {}
              names.shift if String === names[0]
              made = Class.new(Struct)
              made.instance_variable_set(:@members, names)
              made.instance_variable_set(:@by_keyword, options[:keyword_init])
              made.attr_accessor(*names)
              made.class_eval(&blk) if blk
              return made
            end
            object = allocate
            object.__send__(:initialize, *names, &blk)
            object
          end
          def self.[](*values)
            new(*values)
          end
          def self.members
            @members || superclass.members
          end
          def self.by_keyword?
            @members ? @by_keyword : superclass.by_keyword?
          end
          def initialize(*values)
            names = self.class.members
            if self.class.by_keyword?
              given = values[0] || {}
              names.each { |n| instance_variable_set("@#{n}", given[n]) }
            else
              raise ArgumentError, "struct size differs" if values.length > names.length
              names.each_with_index { |n, i| instance_variable_set("@#{n}", values[i]) }
            end
          end
          def members
            self.class.members
          end
          def to_a
            members.map { |n| instance_variable_get("@#{n}") }
          end
          alias deconstruct to_a
          alias values to_a
          def to_h
            hash = {}
            members.each { |n| hash[n] = instance_variable_get("@#{n}") }
            hash
          end
          def [](key)
            return to_a[key] if Integer === key
            instance_variable_get("@#{key}")
          end
          def []=(key, value)
            key = members[key] if Integer === key
            instance_variable_set("@#{key}", value)
          end
          def each(&blk)
            to_a.each(&blk)
            self
          end
          def each_pair
            members.each { |n| yield n, self[n] }
            self
          end
          def ==(other)
            other.class == self.class && other.to_a == to_a
          end
          def eql?(other)
            other.class == self.class && other.to_a.eql?(to_a)
          end
          def hash
            to_a.hash
          end
          def inspect
            "#<struct #{self.class.name ? "#{self.class.name} " : ""}#{members.map { |n| "#{n}=#{self[n].inspect}" }.join(", ")}>"
          end
          alias to_s inspect
        end
        """#
}
