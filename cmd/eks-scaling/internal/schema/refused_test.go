package schema_test

import (
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/shared/config"

	"go.yaml.in/yaml/v3"
)

// checkVerdicts checks that the schema refuses a document when the parser finds an error in the given place, and accepts
// what the parser accepts. Errors elsewhere follow from what the place says, which is not for a schema to see.
func checkVerdicts(t *testing.T, text []byte, changed place) {
	t.Helper()
	errs := errorsIn(text)
	switch refused := refusal(t, text) != nil; {
	case refused && len(errs) == 0:
		t.Errorf("%s: the schema refuses it and the parser does not:\n%s", changed.path, text)
	case !refused && slices.ContainsFunc(errs, changed.holds):
		t.Errorf("%s: the schema accepts it and the parser says:\n%v\n%s", changed.path, errs, text)
	}
}

func TestEveryValueHasItsKind(t *testing.T) {
	doc := parsed(t, everything(t))
	all := places(doc)
	for rule, text := range map[string]string{
		"nothing": "~", "empty_text": `""`, "control_character": `"\x07"`, "boolean": "true", "fraction": "1.5", "negative": "-1",
		"empty_list": "[]", "list_of_nothing": "[~]", "empty_object": "{}",
	} {
		t.Run(rule, func(t *testing.T) {
			for _, p := range all {
				checkVerdicts(t, p.with(t, doc, parsed(t, []byte(text)).Content[0]), p)
			}
		})
	}
}

func TestRequiredFieldsAreRequired(t *testing.T) {
	doc, missing := parsed(t, everything(t)), 0
	for _, p := range places(doc)[1:] {
		if p.parent.Kind != yaml.MappingNode {
			continue
		}
		object := *p.parent
		p.parent.Content = slices.Delete(slices.Clone(object.Content), p.index-1, p.index+1)
		text := printed(t, doc)
		checkVerdicts(t, text, p)
		if slices.ContainsFunc(errorsIn(text), func(f config.Finding) bool { return strings.HasPrefix(f.Message, "missing;") }) {
			missing++
		}
		*p.parent = object
	}
	if missing == 0 {
		t.Error("the parser requires nothing")
	}
}

func TestUnknownFieldsAreRefused(t *testing.T) {
	doc, unknown := parsed(t, everything(t)), 0
	for _, p := range places(doc) {
		if p.node().Kind != yaml.MappingNode {
			continue
		}
		object := *p.node()
		object.Content = append(slices.Clone(object.Content), quoted("colour"), parsed(t, []byte("~")).Content[0])
		text := p.with(t, doc, &object)
		p.path = strings.TrimPrefix(p.path+".colour", ".")
		checkVerdicts(t, text, p)
		if slices.ContainsFunc(errorsIn(text), func(f config.Finding) bool { return strings.HasPrefix(f.Message, "unknown field") }) {
			unknown++
		}
	}
	if unknown == 0 {
		t.Error("the parser refuses no field")
	}
}

