extension Prelude {
    /// What takes long for each character, on long strings: in pieces, so that a run can stop between them.
    static let longText = """
        class String
          def __each_piece
            i = 0
            while i < bytesize
              e = i + 4096
              n = 0
              while n < 3 && e < bytesize && getbyte(e) & 192 == 128
                e += 1
                n += 1
              end
              yield byteslice(i, e - i)
              i = e
            end
          end
          def __pieces
            result = ""
            __each_piece { |s| result << yield(s) }
            result
          end
          def __changed(text)
            __check_frozen(self)
            text == self ? nil : replace(text)
          end
          def __slow_upcase(*options)
            __pieces { |s| s.upcase }
          end
          def __slow_downcase(*options)
            __pieces { |s| s.downcase }
          end
          def __slow_swapcase
            __pieces { |s| s.swapcase }
          end
          def __slow_capitalize
            self[0, 1].upcase + self[1, length].downcase
          end
          def __slow_upcase!
            __changed(upcase)
          end
          def __slow_downcase!
            __changed(downcase)
          end
          def __slow_capitalize!
            __changed(capitalize)
          end
          def __slow_chars
            list = []
            __each_piece { |s| list.concat(s.chars) }
            list
          end
          def __slow_codepoints
            list = []
            __each_piece { |s| list.concat(s.codepoints) }
            list
          end
          def __slow_end_with?(*parts)
            parts.each { |part| return true if end_with?(__text(part)) }
            false
          end
          def __slow_casecmp?(other)
            downcase == __text(other).downcase
          end
          def __replace_all(pattern, replacement)
            result = ""
            position = 0
            while b = __byteindex(pattern, position)
              result << byteslice(position, b - position) << replacement
              position = b + pattern.bytesize
              if pattern.empty?
                break if b >= bytesize
                position = __character_after(self, b)
                result << byteslice(b, position - b)
              end
            end
            result << byteslice(position, bytesize - position) if position < bytesize
            result
          end
          def __split_text(pattern, limit)
            return __split_words(limit) if pattern.nil? || pattern == " "
            pattern = __text(pattern)
            list = []
            position = 0
            while limit <= 0 || list.length < limit - 1
              if pattern.empty?
                b = __character_after(self, position)
                break if b >= bytesize
              else
                b = __byteindex(pattern, position)
                break unless b
              end
              list << byteslice(position, b - position)
              position = b + pattern.bytesize
            end
            list << byteslice(position, bytesize - position) if bytesize > 0
            list.pop while limit == 0 && !list.empty? && list.last.empty?
            list
          end
          def __split_words(limit)
            list = []
            rest = lstrip
            while rest.bytesize > 8192 && (limit <= 0 || list.length < limit - 1)
              # A piece that ends before a blank, split by itself. One with more words than the limit leaves is not begun.
              e = 8192
              e -= 1 while e > 0 && !__blank?(rest.getbyte(e))
              e = 8192 if e == 0
              e += 1 while e < rest.bytesize && !__blank?(rest.getbyte(e))
              words = rest.byteslice(0, e).split(" ")
              break if limit > 0 && list.length + words.length >= limit
              list.concat(words)
              rest = rest.byteslice(e, rest.bytesize - e).lstrip
            end
            if limit > 0
              while list.length < limit - 1 && !rest.empty?
                e = 0
                e += 1 while e < rest.bytesize && !__blank?(rest.getbyte(e))
                list << rest.byteslice(0, e)
                rest = rest.byteslice(e, rest.bytesize - e).lstrip
              end
              list << rest unless rest.empty?
            elsif !rest.empty?
              list.concat(rest.split(" "))
            end
            list << "" if limit < 0
            list
          end
          def __blank?(byte)
            byte == 32 || byte > 8 && byte < 14
          end
        end
        """
}
