extension Prelude {
    /// Enumerator and what belongs to it. `next` runs the iteration in a Fiber.
    static let enumerators = #"""
        class Enumerator
          include Enumerable
          def initialize(receiver = nil, name = :each, args = [], &blk)
            if blk
              @receiver = EnumeratorGenerator.new(blk)
              @name = :each
              @args = []
              @size = receiver
            else
              @receiver = receiver
              @name = name
              @args = args
            end
          end
          def self.produce(*first, &blk)
            raise ArgumentError, "no block given" unless blk
            new(Float::INFINITY) do |y|
              begin
                value = first.empty? ? blk.call : first[0]
                while true
                  y << value
                  value = blk.call(value)
                end
              rescue StopIteration
                nil
              end
            end
          end
          def each(*more, &blk)
            return more.empty? ? self : __enum(@receiver, @name, *(@args + more)) unless blk
            @receiver.__send__(@name, *@args, *more, &blk)
          end
          def with_index(offset = 0)
            return __enum(self, :with_index, offset) unless block_given?
            i = (offset || 0) - 1
            each do |*x|
              i += 1
              yield(x.length <= 1 ? x[0] : x, i)
            end
          end
          def each_with_index(&blk)
            return __enum(self, :each_with_index) unless blk
            with_index(0, &blk)
          end
          def with_object(memo)
            return __enum(self, :with_object, memo) unless block_given?
            each { |*x| yield(x.length <= 1 ? x[0] : x, memo) }
            memo
          end
          alias each_with_object with_object
          def __fill
            return if @ready
            own = self
            @fiber ||= Fiber.new do
              result = own.each { |*x| Fiber.yield(x.length <= 1 ? x[0] : x) }
              own.__finish(result)
            end
            raise StopIteration, "iteration reached an end" if @done
            @value = @fiber.resume
            if @done
              e = StopIteration.new("iteration reached an end")
              e.instance_variable_set(:@result, @result)
              raise e
            end
            @ready = true
          end
          def __finish(result)
            @done = true
            @result = result
          end
          def next
            __fill
            @ready = false
            @value
          end
          def next_values
            v = self.next
            Array === v ? v : [v]
          end
          def peek
            __fill
            @value
          end
          def rewind
            @fiber = nil
            @ready = false
            @done = false
            self
          end
          def size
            return (@size.respond_to?(:call) ? @size.call : @size) if EnumeratorGenerator === @receiver
            case @name
            when :loop then Float::INFINITY
            when :times then @receiver
            when :each_slice then n = @receiver.__size_or_count; (n + @args[0] - 1) / @args[0]
            when :each_cons then n = @receiver.__size_or_count - @args[0] + 1; n < 0 ? 0 : n
            when :cycle then @args[0] ? @receiver.__size_or_count * @args[0] : Float::INFINITY
            when :each, :map, :each_with_index, :select, :reject, :flat_map, :each_char, :each_key, :each_value, :each_index, :reverse_each, :sort_by, :filter_map, :collect, :each_pair, :with_index
              @receiver.respond_to?(:size) ? @receiver.size : nil
            else
              n = 0
              each { n += 1 }
              n
            end
          end
          def +(other)
            own = self
            Enumerator.new do |y|
              own.each { |x| y << x }
              other.each { |x| y << x }
            end
          end
          def inspect
            return "#<Enumerator: #{@receiver.inspect}:#{@name}>" if @args.empty?
            "#<Enumerator: #{@receiver.inspect}:#{@name}(#{@args.map { |a| a.inspect }.join(", ")})>"
          end
          alias to_s inspect
        end
        class EnumeratorYielder
          def initialize(blk)
            @blk = blk
          end
          def <<(value)
            @blk.call(value)
            self
          end
          def yield(*values)
            @blk.call(*values)
          end
          alias call yield
          def to_proc
            blk = @blk
            lambda { |*values| blk.call(*values) }
          end
        end
        class EnumeratorGenerator
          def initialize(body)
            @body = body
          end
          def each(*args, &blk)
            @body.call(EnumeratorYielder.new(blk), *args)
          end
          def inspect
            "#<Enumerator::Generator>"
          end
        end
        class EnumeratorLazy < Enumerator
          def initialize(source, &step)
            @source = source
            @step = step
          end
          def each(&blk)
            return self unless blk
            step = @step
            if step
              out = EnumeratorYielder.new(blk)
              @source.each { |*x| step.call(out, x.length <= 1 ? x[0] : x) }
            else
              @source.each(&blk)
            end
            self
          end
          def size
            nil
          end
          def lazy
            self
          end
          def map(&blk)
            EnumeratorLazy.new(self) { |y, x| y << blk.call(x) }
          end
          alias collect map
          def select(&blk)
            EnumeratorLazy.new(self) { |y, x| y << x if blk.call(x) }
          end
          alias filter select
          alias find_all select
          def reject(&blk)
            EnumeratorLazy.new(self) { |y, x| y << x unless blk.call(x) }
          end
          def filter_map(&blk)
            EnumeratorLazy.new(self) do |y, x|
              r = blk.call(x)
              y << r if r
            end
          end
          def flat_map(&blk)
            EnumeratorLazy.new(self) do |y, x|
              r = blk.call(x)
              Array === r ? r.each { |z| y << z } : y << r
            end
          end
          alias collect_concat flat_map
          def compact
            EnumeratorLazy.new(self) { |y, x| y << x unless x.nil? }
          end
          def grep(pattern, &blk)
            EnumeratorLazy.new(self) { |y, x| y << (blk ? blk.call(x) : x) if pattern === x }
          end
          def grep_v(pattern, &blk)
            EnumeratorLazy.new(self) { |y, x| y << (blk ? blk.call(x) : x) unless pattern === x }
          end
          def uniq(&blk)
            seen = {}
            EnumeratorLazy.new(self) do |y, x|
              k = blk ? blk.call(x) : x
              unless seen.key?(k)
                seen[k] = true
                y << x
              end
            end
          end
          def with_index(offset = 0, &blk)
            i = offset - 1
            EnumeratorLazy.new(self) do |y, x|
              i += 1
              y << (blk ? (blk.call(x, i); x) : [x, i])
            end
          end
          alias each_with_index with_index
          def zip(*others)
            i = -1
            lists = others.map { |o| o.to_a }
            EnumeratorLazy.new(self) do |y, x|
              i += 1
              y << [x] + lists.map { |l| l[i] }
            end
          end
          def take(n)
            own = self
            EnumeratorLazy.new(Enumerator.new do |y|
              i = 0
              if n > 0
                own.each do |x|
                  y << x
                  i += 1
                  break if i >= n
                end
              end
            end)
          end
          def take_while(&blk)
            own = self
            EnumeratorLazy.new(Enumerator.new do |y|
              own.each do |x|
                break unless blk.call(x)
                y << x
              end
            end)
          end
          def drop(n)
            i = 0
            EnumeratorLazy.new(self) do |y, x|
              i += 1
              y << x if i > n
            end
          end
          def drop_while(&blk)
            dropping = true
            EnumeratorLazy.new(self) do |y, x|
              dropping = false if dropping && !blk.call(x)
              y << x unless dropping
            end
          end
          def first(n = nil)
            if n.nil?
              each { |x| return x }
              return nil
            end
            take(n).to_a
          end
          def to_a
            list = []
            each { |x| list << x }
            list
          end
          alias force to_a
          def eager
            to_a
          end
          def next
            @enumerator ||= __enum(self, :each)
            @enumerator.next
          end
          def peek
            @enumerator ||= __enum(self, :each)
            @enumerator.peek
          end
          def rewind
            @enumerator = nil
            self
          end
          def inspect
            "#<Enumerator::Lazy: ...>"
          end
          alias to_s inspect
        end
        module Enumerable
          def __size_or_count
            respond_to?(:size) ? size : to_a.length
          end
          def lazy
            EnumeratorLazy.new(self)
          end
          def to_set(&blk)
            Set.new(self, &blk)
          end
          def find_all(&blk)
            return __enum(self, :find_all) unless blk
            to_a.select(&blk)
          end
          def minmax_by(&blk)
            return __enum(self, :minmax_by) unless blk
            [min_by(&blk), max_by(&blk)]
          end
          def chunk(&blk)
            return __enum(self, :chunk) unless blk
            made = []
            each do |*x|
              v = x.length <= 1 ? x[0] : x
              k = blk.call(v)
              next if k.nil? || k == :_separator
              if !made.empty? && made[-1][0] == k && k != :_alone
                made[-1][1] << v
              else
                made << [k, [v]]
              end
            end
            made
          end
          def slice_before(pattern = nil, &blk)
            made = []
            each do |x|
              starts = blk ? blk.call(x) : pattern === x
              starts || made.empty? ? made << [x] : made[-1] << x
            end
            made
          end
          def slice_after(pattern = nil, &blk)
            made = []
            open = false
            each do |x|
              open ? made[-1] << x : made << [x]
              open = !(blk ? blk.call(x) : pattern === x)
            end
            made
          end
          def compact
            to_a.compact
          end
          def each_entry(&blk)
            return __enum(self, :each_entry) unless blk
            each { |*x| blk.call(x.length <= 1 ? x[0] : x) }
          end
        end
        """#
}
