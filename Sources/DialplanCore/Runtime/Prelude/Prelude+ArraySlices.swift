extension Prelude {
    /// Slices, combinations and other arrays made of one.
    static let arraySlices = #"""
        class Array
          def each_slice(n)
            return __enum(self, :each_slice, n) unless block_given?
            raise ArgumentError, "invalid slice size" if n <= 0
            i = 0
            while i < length
              yield self[i, n]
              i += n
            end
            self
          end
          def each_cons(n)
            return __enum(self, :each_cons, n) unless block_given?
            i = 0
            while i + n <= length
              yield self[i, n]
              i += 1
            end
            self
          end
          def cycle(n = nil)
            return __enum(self, :cycle, n) unless block_given?
            return nil if empty?
            while n.nil? || n > 0
              each { |x| yield x }
              n -= 1 if n
            end
            nil
          end
          def chunk_while
            return [].each if empty?
            chunks = [[self[0]]]
            i = 1
            while i < length
              yield(self[i - 1], self[i]) ? chunks.last << self[i] : chunks << [self[i]]
              i += 1
            end
            chunks.each
          end
          def slice_when
            chunk_while { |a, b| !yield(a, b) }
          end
          def grep(pattern)
            list = []
            each do |x|
              if pattern === x
                list << (block_given? ? yield(x) : x)
              end
            end
            list
          end
          def grep_v(pattern)
            list = []
            each do |x|
              unless pattern === x
                list << (block_given? ? yield(x) : x)
              end
            end
            list
          end
          def to_h
            hash = {}
            each do |x|
              pair = block_given? ? yield(x) : x
              raise TypeError, "wrong element type #{pair.class} (expected array)" unless Array === pair
              hash[pair[0]] = pair[1]
            end
            hash
          end
          def fill(value = nil, start = 0, count = nil)
            i = start
            stop = count ? start + count : length
            while i < stop
              self[i] = block_given? ? yield(i) : value
              i += 1
            end
            self
          end
          def inspect
            "[" + map { |x| x.inspect }.join(", ") + "]"
          end
          def to_s
            inspect
          end
          alias ToString to_s
          def bsearch
            low = 0
            high = length
            while low < high
              middle = (low + high) / 2
              r = yield(self[middle])
              return self[middle] if r == 0
              if r == true || (Integer === r && r < 0)
                high = middle
              else
                low = middle + 1
              end
            end
            low < length && yield(self[low]) == true ? self[low] : nil
          end
          def none
            nil
          end
          def step
            each
          end
          def shuffle!
            replace(shuffle)
          end
          def union(*others)
            others.inject(self) { |a, b| a | b }
          end
          def intersection(*others)
            others.inject(self) { |a, b| a & b }
          end
          def intersect?(other)
            !(self & other).empty?
          end
          def sum_of
            sum
          end
          def __slow_equal(other)
            return false unless length == other.length
            i = 0
            while i < length
              return false unless self[i] == other[i]
              i += 1
            end
            true
          end
          def __slow_eql?(other)
            return false unless length == other.length
            i = 0
            while i < length
              return false unless self[i].eql?(other[i])
              i += 1
            end
            true
          end
          def __slow_compare(other)
            i = 0
            while i < length && i < other.length
              c = self[i] <=> other[i]
              return c unless c == 0
              i += 1
            end
            length <=> other.length
          end
          def __slow_include?(value)
            i = 0
            while i < length
              return true if self[i] == value
              i += 1
            end
            false
          end
          def __slow___index(value)
            i = 0
            while i < length
              return i if self[i] == value
              i += 1
            end
            nil
          end
          def __slow_flatten(depth = -1)
            depth = -1 unless Integer === depth
            result = []
            outer = []
            list = self
            i = 0
            while true
              if i >= list.length
                return result if outer.empty?
                i = outer.pop
                list = outer.pop
              else
                x = list[i]
                i += 1
                if Array === x && (depth < 0 || outer.length < depth * 2)
                  raise ArgumentError, "tried to flatten recursive array" if outer.length >= 20_000
                  outer.push(list, i)
                  list = x
                  i = 0
                else
                  result << x
                end
              end
            end
          end
          def __slow_flatten!(depth = -1)
            __check_frozen(self)
            i = 0
            i += 1 while i < length && !(Array === self[i])
            replace(flatten(depth)) if i < length && depth != 0
          end
          def __slow_join(separator = "")
            text = ""
            i = 0
            while i < length
              text << separator.to_s if i > 0
              x = self[i]
              text << (Array === x ? x.join(separator) : x.to_s)
              i += 1
            end
            text
          end
          def __slow_times(n)
            join(n)
          end
          def __slow_minus(other)
            reject { |x| other.include?(x) }
          end
          def __slow_and(other)
            select { |x| other.include?(x) }.uniq
          end
          def __slow_or(other)
            (self + other).uniq
          end
          def __slow_hash
            inject(7) { |h, x| (h * 31 + x.hash) & 0xFFFFFFFFFFF }
          end
        end
        """#
}
