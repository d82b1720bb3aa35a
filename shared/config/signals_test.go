package config_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/signal"
)

// outside has a signal of each source, and no period yet.
const outside = `timezone: UTC
signals:
  rain:
    http: {url: "https://api.example.com/forecast?lat=-23.5&lon=-46.6", header: {X-Api-Key: {secret: weather-key}, Accept: application/json}}
    value: hourly.precipitation.0
    maxAge: 2h
    otherwise: false
  queue: {alarm: ingest backlog, otherwise: true}
  event: {parameter: /scaling/event, otherwise: last}
  freeze: {calendar: "arn:aws:ssm:sa-east-1:123456789012:document/freeze", otherwise: false}
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {big: {minSize: 0, maxSize: 5}}
    profiles: {normal: {big: 1}, peak: {big: 3}}
    schedule:
      default: normal
      periods:
`

// everySignal has periods that use each signal.
const everySignal = outside + `
        - {name: storm, profile: peak, from: "06:00", to: "22:00", when: {signal: rain, above: 20, until: 12.5, hold: 30m, atMost: 6h, every: 5m}}
        - {name: dry, profile: peak, when: {signal: rain, below: -0.5}, mayReduce: false}
        - {name: backlog, profile: peak, when: {signal: queue, is: ALARM}}
        - {name: launch, profile: peak, when: {signal: event, is: "launch 2"}}
        - {name: busy, profile: peak, when: {signal: event, below: 10, until: 1e3, hold: 1m}}
        - {name: frozen, profile: normal, when: {signal: freeze, is: CLOSED}, mayReduce: true}
`

func TestSignalsAreRead(t *testing.T) {
	c := parse(t, everySignal)
	hour := config.Duration(time.Hour)
	signals := map[string]config.Signal{
		"rain": {
			HTTP: &config.HTTPSource{
				URL:    "https://api.example.com/forecast?lat=-23.5&lon=-46.6",
				Header: map[string]config.HeaderValue{"X-Api-Key": {Secret: "weather-key"}, "Accept": {Text: "application/json"}},
			},
			Value: "hourly.precipitation.0", MaxAge: 2 * hour, Otherwise: signal.OtherwiseFalse,
		},
		"queue":  {Alarm: "ingest backlog", MaxAge: hour, Otherwise: signal.OtherwiseTrue},
		"event":  {Parameter: "/scaling/event", MaxAge: hour, Otherwise: signal.OtherwiseLast},
		"freeze": {Calendar: "arn:aws:ssm:sa-east-1:123456789012:document/freeze", MaxAge: hour, Otherwise: signal.OtherwiseFalse},
	}
	if diff := cmp.Diff(signals, c.Signals); diff != "" {
		t.Errorf("signals (-want +got):\n%s", diff)
	}
	unit := c.Units()[0]
	if diff := cmp.Diff(signals, unit.Signals); diff != "" {
		t.Errorf("signals of the unit (-want +got):\n%s", diff)
	}
	const minute = config.Duration(time.Minute)
	conditions := []schedule.Condition{
		{Signal: "rain", Above: new(float64(20)), Until: new(12.5), Hold: 30 * minute, AtMost: 6 * hour, Every: 5 * minute},
		{Signal: "rain", Below: new(-0.5), Every: 15 * minute},
		{Signal: "queue", Is: "ALARM", Every: 15 * minute},
		{Signal: "event", Is: "launch 2", Every: 15 * minute},
		{Signal: "event", Below: new(float64(10)), Until: new(float64(1000)), Hold: minute, Every: 15 * minute},
		{Signal: "freeze", Is: "CLOSED", Every: 15 * minute},
	}
	for i, p := range unit.Schedule.Periods {
		if diff := cmp.Diff(&conditions[i], p.When); diff != "" || p.MayReduce != (p.Name == "frozen") {
			t.Errorf("%s, may reduce %t (-want +got):\n%s", p.Name, p.MayReduce, diff)
		}
	}
	printsBack(t, c)
}

