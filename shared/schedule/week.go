package schedule

import (
	"slices"
	"strings"
	"time"
)

// WeekTime is a wall-clock time of the week, in minutes since Monday 00:00.
type WeekTime int

// endOfWeek is a week in minutes.
const endOfWeek = WeekTime(7 * EndOfDay)

func newWeekTime(day time.Weekday, at Clock) WeekTime {
	return WeekTime(int(day+6)%7*int(EndOfDay) + int(at))
}

// Weekday returns the day of the week.
func (t WeekTime) Weekday() time.Weekday {
	return time.Weekday((int(t%endOfWeek)/int(EndOfDay) + 1) % 7)
}

// Clock returns the time of day.
func (t WeekTime) Clock() Clock { return Clock(t) % EndOfDay }

// Add returns the time so many minutes later in the week that repeats.
func (t WeekTime) Add(minutes WeekTime) WeekTime {
	return ((t+minutes)%endOfWeek + endOfWeek) % endOfWeek
}

// String returns text such as "fri 20:00".
func (t WeekTime) String() string { return dayNames[t.Weekday()] + " " + t.Clock().String() }

// WeekSpan is a part of the week: From <= t < To. To is up to a week after From, so that a span may cross the week's end.
type WeekSpan struct{ From, To WeekTime }

// WeekSpans returns when a profile of the given kind applies in an ordinary week: without holidays, and without periods that are
// limited to dates, to months or to some weeks of a month. Spans that touch are one.
func (s *Schedule) WeekSpans(is func(profile string) bool) []WeekSpan {
	var spans []WeekSpan
	verdicts := s.byRule(is)
	for t, rule := range s.week() {
		at := WeekTime(t)
		switch n := len(spans); {
		case !verdicts[rule]:
		case n > 0 && spans[n-1].To == at:
			spans[n-1].To++
		default:
			spans = append(spans, WeekSpan{at, at + 1})
		}
	}
	if n := len(spans); n > 1 && spans[0].From == 0 && spans[n-1].To == endOfWeek {
		spans[n-1].To += spans[0].To
		return spans[1:]
	}
	return spans
}

// byRule evaluates is once for each period's profile and the default.
func (s *Schedule) byRule(is func(profile string) bool) map[int]bool {
	answers := map[int]bool{byDefault: is(s.profile)}
	for i, r := range s.rules {
		answers[i] = is(r.Profile)
	}
	return answers
}

// profileOf returns the profile of the period with this index, or the default.
func (s *Schedule) profileOf(i int) string {
	if i == byDefault {
		return s.profile
	}
	return s.rules[i].Profile
}

// week returns the index of the period that applies in each minute of the ordinary week.
func (s *Schedule) week() []int {
	week := slices.Repeat([]int{byDefault}, int(endOfWeek))
	for i, r := range slices.Backward(s.rules) {
		if !r.weekly() || r.When != nil {
			continue
		}
		for day := range time.Weekday(7) {
			if r.startDays().Has(day) {
				span := r.weekSpan(day)
				for t := span.From; t < span.To; t++ {
					week[t%endOfWeek] = i
				}
			}
		}
	}
	return week
}

// weekly reports whether the period is the same in every week, apart from holidays.
func (p Period) weekly() bool {
	return !p.dated() && p.Months == 0 && len(p.MonthDays) == 0 && len(p.Days.Nth) == 0
}

// startDays returns the weekdays on which windows start.
func (p Period) startDays() Days {
	if p.From.Day != 0 {
		return p.From.Day
	}
	return p.Days.cover()
}

func (p Period) weekSpan(day time.Weekday) WeekSpan {
	from := newWeekTime(day, p.From.At)
	return WeekSpan{from, from + WeekTime(p.length())}
}

// WeekGap is the uncovered part of a night that another period covers partly.
type WeekGap struct {
	WeekSpan
	Index   int          // of the period that runs over midnight
	Day     time.Weekday // on which it does not start
	Beside  string       // the period that covers the rest of that night
	Profile string       // what applies in the gap
}

// WeekGaps finds gaps between days off and nights off in an ordinary week: a period over midnight skips a day whose evening or
// next morning has the same sizes by another period. Profiles with the same sizes have the same kind.
func (s *Schedule) WeekGaps(kind func(profile string) string) []WeekGap {
	var gaps []WeekGap
	week := s.week()
	kinds := s.kindsOf(week, kind)
	for i, r := range s.rules {
		if !r.weeklyNight() {
			continue
		}
		off := kind(r.Profile)
		for n := range 7 {
			day := time.Weekday((n + 1) % 7)
			if r.startDays().Has(day) {
				continue
			}
			night, midnight := r.weekSpan(day), newWeekTime(day, EndOfDay)
			evening, morning := WeekSpan{night.From, midnight}, WeekSpan{midnight, night.To}
			covered, gap := evening, morning
			if morning.count(kinds, off) > 0 {
				covered, gap = morning, evening
			}
			beside := week[covered.From%endOfWeek]
			if beside != byDefault && covered.count(kinds, off) == covered.length() && gap.count(kinds, off) == 0 {
				gaps = append(gaps, WeekGap{gap, i, day, s.rules[beside].Name, s.profileOf(week[gap.From%endOfWeek])})
			}
		}
	}
	return gaps
}

// weeklyNight reports whether the period runs over midnight on some days of every week.
func (r rule) weeklyNight() bool {
	return r.weekly() && r.When == nil && r.From.Day == 0 && r.days != 0 && r.To.At != 0
}

// kindsOf returns the kind of the profile in each minute of the week.
func (s *Schedule) kindsOf(week []int, kind func(profile string) string) []string {
	kinds, known := make([]string, len(week)), map[int]string{}
	for t, i := range week {
		if _, ok := known[i]; !ok {
			known[i] = kind(s.profileOf(i))
		}
		kinds[t] = known[i]
	}
	return kinds
}

func (w WeekSpan) length() int { return int(w.To - w.From) }

// count returns how many minutes of the span have a kind.
func (w WeekSpan) count(kinds []string, kind string) (n int) {
	for t := w.From; t < w.To; t++ {
		if kinds[t%endOfWeek] == kind {
			n++
		}
	}
	return n
}

// String returns text such as "mon-fri" or "mon, wed, sat".
func (d Days) String() string {
	var texts []string
	names := d.Names()
	for i := 0; i < len(names); {
		end := i
		for end+1 < len(names) && dayIndex(names[end+1]) == (dayIndex(names[end])+1)%7 {
			end++
		}
		if end-i < 2 {
			texts = append(texts, names[i])
			i++
			continue
		}
		texts = append(texts, names[i]+"-"+names[end])
		i = end + 1
	}
	return strings.Join(texts, ", ")
}
