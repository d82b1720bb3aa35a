package triggerscmd

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/shared/schedule"
)

// timing is when a schedule fires: an expression in the local time of a zone.
type timing struct {
	expression, zone string
}

// The forms of the planned schedules. Others are shown unchanged.
var (
	atTime = regexp.MustCompile(`^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$`)
	weekly = regexp.MustCompile(`^cron\(([\d,]+) ([\d,-]+) \? \* ([A-Z,]+|\*) \*\)$`)
	hourly = regexp.MustCompile(`^cron\((\d{1,2}) \* \? \* \* \*\)$`)
)

// String returns such as "daily 06:30 America/Sao_Paulo".
func (t timing) String() string {
	if m := atTime.FindStringSubmatch(t.expression); m != nil {
		return fmt.Sprintf("once %s %s", strings.Replace(strings.TrimSuffix(m[1], ":00"), "T", " ", 1), t.zone)
	}
	if m := hourly.FindStringSubmatch(t.expression); m != nil {
		return fmt.Sprintf("hourly at :%02s %s", m[1], t.zone)
	}
	if m := weekly.FindStringSubmatch(t.expression); m != nil {
		days := "daily"
		if m[3] != "*" {
			days = strings.ToLower(strings.ReplaceAll(m[3], ",", ", "))
		}
		return fmt.Sprintf("%s %s %s", days, inWords(timesOfDay(m[2], m[1])), t.zone)
	}
	if rest, isRate := strings.CutPrefix(t.expression, "rate("); isRate {
		return "every " + strings.TrimSuffix(rest, ")")
	}
	return t.expression + " " + t.zone
}

// next returns when it fires next, in its zone; zero if never or unknown. A time that the clock skips does not fire.
func (t timing) next(now time.Time) time.Time {
	zone, err := time.LoadLocation(t.zone)
	if err != nil {
		return time.Time{}
	}
	if m := atTime.FindStringSubmatch(t.expression); m != nil {
		if at, err := time.ParseInLocation("2006-01-02T15:04:05", m[1], zone); err == nil && at.After(now) {
			return at
		}
		return time.Time{}
	}
	if m := hourly.FindStringSubmatch(t.expression); m != nil {
		return nextMinute(now.In(zone), number(m[1]))
	}
	if m := weekly.FindStringSubmatch(t.expression); m != nil {
		return nextOn(now.In(zone), m[3], timesOfDay(m[2], m[1]))
	}
	return time.Time{}
}

// timesOfDay returns the minutes of the day at which a cron expression with these hours and minutes fires, in order.
func timesOfDay(hours, minutes string) (times []int) {
	for part := range strings.SplitSeq(hours, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		for hour := number(first); hour <= min(number(last), 23); hour++ {
			for minute := range strings.SplitSeq(minutes, ",") {
				times = append(times, hour*60+number(minute))
			}
		}
	}
	return times
}

// fewTimes are as many times of day as are listed one by one.
const fewTimes = 3

// inWords returns times of day such as "06:30", or "07:00 to 21:45 every 15m" for many at equal distances.
func inWords(times []int) string {
	clock := func(at int) string { return fmt.Sprintf("%02d:%02d", at/60, at%60) }
	if len(times) <= fewTimes {
		texts := make([]string, len(times))
		for i, at := range times {
			texts[i] = clock(at)
		}
		return strings.Join(texts, ", ")
	}
	text, step := clock(times[0])+" to "+clock(times[len(times)-1]), times[1]-times[0]
	for i := range times[1:] {
		if times[i+1]-times[i] != step {
			return fmt.Sprintf("%d times from %s", len(times), text)
		}
	}
	return text + " every " + schedule.Duration(time.Duration(step)*time.Minute).String()
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits) // the forms have only digits there
	return n
}

// nextMinute returns the next instant at a minute of the hour.
func nextMinute(now time.Time, minute int) time.Time {
	for at := now.Truncate(time.Minute).Add(time.Minute); minute < 60; at = at.Add(time.Minute) {
		if at.Minute() == minute {
			return at
		}
	}
	return time.Time{}
}

// nextOn returns the next instant at one of the times of one of the days.
func nextOn(now time.Time, days string, times []int) time.Time {
	names := strings.Split(days, ",")
	for ahead := range 15 { // two weeks, as the clock may skip it in the first
		for _, minutes := range times {
			at := time.Date(now.Year(), now.Month(), now.Day()+ahead, 0, minutes, 0, 0, now.Location())
			exists := at.Hour() == minutes/60 && at.Minute() == minutes%60
			onDay := days == "*" || slices.Contains(names, strings.ToUpper(at.Format("Mon")))
			if exists && onDay && at.After(now) {
				return at
			}
		}
	}
	return time.Time{}
}
