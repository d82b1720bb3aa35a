package schema_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/shared/config"

	"go.yaml.in/yaml/v3"
)

// reference matches an error about a good name that another part of the document does not define.
var reference = regexp.MustCompile(`^unknown (?:calendar|cluster|node group|profile|schedule|signal) "[0-9A-Za-z]`)

// relation matches an error about a value that is good in itself, and wrong beside another value.
var relation = regexp.MustCompile(`^until [0-9.-]+ is |^atMost \S+ is not longer|^unknown (?:alarm|calendar) state |is the state of its |^looks like a secret`)

// checkVerdicts checks that the schema accepts what the parser accepts, and refuses a document if the parser finds an
// error in the given place. Errors elsewhere follow from this place, and a schema cannot see them.
func checkVerdicts(t *testing.T, text []byte, refusal error, changed place) {
	t.Helper()
	errs := errorsIn(text)
	isRefused := func(f config.Finding) bool {
		return changed.holds(f) && !reference.MatchString(f.Message) && !relation.MatchString(f.Message)
	}
	switch {
	case refusal != nil && len(errs) == 0:
		t.Errorf("%s: the schema refuses it and the parser does not:\n%s", changed.path, text)
	case refusal == nil && slices.ContainsFunc(errs, isRefused):
		t.Errorf("%s: the schema accepts it and the parser says:\n%v\n%s", changed.path, errs, text)
	}
}

// TestEveryValueHasItsKind prints the document once for each place: the values are put into the text.
func TestEveryValueHasItsKind(t *testing.T) {
	const here = "HERE"
	doc, values := parsed(t, everything(t)), map[string]*yaml.Node{}
	for text := range strings.FieldsSeq(`~ "" "\x07" "0" true 1.5 -1 0 2147483648 [] [~] {}`) {
		values[text] = parsed(t, []byte(text)).Content[0]
	}
	for _, p := range places(doc) {
		around := string(p.with(t, doc, &yaml.Node{Kind: yaml.ScalarNode, Value: here}))
		for text, value := range values {
			restore := p.put(value)
			refusal := refusalOf(doc)
			restore()
			checkVerdicts(t, []byte(strings.Replace(around, here, text, 1)), refusal, p)
		}
	}
}

func TestRequiredFieldsAreRequired(t *testing.T) {
	checkObjects(t, "is required", func(object yaml.Node, path string) (changes []place, changed []*yaml.Node) {
		for i := 1; i < len(object.Content); i += 2 {
			without := object
			without.Content = slices.Delete(slices.Clone(object.Content), i-1, i+1)
			changes = append(changes, place{path: strings.TrimPrefix(path+"."+object.Content[i-1].Value, ".")})
			changed = append(changed, &without)
		}
		return changes, changed
	})
}

func TestUnknownFieldsAreRefused(t *testing.T) {
	checkObjects(t, "unknown field", func(object yaml.Node, path string) ([]place, []*yaml.Node) {
		object.Content = append(slices.Clone(object.Content), quoted("color"), parsed(t, []byte("~")).Content[0])
		return []place{{path: strings.TrimPrefix(path+".color", ".")}}, []*yaml.Node{&object}
	})
}

// checkObjects changes every object of the document in turn. The parser must find the given fault in one of them.
func checkObjects(t *testing.T, fault string, change func(object yaml.Node, path string) ([]place, []*yaml.Node)) {
	t.Helper()
	doc, faults := parsed(t, everything(t)), 0
	for _, p := range places(doc) {
		if p.node().Kind != yaml.MappingNode {
			continue
		}
		changes, changed := change(*p.node(), p.path)
		for i := range changes {
			text := p.with(t, doc, changed[i])
			checkVerdicts(t, text, refusal(t, text), changes[i])
			if slices.ContainsFunc(errorsIn(text), func(f config.Finding) bool { return strings.Contains(f.Message, fault) }) {
				faults++
			}
		}
	}
	if faults == 0 {
		t.Errorf("the parser never says %q", fault)
	}
}

