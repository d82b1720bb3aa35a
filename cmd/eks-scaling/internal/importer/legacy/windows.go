package legacy

import (
	"slices"
	"strconv"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/shared/schedule"
)

// window is a time of the day, on some weekdays, with sizes of its own.
type window struct {
	profile    string // also the period's name
	start, end int    // minutes of the day
	days       schedule.Days
	sizes      sizes
	place      string
}

func (w window) period() schedule.Period {
	p := schedule.Period{Name: w.profile, Profile: w.profile}
	p.From.At, p.To.At = schedule.Clock(w.start), schedule.Clock(w.end)
	if w.days != schedule.EveryDay {
		p.Days.Each = w.days
	}
	return p
}

// kind is a schedule that the old scaler knows, with what it uses for missing hours and minutes.
type kind struct {
	key, profile string
	start, end   int
	weekday      bool // it has one weekday
	weekdays     bool // it has several
}

// kinds is in the order of precedence. Two names exist for the peak.
var (
	sleepKind   = kind{key: "sleep_time", profile: "sleep", start: 1 * 60, end: 6*60 + 30}
	weekendKind = kind{key: "weekend_midnight", profile: "weekend_midnight", start: 0, end: 1 * 60, weekdays: true}
	peakKind    = kind{key: "peak_time", profile: "peak", start: 6*60 + 30, end: 11*60 + 30, weekday: true}
)

const tuesdayPeak = "tuesday_peak"

func (l *reader) readSchedules(v jsonValue) error {
	schedules, err := l.object(v, sleepKind.key, peakKind.key, tuesdayPeak, weekendKind.key, "normal_operation")
	if err != nil {
		return err
	}
	if len(schedules) == 0 {
		return v.wrong("sleep_time or peak_time is required")
	}
	l.found.Add(v.where(), "hours are read as local time in %s; the old scaler's clock is UTC-3 all year, unless its code was changed: check --timezone", l.as.Timezone)
	if err := l.readNormal(v, schedules); err != nil {
		return err
	}
	peak := peakKind
	if old, ok := schedules[tuesdayPeak]; ok {
		if _, both := schedules[peakKind.key]; both {
			l.found.Add(old.where(), "skipped, as the old scaler reads peak_time if there are both: if it counts, rename it to peak_time")
		} else {
			peak.key = tuesdayPeak
		}
	}
	for _, k := range []kind{sleepKind, weekendKind, peak} {
		at, ok := schedules[k.key]
		if !ok {
			continue
		}
		w, err := l.readWindow(at, k)
		if err != nil {
			return err
		}
		l.addWindow(at, w)
	}
	if _, ok := schedules[sleepKind.key]; !ok {
		l.addImplied(v, sleepKind, schedule.EveryDay, 0)
	}
	if _, ok := schedules[peak.key]; !ok {
		l.addImplied(v, peakKind, schedule.On(importer.WeekdayOf(1)), len(l.windows))
	}
	l.dropUnused()
	return nil
}

// readNormal reads the sizes outside of all windows.
func (l *reader) readNormal(v jsonValue, schedules map[string]jsonValue) (err error) {
	at, ok := schedules["normal_operation"]
	if !ok {
		l.normal, err = l.readSizes(v.at("normal_operation", nil), nil)
		return err
	}
	fields, err := l.object(at, "small_nodes", "big_nodes")
	if err != nil {
		return err
	}
	l.normal, err = l.readSizes(at, fields)
	return err
}

// readWindow reads one schedule.
func (l *reader) readWindow(v jsonValue, k kind) (w window, err error) {
	known := []string{"start_hour", "start_minute", "end_hour", "end_minute", "small_nodes", "big_nodes"}
	switch {
	case k.weekday:
		known = append(known, "weekday")
	case k.weekdays:
		known = append(known, "weekdays")
	}
	fields, err := l.object(v, known...)
	if err != nil {
		return w, err
	}
	w = window{profile: k.profile, days: schedule.EveryDay, place: v.where()}
	if w.start, w.end, err = l.readHours(v, fields, k); err != nil {
		return w, err
	}
	if err := l.readDays(v, fields, k, &w); err != nil {
		return w, err
	}
	w.sizes, err = l.readSizes(v, fields)
	return w, err
}