func TestTexts(t *testing.T) {
	const (
		cluster = "clusters[1]"
		periods = "clusters[0].schedule.periods"
	)
	tests := []struct{ path, accepted, refused string }{
		{
			"timezone",
			"UTC|Europe/Berlin|America/Port-au-Prince|Etc/GMT+5|EST5EDT|America/Argentina/Ushuaia",
			"Local|-03:00|GMT+3:00|São Paulo|/etc",
		},
		{cluster + ".name", "a|A-_9|" + strings.Repeat("a", 100), "-a|_a|a.b|a b|ñ|" + strings.Repeat("a", 101)},
		{
			cluster + ".region",
			"us-east-1|us-gov-west-1|ap-southeast-10",
			"us-east|useast1|US-EAST-1|us-east-1a|us1-east-1",
		},
		{
			"clusters[0].roleArn",
			"arn:aws:iam::123456789012:role/a|arn:aws-cn:iam::123456789012:role/a/b c",
			"arn:aws:iam::1:role/a|arn:aws:iam::123456789012:role/|arn:aws:iam::123456789012:user/a|scaler",
		},
		{"clusters[0].enforce", "transition|always", "Always|never"},
		{
			"clusters[0].waitTimeout",
			"1s|1h|20m|0.5h|.5h|1.h|+20m|1h0m0s|1000ms|60000000us|60000000µs|60000000μs|1000000000ns",
			"20|20 m|-20m|1d|1h,5m|m|.m|1h30|0",
		},
		{periods + "[3].from", "00:00|12:00|09:05", "24:00|9:05|12:60|12:00:00|1200|noon| 12:00|12:00 |25:00"},
		{periods + "[3].to", "00:00|24:00|13:00", "24:01|1:00|13.00|midnight"},
		{
			periods + "[6].from",
			"fri 20:00|FRI 20:00|Sat 00:00| fri  20:00 ",
			"frİ 20:00|fri 24:00|friday 20:00|fri 8:00|20:00 fri|tue#2 20:00|mon-fri 20:00|fri20:00|fri",
		},
		{periods + "[6].to", "mon 08:00|MON 24:00|sun 08:00", "mon|monday 08:00|mon 8:00"},
		{
			periods + "[4].days[0]",
			"tue|TUE|mon-fri|Sat-MON|tue#1|tue#5|fri#last|FRI#LAST",
			"fri#laſt|FRİ|tuesday|mon-|-fri|mon..fri|1|tue#0|tue#6|tue#-1|tue#02|mon-fri#2|tue #2| tue|tue#first",
		},
		{periods + "[3].months[0]", "jan|Dec|nov-feb|JAN-mar", "january|1|jan-|jan..mar|jan,mar| jan"},
		{
			periods + "[2].monthDays[0]",
			"1|31|-1|-31|07|15..20|-7..-1|-31..1|15W|31w",
			"0|-0|32|-32|100|+1|last|W|0W|-1W|15W..20|15-20|15..|..20|0..5|5..32| 15",
		},
		{
			periods + "[1].dates[0]",
			"2026-12-24|2026-12-24..2026-12-24|2028-02-29|0001-01-01..9999-12-31",
			"12-24|2026-1-2|24.12.2026|20261224|2026-13-01|2026-00-01|2026-12-32|2026-01-00|2026-12-24..|" +
				"2026-12-24..31|2026-12-24 .. 2026-12-31|2026-12-24T00:00:00Z",
		},
		{"calendars.holidays.dates[3].date", "2026-12-24", "12-24"},
		{"calendars.holidays.dates[0]", "2026-12-24", "12-24"},
		{"calendars.holidays.dates[2].name", "a|" + strings.Repeat("ã", 100), strings.Repeat("a", 101)},
		{"overrides[0].name", "a|A.b_c-9|2026", "-a|.a|a b|ñ|" + strings.Repeat("a", 101)},
		{
			"overrides[0].createdAt",
			"2026-12-24T20:00:00-03:00|2026-12-24T20:00:00Z|2026-12-24T09:00:00.5Z|2026-12-24T20:00:00.123+05:45|" +
				"2026-12-24 20:00|2026-12-24 24:00",
			"2026-12-24T9:00:00Z|2026-12-24T20:00:00,123Z|2026-12-24T20:00:00+24:60|2026-12-24|2026-12-24 8:00|2026-12-24 20:00:00|24.12.2026 20:00|2026-13-01 20:00|2026-12-32 20:00|" +
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
		{"neither_of_dates_and_ics", "{ics: https://example.com/days.ics}", "{}"},
		{"calendar_name", "  2027: {dates: []}", "  20 27: {dates: []}"},
		{"holiday_without_a_date", "{date: 2026-11-20, name:", "{name:"},
		{"too_many_dates", "{dates: []}", "{dates: [" + strings.Repeat("2026-12-24, ", 4001) + "]}"},
		{"no_cluster", "clusters:\n", "clusters: []\ngone:\n"},
		{"nodegroup_name", "small: {minSize: 0, maxSize: 1}", "small: {minSize: 0, maxSize: 1}\n      a.b: {minSize: 0, maxSize: 1}"},
		{"max_of_limits_is_zero", "only: {minSize: 0, maxSize: 1}", "only: {minSize: 0, maxSize: 0}"},
		{"min_of_limits_is_too_large", "only: {minSize: 0, maxSize: 1}", "only: {minSize: 2147483648, maxSize: 1}"},
		{"max_of_size_is_zero", "small: {}", "small: {maxSize: 0}"},
		{"size_is_too_large", "a_B-9: 0", "a_B-9: 2147483648"},
		{"size_is_a_text", "a_B-9: 0", "a_B-9: \"0\""},
		{"unknown_field_of_size", "small: {}", "small: {desired: 1}"},
		{"profile_name", "nothing: {}", "\"a\\tb\": {}"},
		{"nodegroup_name_in_a_profile", "nothing: {}", "nothing: {a b: 1}"},
		{"no_profile", "profiles: {p: {only: 1}}", "profiles: {}"},
		{"concurrency_too_low", "concurrency: 40", "concurrency: 0"},
		{"concurrency_too_high", "concurrency: 40", "concurrency: 41"},
		{"day_of_month_is_zero", "monthDays: [1,", "monthDays: [0,"},
		{"day_of_month_is_too_high", "monthDays: [1,", "monthDays: [32,"},
		{"day_of_month_is_too_low", "monthDays: [1,", "monthDays: [-32,"},
		{"day_is_a_number", "days: [tue,", "days: [2,"},
		{"list_is_a_text", "dates: [2026-12-24, 2026-12-30..2027-01-02]", "dates: 2026-12-24"},
		{"calendar_filter_is_empty", "calendars: {only: [holidays, 2027], except: [company.days_off-2]}", "calendars: {}"},
		{"weekday_in_from_alone", weekend, "from: fri 20:00, to: \"08:00\""},
		{"weekday_in_to_alone", weekend, "from: \"20:00\", to: mon 08:00"},
		{"weekday_in_from_without_to", weekend, "from: fri 20:00"},
		{"weekday_in_to_without_from", weekend, "to: mon 08:00"},
		{"days_beside_a_weekday", weekend, "days: [fri], " + weekend},
		{"both_of_profile_and_sizes", "    sizes: {small: 1,", "    profile: number\n    sizes: {small: 1,"},
		{"neither_of_profile_and_sizes", "    profile: number\n", ""},
		{"no_size", "sizes: {small: 1, a_B-9: {desiredSize: 4}}", "sizes: {}"},
		{"no_nodegroup_of_override", "nodegroups: [small, 7]", "nodegroups: []"},
		{"name_of_a_nodegroup_is_a_boolean", "nodegroups: [small, 7]", "nodegroups: [true]"},
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