// The JSON form has what the operator wrote: booleans, texts, and objects for secrets.
func TestSignalsPrintAsTheyAreWritten(t *testing.T) {
	c := parse(t, everySignal)
	for what, row := range map[string]struct {
		value any
		want  string
	}{
		"http":      {c.Signals["rain"], `{"http":{"url":"https://api.example.com/forecast?lat=-23.5\u0026lon=-46.6","header":{"Accept":"application/json","X-Api-Key":{"secret":"weather-key"}}},"value":"hourly.precipitation.0","maxAge":"2h","otherwise":false}`},
		"alarm":     {c.Signals["queue"], `{"alarm":"ingest backlog","maxAge":"1h","otherwise":true}`},
		"parameter": {c.Signals["event"], `{"parameter":"/scaling/event","maxAge":"1h","otherwise":"last"}`},
		"condition": {c.Clusters[0].Schedule.Periods[0].When, `{"signal":"rain","above":20,"until":12.5,"hold":"30m","atMost":"6h","every":"5m"}`},
		"defaults":  {c.Clusters[0].Schedule.Periods[2].When, `{"signal":"queue","is":"ALARM","every":"15m"}`},
	} {
		if got := string(printed(t, row.value)); got != row.want {
			t.Errorf("%s: found %s; want %s", what, got, row.want)
		}
	}
}

// Without signals, a document prints as before there were any.
func TestNoSignalsPrintAsNothing(t *testing.T) {
	for _, signals := range []string{"", "signals: {}\n"} {
		c := parse(t, signals+valid)
		if text := string(printed(t, c)); strings.Contains(text, "signals") || strings.Contains(text, "when") {
			t.Error(text)
		}
	}
}

// oneSignal is a document with a signal alone, and with a period that uses it.
func oneSignal(fields string) string {
	before, after, _ := strings.Cut(outside, "signals:\n")
	_, after, _ = strings.Cut(after, "clusters:")
	state := "OK"
	if strings.Contains(fields, "calendar:") {
		state = "OPEN"
	}
	return before + "signals:\n  s: " + fields + "\nclusters:" + after + "        - {name: p, profile: peak, when: {signal: s, is: " + state + "}}\n"
}

