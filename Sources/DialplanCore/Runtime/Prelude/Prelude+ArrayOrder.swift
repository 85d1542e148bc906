extension Prelude {
    /// Sorting, and what compares, groups or rearranges.
    static let arrayOrder = #"""
        class Array
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
        end
        """#
}
