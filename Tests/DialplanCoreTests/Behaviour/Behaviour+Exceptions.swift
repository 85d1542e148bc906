/// Exceptions, ensure and retry: a script and what Ruby 3.1 prints for it (taken from Debian's `ruby`).
extension Behaviour {
    static let exceptions = Behaviour(
        name: "exceptions, ensure and retry",
        script: ###"""
            def t
              yield
            rescue ZeroDivisionError => e
              puts "zde #{e.message}"
              :rescued
            rescue TypeError, ArgumentError => e
              puts "te #{e.class}: #{e.message}"
              :te
            else
              :else
            ensure
              puts "ens"
            end
            p t { 1 / 0 }
            p t { Integer("x") }
            p t { 1 }
            p t { "a" + 1 }
            p t { [1].first("x") } 
            begin
              begin
                raise "inner"
              rescue => e
                raise ArgumentError, "outer"
              end
            rescue => e
              p e.message, e.cause && e.cause.message, $!.message
            end
            p $!
            n = 0
            begin
              n += 1
              raise "x" if n < 3
              puts "ok #{n}"
            rescue
              retry
            end
            class MyErr < StandardError
              def initialize(m = "default") super end
            end
            begin; raise MyErr; rescue MyErr => e; p e.message; end
            begin; raise MyErr, "given"; rescue MyErr => e; p e.message; end
            begin; raise MyErr.new("obj"); rescue => e; p e.message, e.class, e.is_a?(StandardError); end
            class E2 < StandardError
              attr_reader :code
              def initialize(code) @code = code; super("code #{code}") end
            end
            begin; raise E2.new(5); rescue E2 => e; p e.code, e.message, e.inspect; end
            p (raise "a" rescue "modifier")
            def ens
              return 1
            ensure
              puts "ensured"
            end
            p ens
            def ens2
              [1,2].each { |x| begin; return x; ensure; puts "e#{x}"; end }
            end
            p ens2
            def nest
              begin
                begin
                  raise "1"
                ensure
                  puts "e1"
                end
              rescue => e
                puts "r #{e.message}"
                raise "2"
              ensure
                puts "e2"
              end
            rescue => e
              puts "r #{e.message}"
            end
            nest
            x = [1,2,3].each do |v|
              begin
                next if v == 1
                break v * 2 if v == 2
              ensure
                puts "loop e#{v}"
              end
            end
            p x
            i = 0
            while i < 3
              i += 1
              begin
                next if i == 1
                break if i == 2
              ensure
                puts "w#{i}"
              end
            end
            begin; nil.foo; rescue NoMethodError => e; puts e.message; end
            begin; raise "x"; rescue Exception => e; puts e.message; end
            begin; FooBar; rescue NameError => e; puts e.message; end
            begin; [].fetch(5); rescue IndexError => e; puts e.message; end
            begin; {a: 1}.fetch(:b); rescue KeyError => e; puts e.message; end
            begin; def q(a) end; q; rescue ArgumentError => e; puts e.message; end
            begin; raise Class; rescue TypeError => e; puts e.message; end
            begin; Float("z"); rescue ArgumentError => e; puts e.message; end
            begin; :a.unknown; rescue NoMethodError => e; puts e.message; end
            begin; loop { raise StopIteration }; puts "after loop"; end
            begin; throw :x; rescue UncaughtThrowError => e; puts e.message; end
            begin; "x" * -1; rescue ArgumentError => e; puts e.message; end
            begin; [3,nil].max; rescue => e; puts e.class; end
            begin; raise IOError; rescue => e; p e.message; end
            e = RuntimeError.new("boo")
            p e, e.message, e.to_s, e.backtrace
            begin
              raise e
            rescue => f
              p f.equal?(e)
            end
            def multi
              yield
            rescue *[KeyError, TypeError] => e
              "m #{e.class}"
            end
            p multi { {}.fetch(1) }
            z = begin
              Integer("12")
            rescue
              0
            else
              99
            ensure
              5
            end
            p z
            def deep(n) n == 0 ? raise("deep") : deep(n - 1) end
            begin; deep(50); rescue => e; p e.message; end
            begin
              exit_early = false
              [1].each { raise "in block" }
            rescue => e
              p e.message
            end
            p((Integer("z") rescue "bad"))
            def m2; yield; ensure; puts "m2 ens"; end
            m2 { puts "body" }
            catch(:out) { m2 { throw :out } }
            p [1,2,3].each { |a| m2 { break a } }
            """###,
        output: ###"""
            zde divided by 0
            ens
            :rescued
            te ArgumentError: invalid value for Integer(): "x"
            ens
            :te
            ens
            :else
            te TypeError: no implicit conversion of Integer into String
            ens
            :te
            te TypeError: no implicit conversion of String into Integer
            ens
            :te
            "outer"
            "inner"
            "outer"
            nil
            ok 3
            "default"
            "given"
            "obj"
            MyErr
            true
            5
            "code 5"
            "#<E2: code 5>"
            "modifier"
            ensured
            1
            e1
            1
            e1
            r 1
            e2
            r 2
            loop e1
            loop e2
            4
            w1
            w2
            undefined method `foo' for nil:NilClass
            x
            uninitialized constant FooBar
            index 5 outside of array bounds: 0...0
            key not found: :b
            wrong number of arguments (given 0, expected 1)
            exception class/object expected
            invalid value for Float(): "z"
            undefined method `unknown' for :a:Symbol
            after loop
            uncaught throw :x
            negative argument
            ArgumentError
            "IOError"
            #<RuntimeError: boo>
            "boo"
            "boo"
            nil
            true
            "m KeyError"
            99
            "deep"
            "in block"
            "bad"
            body
            m2 ens
            m2 ens
            m2 ens
            m2 ens
            m2 ens
            [1, 2, 3]
            """###)
}