func TestSignalsAreRefused(t *testing.T) {
	const (
		s       = "signals.s"
		secrets = "the name of a secret in Secrets Manager: at most 512 letters, digits and /_+=.@-"
	)
	many := "{}"
	for i := range 51 {
		many = strings.TrimSuffix(many, "}") + fmt.Sprintf("n%d: {alarm: a, otherwise: false}, }", i)
	}
	tests := []struct {
		rule, fields string
		want         []string
	}{
		{"not_an_object", "^[a]", []string{s + ": must be an object, not a list"}},
		{"unknown_field", "{alarm: a, otherwise: false, until: ^3}", []string{s + `.until: unknown field "until"; known: alarm, calendar, composite, http, maxAge, otherwise, parameter, value`}},
		{"misspelled_field", "{alarm: a, otherwise: false, maxage: ^3m}", []string{s + `.maxage: unknown field "maxage"; did you mean "maxAge"?`}},
		{"no_otherwise", "^{alarm: a}", []string{s + ": otherwise is required"}},
		{"otherwise_is_another_word", "{alarm: a, otherwise: ^never}", []string{s + `.otherwise: must be false, true or last, not "never"`}},
		{"otherwise_is_quoted", `{alarm: a, otherwise: ^"false"}`, []string{s + `.otherwise: must be false, true or last: remove the quotes`}},
		{"otherwise_is_nothing", "{alarm: a, otherwise: ^~}", []string{s + ".otherwise: is empty: must be false, true or last"}},
		{"no_source", "^{otherwise: false}", []string{s + ": http, alarm, parameter or calendar is required"}},
		{"two_sources", "^{alarm: a, parameter: b, otherwise: false}", []string{s + ": has alarm and parameter: keep one"}},
		{"composite_without_alarm", "{parameter: /a, composite: ^true, otherwise: false}", []string{s + ".composite: requires alarm: remove it"}},
		{"composite_is_no_boolean", "{alarm: a, composite: ^yes, otherwise: false}", []string{s + `.composite: must be true or false, not "yes"`}},
		{"value_without_http", "{alarm: a, value: ^b, otherwise: false}", []string{s + ".value: requires http: remove it"}},
		{"http_without_value", `^{http: {url: "https://a.com"}, otherwise: false}`, []string{s + ": value is required with http: use a gjson path, for example hourly.precipitation.0"}},
		{"max_age_is_too_short", "{alarm: a, otherwise: false, maxAge: ^59s}", []string{s + ".maxAge: must be a duration from 1m to 168h, for example 20m, not \"59s\""}},
		{"max_age_is_too_long", "{alarm: a, otherwise: false, maxAge: ^169h}", []string{s + ".maxAge: must be a duration from 1m to 168h, for example 20m, not \"169h\""}},
		{"alarm_by_its_arn", "{alarm: ^arn:aws:cloudwatch:sa-east-1:123456789012:alarm:a, otherwise: false}", []string{s + ".alarm: must be the alarm's name, not its ARN"}},
		{"alarm_is_too_long", "{alarm: ^" + strings.Repeat("a", 256) + ", otherwise: false}", []string{s + ".alarm: must have at most 255 characters"}},
		{"parameter_with_a_version", `{parameter: ^"/a:3", otherwise: false}`, []string{s + `.parameter: invalid parameter name "/a:3": use at most 1011 letters, digits, ., -, _ and /, for example "/scaling/event"`}},
		{"calendar_that_is_no_document", "{calendar: ^arn:aws:s3:::a, otherwise: false}", []string{s + `.calendar: invalid change calendar "arn:aws:s3:::a": use a name of 3 to 128 letters, digits, ., - and _, or the ARN of an SSM document`}},
		{"calendar_is_too_short", "{calendar: ^ab, otherwise: false}", []string{s + `.calendar: invalid change calendar "ab": use a name of 3 to 128 letters, digits, ., - and _, or the ARN of an SSM document`}},
		{"secret_has_another_form", `{http: {url: "https://a.com", header: {a: {secret: ^"a b"}}}, value: a, otherwise: false}`, []string{s + `.http.header.a.secret: invalid secret "a b": use ` + secrets}},
		{"secret_is_missing", `{http: {url: "https://a.com", header: {a: ^{}}}, value: a, otherwise: false}`, []string{s + ".http.header.a: secret is required"}},
		{"header_is_a_number", `{http: {url: "https://a.com", header: {a: ^1}}, value: a, otherwise: false}`, []string{s + ".http.header.a: must be a string, or an object with secret, not 1"}},
		{"header_with_a_space", `{http: {url: "https://a.com", header: {a b: ^c}}, value: a, otherwise: false}`, []string{s + `.http.header.a b: invalid header name "a b": use at most 100 letters, digits and -`}},
		{"header_with_spaces_around_it", `{http: {url: "https://a.com", header: {a: ^" c"}}, value: a, otherwise: false}`, []string{s + ".http.header.a: has spaces around it: remove them"}},
		{"header_of_the_client", `{http: {url: "https://a.com", header: {hOst: ^c}}, value: a, otherwise: false}`, []string{s + ".http.header.hOst: header hOst cannot be set: remove it"}},
		{"header_of_a_proxy", `{http: {url: "https://a.com", header: {Proxy-Authorization: ^{secret: c}}}, value: a, otherwise: false}`, []string{s + ".http.header.Proxy-Authorization: header Proxy-Authorization cannot be set: remove it"}},
		{"header_twice_in_another_case", `{http: {url: "https://a.com", header: {Accept: c, accept: ^d}}, value: a, otherwise: false}`, []string{s + ".http.header.accept: duplicate header: keep one"}},
		{"url_is_missing", "{http: ^{}, value: a, otherwise: false}", []string{s + ".http: url is required"}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) { expect(t, plain, oneSignal(test.fields), test.want...) })
	}
	t.Run("too_many", func(t *testing.T) {
		_, findings := plain.Parse([]byte("signals: " + many + "\n" + valid))
		if found := fmt.Sprint(config.Usable(findings)); found != "signals: has 51 signals: use at most 50" {
			t.Error(found)
		}
	})
	t.Run("name", func(t *testing.T) {
		expect(t, plain, strings.Replace(oneSignal("{alarm: a, otherwise: false}"), "  s: {", "  s: {alarm: a, otherwise: false}\n  a b: ^^{", 1),
			`signals.a b: invalid signal name "a b": use at most 100 letters, digits, ., - and _, with a letter or digit first`,
			`warning: signals.a b: no period uses signal "a b": remove it, or name it under when`)
	})
	t.Run("unreadable_signals_are_one_error", func(t *testing.T) {
		document := oneSignal("{}")
		expect(t, plain, strings.Replace(document, "signals:\n  s: {}", "signals: ^[]", 1), "signals: must be an object, not an empty list")
	})
}

