package triggers

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/schedule"
)

// fingerprintLength gives 40 bits: enough that two versions of a trigger never collide by chance.
const fingerprintLength = 8

const fingerprintLetters = "abcdefghijklmnopqrstuvwxyz234567"

var fingerprintCode = base32.NewEncoding(fingerprintLetters).WithPadding(base32.NoPadding)

// maxName is the maximum length of a schedule's name.
const maxName = 64

// Fingerprinted returns the name of a trigger's schedule: the trigger's name and a fingerprint of its settings. Lists of
// schedules show names but no settings, so the name reveals whether the settings are right.
func Fingerprinted(name string, settings []string) string {
	hash := sha256.New()
	for _, text := range append([]string{name}, settings...) {
		_, _ = fmt.Fprintf(hash, "%d:%s", len(text), text)
	}
	return cutName(name) + "-" + fingerprintCode.EncodeToString(hash.Sum(nil))[:fingerprintLength]
}

// cutName shortens a name to leave room for the fingerprint, which still distinguishes names that become equal.
func cutName(name string) string {
	return name[:min(len(name), maxName-fingerprintLength-1)]
}

// WithoutFingerprint returns the trigger's name from a schedule's name, or the schedule's name if it has no fingerprint.
func WithoutFingerprint(schedule string) string {
	ours := func(prefix string) bool { return strings.HasPrefix(schedule, prefix) }
	if !slices.ContainsFunc([]string{weeklyName, lookName, onceName, changedName}, ours) {
		return schedule
	}
	i := len(schedule) - fingerprintLength - 1
	if schedule[max(i, 0)] != '-' || strings.Trim(schedule[i+1:], fingerprintLetters) != "" {
		return cutName(schedule)
	}
	return schedule[:i]
}

// longestPass limits a pass over the schedules, and so the age of its list when a schedule is removed.
const longestPass = 2 * time.Minute

// Removals returns a function that reports whether an unplanned schedule may be removed at an instant. Beyond the rule of
// [Removable], an outdated schedule stays while its trigger is due: its replacement may have been created too late to fire. If
// both fire, two runs decide for the same instant, and the newer one does the work.
func Removals(plan []Trigger) func(schedule string, now time.Time) bool {
	comesDue, zones := map[string]func(now time.Time) bool{}, map[string]*time.Location{}
	for _, t := range plan {
		comesDue[withoutDay(WithoutFingerprint(t.Name))] = t.comesDue(zones)
	}
	return func(name string, now time.Time) bool {
		due, planned := comesDue[withoutDay(WithoutFingerprint(name))]
		return Removable(name, now) && (!planned || !due(now))
	}
}

// comesDue reports whether a trigger fires within the notice and a pass, or fired within the grace. It ignores weekdays: the
// schedule that it replaces may have had others. A look is never due: the next one follows soon.
func (t Trigger) comesDue(zones map[string]*time.Location) func(now time.Time) bool {
	const ahead = notice + longestPass
	if t.Once {
		return func(now time.Time) bool {
			_, at, once := instantIn(t.Name)
			return once && at.Before(now.Add(ahead))
		}
	}
	if strings.HasPrefix(t.Name, lookName) {
		return func(time.Time) bool { return false }
	}
	var minute, hour int
	_, err := fmt.Sscanf(t.Expression, "cron(%d %d ", &minute, &hour)
	zone, known := zones[t.Zone]
	if !known {
		zone, _ = time.LoadLocation(t.Zone) // nil if unknown, which no plan has
		zones[t.Zone] = zone
	}
	return func(now time.Time) bool {
		if err != nil || zone == nil {
			return false
		}
		const day = 24 * time.Hour
		local := now.In(zone)
		clock := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second
		passed := (clock - time.Duration(hour)*time.Hour - time.Duration(minute)*time.Minute + day) % day
		return passed <= grace || passed >= day-ahead
	}
}

// withoutDay returns a weekly trigger's name without its weekday.
func withoutDay(name string) string {
	if i := strings.LastIndexByte(name, '-'); strings.HasPrefix(name, weeklyName) && slices.Contains(schedule.EveryDay.Names(), name[i+1:]) {
		return name[:i]
	}
	return name
}
