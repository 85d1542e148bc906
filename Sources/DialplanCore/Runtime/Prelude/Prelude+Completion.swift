extension Prelude {
    /// The rarer methods of Ruby's core classes.
    static let completion = #"""
        class String
          def delete_prefix!(prefix)
            start_with?(prefix) ? replace(delete_prefix(prefix)) : nil
          end
          def delete_suffix!(suffix)
            end_with?(suffix) ? replace(delete_suffix(suffix)) : nil
          end
          def chr
            self[0, 1]
          end
          def encode!(*args)
            self
          end
          def scrub!(*args)
            replace(scrub(*args))
          end
        end
        class NoMatchingPatternError < StandardError
        end
        module Kernel
          def __deconstruct(value)
            return value if Array === value
            value.respond_to?(:deconstruct) ? value.deconstruct : nil
          end
          def __deconstruct_keys(value)
            return value if Hash === value
            value.respond_to?(:deconstruct_keys) ? value.deconstruct_keys(nil) : nil
          end
          def __no_pattern(value)
            raise NoMatchingPatternError, value.inspect
          end
        end
        module Enumerable
          def chain(*others)
            first = self
            Enumerator.new do |y|
              first.each { |x| y << x }
              others.each { |o| o.each { |x| y << x } }
            end
          end
        end
        class Array
          def chain(*others)
            first = self
            Enumerator.new do |y|
              first.each { |x| y << x }
              others.each { |o| o.each { |x| y << x } }
            end
          end
        end
        class Hash
          def flatten(depth = 1)
            depth == 0 ? to_a : to_a.flatten(depth)
          end
          def to_hash
            self
          end
          def compare_by_identity?
            false
          end
        end
        class Numeric
          def real
            self
          end
          def imaginary
            0
          end
          alias imag imaginary
          def abs2
            self * self
          end
          def conj
            self
          end
          alias conjugate conj
          def arg
            self < 0 ? Math::PI : 0
          end
          alias angle arg
          alias phase arg
          def quo(other)
            fdiv(other)
          end
        end
        class Float
          def quo(other)
            self / other
          end
          def remainder(other)
            rest = self % other
            rest != 0 && (self < 0) != (other < 0) ? rest - other : rest
          end
          def prev_float
            -((-self).next_float)
          end
        end
        class Symbol
          def <(other)
            to_s < other.to_s
          end
          def <=(other)
            to_s <= other.to_s
          end
          def >(other)
            to_s > other.to_s
          end
          def >=(other)
            to_s >= other.to_s
          end
          def between?(low, high)
            self >= low && self <= high
          end
          def next
            to_s.succ.to_sym
          end
          def slice(*args)
            to_s[*args]
          end
          def encoding
            to_s.encoding
          end
        end
        class Time
          def nsec
            usec * 1000
          end
          alias tv_nsec nsec
          def tv_usec
            usec
          end
          def subsec
            usec / 1_000_000.0
          end
          def gmtoff
            utc_offset
          end
          def floor(digits = 0)
            self - (usec % 10 ** (6 - digits)) / 1_000_000.0
          end
          def ceil(digits = 0)
            rest = usec % 10 ** (6 - digits)
            rest == 0 ? self : self + (10 ** (6 - digits) - rest) / 1_000_000.0
          end
        end
        class Regexp
          def named_captures
            found = {}
            names.each_with_index { |n, i| found[n] = [i + 1] }
            found
          end
          def encoding
            source.encoding
          end
          def fixed_encoding?
            false
          end
        end
        class MatchData
          def match(group)
            self[group]
          end
          def match_length(group)
            self[group] && self[group].length
          end
        end
        class Module
          def included_modules
            ancestors.select { |m| m.class == Module }
          end
          def private_method_defined?(name, all = true)
            private_instance_methods(all).include?(name.to_sym)
          end
          def protected_method_defined?(name, all = true)
            false
          end
          def protected_instance_methods(all = true)
            []
          end
          def public_instance_method(name)
            instance_method(name)
          end
          def public_class_method(*names)
            nil
          end
          def public_constant(*names)
            nil
          end
          def deprecate_constant(*names)
            self
          end
        end
        class Method
          def original_name
            name
          end
        end
        class UnboundMethod
          def original_name
            name
          end
          def source_location
            nil
          end
        end
        class Set
          def classify
            made = {}
            each { |x| (made[yield(x)] ||= Set.new).add(x) }
            made
          end
          def reset
            self
          end
        end
        class Math
          def self.acos(x)
            raise Math::DomainError, "Numerical argument is out of domain - acos" if x < -1 || x > 1
            x == -1 ? PI : 2.0 * atan(sqrt(1.0 - x * x) / (1.0 + x))
          end
          def self.asin(x)
            raise Math::DomainError, "Numerical argument is out of domain - asin" if x < -1 || x > 1
            2.0 * atan(x / (1.0 + sqrt(1.0 - x * x)))
          end
          def self.sinh(x)
            (exp(x) - exp(-x)) / 2.0
          end
          def self.cosh(x)
            (exp(x) + exp(-x)) / 2.0
          end
          def self.tanh(x)
            return x < 0 ? -1.0 : 1.0 if x.abs > 20
            (exp(2.0 * x) - 1.0) / (exp(2.0 * x) + 1.0)
          end
          def self.ldexp(x, exponent)
            x * 2.0 ** exponent
          end
        end
        """#
}
