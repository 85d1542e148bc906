extension Prelude {
    static let hash = #"""
        class Hash
          def initialize(*args, &blk)
            __initialize(*args, &blk)
          end
          def __slow_index(key)
            i = __hash_find(self, key)
            return __entry_value(self, i) if i >= 0
            blk = default_proc
            blk ? blk.call(self, key) : default
          end
          def __slow_index_set(key, value)
            i = __hash_find(self, key)
            if i >= 0
              __set_entry(self, i, value)
            else
              __hash_add(self, key.hash, key, value)
            end
            value
          end
          def __slow_key?(key)
            __hash_find(self, key) >= 0
          end
          def __slow_value?(value)
            each { |key, known| return true if known == value }
            false
          end
          def __slow_key(value)
            each { |key, known| return key if known == value }
            nil
          end
          def __slow_invert
            result = {}
            each { |key, value| result[value] = key }
            result
          end
          def __slow_values_at(*list)
            list.map { |key| self[key] }
          end
          def __slow___merge(other)
            dup.__slow___update(other)
          end
          def __slow___update(other)
            other.each { |key, value| self[key] = value }
            self
          end
          def __slow___delete(key)
            i = __hash_find(self, key)
            i >= 0 ? __hash_remove(self, i) : nil
          end
          def delete(key)
            return __delete(key) if key?(key) || !block_given?
            yield key
          end
          def each
            return __enum(self, :each) unless block_given?
            i = 0
            while i < __entry_count(self)
              k = __entry_key(self, i)
              yield [k, __entry_value(self, i)] unless k.equal?(self)
              i += 1
            end
            self
          end
          alias each_pair each
          def each_key
            return __enum(self, :each_key) unless block_given?
            keys.each { |k| yield k }
            self
          end
          def each_value
            return __enum(self, :each_value) unless block_given?
            values.each { |v| yield v }
            self
          end
          def map
            return __enum(self, :map) unless block_given?
            list = []
            i = 0
            while i < __entry_count(self)
              k = __entry_key(self, i)
              list << yield([k, __entry_value(self, i)]) unless k.equal?(self)
              i += 1
            end
            list
          end
          alias collect map
          def fetch(key, *default)
            return self[key] if key?(key)
            return yield(key) if block_given?
            return default[0] unless default.empty?
            raise KeyError.new("key not found: #{key.inspect}", { :receiver => self, :key => key })
          end
          def dig(key, *rest)
            value = self[key]
            rest.empty? || value.nil? ? value : value.dig(*rest)
          end
          def select
            return __enum(self, :select) unless block_given?
            result = {}
            each { |k, v| result[k] = v if yield(k, v) }
            result
          end
          alias filter select
          def reject
            return __enum(self, :reject) unless block_given?
            result = {}
            each { |k, v| result[k] = v unless yield(k, v) }
            result
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
          def partition
            yes = []
            no = []
            each { |k, v| yield([k, v]) ? yes << [k, v] : no << [k, v] }
            [yes, no]
          end
          def find
            return __enum(self, :find) unless block_given?
            each { |k, v| return [k, v] if yield([k, v]) }
            nil
          end
          alias detect find
          def any?(*args)
            return !empty? unless block_given?
            each { |k, v| return true if yield([k, v]) }
            false
          end
          def all?
            each { |k, v| return false unless yield([k, v]) }
            true
          end
          def none?
            return empty? unless block_given?
            each { |k, v| return false if yield([k, v]) }
            true
          end
          def count(*args)
            return length unless block_given?
            n = 0
            each { |k, v| n += 1 if yield([k, v]) }
            n
          end
          def sum(init = 0)
            each { |k, v| init = init + yield([k, v]) }
            init
          end
          def merge(*others)
            result = self
            return dup if others.empty?
            if block_given?
              result = dup
              others.each do |other|
                other.each { |k, v| result[k] = result.key?(k) ? yield(k, result[k], v) : v }
              end
              return result
            end
            others.each { |other| result = result.__merge(other) }
            result
          end
          def update(*others)
            if block_given?
              others.each do |other|
                other.each { |k, v| self[k] = key?(k) ? yield(k, self[k], v) : v }
              end
              return self
            end
            others.each { |other| __update(other) }
            self
          end
          alias merge! update
          def transform_values
            result = {}
            each { |k, v| result[k] = yield(v) }
            result
          end
          def transform_values!
            keys.each { |k| self[k] = yield(self[k]) }
            self
          end
          def transform_keys
            result = {}
            each { |k, v| result[yield(k)] = v }
            result
          end
          def to_h
            return self unless block_given?
            result = {}
            each do |k, v|
              pair = yield(k, v)
              result[pair[0]] = pair[1]
            end
            result
          end
          def group_by(&blk)
            to_a.group_by(&blk)
          end
          def min_by(&blk)
            to_a.min_by(&blk)
          end
          def max_by(&blk)
            to_a.max_by(&blk)
          end
          def sort_by(&blk)
            to_a.sort_by(&blk)
          end
          def flat_map(&blk)
            to_a.flat_map(&blk)
          end
          def filter_map
            list = []
            each do |k, v|
              r = yield([k, v])
              list << r if r
            end
            list
          end
          def sort(&blk)
            to_a.sort(&blk)
          end
          def first(*args)
            to_a.first(*args)
          end
          def slice(*wanted)
            result = {}
            wanted.each { |k| result[k] = self[k] if key?(k) }
            result
          end
          def except(*unwanted)
            reject { |k, v| unwanted.include?(k) }
          end
          def fetch_values(*wanted)
            wanted.map { |k| fetch(k) }
          end
          def each_with_index
            return __enum(self, :each_with_index) unless block_given?
            i = 0
            each do |k, v|
              yield [k, v], i
              i += 1
            end
            self
          end
          def ==(other)
            return true if equal?(other)
            return false unless Hash === other
            __equal(other)
          end
          alias eql? ==
          def __slow___equal(other)
            return false unless length == other.length
            each { |k, v| return false unless other.key?(k) && other[k] == v }
            true
          end
          def inspect
            return "{}" if empty?
            "{" + map { |k, v| "#{k.inspect}=>#{v.inspect}" }.join(", ") + "}"
          end
          def to_s
            inspect
          end
          alias ToString to_s
          def compact!
            n = length
            replace(compact)
            n == length ? nil : self
          end
          def sum_values
            values.sum
          end
          def key_for(value)
            key(value)
          end
          def to_proc
            own = self
            lambda { |k| own[k] }
          end
          def assoc(key)
            key?(key) ? [key, self[key]] : nil
          end
          def TryGetValue(key)
            self[key]
          end
          def hash
            inject(11) { |h, pair| (h + pair[0].hash * 31 + pair[1].hash) & 0xFFFFFFFFFFF }
          end
        end
        """#
}
