extension Prelude {
    /// Set and OpenStruct.
    static let set = #"""
        class Set
          include Enumerable
          def self.[](*items)
            new(items)
          end
          def initialize(items = nil, &blk)
            @hash = {}
            if items
              raise ArgumentError, "value must be enumerable" unless items.respond_to?(:each)
              blk ? items.each { |x| add(blk.call(x)) } : items.each { |x| add(x) }
            end
          end
          def __hash
            @hash
          end
          def each(&blk)
            return __enum(self, :each) unless blk
            @hash.each_key(&blk)
            self
          end
          def size
            @hash.length
          end
          alias length size
          def count(*args, &blk)
            args.empty? && !blk ? size : to_a.count(*args, &blk)
          end
          def empty?
            @hash.empty?
          end
          def include?(x)
            @hash.key?(x)
          end
          alias member? include?
          alias === include?
          alias contain? include?
          def add(x)
            __check_frozen(self)
            @hash[x] = true
            self
          end
          alias << add
          def add?(x)
            include?(x) ? nil : add(x)
          end
          def delete(x)
            __check_frozen(self)
            @hash.delete(x)
            self
          end
          def delete?(x)
            include?(x) ? delete(x) : nil
          end
          def clear
            @hash.clear
            self
          end
          def merge(*lists)
            lists.each { |list| list.each { |x| add(x) } }
            self
          end
          def subtract(list)
            list.each { |x| delete(x) }
            self
          end
          def replace(list)
            clear
            merge(list)
          end
          def dup
            self.class.new(to_a)
          end
          alias clone dup
          def |(other)
            dup.merge(other)
          end
          alias union |
          alias + |
          def &(other)
            made = self.class.new
            other.each { |x| made.add(x) if include?(x) }
            made
          end
          alias intersection &
          def -(other)
            dup.subtract(other)
          end
          alias difference -
          def ^(other)
            made = self.class.new(other)
            each { |x| made.include?(x) ? made.delete(x) : made.add(x) }
            made
          end
          def subset?(other)
            size <= other.size && all? { |x| other.include?(x) }
          end
          alias <= subset?
          def superset?(other)
            other.subset?(self)
          end
          alias >= superset?
          def proper_subset?(other)
            size < other.size && subset?(other)
          end
          alias < proper_subset?
          def proper_superset?(other)
            other.proper_subset?(self)
          end
          alias > proper_superset?
          def <=>(other)
            return nil unless Set === other
            return 0 if self == other
            return -1 if subset?(other)
            superset?(other) ? 1 : nil
          end
          def intersect?(other)
            other.any? { |x| include?(x) }
          end
          def disjoint?(other)
            !intersect?(other)
          end
          def select!(&blk)
            n = size
            @hash.select! { |k, v| blk.call(k) }
            n == size ? nil : self
          end
          alias filter! select!
          def reject!(&blk)
            n = size
            @hash.reject! { |k, v| blk.call(k) }
            n == size ? nil : self
          end
          def keep_if(&blk)
            select!(&blk)
            self
          end
          def delete_if(&blk)
            reject!(&blk)
            self
          end
          def map!(&blk)
            replace(to_a.map(&blk))
          end
          alias collect! map!
          def select(&blk)
            return __enum(self, :select) unless blk
            self.class.new(to_a.select(&blk))
          end
          alias filter select
          def reject(&blk)
            return __enum(self, :reject) unless blk
            self.class.new(to_a.reject(&blk))
          end
          def to_a
            @hash.keys
          end
          def to_set
            self
          end
          def freeze
            @hash.freeze
            super
          end
          def first(*args)
            to_a.first(*args)
          end
          def join(separator = nil)
            to_a.join(separator)
          end
          def flatten
            made = self.class.new
            each { |x| Set === x ? made.merge(x.flatten) : made.add(x) }
            made
          end
          def ==(other)
            equal?(other) || (Set === other && size == other.size && all? { |x| other.include?(x) })
          end
          def eql?(other)
            Set === other && self == other
          end
          def hash
            code = 7
            each { |x| code = (code + x.hash) & 0xFFFFFFFFFFF }
            code
          end
          def inspect
            "#<Set: {" + to_a.map { |x| x.inspect }.join(", ") + "}>"
          end
          alias to_s inspect
        end
        class OpenStruct
          def initialize(values = nil)
            @table = {}
            values.each { |k, v| @table[k.to_sym] = v } if values
          end
          def method_missing(name, *args)
            text = name.to_s
            if text.end_with?("=")
              __check_frozen(self)
              @table[text.chomp("=").to_sym] = args[0]
            else
              raise NoMethodError, "undefined method `#{name}' for #{inspect}" unless args.empty?
              @table[name]
            end
          end
          def respond_to_missing?(name, all = false)
            @table.key?(name.to_s.chomp("=").to_sym)
          end
          def [](name)
            @table[name.to_sym]
          end
          def []=(name, value)
            @table[name.to_sym] = value
          end
          def dig(name, *rest)
            @table.dig(name.to_sym, *rest)
          end
          def each_pair(&blk)
            @table.each(&blk)
            self
          end
          def delete_field(name)
            @table.delete(name.to_sym)
          end
          def to_h
            @table.dup
          end
          def ==(other)
            OpenStruct === other && to_h == other.to_h
          end
          def inspect
            @table.empty? ? "#<OpenStruct>" : "#<OpenStruct " + @table.map { |k, v| "#{k}=#{v.inspect}" }.join(", ") + ">"
          end
          alias to_s inspect
        end
        """#
}
