extension Prelude {
    /// What Ruby's core classes have beyond the methods that the other parts define.
    static let additions = #"""
        class Array
          def rotate!(n = 1)
            replace(rotate(n))
          end
          def minmax_by(&blk)
            return __enum(self, :minmax_by) unless blk
            [min_by(&blk), max_by(&blk)]
          end
          def rassoc(value)
            find { |pair| Array === pair && pair[1] == value }
          end
          def deconstruct
            self
          end
          def find_all(&blk)
            return __enum(self, :find_all) unless blk
            select(&blk)
          end
          def filter!(&blk)
            select!(&blk)
          end
          def each_entry(&blk)
            each(&blk)
          end
          def repeated_combination(n)
            made = n == 0 ? [[]] : []
            if n > 0
              each_index { |i| self[i..-1].repeated_combination(n - 1).each { |rest| made << [self[i]] + rest } }
            end
            block_given? ? made.each { |x| yield x } : made.each
          end
          def repeated_permutation(n)
            made = n == 0 ? [[]] : []
            each { |x| repeated_permutation(n - 1).each { |rest| made << [x] + rest } } if n > 0
            block_given? ? made.each { |x| yield x } : made.each
          end
          def bsearch_index(&blk)
            low = 0
            high = length
            while low < high
              mid = (low + high) / 2
              r = blk.call(self[mid])
              if r == true || r == 0
                return mid if r == 0
                high = mid
              elsif Integer === r
                r < 0 ? high = mid : low = mid + 1
              else
                low = mid + 1
              end
            end
            low < length && blk.call(self[low]) == true ? low : nil
          end
          def shuffle(*options)
            __shuffle
          end
          def sample(n = nil, *options)
            return __sample unless Integer === n
            shuffle.first(n)
          end
          def pack(format, *options)
            __pack(format)
          end
          def none?(*args, &blk)
            !any?(*args, &blk)
          end
          def to_set(&blk)
            Set.new(self, &blk)
          end
        end
        class Hash
          def <=(other)
            all? { |k, v| other.key?(k) && other[k] == v }
          end
          def >=(other)
            other <= self
          end
          def <(other)
            length < other.length && self <= other
          end
          def >(other)
            other < self
          end
          def find_all(&blk)
            return __enum(self, :find_all) unless blk
            to_a.select(&blk)
          end
          def deconstruct_keys(keys)
            self
          end
          def min_by(n = nil, &blk)
            n ? to_a.min_by(n, &blk) : to_a.min_by(&blk)
          end
          def max_by(n = nil, &blk)
            n ? to_a.max_by(n, &blk) : to_a.max_by(&blk)
          end
          def transform_keys(names = nil, &blk)
            return __enum(self, :transform_keys) unless names || blk
            made = {}
            each do |k, v|
              made[names && names.key?(k) ? names[k] : (blk ? blk.call(k) : k)] = v
            end
            made
          end
          def transform_keys!(names = nil, &blk)
            replace(transform_keys(names, &blk))
          end
          def filter!(&blk)
            select!(&blk)
          end
          def rassoc(value)
            each { |k, v| return [k, v] if v == value }
            nil
          end
          def sum(init = 0, &blk)
            to_a.sum(init, &blk)
          end
          def each_entry(&blk)
            each(&blk)
          end
          def hash
            code = length
            each { |k, v| code = (code + (k.hash & 0xFFFFFFFF) * 31 + (v.hash & 0xFFFFFFFF)) & 0xFFFFFFFFFFF }
            code
          end
        end
        class Symbol
          def swapcase
            to_s.swapcase.to_sym
          end
          def empty?
            to_s.empty?
          end
          def casecmp(other)
            Symbol === other ? to_s.casecmp(other.to_s) : nil
          end
          def casecmp?(other)
            Symbol === other ? to_s.casecmp?(other.to_s) : nil
          end
          def name
            to_s
          end
        end
        class Range
          def %(n)
            step(n)
          end
          def bsearch(&blk)
            low = self.begin
            high = exclude_end? ? self.end : self.end + 1
            while low < high
              mid = low + (high - low) / 2
              r = blk.call(mid)
              return mid if r == 0
              if r == true
                high = mid
              elsif Integer === r
                r < 0 ? high = mid : low = mid + 1
              else
                low = mid + 1
              end
            end
            low < (exclude_end? ? self.end : self.end + 1) && blk.call(low) == true ? low : nil
          end
          def minmax(&blk)
            [min(&blk), max(&blk)]
          end
          def reverse_each(&blk)
            return __enum(self, :reverse_each) unless blk
            if Integer === self.begin && Integer === self.end
              i = exclude_end? ? self.end - 1 : self.end
              while i >= self.begin
                blk.call(i)
                i -= 1
              end
              return self
            end
            to_a.reverse.each(&blk)
            self
          end
        end
        class Numeric
          def step(limit = nil, step = nil, &blk)
            if Hash === limit
              step = limit[:by]
              limit = limit[:to]
            elsif Hash === step
              limit = step[:to] if step.key?(:to)
              step = step[:by]
            end
            return __enum(self, :step, limit, step) unless blk
            step = 1 if step.nil?
            raise ArgumentError, "step can't be 0" if step == 0
            if Float === self || Float === limit || Float === step
              return __step_float(limit, step, &blk)
            end
            i = self
            if step > 0
              while limit.nil? || i <= limit
                blk.call(i)
                i += step
              end
            else
              while limit.nil? || i >= limit
                blk.call(i)
                i += step
              end
            end
            self
          end
          def __step_float(limit, step)
            limit = step > 0 ? Float::INFINITY : -Float::INFINITY if limit.nil?
            first = to_f
            n = (limit - first) / step.to_f
            slack = (first.abs + limit.abs + (limit - first).abs) / step.abs * Float::EPSILON
            slack = 0.5 if slack > 0.5
            i = 0
            if n.infinite?
              while n > 0
                yield first + i * step
                i += 1
              end
              return self
            end
            count = (n + slack).floor
            while i <= count
              v = first + i * step.to_f
              yield(step > 0 ? (v > limit ? limit.to_f : v) : (v < limit ? limit.to_f : v))
              i += 1
            end
            self
          end
          def real?
            true
          end
          def nonzero?
            zero? ? nil : self
          end
        end
        class Integer
          def __slow_gcd(other)
            a = abs
            b = other.abs
            while b != 0
              rest = a % b
              a = b
              b = rest
            end
            a
          end
          def __slow_lcm(other)
            return 0 if self == 0 || other == 0
            (self / gcd(other) * other).abs
          end
          def floor(digits = 0)
            return self if digits >= 0
            unit = 10 ** -digits
            self - self % unit
          end
          def ceil(digits = 0)
            return self if digits >= 0
            unit = 10 ** -digits
            -((-self).floor(digits))
          end
          def truncate(digits = 0)
            self < 0 ? ceil(digits) : floor(digits)
          end
          def ceildiv(other)
            -(-self).div(other)
          end
          def pow(exponent, modulus = nil)
            return self ** exponent if modulus.nil?
            raise ArgumentError, "Integer#pow() 2nd argument cannot be negative when 3rd argument specified" if exponent < 0
            raise ZeroDivisionError, "divided by 0" if modulus == 0
            result = 1
            base = self % modulus
            while exponent > 0
              result = result * base % modulus if exponent & 1 == 1
              exponent >>= 1
              base = base * base % modulus if exponent > 0
            end
            result % modulus
          end
          def digits(base = 10)
            raise ArgumentError, "invalid radix #{base}" if base < 2
            raise Math::DomainError, "out of domain" if self < 0
            list = []
            rest = self
            while rest >= base
              list << rest % base
              rest /= base
            end
            list << rest
          end
          def round(digits = 0, options = nil)
            if Hash === digits
              options = digits
              digits = 0
            end
            return self if digits >= 0
            unit = 10 ** -digits
            half = options ? options[:half] : nil
            low = abs - abs % unit
            twice = (abs - low) * 2
            up = twice > unit || (twice == unit && (half.nil? || half.to_s == "up" || (half.to_s == "even" && (low / unit).odd?)))
            low += unit if up
            self < 0 ? -low : low
          end
          def allbits?(mask)
            self & mask == mask
          end
          def anybits?(mask)
            self & mask != 0
          end
          def nobits?(mask)
            self & mask == 0
          end
          def numerator
            self
          end
          def denominator
            1
          end
          def dup
            self
          end
        end
        class Float
          def round(digits = 0, options = nil)
            if Hash === digits
              options = digits
              digits = 0
            end
            half = options ? options[:half] : nil
            return __round(digits) if half.nil? || half.to_s == "up"
            unit = 10.0 ** digits
            scaled = abs * unit
            low = scaled.floor
            rest = scaled - low
            low += 1 if rest > 0.5 || (rest == 0.5 && half.to_s == "even" && low.odd?)
            low = -low if self < 0
            digits > 0 ? low / unit : (low / unit).to_i
          end
          def next_float
            return Float::MIN * Float::EPSILON if self == 0
            near = self + abs * Float::EPSILON / 2
            near == self ? self + abs * Float::EPSILON : near
          end
          def rationalize(*args)
            raise NotImplementedError, "Rational is not supported"
          end
        end
        class String
          def prepend(*parts)
            replace(parts.join + self)
          end
          def unpack(format, *options)
            __unpack(format)
          end
          def unpack1(format, *options)
            __unpack(format)[0]
          end
          def each_grapheme_cluster(&blk)
            each_char(&blk)
          end
          def grapheme_clusters
            chars
          end
          def dump
            "\"" + inspect[1..-2].gsub(/[^\x00-\x7f]/) { |c| c.unpack("U*").map { |u| u > 0xFFFF ? format("\\u{%X}", u) : format("\\u%04X", u) }.join } + "\""
          end
          def undump
            self[1..-2]
          end
          def each_codepoint(&blk)
            return codepoints.each unless blk
            codepoints.each(&blk)
            self
          end
        end
        """#
}
