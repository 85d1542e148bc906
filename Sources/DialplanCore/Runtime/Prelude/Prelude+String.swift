extension Prelude {
    static let string = #"""
        class String
          include Enumerable
          def __pattern(x)
            x = __text(x) if !(Regexp === x) && x.respond_to?(:to_str)
            String === x ? Regexp.new(Regexp.escape(x)) : x
          end
          def __slow_gsub(pattern, replacement = nil)
            return __enum(self, :gsub, pattern) if replacement.nil? && !block_given?
            if !(Regexp === pattern) && !(Hash === replacement) && !block_given? && bytesize > 512
              text = __text(pattern)
              replacement = __text(replacement)
              return __replace_all(text, replacement) unless replacement.include?("\\")
            end
            pattern = __pattern(pattern)
            result = ""
            position = 0
            start = 0
            match = nil
            while m = __search(pattern, self, start)
              match = m
              b = m.__begin(0)
              e = m.__end(0)
              result << byteslice(position, b - position)
              if Hash === replacement
                result << replacement[m[0]].to_s
              elsif replacement
                result << __expand(replacement.to_str, m)
              else
                result << yield(m[0]).to_s
              end
              position = e
              start = e
              if b == e
                start = __character_after(self, e)
                result << byteslice(e, start - e) if e < bytesize
                position = start
              end
              break if start > bytesize
            end
            __set_match(match)
            result << byteslice(position, bytesize - position) if position < bytesize
            result
          end
          def __slow_gsub!(pattern, replacement = nil, &blk)
            __check_frozen(self)
            if String === pattern && bytesize > 512
              return nil unless __byteindex(pattern)
              return replace(blk ? gsub(pattern, &blk) : gsub(pattern, replacement))
            end
            pattern = __pattern(pattern)
            return nil unless __search(pattern, self, 0)
            replace(blk ? gsub(pattern, &blk) : gsub(pattern, replacement))
          end
          def __slow_sub(pattern, replacement = nil)
            pattern = __pattern(pattern)
            m = __search(pattern, self, 0)
            return dup unless m
            b = m.__begin(0)
            e = m.__end(0)
            if Hash === replacement
              text = replacement[m[0]].to_s
            elsif replacement
              text = __expand(replacement.to_str, m)
            else
              text = yield(m[0]).to_s
            end
            byteslice(0, b) + text + byteslice(e, bytesize - e)
          end
          def __slow_sub!(pattern, replacement = nil, &blk)
            __check_frozen(self)
            pattern = __pattern(pattern)
            return nil unless __search(pattern, self, 0)
            replace(blk ? sub(pattern, &blk) : sub(pattern, replacement))
          end
          def __slow_scan(pattern)
            pattern = __pattern(pattern)
            list = []
            start = 0
            match = nil
            while start <= bytesize && (m = __search(pattern, self, start))
              match = m
              item = m.length > 1 ? m.captures : m[0]
              start = m.__end(0)
              start = __character_after(self, start) if m.__begin(0) == start
              if block_given?
                yield item
              else
                list << item
              end
            end
            __set_match(match)
            block_given? ? self : list
          end
          def __slow_split(pattern = nil, limit = 0)
            if block_given?
              split(pattern, limit).each { |part| yield part }
              return self
            end
            return split(__text(pattern), limit) unless pattern.nil? || Regexp === pattern || String === pattern
            return __split_text(pattern, limit) unless Regexp === pattern
            list = []
            position = 0
            start = 0
            while start <= bytesize && (limit <= 0 || list.length < limit - 1) && (m = __search(pattern, self, start))
              b = m.__begin(0)
              e = m.__end(0)
              if b == e
                break if b >= bytesize
                if b == position
                  start = __character_after(self, b)
                  m = __search(pattern, self, start)
                  break unless m
                  b = m.__begin(0)
                  e = m.__end(0)
                  break if b >= bytesize && b == e
                end
              end
              list << byteslice(position, b - position)
              m.captures.each { |c| list << c if c }
              position = e
              start = e
            end
            list << byteslice(position, bytesize - position) if bytesize > 0
            list.pop while limit == 0 && !list.empty? && list.last.empty?
            list
          end
          def __slow_slice!(*args)
            found = self[*args]
            return nil if found.nil?
            self[*args] = ""
            found
          end
          def __slow_match_operator(pattern)
            raise TypeError, "wrong argument type String (expected Regexp)" if String === pattern
            pattern =~ self
          end
          def __slow_match(pattern, start = 0)
            Regexp.new(pattern.to_str).match(self, start)
          end
          def __slow_match?(pattern)
            Regexp.new(pattern.to_str).match?(self)
          end
          def __slow_index(pattern, start = 0)
            return index(__text(pattern), start) unless Regexp === pattern
            start += length if start < 0
            m = pattern.match(self, start)
            m ? m.begin(0) : nil
          end
          def __slow_rindex(pattern, start = length)
            return rindex(__text(pattern), start) unless Regexp === pattern
            i = start
            while i >= 0
              m = pattern.match(self, i)
              return i if m && m.begin(0) == i
              i -= 1
            end
            nil
          end
          def __slow_start_with?(*parts)
            parts.each do |part|
              if Regexp === part
                m = part.match(self)
                return true if m && m.begin(0) == 0
              else
                return true if start_with?(__text(part))
              end
            end
            false
          end
          def __slow_partition(pattern)
            return partition(__text(pattern)) unless Regexp === pattern
            m = pattern.match(self)
            m ? [m.pre_match, m[0], m.post_match] : [dup, "", ""]
          end
          def __slow_rpartition(pattern)
            return rpartition(__text(pattern)) unless Regexp === pattern
            i = rindex(pattern)
            return ["", "", dup] unless i
            m = pattern.match(self, i)
            [m.pre_match, m[0], m.post_match]
          end
          def __slow_modulo(args)
            args = [args] unless Array === args
            self % args.map { |a| __formattable(a) }
          end
          def __slow_plus(other)
            raise TypeError, "no implicit conversion of #{other.class} into String" unless other.respond_to?(:to_str)
            self + other.to_str
          end
          def __slow_append(other)
            raise TypeError, "no implicit conversion of #{other.class} into String" unless other.respond_to?(:to_str)
            self << other.to_str
          end
          def each_char
            return __enum(self, :each_char) unless block_given?
            chars.each { |c| yield c }
            self
          end
          def each_byte
            return __enum(self, :each_byte) unless block_given?
            bytes.each { |b| yield b }
            self
          end
          def each_line(options = nil)
            unless block_given?
              return options ? __enum(self, :each_line, options) : __enum(self, :each_line)
            end
            (options ? lines(options) : lines).each { |l| yield l }
            self
          end
          def __slow_lines(options = {})
            options = __text(options) unless Hash === options
            if String === options
              list = split(options, -1).map { |l| l + options }
              last = list.pop
              last = last[0, last.length - options.length] if last
              list << last unless last.nil? || last.empty?
              return list
            end
            return lines.map { |l| l.chomp } if options[:chomp]
            return lines unless bytesize > 65536
            list = []
            position = 0
            while b = __byteindex("\n", position)
              list << byteslice(position, b + 1 - position)
              position = b + 1
            end
            list << byteslice(position, bytesize - position) if position < bytesize
            list
          end
          def each(&blk)
            each_line(&blk)
          end
          def between?(low, high)
            self >= low && self <= high
          end
          def upto(last, exclusive = false)
            return __enum(self, :upto, last, exclusive) unless block_given?
            last = __text(last)
            return self if length > last.length
            current = self
            while true
              stop = current == last
              break if stop && exclusive
              yield current
              break if stop || current.length > last.length
              current = current.succ
              break if current.length > last.length
            end
            self
          end
          def swapcase!
            replace(swapcase)
          end
          def squeeze_spaces
            squeeze(" ")
          end
          def hash
            __hash_of(self)
          end
          def crypt(*args)
            raise NotImplementedError, "crypt is not supported by this version"
          end
          def to_c
            raise NotImplementedError, "Complex is not supported"
          end
          def to_r
            raise NotImplementedError, "Rational is not supported"
          end
          def dump
            inspect
          end
          def map(&blk)
            lines.map(&blk)
          end
          def select(&blk)
            lines.select(&blk)
          end
          def count_lines
            lines.length
          end
          def tr_s!(a, b)
            replace(tr_s(a, b))
          end
          def each_with_index(&blk)
            lines.each_with_index(&blk)
          end
          def first(n = 1)
            self[0, n]
          end
        end
        """#
}