func TestURLsOfSignals(t *testing.T) {
	const (
		invalid = `invalid URL: use https:// and a host name, for example "https://api.example.com/forecast?lat=-23.5"`
		address = "has the IP address %s: use a host name"
		suspect = "a part of the URL looks like a secret in plain text; is this intended? Send secrets in a header, as {secret: NAME}"
		host    = "invalid host name %q: use a public one in ASCII, such as api.example.com"
	)
	secret := func(name string) string {
		return fmt.Sprintf("query parameter %q looks like a secret in plain text: send it in a header, as {secret: NAME}", name)
	}
	for _, row := range []struct{ rule, url, want string }{
		{"a host alone", "https://example.com", ""},
		{"a port", "https://api.example.com:8443/a/b.json", ""},
		{"a query", "https://example.com/?q=a%20b&latitude=-23.5&keyword=x&monkeys=2", ""},
		{"http", "http://example.com", "http:// is not encrypted: use https://"},
		{"http in capitals", "HTTP://example.com", "http:// is not encrypted: use https://"},
		{"another scheme", "ftp://example.com", invalid},
		{"no scheme", "example.com/forecast", invalid},
		{"no host", "https:///forecast", invalid},
		{"a host with another letter", "https://exämple.com", fmt.Sprintf(host, "exämple.com")},
		{"a host of one label, which no deployment can list", "https://localhost/", fmt.Sprintf(host, "localhost")},
		{"a host with a dot at the end, which no deployment can list", "https://example.com./", fmt.Sprintf(host, "example.com.")},
		{"a host in capitals", "https://API.Example.com/", ""},
		{"a space", "https://example.com/a b", "has a space: write it as %20"},
		{"an underscore", "https://my_host.example.com/a", fmt.Sprintf(host, "my_host.example.com")},
		{"punycode", "https://XN--Exmple-cua.COM/a", ""},
		{"no port", "https://example.com:/a", invalid},
		{"a port that is too high", "https://example.com:65536/a", invalid},
		{"a wrong escape", "https://example.com/%zz", invalid},
		{"a user", "https://ana:hunter2@example.com/", "has a user name or a password: send it in a header, as {secret: NAME}"},
		{"a password that is no URL, which is not repeated", "https://ana:hunter%zz2@example.com/", invalid},
		{"an IPv4 address", "https://127.0.0.1/", fmt.Sprintf(address, "127.0.0.1")},
		{"an IPv6 address", "https://[::1]:443/", fmt.Sprintf(address, "::1")},
		{"an IPv4 address of two parts", "https://127.1/", fmt.Sprintf(address, "127.1")},
		{"an address in one number", "https://2130706433/", fmt.Sprintf(address, "2130706433")},
		{"an address in hexadecimal", "https://0x7f.0x0.0x0.0x1/", fmt.Sprintf(address, "0x7f.0x0.0x0.0x1")},
		{"an address with a dot at the end", "https://127.0.0.1./", fmt.Sprintf(address, "127.0.0.1.")},
		{"a fragment", "https://example.com/#a", "remove the part after #: it is not sent"},
		{"an empty fragment", "https://example.com/#", "remove the part after #: it is not sent"},
		{"a semicolon in the query", "https://example.com/?a=1;b=2", "invalid query: use % and two digits for other characters, and & between parameters"},
		{"apikey", "https://example.com/?q=1&apikey=abc", secret("apikey")},
		{"api_key", "https://example.com/?api_key=abc", secret("api_key")},
		{"key", "https://example.com/?key=abc", secret("key")},
		{"token", "https://example.com/?Token=abc", secret("Token")},
		{"access_token", "https://example.com/?access_token=abc", secret("access_token")},
		{"appid", "https://example.com/?APPID=abc", secret("APPID")},
		{"a signature", "https://example.com/?X-Amz-Signature=abc", secret("X-Amz-Signature")},
		{"escaped", "https://example.com/?%6bey=abc", secret("key")},
		{"a random part of the path", "https://example.com/forecast/0123456789abcdef0123456789abcdef/37,-122", suspect},
		{"a random value in the query", "https://example.com/?q=0123456789abcdef0123456789abcdef", suspect},
		{"a UUID", "https://example.com/sensors/123e4567-e89b-12d3-a456-426614174000", ""},
		{"names and dates in the path", "https://example.com/gridpoints/LOX/154,44/forecast-hourly-20261124?since=20261124T120000Z", ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			var want []string
			if row.want != "" {
				severity := ""
				if row.want == suspect {
					severity = "warning: "
				}
				want = []string{severity + "signals.s.http.url: " + row.want}
			}
			mark := strings.Repeat("^", len(want))
			expect(t, plain, oneSignal(fmt.Sprintf("{http: {url: %s%q}, value: a, otherwise: false}", mark, row.url)), want...)
		})
	}
}