func TestTexts(t *testing.T) {
	const (
		cluster = "clusters[1]"
		periods = "clusters[0].schedule.periods"
	)
	tests := []struct{ path, accepted, refused string }{
		{"timezone", "UTC|Europe/Berlin|America/Port-au-Prince|Etc/GMT+5|EST5EDT|America/Argentina/Ushuaia", "Local|-03:00|GMT+3:00|São Paulo|/etc"},
		{"clusters[0].timezone", "UTC", "Local"},
		{cluster + ".name", "a|Z|7|A-_9|a_|a-|" + strings.Repeat("a", 100), "-a|_a|.a|a.|a.b|a b|ñ|aé|a/b|a:b|a@b|a[b|a`b|a{b|" + strings.Repeat("a", 101)},
		{
			cluster + ".region",
			"us-east-1|ca-west-1|ap-southeast-10",
			"us-east|us-east-|useast1|us--1|us-1|us-east--1|u-east-1|use-east-1|Us-east-1|us-East-1|US-EAST-1|us-east-1a|us-east-a1|us-ea1st-1|us1-east-1|us-e_st-1|us-east-१",
		},
		{"clusters[0].roleArn", "arn:aws:iam::123456789012:role/a|arn:aws:iam::123456789012:role/a/b c", "arn:aws:iam::1:role/a|arn:aws:iam::123456789012:role/|arn:aws:iam::123456789012:user/a|scaler"},
		{"clusters[0].account", "123456789012", "12345678901|1234567890123|12345678901a"},
		{"clusters[0].clusterName", "a|A-_9", "-a|a.b|a b"},
		{"clusters[0].externalId", "ab|a+=,.@:/-_9", "a|a b|añ|" + strings.Repeat("a", 1225)},
		{"accounts.externalId", "ab|" + strings.Repeat("a", 1224), "a|a b|a#b"},
		{"accounts.role", "a|" + strings.Repeat("a", 57), "a/b|a b|a:b|" + strings.Repeat("a", 58)},
		{"clusters[0].enforce", "transition|always", "Always|never"},
		{"clusters[0].waitTimeout", "1s|1h|20m|0.5h|.5h|1.h|+20m|1h0m0s|1000ms|60000000us|60000000µs|60000000μs|1000000000ns", "20|20 m|-20m|1d|1h,5m|m|.m|1h30|0"},
		{periods + "[3].from", "00:00|12:00|09:05|9:05", "24:00|009:05|9:5|12:60|12:00:00|1200|noon| 12:00|12:00 |25:00"},
		{periods + "[3].to", "00:00|24:00|13:00|1:00", "24:01|13.00|midnight"},
		{periods + "[6].from", "fri 20:00|FRI 20:00|Sat 00:00| fri  20:00 |friday 20:00|fri 8:00", "frİ 20:00|fri 24:00|fridays 20:00|20:00 fri|tue#2 20:00|mon-fri 20:00|fri20:00|fri"},
		{periods + "[6].to", "mon 08:00|MON 24:00|sun 08:00|monday 08:00|mon 8:00", "mon|mond 08:00"},
		{periods + "[4].days[0]", "tue|TUE|Tuesday|monday-FRI|tuesday#2|mon-fri|Sat-MON|tue#1|tue#5|fri#last|FRI#LAST", "fri#laſt|FRİ|tuesdays|mon-|-fri|mon..fri|1|tue#0|tue#6|tue#-1|tue#02|mon-fri#2|tue #2| tue|tue#first"},
		{periods + "[3].months[0]", "jan|Dec|nov-feb|JAN-mar|January|nov-FEBRUARY", "januar|1|jan-|jan..mar|jan,mar| jan"},
		{periods + "[2].monthDays[0]", "1|31|-1|-31|07|15..20|-7..-1|-31..1|15W|31w", "0|-0|32|-32|100|+1|last|W|0W|-1W|15W..20|15-20|15..|..20|0..5|5..32| 15"},
		{
			periods + "[1].dates[0]",
			"2026-12-24|2026-12-24..2026-12-24|2028-02-29|0001-01-01..9999-12-31",
			"12-24|2026-1-2|24.12.2026|20261224|2026-13-01|2026-00-01|2026-12-32|2026-01-00|2026-12-24..|" +
				"2026-12-24..31|2026-12-24 .. 2026-12-31|2026-12-24T00:00:00Z",
		},
		{"calendars.holidays.dates[3].date", "2026-12-24", "12-24"},
		{"calendars.holidays.dates[0]", "2026-12-24", "12-24"},
		{"calendars.holidays.dates[2].name", "a|" + strings.Repeat("ã", 100), strings.Repeat("a", 101)},
		{"signals.rain.http.url", "https://a.b|https://a.b:1/c?d=e", "http://a.b|a.b|https://|https://a b|HTTPS://a.b"},
		{"signals.rain.http.header.X-Api-Key.secret", "a|a/b_c+d=e.f@g-h", "a b|a:b|ñ|" + strings.Repeat("a", 513)},
		{"signals.2027.alarm", "a|ã b|" + strings.Repeat("ã", 255), strings.Repeat("a", 256)},
		{"signals.event_1.a-b.parameter", "a|/a/b_c.d-e", "a b|/a:1|ñ"},
		{"signals.freeze.calendar", "abc|arn:aws:ssm:sa-east-1:123456789012:document/a", "ab|a b|arn:aws:ssm:sa-east-1:1:document/a|arn:aws:s3:::abc"},
		{"signals.rain.maxAge", "1m|2h", "2|1d|-1m"},
		{periods + "[7].when.every", "5m|6h", "5|1d|-5m"},
		{"overrides[0].name", "a|A.b_c-9|2026", "-a|.a|a b|ñ|" + strings.Repeat("a", 101)},
		{
			"overrides[0].createdAt",
			"2026-12-24T20:00:00-03:00|2026-12-24T20:00:00Z|2026-12-24T09:00:00.5Z|2026-12-24T20:00:00.123+05:45|" +
				"2026-12-24 20:00|2026-12-24 8:00|2026-12-24 24:00",
			"2026-12-24T9:00:00Z|2026-12-24T20:00:00,123Z|2026-12-24T20:00:00+24:60|2026-12-24|2026-12-24 20:00:00|24.12.2026 20:00|2026-13-01 20:00|2026-12-32 20:00|" +
				"2026-12-24T20:00:00|2026-12-24T20:00Z|2026-12-24T24:00:00Z|2026-12-24t20:00:00z|" +
				"2026-12-24T20:00:60Z|2026-12-24T20:00:00-0300|now",
		},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			doc := parsed(t, everything(t))
			p := at(t, doc, test.path)
			for text := range strings.SplitSeq(test.accepted, "|") {
				if changed := p.with(t, doc, quoted(text)); !checkAgreement(t, changed) {
					t.Errorf("the parser refuses %q: %v", text, errorsIn(changed))
				}
			}
			for text := range strings.SplitSeq(test.refused, "|") {
				changed := p.with(t, doc, quoted(text))
				if !slices.ContainsFunc(errorsIn(changed), p.holds) {
					t.Errorf("the parser accepts %q", text)
				}
				if refusal(t, changed) == nil {
					t.Errorf("the schema accepts %q", text)
				}
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	const weekend = "from: fri 20:00, to: \"MON  24:00\""
	tests := []struct{ rule, old, text string }{
		{"both_of_dates_and_ics", "{ics: ", "{dates: [], ics: "},
		{"calendar_name", "  2027: {dates: []}", "  20 27: {dates: []}"},
		{"too_many_dates", "{dates: []}", "{dates: [" + strings.Repeat("2026-12-24, ", 4001) + "]}"},
		{"nodegroup_name", "small: {minSize: 0, maxSize: 1}", "small: {minSize: 0, maxSize: 1}\n      a.b: {minSize: 0, maxSize: 1}"},
		{"profile_name", "nothing: {}", "\"a\\tb\": {}"},
		{"nodegroup_name_in_a_profile", "nothing: {}", "nothing: {a b: 1}"},
		{"nodegroup_name_in_sizes", "{small: 1, a_B-9: {desiredSize: 4}}", "{a b: 1}"},
		{"no_profile", "profiles: {p: {only: 1}}", "profiles: {}"},
		{"fleet_too_large", "fleet: {units: 1000}", "fleet: {units: 1001}"},
		{"blast_radius_of_no_node", "blastRadius: {nodes: 100, units: 20}", "blastRadius: {nodes: 0}"},
		{"blast_radius_without_limits", "blastRadius: {nodes: 100, units: 20}", "blastRadius: {}"},
		{"budget_of_no_read", "budget: {updates: 5, reads: 10}", "budget: {reads: 0}"},
		{"budget_without_limits", "budget: {updates: 5, reads: 10}", "budget: {}"},
		{"concurrency_too_high", "concurrency: 40", "concurrency: 41"},
		{"day_of_month_is_too_high", "monthDays: [1,", "monthDays: [32,"},
		{"day_of_month_is_too_low", "monthDays: [1,", "monthDays: [-32,"},
		{"weekday_in_from_alone", weekend, "from: fri 20:00, to: \"08:00\""},
		{"weekday_in_to_alone", weekend, "from: \"20:00\", to: mon 08:00"},
		{"weekday_in_from_without_to", weekend, "from: fri 20:00"},
		{"weekday_in_to_without_from", weekend, "to: mon 08:00"},
		{"days_beside_a_weekday", weekend, "days: [fri], " + weekend},
		{"two_sources_of_a_signal", "{parameter: /scaling/event,", "{parameter: /scaling/event, alarm: a,"},
		{"no_source_of_a_signal", "{parameter: /scaling/event,", "{"},
		{"http_without_value", "    value: hourly.precipitation.0\n", ""},
		{"value_without_http", "{parameter: /scaling/event,", "{parameter: /scaling/event, value: a,"},
		{"signal_name", "  freeze: {calendar", "  fr eeze: {calendar"},
		{"header_name", "Accept: application/json", "Ac cept: application/json"},
		{"two_thresholds", "below: -1.5", "below: -1.5, above: 3"},
		{"until_with_is", "is: ALARM", "is: ALARM, until: 3"},
		{"no_threshold", ", below: -1.5", ""},
		{"may_reduce_without_when", ", when: {signal: event_1.a-b, below: -1.5}", ""},
		{"both_of_profile_and_sizes", "    sizes: {small: 1,", "    profile: number\n    sizes: {small: 1,"},
		{"neither_of_profile_and_sizes", "    profile: number\n", ""},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			text := string(everything(t))
			if strings.Count(text, test.old) != 1 {
				t.Fatalf("%q is there %d times", test.old, strings.Count(text, test.old))
			}
			broken := []byte(strings.Replace(text, test.old, test.text, 1))
			if len(errorsIn(broken)) == 0 {
				t.Error("the parser accepts it")
			}
			if refusal(t, broken) == nil {
				t.Error("the schema accepts it")
			}
		})
	}
}

func TestAcceptsAsManyDatesAsTheParser(t *testing.T) {
	text := strings.Replace(string(everything(t)), "{dates: []}", "{dates: ["+strings.Repeat("2026-12-24, ", 4000)+"]}", 1)
	if !checkAgreement(t, []byte(text)) {
		t.Error(errorsIn([]byte(text)))
	}
}

func TestKnowsTheParsersWaysToEnforce(t *testing.T) {
	doc := parsed(t, everything(t))
	p := at(t, doc, "clusters[0].enforce")
	errs := errorsIn(p.with(t, doc, quoted("sometimes")))
	_, known, _ := strings.Cut(errs[0].Message, "known: ")
	for way := range strings.SplitSeq(known, ", ") {
		if !checkAgreement(t, p.with(t, doc, quoted(way))) {
			t.Errorf("the parser refuses %q, which it says it knows", way)
		}
	}
}
