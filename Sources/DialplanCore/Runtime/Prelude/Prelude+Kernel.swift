extension Prelude {
    static let kernel = #"""
        module Kernel
          def loop
            return __enum(self, :loop) unless block_given?
            begin
              while true
                yield
              end
            rescue StopIteration
              nil
            end
          end
          def catch(tag = Object.new)
            yield tag
          end
          def p(*args)
            i = 0
            while i < args.length
              __p(args[i].inspect)
              i += 1
            end
            args.length > 1 ? args : args[0]
          end
          alias pp p
          def tap
            yield self
            self
          end
          def then
            yield self
          end
          alias yield_self then
          def to_enum(name = :each, *args)
            Enumerator.new(self, name, args)
          end
          alias enum_for to_enum
          def __enum(receiver, name, *args)
            Enumerator.new(receiver, name, args)
          end
          def instance_variables_hash
            instance_variables
          end
          def __splat(x)
            return x if Array === x
            return [] if x.nil?
            return [x] if String === x
            return x.to_a if x.respond_to?(:to_a)
            [x]
          end
          def __when_any(list, subject)
            i = 0
            while i < list.length
              return true if list[i] === subject
              i += 1
            end
            false
          end
          def __host_retry(name, *args)
            texts = args.map { |a| (Array === a || a.class == Hash || Range === a || Object === a && !(String === a || Numeric === a || nil == a || true == a || false == a)) ? a.to_s : a }
            sys.__send__(name, *texts)
          end
          def __text(value)
            return value if String === value
            raise TypeError, "no implicit conversion of #{value.class} into String" unless value.respond_to?(:to_str)
            text = value.to_str
            return text if String === text
            raise TypeError, "can't convert #{value.class} to String (#{value.class}#to_str gives #{text.class})"
          end
          def __slow_any(*args, &blk)
            name = __method__
            changed = false
            texts = args.map do |a|
              next a if String === a || !a.respond_to?(:to_str)
              changed = true
              __text(a)
            end
            raise NotImplementedError, "objects with their own == or hash are not supported here" unless changed
            raise TypeError, "the pattern of Regexp.new must be a String or Regexp" if nil?
            __send__(name, *texts, &blk)
          end
          def __slow_puts(*args)
            i = 0
            while i < args.length
              a = args[i]
              if Array === a
                __slow_puts(*a) unless a.empty?
              else
                puts(a.to_s)
              end
              i += 1
            end
            nil
          end
          def __slow_warn(*args)
            __slow_puts(*args)
          end
          def __slow_print(*args)
            puts(args.map { |a| a.to_s }.join)
          end
          def __slow_raise(what, *args)
            if Class === what
              raise(args.empty? ? what.new : what.new(args[0]))
            end
            raise(__text(what), *args) if what.respond_to?(:to_str)
            raise TypeError, "exception class/object expected" unless what.respond_to?(:exception)
            raise(what.exception(*args))
          end
          def __slow_Integer(value, base = nil, options = nil)
            if Hash === base || options
              options = base if Hash === base
              base = nil if Hash === base
              return base ? Integer(value, base) : Integer(value) unless options[:exception] == false
              begin
                return base ? Integer(value, base) : Integer(value)
              rescue ArgumentError, TypeError
                return nil
              end
            end
            raise TypeError, "can't convert #{value.class} into Integer" unless value.respond_to?(:to_i)
            value.to_i
          end
          def __slow_Float(value, options = nil)
            return Float(value) unless options && options[:exception] == false
            begin
              Float(value)
            rescue ArgumentError, TypeError
              nil
            end
          end
          def __slow_String(value)
            value.to_s
          end
          def __slow_Array(value)
            return value.to_ary if value.respond_to?(:to_ary)
            return value.to_a if value.respond_to?(:to_a)
            [value]
          end
          def __slow_format(template, *args)
            format(__text(template), *args.map { |a| __formattable(a) })
          end
          def __formattable(a)
            case a
            when Integer, Float, String, Symbol, nil, true, false, Hash then a
            else a.to_s
            end
          end
          def __slow___hash_find(hash, key)
            code = key.hash
            i = 0
            n = __entry_count(hash)
            while i < n
              k = __entry_key(hash, i)
              unless k.equal?(hash)
                return i if k.equal?(key) || (k.hash == code && k.eql?(key))
              end
              i += 1
            end
            -1
          end
          def __slow___order(keys)
            keys.__merge_order { |a, b| a <=> b }
          end
          def __slow_inspect
            names = instance_variables
            return to_s if names.empty?
            parts = names.map { |n| "#{n}=#{instance_variable_get(n).inspect}" }
            "#<#{self.class} #{parts.join(", ")}>"
          end
          def __slow_not_equal(other)
            !(self == other)
          end
          def __slow_not_match(other)
            !(self =~ other)
          end
          def __slow_case_equal(other)
            self == other
          end
          def __slow_respond_to?(name, all = false)
            respond_to_missing?(name, all) ? true : false
          end
          def __slow_equal(other)
            other == self
          end
          def `(text)
            raise SecurityError, "running programs is not allowed in a dialplan"
          end
          def autoload(*args)
            nil
          end
          def instance_variable_names
            instance_variables.map { |n| n.to_s }
          end
          def display
            puts(to_s)
          end
          def methods(all = true)
            return singleton_methods unless all
            singleton_methods | self.class.instance_methods
          end
          def public_methods(all = true)
            methods(all)
          end
          def private_methods(all = true)
            self.class.private_instance_methods(all)
          end
          def protected_methods(all = true)
            []
          end
          def singleton_method(name)
            raise NameError, "undefined singleton method `#{name}' for #{self}" unless singleton_methods.include?(name.to_sym)
            method(name)
          end
          def printf(format, *values)
            print(format(format, *values))
          end
          def global_variables
            []
          end
        end
        module Comparable
          def ==(other)
            return true if equal?(other)
            (self <=> other) == 0
          end
          def <(other)
            __compare(other) < 0
          end
          def <=(other)
            __compare(other) <= 0
          end
          def >(other)
            __compare(other) > 0
          end
          def >=(other)
            __compare(other) >= 0
          end
          def between?(low, high)
            self >= low && self <= high
          end
          def clamp(low, high = nil)
            if high.nil?
              high = low.end
              low = low.begin
            end
            return low if low && (self <=> low) < 0
            return high if high && (self <=> high) > 0
            self
          end
          def __compare(other)
            c = self <=> other
            raise ArgumentError, "comparison of #{self.class} with #{other.inspect} failed" if c.nil?
            c
          end
        end
        class NilClass
          def to_a
            []
          end
          def to_i
            0
          end
          def to_f
            0.0
          end
          def to_h
            {}
          end
          def &(other)
            false
          end
          def |(other)
            other ? true : false
          end
        end
        class TrueClass
          def &(other)
            other ? true : false
          end
          def |(other)
            true
          end
          def ^(other)
            !other
          end
        end
        class FalseClass
          def &(other)
            false
          end
          def |(other)
            other ? true : false
          end
          def ^(other)
            other ? true : false
          end
        end
        class Module
          def __slow_include(*modules)
            modules.each { |m| m.included(self) if m.respond_to?(:included) }
            self
          end
          def const_missing(name)
            raise NameError, "uninitialized constant #{name}"
          end
          def __slow_prepend(*modules)
            modules.each { |m| m.prepended(self) if m.respond_to?(:prepended) }
            self
          end
          def refine(*args)
            raise NotImplementedError, "refinements are not supported"
          end
        end
        class Exception
          def message
            to_s
          end
          def full_message(*args)
            "#{message} (#{self.class})"
          end
          def inspect
            m = to_s
            m.empty? ? self.class.to_s : "#<#{self.class}: #{m}>"
          end
          def ==(other)
            equal?(other) || (other.class == self.class && other.message == message)
          end
          def exception(*args)
            return self if args.empty?
            e = dup
            e.__send__(:initialize, args[0])
            e
          end
          def self.exception(*args)
            new(*args)
          end
          def __slow_to_s
            message = __raw_message
            message.respond_to?(:to_str) ? __text(message) : message.to_s
          end
          alias __slow___message __slow_to_s
          def __slow_match_operator(pattern)
            to_s =~ pattern
          end
          def backtrace_locations
            nil
          end
          def length
            to_s.length
          end
        end
        class Symbol
          def =~(other)
            to_s =~ other
          end
          def [](*args)
            to_s[*args]
          end
          def size
            length
          end
          def succ
            to_s.succ.to_sym
          end
          def capitalize
            to_s.capitalize.to_sym
          end
          def start_with?(*parts)
            to_s.start_with?(*parts)
          end
          def end_with?(*parts)
            to_s.end_with?(*parts)
          end
          def match?(pattern)
            to_s.match?(pattern)
          end
          def match(pattern)
            to_s.match(pattern)
          end
        end
        class Proc
          def >>(other)
            own = self
            lambda { |*args| other.call(own.call(*args)) }
          end
          def <<(other)
            own = self
            lambda { |*args| own.call(other.call(*args)) }
          end
          def self.new(&blk)
            raise ArgumentError, "tried to create Proc object without a block" unless blk
            blk
          end
        end
        """#
}