func TestSecretsInPlainTextAreRefused(t *testing.T) {
	const wrong = "looks like a secret in plain text: use {secret: NAME}, the name of a secret in Secrets Manager"
	for _, row := range []struct {
		name, text string
		refused    bool
	}{
		{"Accept", "application/vnd.company.forecast.v20261124+json", false},
		{"User-Agent", "eks-scaling (ops@example.com)", false},
		{"X-Station", "sao-paulo-congonhas-airport", false},
		{"X-Station", "20261124T120000Z", false},
		{"Accept", "basic", false},
		{"Authorization", "a", true},
		{"X-Api-Key", "a", true},
		{"apikey", "a", true},
		{"Ocp-Apim-Subscription-Key", "a", true},
		{"x-auth-token", "a", true},
		{"Client-Secret", "a", true},
		{"Cookie", "a", true},
		{"X-Other", "Bearer abc", true},
		{"X-Other", "basic YTpi", true},
		{"X-Other", "eyJhbGciOi.eyJzdWIi.abc", true},
		{"X-Other", "550e8400-e29b-41d4-a716-446655440000", true},
		{"X-Other", "9f86d081884c7d659a2feaa0c55ad015", true},
	} {
		t.Run(row.name+" "+row.text, func(t *testing.T) {
			var want []string
			if row.refused {
				want = []string{"signals.s.http.header." + row.name + ": " + wrong}
			}
			mark := strings.Repeat("^", len(want))
			expect(t, plain, oneSignal(fmt.Sprintf(`{http: {url: "https://a.com", header: {%s: %s%q}}, value: a, otherwise: false}`, row.name, mark, row.text)), want...)
		})
	}
}

