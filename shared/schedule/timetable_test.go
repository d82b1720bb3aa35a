package schedule_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"eks-scaling-automation/shared/schedule"
)

// written is a period in the words of a configuration. The package's parsers read them, and so does the naive timeline,
// in its own way.
type written struct {
	name                                         string
	days, monthDays, months, dates, only, except []string
	from, to                                     string
}

// read reads a period as the tables write it, in fields: filters such as "monthDays=15W,-1"; days without a key, "sat,sun";
// and the window, "22:00-06:00" or "fri@20:00-mon@08:00". It is the whole day when it is left out.
func read(name, text string) written {
	w := written{name: name, from: "00:00", to: "24:00"}
	filters := map[string]*[]string{
		"days": &w.days, "monthDays": &w.monthDays, "months": &w.months, "dates": &w.dates, "only": &w.only, "except": &w.except,
	}
	for field := range strings.FieldsSeq(text) {
		key, entries, isFilter := strings.Cut(field, "=")
		switch {
		case isFilter:
			*filters[key] = strings.Split(entries, ",")
		case strings.Contains(field, ":"):
			from, to, _ := strings.Cut(field, "-")
			w.from, w.to = strings.ReplaceAll(from, "@", " "), strings.ReplaceAll(to, "@", " ")
		default:
			w.days = strings.Split(field, ",")
		}
	}
	return w
}

// String is the period as the tables write it.
func (w written) String() string {
	text := w.name + ":"
	for i, entries := range [][]string{w.days, w.monthDays, w.months, w.dates, w.only, w.except} {
		if len(entries) > 0 {
			text += " " + []string{"days", "monthDays", "months", "dates", "only", "except"}[i] + "=" + strings.Join(entries, ",")
		}
	}
	return text + " " + strings.ReplaceAll(w.from, " ", "@") + "-" + strings.ReplaceAll(w.to, " ", "@")
}

// period has the words read by the package.
func (w written) period(t rapid.TB) schedule.Period {
	t.Helper()
	p := schedule.Period{Name: w.name, Profile: "in-" + w.name}
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatalf("%s: %v", w, err)
		}
	}
	for _, text := range w.days {
		must(p.Days.Add(text))
	}
	for _, text := range w.monthDays {
		entry, err := schedule.ParseMonthDays(text)
		must(err)
		p.MonthDays = append(p.MonthDays, entry)
	}
	for _, text := range w.months {
		must(p.Months.Add(text))
	}
	for _, text := range w.dates {
		entry, err := schedule.ParseDateRange(text)
		must(err)
		p.Dates = append(p.Dates, entry)
	}
	p.Calendars = schedule.CalendarFilter{Only: w.only, Except: w.except}
	var err error
	p.From, err = schedule.ParseEdge(w.from)
	must(err)
	p.To, err = schedule.ParseEdge(w.to)
	must(err)
	return p
}

// dateLists are calendars in the words of a configuration.
type dateLists map[string][]string

func (l dateLists) calendars(t rapid.TB) map[string]schedule.Calendar {
	t.Helper()
	all := map[string]schedule.Calendar{}
	for name, texts := range l {
		all[name] = schedule.Calendar{}
		for _, text := range texts {
			dates, err := schedule.ParseDateRange(text)
			if err != nil {
				t.Fatal(err)
			}
			all[name] = append(all[name], schedule.Holiday{Dates: dates, Name: "in " + name})
		}
	}
	return all
}

// known are the calendars that the tables may name.
var known = dateLists{
	"holidays": {"2025-12-25", "2026-11-02", "2026-11-15", "2026-11-20", "2026-12-25", "2027-01-01"},
	"freeze":   {"2026-12-14..2027-01-03"},
	"works":    {"2026-11-02", "2026-11-28..2026-11-29"},
	"apia":     {"2011-12-30"},
	"past":     {"2024-12-25"},
	"empty":    {},
}

// periods reads the periods of a table: p0, p1 and so on, with the profiles in-p0, in-p1 and so on.
func periods(t rapid.TB, texts ...string) []schedule.Period {
	t.Helper()
	var all []schedule.Period
	for i, text := range texts {
		all = append(all, read("p"+strconv.Itoa(i), text).period(t))
	}
	return all
}

// timetable is a schedule of such periods with the known calendars and the default profile "otherwise".
func timetable(t rapid.TB, zone string, texts ...string) *schedule.Schedule {
	t.Helper()
	s, err := schedule.New(location(t, zone), "otherwise", periods(t, texts...), known.calendars(t))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// listed splits "a;b" into the texts of periods; there are none in "".
func listed(texts string) []string {
	return strings.FieldsFunc(texts, func(r rune) bool { return r == ';' })
}

func location(t rapid.TB, zone string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func instant(t rapid.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func clock(t rapid.TB, text string) schedule.Clock {
	t.Helper()
	c, err := schedule.ParseClock(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func date(t rapid.TB, text string) schedule.Date {
	t.Helper()
	d, err := schedule.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func checkInstant(t *testing.T, what string, got time.Time, want string) {
	t.Helper()
	if want == "" {
		if !got.IsZero() {
			t.Errorf("%s is %s, want zero", what, got)
		}
		return
	}
	if !got.Equal(instant(t, want)) {
		t.Errorf("%s is %s, want %s", what, got.Format(time.RFC3339), want)
	}
}

func checkText(t *testing.T, got fmt.Stringer, want string) {
	t.Helper()
	if got.String() != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
