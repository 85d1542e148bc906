extension Prelude {
    static let enumerable = #"""
        module Enumerable
          def to_a(*args)
            list = []
            each(*args) { |*x| list << (x.length <= 1 ? x[0] : x) }
            list
          end
          alias entries to_a
          def map
            return __enum(self, :map) unless block_given?
            list = []
            each { |*x| list << yield(*x) }
            list
          end
          alias collect map
          def flat_map
            return __enum(self, :flat_map) unless block_given?
            list = []
            each do |*x|
              r = yield(*x)
              Array === r ? list.concat(r) : list << r
            end
            list
          end
          alias collect_concat flat_map
          def each_entry(&blk)
            each(&blk)
          end
          def select(&blk)
            return __enum(self, :select) unless blk
            to_a.select(&blk)
          end
          alias filter select
          def filter_map
            return __enum(self, :filter_map) unless block_given?
            list = []
            each do |*x|
              r = yield(*x)
              list << r if r
            end
            list
          end
          def reject(&blk)
            return __enum(self, :reject) unless blk
            to_a.reject(&blk)
          end
          def find(none = nil)
            return __enum(self, :find) unless block_given?
            each do |*x|
              v = x.length <= 1 ? x[0] : x
              return v if yield(*x)
            end
            nil
          end
          alias detect find
          def find_index(*args, &blk)
            to_a.find_index(*args, &blk)
          end
          def each_with_index(*args)
            return __enum(self, :each_with_index) unless block_given?
            i = 0
            each(*args) do |*x|
              yield(x.length <= 1 ? x[0] : x, i)
              i += 1
            end
            self
          end
          def each_with_object(memo)
            return __enum(self, :each_with_object, memo) unless block_given?
            each { |*x| yield(x.length <= 1 ? x[0] : x, memo) }
            memo
          end
          def inject(*args, &blk)
            to_a.inject(*args, &blk)
          end
          alias reduce inject
          def sum(init = 0, &blk)
            to_a.sum(init, &blk)
          end
          def count(*args, &blk)
            to_a.count(*args, &blk)
          end
          def first(n = nil)
            if n.nil?
              each { |*x| return x.length <= 1 ? x[0] : x }
              return nil
            end
            list = []
            return list if n <= 0
            each do |*x|
              list << (x.length <= 1 ? x[0] : x)
              break if list.length >= n
            end
            list
          end
          def take(n)
            first(n)
          end
          def drop(n)
            to_a.drop(n)
          end
          def take_while(&blk)
            to_a.take_while(&blk)
          end
          def drop_while(&blk)
            to_a.drop_while(&blk)
          end
          def include?(value)
            each { |*x| return true if (x.length <= 1 ? x[0] : x) == value }
            false
          end
          alias member? include?
          def all?(*args, &blk)
            to_a.all?(*args, &blk)
          end
          def any?(*args, &blk)
            to_a.any?(*args, &blk)
          end
          def none?(*args, &blk)
            to_a.none?(*args, &blk)
          end
          def one?(*args, &blk)
            to_a.one?(*args, &blk)
          end
          def min(*args, &blk)
            to_a.min(*args, &blk)
          end
          def max(*args, &blk)
            to_a.max(*args, &blk)
          end
          def minmax(&blk)
            [min(&blk), max(&blk)]
          end
          def min_by(*args, &blk)
            to_a.min_by(*args, &blk)
          end
          def max_by(*args, &blk)
            to_a.max_by(*args, &blk)
          end
          def sort(&blk)
            to_a.sort(&blk)
          end
          def sort_by(&blk)
            return __enum(self, :sort_by) unless blk
            to_a.sort_by(&blk)
          end
          def group_by(&blk)
            to_a.group_by(&blk)
          end
          def partition(&blk)
            to_a.partition(&blk)
          end
          def each_slice(n, &blk)
            return __enum(self, :each_slice, n) unless blk
            to_a.each_slice(n, &blk)
          end
          def each_cons(n, &blk)
            return __enum(self, :each_cons, n) unless blk
            to_a.each_cons(n, &blk)
          end
          def reverse_each(&blk)
            to_a.reverse_each(&blk)
          end
          def zip(*others, &blk)
            to_a.zip(*others, &blk)
          end
          def to_h(&blk)
            to_a.to_h(&blk)
          end
          def tally
            to_a.tally
          end
          def uniq(&blk)
            to_a.uniq(&blk)
          end
          def cycle(n = nil, &blk)
            to_a.cycle(n, &blk)
          end
          def chunk_while(&blk)
            to_a.chunk_while(&blk)
          end
          def slice_when(&blk)
            to_a.slice_when(&blk)
          end
          def grep(pattern, &blk)
            to_a.grep(pattern, &blk)
          end
          def grep_v(pattern, &blk)
            to_a.grep_v(pattern, &blk)
          end
        end
        """#
}