// Every error is for its place in a period that is the only one.
func TestConditionsAreRefused(t *testing.T) {
	const when = "clusters[0].schedule.periods[0].when"
	tests := []struct {
		rule, fields string
		want         []string
	}{
		{"not_an_object", "when: ^rain", []string{when + `: must be an object, not "rain"`}},
		{"unknown_field", "when: {signal: rain, above: 1, for: ^3m}", []string{when + `.for: unknown field "for"; known: above, atMost, below, every, hold, is, signal, until`}},
		{"no_signal", "when: ^{above: 1}", []string{when + ": signal is required"}},
		{"unknown_signal", "when: {signal: ^rian, above: 1}", []string{when + `.signal: unknown signal "rian"; did you mean "rain"?`}},
		{"no_threshold", "when: ^{signal: rain}", []string{when + ": above, below or is is required"}},
		{"until_alone", "when: ^{signal: rain, until: 3}", []string{when + ": above, below or is is required"}},
		{"two_thresholds", "when: ^{signal: rain, below: 1, above: 3}", []string{when + ": has above and below: keep one"}},
		{"until_with_is", "when: {signal: queue, is: OK, until: ^1}", []string{when + ".until: requires above or below: remove it"}},
		{"until_above_above", "when: {signal: rain, above: 20, until: ^20.5}", []string{when + ".until: until 20.5 is greater than above 20: use 20 or less, where the condition turns off"}},
		{"until_below_below", "when: {signal: rain, below: 10, until: ^1}", []string{when + ".until: until 1 is less than below 10: use 10 or more, where the condition turns off"}},
		{"threshold_is_a_text", `when: {signal: rain, above: ^"20"}`, []string{when + `.above: must be a number: remove the quotes`}},
		{"threshold_is_infinite", "when: {signal: rain, above: ^.inf}", []string{when + ".above: must be a number, for example 20 or -0.5, not .inf"}},
		{"threshold_is_no_number", "when: {signal: rain, above: ^.nan}", []string{when + ".above: must be a number, for example 20 or -0.5, not .nan"}},
		{"threshold_is_too_large", "when: {signal: rain, above: ^2e15}", []string{when + ".above: must be a number from -1e15 to 1e15, not 2e15"}},
		{"alarm_against_a_number", "when: {signal: queue, above: ^20}", []string{when + `.above: signal "queue" is the state of its alarm, never a number: use is with OK, ALARM or INSUFFICIENT_DATA`}},
		{"calendar_against_a_number", "when: {signal: freeze, below: ^20}", []string{when + `.below: signal "freeze" is the state of its calendar, never a number: use is with OPEN or CLOSED`}},
		{"state_that_alarms_never_have", "when: {signal: queue, is: ^FIRING}", []string{when + `.is: unknown alarm state "FIRING"; known: OK, ALARM, INSUFFICIENT_DATA`}},
		{"state_in_another_case", "when: {signal: queue, is: ^alarm}", []string{when + `.is: unknown alarm state "alarm"; did you mean "ALARM"?`}},
		{"state_that_calendars_never_have", "when: {signal: freeze, is: ^CLOSE}", []string{when + `.is: unknown calendar state "CLOSE"; did you mean "CLOSED"?`}},
		{"text_with_spaces_around_it", `when: {signal: event, is: ^" on"}`, []string{when + ".is: has spaces around it, and values never have: remove them"}},
		{"text_that_is_too_long", "when: {signal: event, is: ^" + strings.Repeat("a", 101) + "}", []string{when + ".is: must have at most 100 characters"}},
		{"text_that_is_a_boolean", "when: {signal: event, is: ^true}", []string{when + ".is: must be a string: quote it"}},
		{"hold_is_too_short", "when: {signal: rain, above: 1, hold: ^59s}", []string{when + `.hold: must be a duration from 1m to 24h, for example 20m, not "59s"`}},
		{"hold_is_too_long", "when: {signal: rain, above: 1, hold: ^25h}", []string{when + `.hold: must be a duration from 1m to 24h, for example 20m, not "25h"`}},
		{"at_most_is_hold", "when: {signal: rain, above: 1, hold: 30m, atMost: ^30m}", []string{when + ".atMost: atMost 30m is not longer than hold 30m: use a longer time"}},
		{"at_most_is_too_long", "when: {signal: rain, above: 1, atMost: ^169h}", []string{when + `.atMost: must be a duration from 1m to 168h, for example 20m, not "169h"`}},
		{"every_is_too_short", "when: {signal: rain, above: 1, every: ^4m}", []string{when + `.every: must be a duration from 5m to 6h, for example 20m, not "4m"`}},
		{"every_is_too_long", "when: {signal: rain, above: 1, every: ^7h}", []string{when + `.every: must be a duration from 5m to 6h, for example 20m, not "7h"`}},
		{"nobody_foresees_a_condition", "when: {signal: rain, above: 1}, ahead: ^10m", []string{"clusters[0].schedule.periods[0].ahead: has no effect with when, as nobody knows ahead whether a condition turns on: remove it"}},
		{"may_reduce_without_when", "mayReduce: ^true", []string{"clusters[0].schedule.periods[0].mayReduce: requires when: remove it"}},
		{"may_reduce_is_no_boolean", "when: {signal: rain, above: 1}, mayReduce: ^1", []string{"clusters[0].schedule.periods[0].mayReduce: must be true or false, not 1"}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			reading := config.Reading{}
			expectErrors(t, reading, outside+"        - {name: p, profile: peak, "+test.fields+"}\n", test.want...)
		})
	}
}

// expectErrors is expect without the warnings, as each document here leaves signals unused.
func expectErrors(t *testing.T, reading config.Reading, document string, want ...string) {
	t.Helper()
	unused := "\n        - {name: rain, profile: peak, when: {signal: rain, above: 1}}\n        - {name: queue, profile: peak, when: {signal: queue, is: OK}}" +
		"\n        - {name: event, profile: peak, when: {signal: event, is: a}}\n        - {name: freeze, profile: peak, when: {signal: freeze, is: OPEN}}\n"
	expect(t, reading, strings.TrimSuffix(document, "\n")+unused, want...)
}

