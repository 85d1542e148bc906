extension Prelude {
    /// Method objects, procs, bindings, what exceptions know.
    static let reflection = #"""
        module Kernel
          def method(name)
            pair = __lookup_class.__capture(name)
            if pair.nil?
              raise NameError, "undefined method `#{name}' for class `#{self.class}'" unless respond_to?(name, true)
              pair = [name, self.class]
            end
            Method.new(self, name.to_sym, pair[0], pair[1])
          end
          alias public_method method
          def singleton_methods(all = true)
            id = __lookup_class
            id.singleton_class? ? id.__own_methods : []
          end
          def Rational(*args)
            raise NotImplementedError, "Rational is not supported"
          end
          def Complex(*args)
            raise NotImplementedError, "Complex is not supported"
          end
          def putc(c)
            print(Integer === c ? c.chr : c.to_s[0, 1])
            c
          end
          def __dir__
            nil
          end
        end
        class Method
          def initialize(receiver, name, hidden, owner)
            @receiver = receiver
            @name = name
            @hidden = hidden
            @owner = owner
          end
          attr_reader :receiver, :name, :owner
          def call(*args, &blk)
            @receiver.__send__(@hidden, *args, &blk)
          end
          alias === call
          alias [] call
          def to_proc
            receiver = @receiver
            hidden = @hidden
            lambda { |*args, &blk| receiver.__send__(hidden, *args, &blk) }
          end
          def arity
            __method_arity(@owner, @hidden)
          end
          def parameters
            __method_parameters(@owner, @hidden)
          end
          def curry(n = nil)
            n ||= arity
            to_proc.curry(n < 0 ? -n - 1 : n)
          end
          def >>(other)
            to_proc >> other
          end
          def <<(other)
            to_proc << other
          end
          def unbind
            UnboundMethod.new(@name, @hidden, @owner)
          end
          def source_location
            nil
          end
          def inspect
            "#<Method: #{@owner}##{@name}>"
          end
          alias to_s inspect
          def ==(other)
            Method === other && other.receiver.equal?(@receiver) && other.name == @name && other.owner == @owner
          end
        end
        class UnboundMethod
          def initialize(name, hidden, owner)
            @name = name
            @hidden = hidden
            @owner = owner
          end
          attr_reader :name, :owner
          def bind(receiver)
            raise TypeError, "bind argument must be an instance of #{@owner}" unless @owner === receiver
            Method.new(receiver, @name, @hidden, @owner)
          end
          def bind_call(receiver, *args, &blk)
            bind(receiver).call(*args, &blk)
          end
          def arity
            __method_arity(@owner, @hidden)
          end
          def parameters
            __method_parameters(@owner, @hidden)
          end
          def inspect
            "#<UnboundMethod: #{@owner}##{@name}>"
          end
          alias to_s inspect
        end
        class Module
          def instance_method(name)
            pair = __capture(name)
            raise NameError, "undefined method `#{name}' for class `#{self}'" if pair.nil?
            UnboundMethod.new(name.to_sym, pair[0], pair[1])
          end
          def __own_methods
            instance_methods(false).reject { |n| n.to_s.start_with?("__") }
          end
          def singleton_class?
            __singleton?
          end
          def public_instance_methods(all = true)
            instance_methods(all)
          end
          def public_method_defined?(name)
            method_defined?(name)
          end
          def freeze
            self
          end
        end
        class Proc
          def parameters(*options)
            __proc_parameters(self)
          end
          def curry(n = nil)
            n ||= lambda? && arity >= 0 ? arity : (arity < 0 ? -arity - 1 : arity)
            if lambda? && arity >= 0 && n != arity
              raise ArgumentError, "wrong number of arguments (given #{n}, expected #{arity})"
            end
            __curry([], n)
          end
          def __curry(given, n)
            return call(*given) if given.length >= n
            own = self
            lambda do |*more|
              all = given + more
              all.length >= n ? own.call(*all) : own.__curry(all, n)
            end
          end
          def source_location
            nil
          end
          def ruby2_keywords
            self
          end
          def binding
            raise ArgumentError, "Proc#binding is not supported: pass binding itself"
          end
        end
        class Binding
          def __slow_local_variable_set(name, value)
            raise NameError, "wrong local variable name '#{name}' for #{self}" unless name.to_s =~ /\A[a-z_]\w*\z/
            eval("#{name} = nil")
            local_variable_set(name, value)
          end
          def irb
            raise NotImplementedError, "irb is not supported"
          end
          def source_location
            ["dialplan", 0]
          end
        end
        class NameError
          attr_reader :receiver
          def name
            @name
          end
          def initialize(message = nil, name = nil, *rest)
            super(message)
            @name = name
          end
        end
        class KeyError
          attr_reader :receiver, :key
          def initialize(message = nil, *options)
            super(message)
            if Hash === options[0]
              @receiver = options[0][:receiver]
              @key = options[0][:key]
            end
          end
        end
        class StopIteration
          attr_reader :result
        end
        class SystemExit
          def initialize(status = 0, message = "exit")
            if Integer === status
              super(message)
              @status = status
            elsif status == true || status == false
              super(message)
              @status = status ? 0 : 1
            else
              super(status)
              @status = 0
            end
          end
          def status
            @status || 0
          end
          def success?
            status == 0
          end
        end
        """#
}
