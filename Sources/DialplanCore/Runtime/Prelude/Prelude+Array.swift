extension Prelude {
    static let array = #"""
        class Array
          def initialize(size = nil, value = nil)
            return self if size.nil?
            if block_given?
              i = 0
              while i < size
                self << yield(i)
                i += 1
              end
            else
              __initialize(size, value)
            end
            self
          end
          def each
            return __enum(self, :each) unless block_given?
            i = 0
            while i < length
              yield self[i]
              i += 1
            end
            self
          end
          alias Each each
          def each_index
            return __enum(self, :each_index) unless block_given?
            i = 0
            while i < length
              yield i
              i += 1
            end
            self
          end
          def each_with_index
            return __enum(self, :each_with_index) unless block_given?
            i = 0
            while i < length
              yield self[i], i
              i += 1
            end
            self
          end
          def reverse_each
            return __enum(self, :reverse_each) unless block_given?
            i = length - 1
            while i >= 0
              yield self[i]
              i -= 1
            end
            self
          end
          def map
            return __enum(self, :map) unless block_given?
            list = []
            i = 0
            while i < length
              list << yield(self[i])
              i += 1
            end
            list
          end
          alias collect map
          def map!
            return __enum(self, :map!) unless block_given?
            __check_frozen(self)
            i = 0
            while i < length
              self[i] = yield(self[i])
              i += 1
            end
            self
          end
          alias collect! map!
          def select
            return __enum(self, :select) unless block_given?
            list = []
            i = 0
            while i < length
              x = self[i]
              list << x if yield(x)
              i += 1
            end
            list
          end
          alias filter select
          alias find_all select
          def reject
            return __enum(self, :reject) unless block_given?
            list = []
            i = 0
            while i < length
              x = self[i]
              list << x unless yield(x)
              i += 1
            end
            list
          end
          def select!(&blk)
            n = length
            replace(select(&blk))
            n == length ? nil : self
          end
          alias filter! select!
          def keep_if(&blk)
            select!(&blk)
            self
          end
          def reject!(&blk)
            n = length
            replace(reject(&blk))
            n == length ? nil : self
          end
          def delete_if(&blk)
            reject!(&blk)
            self
          end
          def find(none = nil)
            return __enum(self, :find) unless block_given?
            i = 0
            while i < length
              x = self[i]
              return x if yield(x)
              i += 1
            end
            nil
          end
          alias detect find
          def index(*args)
            return __index(args[0]) unless args.empty?
            return __enum(self, :index) unless block_given?
            i = 0
            while i < length
              return i if yield(self[i])
              i += 1
            end
            nil
          end
          alias find_index index
          def rindex(*args)
            return __rindex(args[0]) unless args.empty?
            i = length - 1
            while i >= 0
              return i if yield(self[i])
              i -= 1
            end
            nil
          end
          def inject(*args)
            i = 0
            if args.length == 2
              memo = args[0]
              op = args[1]
            elsif args.length == 1 && !block_given?
              op = args[0]
              memo = self[0]
              i = 1
            elsif args.length == 1
              memo = args[0]
            else
              memo = self[0]
              i = 1
            end
            if op
              while i < length
                memo = memo.__send__(op, self[i])
                i += 1
              end
            else
              while i < length
                memo = yield(memo, self[i])
                i += 1
              end
            end
            memo
          end
          alias reduce inject
          def sum(init = 0)
            return __sum(init) unless block_given?
            i = 0
            while i < length
              init = init + yield(self[i])
              i += 1
            end
            init
          end
          def __slow___sum(init)
            i = 0
            while i < length
              init = init + self[i]
              i += 1
            end
            init
          end
          def count(*args)
            if block_given?
              n = 0
              i = 0
              while i < length
                n += 1 if yield(self[i])
                i += 1
              end
              return n
            end
            return length if args.empty?
            n = 0
            i = 0
            while i < length
              n += 1 if self[i] == args[0]
              i += 1
            end
            n
          end
          def all?(*args)
            i = 0
            while i < length
              x = self[i]
              ok = args.empty? ? (block_given? ? yield(x) : x) : args[0] === x
              return false unless ok
              i += 1
            end
            true
          end
          def any?(*args)
            i = 0
            if block_given? && args.empty?
              while i < length
                return true if yield(self[i])
                i += 1
              end
              return false
            end
            while i < length
              x = self[i]
              return true if args.empty? ? x : args[0] === x
              i += 1
            end
            false
          end
          def none?(*args, &blk)
            !any?(*args, &blk)
          end
          def one?(*args)
            n = 0
            i = 0
            while i < length
              x = self[i]
              n += 1 if args.empty? ? (block_given? ? yield(x) : x) : args[0] === x
              i += 1
            end
            n == 1
          end
          def partition
            return __enum(self, :partition) unless block_given?
            yes = []
            no = []
            i = 0
            while i < length
              x = self[i]
              yield(x) ? yes << x : no << x
              i += 1
            end
            [yes, no]
          end
          def group_by
            return __enum(self, :group_by) unless block_given?
            groups = {}
            i = 0
            while i < length
              x = self[i]
              k = yield(x)
              (groups[k] ||= []) << x
              i += 1
            end
            groups
          end
          def tally
            counts = {}
            each { |x| counts[x] = (counts[x] || 0) + 1 }
            counts
          end
          def flat_map
            return __enum(self, :flat_map) unless block_given?
            list = []
            i = 0
            while i < length
              r = yield(self[i])
              Array === r ? list.concat(r) : list << r
              i += 1
            end
            list
          end
          alias collect_concat flat_map
          def sort(&blk)
            return __sort unless blk
            __values_in(__merge_order(&blk))
          end
          def sort!(&blk)
            replace(sort(&blk))
          end
          def sort_by
            return __enum(self, :sort_by) unless block_given?
            keys = []
            i = 0
            while i < length
              keys << yield(self[i])
              i += 1
            end
            __values_in(__order(keys))
          end
          def sort_by!(&blk)
            replace(sort_by(&blk))
          end
          def __values_in(order)
            list = []
            i = 0
            while i < order.length
              list << self[order[i]]
              i += 1
            end
            list
          end
          def __slow___sort
            __values_in(__merge_order { |a, b| a <=> b })
          end
          def __merge_order
            n = length
            from = []
            i = 0
            while i < n
              from << i
              i += 1
            end
            width = 1
            while width < n
              to = []
              start = 0
              while start < n
                left = start
                middle = start + width
                middle = n if middle > n
                right = middle
                stop = start + width * 2
                stop = n if stop > n
                while left < middle && right < stop
                  a = self[from[left]]
                  b = self[from[right]]
                  c = yield(a, b)
                  raise ArgumentError, "comparison of #{a.class} with #{b.class} failed" if c.nil?
                  if c > 0
                    to << from[right]
                    right += 1
                  else
                    to << from[left]
                    left += 1
                  end
                end
                while left < middle
                  to << from[left]
                  left += 1
                end
                while right < stop
                  to << from[right]
                  right += 1
                end
                start = stop
              end
              from = to
              width *= 2
            end
            from
          end
          def min(n = nil, &blk)
            return sort(&blk).first(n) if n
            return __min unless blk
            best = self[0]
            i = 1
            while i < length
              best = self[i] if blk.call(self[i], best) < 0
              i += 1
            end
            best
          end
          def max(n = nil, &blk)
            return sort(&blk).reverse.first(n) if n
            return __max unless blk
            best = self[0]
            i = 1
            while i < length
              best = self[i] if blk.call(self[i], best) > 0
              i += 1
            end
            best
          end
          def __slow___min
            min { |a, b| a <=> b }
          end
          def __slow___max
            max { |a, b| a <=> b }
          end
          def min_by(n = nil, &blk)
            return __enum(self, :min_by) unless blk
            return sort_by(&blk).first(n) if n
            best = nil
            key = nil
            i = 0
            while i < length
              k = blk.call(self[i])
              if i == 0 || (k <=> key) < 0
                best = self[i]
                key = k
              end
              i += 1
            end
            best
          end
          def max_by(n = nil, &blk)
            return __enum(self, :max_by) unless blk
            return sort_by(&blk).reverse.first(n) if n
            best = nil
            key = nil
            i = 0
            while i < length
              k = blk.call(self[i])
              if i == 0 || (k <=> key) > 0
                best = self[i]
                key = k
              end
              i += 1
            end
            best
          end
          def minmax(&blk)
            [min(&blk), max(&blk)]
          end
          def uniq(&blk)
            return __uniq unless blk
            seen = {}
            select do |x|
              k = blk.call(x)
              seen.key?(k) ? false : (seen[k] = true)
            end
          end
          def __slow___uniq
            list = []
            each { |x| list << x unless list.include?(x) }
            list
          end
          def uniq!(&blk)
            n = length
            replace(uniq(&blk))
            n == length ? nil : self
          end
          def delete(value)
            found = __delete(value)
            found.nil? && block_given? ? yield(value) : found
          end
          def __slow___delete(value)
            found = nil
            list = []
            each { |x| x == value ? found = x : list << x }
            replace(list)
            found
          end
          def fetch(index, *default)
            i = index < 0 ? index + length : index
            return self[i] if i >= 0 && i < length
            return yield(index) if block_given?
            return default[0] unless default.empty?
            raise IndexError, "index #{index} outside of array bounds: #{-length}...#{length}"
          end
          def dig(key, *rest)
            value = self[key]
            rest.empty? || value.nil? ? value : value.dig(*rest)
          end
          def take_while
            list = []
            i = 0
            while i < length && yield(self[i])
              list << self[i]
              i += 1
            end
            list
          end
          def drop_while
            i = 0
            i += 1 while i < length && yield(self[i])
            drop(i)
          end
          def zip(*others)
            lists = others.map { |o| o.to_a }
            result = []
            i = 0
            while i < length
              row = [self[i]]
              lists.each { |l| row << l[i] }
              block_given? ? yield(row) : result << row
              i += 1
            end
            block_given? ? nil : result
          end
          def product(*others)
            result = map { |x| [x] }
            others.each { |o| result = result.flat_map { |row| o.map { |y| row + [y] } } }
            result
          end
          def combination(n)
            result = []
            __combine(n, 0, [], result)
            return result.each { |c| yield c } if block_given?
            result.each
          end
          def __combine(n, start, chosen, result)
            if chosen.length == n
              result << chosen.dup
              return
            end
            i = start
            while i < length
              __combine(n, i + 1, chosen + [self[i]], result)
              i += 1
            end
          end
          def permutation(n = length)
            result = []
            __permute(n, [], result)
            return result.each { |c| yield c.map { |i| self[i] } } if block_given?
            result.map { |c| c.map { |i| self[i] } }.each
          end
          def __permute(n, chosen, result)
            return result << chosen if chosen.length == n
            i = 0
            while i < length
              __permute(n, chosen + [i], result) unless chosen.include?(i)
              i += 1
            end
          end
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
          def pack(*args)
            raise NotImplementedError, "pack is not supported by this version"
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