func TestUnusedSignalsAreAWarning(t *testing.T) {
	document := strings.Replace(strings.Replace(everySignal, "  queue: {", "  queue: ^{", 1), "        - {name: backlog, profile: peak, when: {signal: queue, is: ALARM}}\n", "", 1)
	expect(t, plain, document, `warning: signals.queue: no period uses signal "queue": remove it, or name it under when`)
}

// A run reads a signal once, and may wait for nodes until waitTimeout, which is 20m.
func TestValuesThatARunOutlivesAreAWarning(t *testing.T) {
	for _, row := range []struct {
		rule, signal, condition string
		warned                  bool
	}{
		{"shorter", "maxAge: ^5m, otherwise: false", "is: OK", true},
		{"shorter_and_true", "maxAge: ^19m, otherwise: true", "is: OK, hold: 30m", true},
		{"as_long", "maxAge: 20m, otherwise: false", "is: OK", false},
		{"held", "maxAge: 5m, otherwise: false", "is: OK, hold: 20m", false},
		{"as_it_was", "maxAge: 5m, otherwise: last", "is: OK", false},
	} {
		t.Run(row.rule, func(t *testing.T) {
			var want []string
			if row.warned {
				want = []string{"warning: signals.s.maxAge: " + strings.TrimPrefix(strings.Split(row.signal, ",")[0], "maxAge: ^") + " is shorter than waitTimeout 20m of production: " +
					"a run that waits for nodes outlives the value, and may take them away again; use 20m or more, or otherwise: last"}
			}
			document := strings.Replace(oneSignal("{parameter: /a, "+row.signal+"}"), "is: OK", row.condition, 1)
			expect(t, plain, document, want...)
		})
	}
}

// While a cluster cannot be read, nobody knows what it uses.
func TestUnusedSignalsAreNotReportedBesideAnError(t *testing.T) {
	document := strings.Replace(everySignal, "when: {signal: queue, is: ALARM}}", "when: {signal: queue, is: ALARM}, color: ^red}", 1)
	expect(t, plain, strings.Replace(document, "signal: queue", "signal: event", 1),
		`clusters[0].schedule.periods[2].color: unknown field "color"; known: ahead, calendars, dates, days, from, mayReduce, monthDays, months, name, profile, to, when`)
}

// A condition may be off, so that its period covers no other.
func TestConditionalPeriodsCoverNothing(t *testing.T) {
	const always = "        - {name: always, profile: peak%s}\n        - ^{name: later, profile: normal, from: \"08:00\", to: \"09:00\"}\n"
	for _, reading := range []config.Reading{plain, today} {
		expectErrors(t, reading, strings.Replace(outside+fmt.Sprintf(always, ", when: {signal: rain, above: 1}"), "^", "", 1))
	}
	expect(t, plain, valid[:strings.Index(valid, "        - {")]+fmt.Sprintf(always, ""),
		`clusters[0].schedule.periods[1]: period "later" never applies: it is covered by "always"; move it up or remove it`)
	expect(t, plain, strings.Replace(outside+"        - {name: always, profile: normal}\n        - ^{name: storm, profile: peak, when: {signal: rain, above: 1}}\n",
		outside[strings.Index(outside, "  queue:"):strings.Index(outside, "clusters:")], "", 1),
		`clusters[0].schedule.periods[1]: period "storm" never applies: it is covered by "always"; move it up or remove it`)
}

// A cluster alone is checked against the signals of the settings.
func TestParseClusterAloneKnowsTheSignals(t *testing.T) {
	c := parse(t, everySignal)
	cluster := printed(t, c.Clusters[0])
	if _, err := config.ParseCluster(cluster, c.Settings, nil); err != nil {
		t.Error(err)
	}
	_, err := config.ParseCluster(cluster, config.Settings{Timezone: "UTC", Signals: map[string]config.Signal{"queue": {Parameter: "/a"}, "event": {Alarm: "a"}}}, nil)
	want := `schedule.periods[0].when.signal: unknown signal "rain"; known: event, queue
schedule.periods[1].when.signal: unknown signal "rain"; known: event, queue
schedule.periods[3].when.is: unknown alarm state "launch 2"; known: OK, ALARM, INSUFFICIENT_DATA
schedule.periods[4].when.below: signal "event" is the state of its alarm, never a number: use is with OK, ALARM or INSUFFICIENT_DATA
schedule.periods[5].when.signal: unknown signal "freeze"; known: event, queue`
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if names := config.CalendarsOf(cluster); len(names) != 0 {
		t.Error(names)
	}
}