// readHours reads the start and the end, in minutes of the day. It warns if the old scaler's defaults count.
func (l *reader) readHours(v jsonValue, fields map[string]jsonValue, k kind) (start, end int, err error) {
	var missing []string
	read := func(key string, byDefault, last int) int {
		if _, ok := fields[key]; !ok {
			missing = append(missing, key)
		}
		n, wrong := v.optional(fields, key, byDefault, last)
		if err == nil {
			err = wrong
		}
		return n
	}
	start = read("start_hour", k.start/60, 23)*60 + read("start_minute", k.start%60, 59)
	end = min(read("end_hour", k.end/60, 24)*60+read("end_minute", k.end%60, 59), importer.MinutesOfDay)
	if err == nil && len(missing) > 0 {
		l.found.Add(v.where(), "without %s, the old scaler uses its defaults: it lasts from %s to %s", strings.Join(missing, ", "),
			schedule.Clock(start), schedule.Clock(end))
	}
	return start, end, err
}

// readDays reads the weekdays, counted from Monday, which is 0.
func (l *reader) readDays(v jsonValue, fields map[string]jsonValue, k kind, w *window) error {
	switch {
	case k.weekday:
		n, err := v.optional(fields, "weekday", 1, 6)
		if err != nil {
			return err
		}
		w.days = schedule.On(importer.WeekdayOf(n))
		how := strconv.Itoa(n) + " is"
		if _, ok := fields["weekday"]; !ok {
			how = "missing, and"
		}
		l.found.Add(v.at("weekday", nil).where(), "%s read as %s: 0 is Monday", how, w.period().Days.Names()[0])
	case k.weekdays:
		days, ok := fields["weekdays"]
		numbers := []int{5, 6}
		if ok {
			var err error
			if numbers, err = days.integers(0, 6); err != nil {
				return err
			}
		}
		w.days = 0
		for _, n := range numbers {
			w.days |= schedule.On(importer.WeekdayOf(n))
		}
		l.found.Add(v.at("weekdays", nil).where(), "read as %s: 0 is Monday", strings.Join(schedule.Weekdays{Each: w.days}.Names(), ", "))
	}
	return nil
}

// dropUnused removes windows that others cover.
func (l *reader) dropUnused() {
	active := week(l.windows)
	var used []window
	for i, w := range l.windows {
		if slices.Contains(active, i) {
			used = append(used, w)
			continue
		}
		l.found.Add(w.place, "skipped: it lies within windows that take precedence, so the old scaler never uses it")
	}
	l.windows = used
}

// addWindow adds a window below those before it, unless it is empty.
func (l *reader) addWindow(v jsonValue, w window) {
	if w.start >= w.end {
		l.found.Add(v.where(), `skipped: it ends at %s, which is not after %s, so the old scaler never uses it. For a window over midnight, add a period from "%s" to "%s"`,
			schedule.Clock(w.end), schedule.Clock(w.start), schedule.Clock(w.start), schedule.Clock(w.end))
		return
	}
	l.windows = append(l.windows, w)
	for _, other := range l.windows[:len(l.windows)-1] {
		if other.days&w.days != 0 && other.start < w.end && w.start < other.end {
			l.found.Add(v.where(), "%s takes precedence where both are active", other.profile)
		}
	}
}

// addImplied adds what the old scaler does without a schedule, if it differs from what the others say.
func (l *reader) addImplied(v jsonValue, k kind, days schedule.Days, index int) {
	quiet := reader{small: l.small, big: l.big}
	s, err := quiet.readSizes(v, nil)
	if err != nil {
		return
	}
	w := window{profile: k.profile, start: k.start, end: k.end, days: days, sizes: s}
	with := slices.Insert(slices.Clone(l.windows), index, w)
	if l.sameSizes(with) {
		return
	}
	l.found.Add(v.where(), "no %s: the old scaler then uses %d small and %d big from %s to %s. Remove period %s if that is not intended",
		k.key, s.small, s.big, schedule.Clock(w.start), schedule.Clock(w.end), k.profile)
	l.windows = with
}

// sameSizes reports whether other windows give the same sizes at every minute.
func (l *reader) sameSizes(other []window) bool {
	a, b := week(l.windows), week(other)
	for i := range a {
		if l.sizesOf(l.windows, a[i]) != l.sizesOf(other, b[i]) {
			return false
		}
	}
	return true
}

func (l *reader) sizesOf(windows []window, active int) sizes {
	if active < 0 {
		return l.normal
	}
	return windows[active].sizes
}

// week returns which window is active at each minute of the week; -1 is none.
func week(windows []window) []int {
	active := make([]int, 7*importer.MinutesOfDay)
	for i := range active {
		day, minute := schedule.On(importer.WeekdayOf(i/importer.MinutesOfDay)), i%importer.MinutesOfDay
		active[i] = slices.IndexFunc(windows, func(w window) bool { return w.days&day != 0 && w.start <= minute && minute < w.end })
	}
	return active
}
