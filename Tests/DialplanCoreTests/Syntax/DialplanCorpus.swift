import Testing

/// Dialplans in the style of those that users of the ancestor wrote (2008 to 2011), for parser tests and fuzzing.
/// Written for this project; the habits are real, the numbers are not.
enum DialplanCorpus {
    struct Script: CustomTestStringConvertible, Sendable {
        let name: String
        let text: String
        var testDescription: String { name }
        var bytes: [UInt8] { Array(text.utf8) }
    }

    static let all: [Script] = early + late

    static let early: [Script] = [
        Script(
            name: "in and out",
            text: #"""
                #Ruby
                if sys.In
                  # Inbound: ring the phones of this account.
                  sys.Dial("#{sys.Username}@local")
                else
                  case req.URI.User
                  when /^\*1/ then sys.Dial("${dst:2}@provider1")
                  when /^00/, /^011/ then sys.Dial("${dst}@provider2")
                  else sys.Dial("provider1")
                  end
                end
                """#),
        Script(
            name: "failover by writing calls in a row",
            text: #"""
                #Ruby
                sys.Log("call from #{req.Header.From.ToString()} to #{req.URI.User}.")
                sys.ExtendScriptTimeout(15)
                sys.Dial("#{req.URI.User}@first")
                sys.Dial("#{req.URI.User}@second&#{req.URI.User}@third[dt=5]", 30)
                status = sys.LastDialled[0]
                if status != nil && status.TransactionFinalResponse != nil
                  sys.Log "last: #{status.TransactionFinalResponse.StatusCode} #{status.TransactionFinalResponse.ReasonPhrase}"
                end
                sys.Respond(480, "Nobody answers")
                """#),
        Script(
            name: "speed dials and prefixes",
            text: #"""
                #Ruby
                Speeddial = {
                  # number => target
                  '100' => '1900123@provider1',	# home
                  '101' => "2900123@provider2",
                  '102' => 'echo@iptel.example',
                }
                Allowed = %w(0031 0032
                             0049 0044)
                num = req.URI.User.to_s
                num.gsub!(/[^0-9*#]/, '')
                num.sub!(/^\+/, '00')
                if s = Speeddial[num]
                  sys.Log("Speed dial #{num} is #{s}"); num = s
                end
                sys.Respond 403, 'Not allowed' unless Allowed.include?(num[0..3]) || num.length < 8
                sys.Dial num =~ /@/ ? num : "#{num}@provider1"
                """#),
        Script(
            name: "abort text in rescue",
            text: #"""
                #Ruby
                begin
                  sys.Log("start")
                  sys.Dial("#{req.URI.User}@trunk")
                  sys.Respond(sys.LastFailureStatus, sys.LastFailureReason)
                rescue
                  # The end of the call shows up here.
                  unless $!.to_s =~ /Thread was being aborted/
                    sys.Log("Error: " + $!)
                    sys.Log("** Error: " + $!.to_s + " **") rescue nil
                  end
                end
                """#),
        Script(
            name: "number normalising with def and splat",
            text: #"""
                #Ruby
                CC = '1'; Area = "212"
                def to_e164(number, cc = CC, area = area_code(cc), *rest)
                  number = number.to_s.dup
                  number.gsub!(/[^\d+]/, '')
                  case number
                  when /^\+(\d+)/: $1
                  when /^011(\d{7,15})$/ then $1
                  when /^(?:1)?([2-9]\d{2}[2-9]\d{6})$/ then "#{cc}#$1"
                  when /^([2-9]\d{6})$/
                    cc + area + $1
                  else
                    number
                  end
                end
                def area_code cc
                  cc == '1' ? Area : ''
                end
                def call_it(num, *args)
                  sys.Dial(*[num, *args])
                  sys.LastDialled.each { |t|
                    next if t.nil?
                    code = t.TransactionFinalResponse.StatusCode rescue nil
                    sys.Log "got #{code}"
                    return true if code == 486
                  }
                  false
                end
                e164 = to_e164 req.URI.User
                call_it "#{e164}@provider3", 45 or sys.Respond 480, "busy"
                """#),
        Script(
            name: "constants in case branches, comment after assignment",
            text: #"""
                #Ruby
                user =   # the user who dialled
                  req.Header.from.FromURI.User.to_s
                greeting = #{user}
                  "hello"
                case user
                  when 'alice', 'bob'
                    Trunk = 'provider1'
                    Prefix = '+1'
                  when /^7\d\d$/ then
                    Trunk = 'provider2'
                    Prefix = ''
                  when 'carol' then Trunk = 'x'; Prefix = '9'
                end
                sys.Log("#{greeting}: #{Trunk} #{Prefix}") if defined?(Trunk) && defined? Prefix
                sys.Dial("#{Prefix}#{req.URI.User}@#{Trunk}[fu=#{user}]")
                """#),
        Script(
            name: "enum and web lookups",
            text: #"""
                #Ruby
                sys.ExtendScriptTimeout 20
                num = req.URI.UnescapedUser.to_s
                uri = sys.ENUMLookup("+#{num}.e164.org")
                if uri != nil && !uri.empty?
                  sys.Dial(uri, 30)
                end
                page = sys.WebGet("http://example.net/who?q=#{num}&x=1", 4).to_s
                name = page =~ /"name"\s*:\s*"([^"]*)"/ ? $1 : nil
                name ||= page.match('<b>(.*)</b>').to_s
                if page =~ %r{<title>(.*?)</title>}im then name = $1 end
                sys.SetFromHeader(name, nil, nil) unless name.nil? or name.empty?
                sys.Dial("#{sys.Username}@local") if sys.IsAvailable && sys.GetCanonicalDomain(req.URI.Host) != nil
                """#),
        Script(
            name: "time of day",
            text: #"""
                #Ruby
                now = Time.now + 8*60*60   # server clock is GMT-8
                hour, min = now.hour, now.min
                @night = hour < 8 || hour >= 22
                case hour * 60 + min
                when 0...480; sys.Log "night: #@night #{now.strftime('%c')}"
                when 480..1319
                  sys.Log("day, " +
                          "really")
                end
                if @night then sys.Respond(480, "Sleeping") else
                  sys.Dial "#{sys.Username}@local", \
                           60
                end
                exit
                """#),
    ]

    static let late: [Script] = [
        Script(
            name: "tables walked by prefix",
            text: #"""
                # Providers by prefix
                class Hash
                  alias + merge
                end
                Base = { '31' => [:nl, 0.01], '32' => [:be, 0.015,], }
                Extra = { '49' => [:de, 0.02] }
                rates = Base + Extra
                best = rates.keys.sort { |a, b| b.length <=> a.length }.find { |k| req.URI.User.to_s =~ /^#{k}/o }
                country, rate = rates[best] || [:none, -1]
                rates.each do |prefix, (name, price)|
                  sys.Log("#{prefix}\t#{name}\t#{price}") if price > 0.0
                end
                [1, 2].zip([3, 4]).flatten.map! { |x| x.to_s }.join('&')
                lists = rates.values_at('31', '32').map { |v| v[0] }
                sys.Log lists.min.to_s + %q( (it's "cheap")) unless lists.empty?
                sys.Respond(404, "No rate") unless country != :none && rate >= 0
                """#),
        Script(
            name: "globals of matches",
            text: #"""
                #Ruby
                text = req.Header.From.ToString
                if text =~ /"(.*)" <sip:(.*)@(.*)>/
                  sys.Log "name #$1 user #$2 host #{$3} rest #$' before #$` all #$&"
                end
                text.gsub(/(\d)(\d)/) { "#{$2}#{$1}" }
                text.gsub!(/^?\+/, "00"); text.slice(/\d+$/)
                digits = text.split('.').map { |d| d.to_i 10 }
                sum = 0
                digits.each_with_index do |d, i| sum += d * (i % 2 == 0 ? 1 : 2) end
                "#{sum}".each_byte { |b| sys.Log(b.chr) }
                sys.Log(?A.to_s + (sum == 0 ? "none":"some"))
                """#),
        Script(
            name: "exceptions of every kind",
            text: #"""
                class DialError < StandardError
                  attr_reader :code
                  def initialize(code, text = "failed with #{code}")
                    @code = code
                    super(text)
                  end
                end
                tries = 0
                begin
                  tries += 1
                  raise DialError.new(503), "again" if tries < 3
                  raise ArgumentError unless tries
                rescue DialError, RuntimeError => e
                  retry if e.code == 503
                rescue *[ArgumentError, TypeError]
                  sys.Log "#{$!.class}: #$!"
                else
                  sys.Log 'fine'
                ensure
                  sys.Log('done')
                end
                value = Integer("12x") rescue 12
                """#),
        Script(
            name: "blocks, lambdas, yield",
            text: #"""
                def with_retry(times: 3, wait: 1, &block)
                  times.times do |n|
                    result = block.call(n)
                    return result if result
                  end
                  nil
                end
                def twice
                  yield 1
                  yield(2)
                end
                found = with_retry(times: 2) { |n| sys.Dial("#{n}@a") }
                double = lambda { |x| x * 2 }
                triple = ->(x, y = 3) do x * y end
                twice { |v; sum| sum = double.call(v) + triple.(v) + double[v] }
                %w[a b].each_with_object({}) { |k, h| h[k] ||= [] << k }
                twice(&double)
                loop { break if found.nil? || (found &&= nil).nil? }
                i = 0
                i += 1 while i < 3
                begin i -= 1 end until i.zero?
                for a, b in [[1, 2], [3, 4]] do next if a == 1; sys.Log a + b end
                until i > 5; i += 1; redo if i == 100; end
                """#),
        Script(
            name: "text blocks",
            text: #"""
                =begin
                A long comment
                  puts "not code"
                =end
                a = <<-ONE + <<~TWO.strip + <<'THREE'
                  first #{req.URI.User} and #{<<IN}
                inner
                IN
                  ONE
                    second
                      third	#{1 + 1}
                  TWO
                raw #{x} \n
                THREE
                sys.Log(a)
                sys.Log "joined " 'pieces' " of #{a.length}" \
                  " text"
                sys.Log("tab\t nul\0 oct\101 hex\x41 uni\u00e4 \u{1F600 41} esc\e bell\a")
                __END__
                anything at all " ' #{
                """#),
        Script(
            name: "small switch of classes",
            text: #"""
                module Routing
                  LIMIT = 3
                  class Route
                    include Comparable
                    attr_accessor :prefix, :host
                    def initialize(prefix, host) @prefix, @host = prefix, host end
                    def <=>(other) prefix.length <=> other.prefix.length end
                    def to_s; "#{prefix}@#{host}"; end
                    def [](i) = prefix[i]
                    def self.parse(line)
                      new(*line.split(/\s*,\s*/, 2))
                    end
                    class << self
                      def none() @none ||= new('', nil) end
                    end
                    private
                    def secret?; !!@secret; end
                  end
                end
                routes = ["31,nl.example", "324 , be.example"].map { |l| Routing::Route.parse l }
                best = routes.select { |r| req.URI.User.to_s.start_with? r.prefix }.max || Routing::Route.none
                sys.Dial best.to_s if best&.host
                a, (b, *c), d = 1, [2, 3, 4], 5
                h = { "key": a, b: b, :c => c, **{ d: d } }
                """#),
        Script(
            name: "old habits",
            text: #"""
                #Ruby
                sys.Log ("spaced parentheses")
                sys.Dial ("123@provider1", 30)
                puts [1, 2].map { |x| x + 1 }
                p -1, *[2, 3]
                x = 5
                y = x -1
                z = x /2
                q = [x, y, z,]
                if x == 5: sys.Log "colon" end
                unless sys.Out then exit else sys.Log 'out' end
                not sys.In and sys.Log("neither") or nil
                print "a", "b" if !sys.In && !(x > y)
                sys.Log x.to_s() + '%d' % 5 + ("%s %s" % ["a", :b])
                req.Header.From.FromName = "Someone"; req.Header.From.FromURI.User = '100'
                $global = q.last
                sys.Trace = true
                """#),
    ]
}