// A window ends its condition, so longer times have no effect. Whole days may touch.
func TestTimesBeyondTheWindowAreWarnedAbout(t *testing.T) {
	const hold, atMost = "warning: clusters[0].schedule.periods[0].when.hold: ", "warning: clusters[0].schedule.periods[0].when.atMost: "
	for _, test := range []struct {
		rule, fields string
		want         []string
	}{
		{"hold_as_long_as_the_window", `from: "08:00", to: "09:00", when: {signal: rain, above: 1, hold: 1h}`, nil},
		{"hold_longer_than_the_window", `from: "08:00", to: "09:00", when: {signal: rain, above: 1, hold: ^61m}`, []string{
			hold + `hold 1h1m of period "p" is longer than a window, 1h: the period ends with its window`,
		}},
		{"at_most_shorter_than_the_window", `from: "23:00", to: "01:00", when: {signal: rain, above: 1, atMost: 119m}`, nil},
		{"at_most_as_long_as_the_window", `from: "23:00", to: "01:00", when: {signal: rain, above: 1, atMost: ^2h}`, []string{
			atMost + `atMost 2h of period "p" has no effect: a window lasts 2h`,
		}},
		{"whole_days_may_touch", `when: {signal: rain, above: 1, hold: 24h, atMost: 48h}`, nil},
		{"days_of_a_weekend", `from: "fri 20:00", to: "sun 20:00", when: {signal: rain, above: 1, atMost: ^48h}`, []string{
			atMost + `atMost 48h of period "p" has no effect: a window lasts 48h`,
		}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			expectErrors(t, today, outside+"        - {name: p, profile: peak, "+test.fields+"}\n", test.want...)
		})
	}
}

// A condition that can raise nothing is probably a mistake. It may raise what another one has reduced.
func TestConditionsThatNeverRaiseAreWarnedAbout(t *testing.T) {
	const (
		rain  = "when: {signal: rain, above: 1}"
		never = `warning: clusters[0].schedule.periods[%d].profile: period "p" never raises a size: ` +
			"profile normal has none above the other profiles; use larger sizes, or mayReduce: true"
	)
	for _, test := range []struct {
		rule, periods string
		want          []string
	}{
		{"a_larger_size", "{name: p, profile: peak, " + rain + "}", nil},
		{"the_default_itself", "{name: p, profile: ^normal, " + rain + "}", []string{fmt.Sprintf(never, 0)}},
		{"the_default_may_reduce", "{name: p, profile: normal, mayReduce: true, " + rain + "}", nil},
		{"larger_than_another_period", `{name: p, profile: normal, ` + rain + `}, {name: night, profile: none, from: "20:00", to: "06:00"}`, nil},
		{"larger_than_what_another_condition_reduces_to", "{name: p, profile: normal, " + rain + "}, {name: q, profile: none, mayReduce: true, " + rain + "}", nil},
		{
			"only_smaller_than_others", `{name: up, profile: peak, from: "20:00", to: "06:00"}, {name: p, profile: ^normal, ` + rain + "}",
			[]string{fmt.Sprintf(never, 1)},
		},
	} {
		t.Run(test.rule, func(t *testing.T) {
			document := strings.NewReplacer("profiles: {", "profiles: {none: {big: 0, small: 1}, ", "nodegroups: {", "nodegroups: {small: {minSize: 0, maxSize: 1}, ").Replace(outside)
			expectErrors(t, today, document+"        - "+strings.ReplaceAll(test.periods, "}, {name", "}\n        - {name")+"\n", test.want...)
		})
	}
}

// Nobody knows ahead whether a condition turns on, so nothing is scaled up ahead of its period.
func TestAheadOfAScheduleHasNoEffectOnConditionalPeriods(t *testing.T) {
	document := strings.Replace(outside, "default: normal", "default: normal\n      ahead: ^10m", 1) + "        - {name: p, profile: peak, when: {signal: rain, above: 1}}\n"
	expectErrors(t, today, document, "warning: clusters[0].schedule.ahead: has no effect: no profile raises a node group above another profile of the schedule")
}
