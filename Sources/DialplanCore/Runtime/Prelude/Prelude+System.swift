extension Prelude {
    /// What belongs to a system that dialplans do not see, and small classes.
    static let system = #"""
        module System
        end
        class SystemDateTimeOffset
          def self.UtcNow
            Time.now.utc
          end
          def self.Now
            Time.now
          end
        end
        class Time
          def Hour
            hour
          end
          def Minute
            min
          end
          def Second
            sec
          end
          def Day
            day
          end
          def Month
            month
          end
          def Year
            year
          end
          def DayOfWeek
            strftime("%A")
          end
          def AddSeconds(n)
            self + n
          end
          def AddMinutes(n)
            self + n * 60
          end
          def AddHours(n)
            self + n * 3600
          end
          def AddDays(n)
            self + n * 86400
          end
        end
        class Array
          def key
            raise NoMethodError, "undefined method `key' for an instance of Array" unless length == 2
            self[0]
          end
          def value
            raise NoMethodError, "undefined method `value' for an instance of Array" unless length == 2
            self[1]
          end
          alias Key key
          alias Value value
        end
        class ObjectSpace
          def self.garbage_collect(*args)
            nil
          end
          def self.each_object(*args)
            raise SecurityError, "ObjectSpace is not allowed in a dialplan"
          end
          def self.count_objects(*args)
            raise SecurityError, "ObjectSpace is not allowed in a dialplan"
          end
          def self._id2ref(*args)
            raise SecurityError, "ObjectSpace is not allowed in a dialplan"
          end
        end
        class Thread
          def self.new(*args)
            raise SecurityError, "Thread is not allowed in a dialplan"
          end
          def self.start(*args)
            raise SecurityError, "Thread is not allowed in a dialplan"
          end
          def self.fork(*args)
            raise SecurityError, "Thread is not allowed in a dialplan"
          end
          def self.current
            raise SecurityError, "Thread is not allowed in a dialplan"
          end
        end
        class IO
          def self.method_missing(name, *args)
            raise SecurityError, "#{self}.#{name} is not allowed in a dialplan"
          end
          def self.new(*args)
            raise SecurityError, "#{self}.new is not allowed in a dialplan"
          end
        end
        class File < IO
          def self.join(*parts)
            parts.flatten.join("/").gsub(/\/+/, "/")
          end
          def self.basename(path, suffix = nil)
            name = path.split("/").last || "/"
            suffix ? (suffix == ".*" ? name.sub(/\.[^.]*\z/, "") : name.delete_suffix(suffix)) : name
          end
          def self.extname(path)
            basename(path)[/.(\.[^.]+)\z/, 1] || ""
          end
          def self.dirname(path)
            path.include?("/") ? path[0...path.rindex("/")] : "."
          end
        end
        class Dir < IO
        end
        class Socket < IO
        end
        class TCPSocket < IO
        end
        class UDPSocket < IO
        end
        class Random
          def initialize(seed = nil)
            @seed = seed
          end
          attr_reader :seed
          def rand(*args)
            Kernel.rand(*args)
          end
          def self.srand(*args)
            Kernel.srand(*args)
          end
          def self.new_seed
            Kernel.rand(1 << 62)
          end
        end
        class Struct
          def dig(key, *rest)
            v = self[key]
            rest.empty? || v.nil? ? v : v.dig(*rest)
          end
          def deconstruct_keys(keys)
            to_h
          end
          def length
            members.length
          end
          alias size length
          def values_at(*indices)
            to_a.values_at(*indices)
          end
          def [](key)
            if Integer === key
              raise IndexError, "offset #{key} too large for struct(size:#{members.length})" if key >= members.length
              raise IndexError, "offset #{key} too small for struct(size:#{members.length})" if key < -members.length
              return to_a[key]
            end
            raise NameError, "no member '#{key}' in struct" unless members.include?(key.to_sym)
            instance_variable_get("@#{key}")
          end
          def []=(key, value)
            __check_frozen(self)
            key = members[key] if Integer === key
            raise NameError, "no member '#{key}' in struct" unless key && members.include?(key.to_sym)
            instance_variable_set("@#{key}", value)
          end
        end
        class MatchData
          def deconstruct
            captures
          end
          def deconstruct_keys(keys)
            made = {}
            names.each { |n| made[n.to_sym] = self[n] }
            made
          end
          def values_at(*indices)
            to_a.values_at(*indices)
          end
        end
        """#
}
