package schema_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// The documents that are drawn are valid: periods have windows of their own and no filters that exclude each other,
// sizes are within the limits, names are those of what is there. They vary in what is left out and in how it is written.

// object writes the fields in any order.
func object(t *rapid.T, fields ...string) string {
	return "{" + strings.Join(rapid.Permutation(fields).Draw(t, "fields"), ", ") + "}"
}

// some of the fields, and all that are required.
func some(t *rapid.T, optional []string, required ...string) string {
	for _, field := range optional {
		if rapid.Bool().Draw(t, "with "+field) {
			required = append(required, field)
		}
	}
	return object(t, required...)
}

func oneOf(t *rapid.T, label string, spellings ...string) string {
	return rapid.SampledFrom(spellings).Draw(t, label)
}

// words is a list with at least one entry, each with or without quotes, which makes a number or a timestamp of some.
func words(t *rapid.T, texts ...string) string {
	list := rapid.SliceOfN(rapid.SampledFrom(texts), 1, 4).Draw(t, "words")
	for i, text := range list {
		quotes := oneOf(t, "quotes", "", `"`, "'")
		list[i] = quotes + text + quotes
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func drawDocument(t *rapid.T) string {
	return some(t, []string{
		"enabled: " + oneOf(t, "enabled", "true", "false", "True"),
		"overrides: " + listOf(t, 0, 3, drawOverride),
	}, "timezone: "+drawZone(t), "calendars: "+drawCalendars(t), "clusters: ["+drawCluster(t, "production")+", "+drawCluster(t, `"2"`)+"]")
}

func listOf(t *rapid.T, least, most int, draw func(*rapid.T, int) string) string {
	items := make([]string, rapid.IntRange(least, most).Draw(t, "items"))
	for i := range items {
		items[i] = draw(t, i)
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func drawZone(t *rapid.T) string {
	return oneOf(t, "zone", "UTC", "America/Sao_Paulo", "Etc/GMT+5", "EST5EDT", "America/Argentina/Buenos_Aires", "America/Port-au-Prince")
}

func drawCalendars(t *rapid.T) string {
	var calendars []string
	for _, name := range []string{"holidays", "2027", "a.b-c_D"} {
		calendar := "{dates: " + listOf(t, 0, 3, drawHoliday) + "}"
		if rapid.Bool().Draw(t, "from a file") {
			calendar = `{ics: ` + oneOf(t, "file", "days.ics", `"https://example.com/days?a=b&c"`, `"días de fiesta.ics"`) + "}"
		}
		calendars = append(calendars, name+": "+calendar)
	}
	return object(t, calendars...)
}

func drawHoliday(t *rapid.T, _ int) string {
	date := oneOf(t, "date", dates...)
	if rapid.Bool().Draw(t, "by its date alone") {
		return date
	}
	return some(t, []string{"name: " + oneOf(t, "name", "Natal", `"1"`, "Consciência Negra", `"東京"`)}, "date: "+date)
}

var dates = []string{
	"2026-12-24", `"2026-12-24"`, "2026-12-30..2027-01-02", "2028-02-29", "0001-01-01..9999-12-31", "2026-01-31..2026-01-31",
}

func drawCluster(t *rapid.T, name string) string {
	return some(t, []string{
		"timezone: " + drawZone(t),
		"enabled: " + oneOf(t, "enabled", "true", "false"),
		"roleArn: " + oneOf(t, "role", "arn:aws:iam::123456789012:role/a", "arn:aws-us-gov:iam::000000000000:role/path/a+b@c"),
		"enforce: " + oneOf(t, "enforce", "transition", "always"),
		"waitTimeout: " + oneOf(t, "timeout", "1s", "1h", "20m", "+90s", "0.5h", ".5h", "1.h", "1h0m0s", `"1500ms"`, "60000000µs"),
		"concurrency: " + oneOf(t, "concurrency", "1", "40", "0x10", "0b11", "+7", "1_0"),
	},
		"name: "+name, "region: "+oneOf(t, "region", "sa-east-1", "us-gov-west-1", "ap-southeast-10"),
		"nodegroups: "+object(t, "a: {minSize: 0, maxSize: 9}", "b_C-d: {maxSize: 2147483647, minSize: 0}", "7: {minSize: 0, maxSize: 9}"),
		"profiles: "+object(t, "low: "+drawSizes(t, 0), `"a b <&> ñ": `+drawSizes(t, 0), "09: "+drawSizes(t, 0)),
		"schedule: "+some(t, []string{"periods: " + listOf(t, 0, 6, drawPeriod)}, "default: "+drawProfile(t)),
	)
}

func drawProfile(t *rapid.T) string {
	return oneOf(t, "profile", "low", `"a b <&> ñ"`, `'09'`)
}

func drawSizes(t *rapid.T, least int) string {
	nodegroups := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b_C-d", "7"}), least, 3, rapid.ID).Draw(t, "sized")
	for i, nodegroup := range nodegroups {
		nodegroups[i] = nodegroup + ": " + drawSize(t)
	}
	return "{" + strings.Join(nodegroups, ", ") + "}"
}

func drawSize(t *rapid.T) string {
	if rapid.Bool().Draw(t, "as a number") {
		return oneOf(t, "size", "0", "9", "0x9", "0b10", "+1", "07")
	}
	return some(t, []string{"minSize: 0", "desiredSize: " + oneOf(t, "desired", "1", "2"), "maxSize: " + oneOf(t, "most", "2", "9")})
}

// drawPeriod draws a period of half an hour, or as the last one of a list a window over some days.
func drawPeriod(t *rapid.T, i int) string {
	fields := []string{fmt.Sprintf("name: %s%d", oneOf(t, "name", "p", "período ", "p#"), i), "profile: " + drawProfile(t)}
	filters := []string{
		"monthDays: " + words(t, "1", "31", "-1", "-31", "07", "15..20", "-7..-1", "15..-1", "15W", "31w"),
		"months: " + words(t, "jan", "DEC", "nov-feb", "Mar-Oct"),
	}
	if i == 5 && rapid.Bool().Draw(t, "over days") {
		fields = append(fields, "from: "+oneOf(t, "from", "fri 20:00", `" FRI  20:00 "`), "to: "+oneOf(t, "to", "mon 08:00", "Sun 24:00"))
	} else {
		fields = append(fields, fmt.Sprintf(`from: 0%d:00`, i), fmt.Sprintf(`to: "0%d:30"`, i))
		filters = append(filters,
			"days: "+words(t, "tue", "WED", "mon-fri", "Sat-Mon", "tue#2", "FRI#Last", "sun#5"),
			"dates: "+words(t, "2026-12-24", "2026-12-30..2027-01-02", "2028-02-29"))
	}
	if rapid.Bool().Draw(t, "filtered") {
		fields = append(fields, rapid.SampledFrom(filters).Draw(t, "filter"))
	}
	only, except := "only: "+words(t, "holidays", "2027", "a.b-c_D"), "except: "+words(t, "holidays", "2027", "a.b-c_D")
	return some(t, []string{"calendars: {" + oneOf(t, "calendars", only, except, except+", "+only) + "}"}, fields...)
}

func drawOverride(t *rapid.T, i int) string {
	what := "profile: " + drawProfile(t)
	optional := []string{
		fmt.Sprintf("name: %s%d", oneOf(t, "name", "o", "A.b_c-"), i), "createdBy: " + oneOf(t, "by", "ana@example.com", `"José <j>"`),
		"createdAt: " + drawInstant(t, "2025"),
	}
	if rapid.Bool().Draw(t, "by sizes") {
		what = "sizes: " + drawSizes(t, 1)
	} else {
		optional = append(optional, "nodegroups: "+words(t, "a", "b_C-d", "7"))
	}
	return some(t, optional, "cluster: "+oneOf(t, "cluster", "production", `"2"`), what,
		"from: "+drawInstant(t, "2026"), "until: "+drawInstant(t, "2027"), "reason: "+oneOf(t, "reason", "launch", `"7"`, "été (à vérifier)"))
}

func drawInstant(t *rapid.T, year string) string {
	return year + oneOf(t, "instant", "-12-24T20:00:00-03:00", "-12-24T09:00:00Z", "-02-28T23:59:59.123Z", "-12-24T20:00:00+05:45", "-12-24 20:00",
		"-12-24 24:00", "-01-01 00:00")
}
