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
        end
        """#
}
