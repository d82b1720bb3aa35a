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

// fingerprintLength gives 40 bits: two settings of one trigger never meet by chance.
const fingerprintLength = 8

const fingerprintLetters = "abcdefghijklmnopqrstuvwxyz234567"

var fingerprintCode = base32.NewEncoding(fingerprintLetters).WithPadding(base32.NoPadding)

// maxName is how many characters the name of a schedule may have.
const maxName = 64

// Fingerprinted is the name of a trigger's schedule: the trigger's own, and a fingerprint of its settings. A list of schedules
// shows names and no settings, so a trigger with other settings has a schedule of another name.
func Fingerprinted(name string, settings []string) string {
	hash := sha256.New()
	for _, text := range append([]string{name}, settings...) {
		_, _ = fmt.Fprintf(hash, "%d:%s", len(text), text)
	}
	return cutName(name) + "-" + fingerprintCode.EncodeToString(hash.Sum(nil))[:fingerprintLength]
}

// cutName leaves room for the fingerprint, which keeps two names apart that are cut to the same.
func cutName(name string) string {
	return name[:min(len(name), maxName-fingerprintLength-1)]
}

// WithoutFingerprint is the name of the trigger to which a schedule belongs, or the schedule's own if that is no trigger's.
func WithoutFingerprint(schedule string) string {
	ours := func(prefix string) bool { return strings.HasPrefix(schedule, prefix) }
	if !slices.ContainsFunc([]string{weeklyName, onceName, changedName}, ours) {
		return schedule
	}
	i := len(schedule) - fingerprintLength - 1
	if schedule[max(i, 0)] != '-' || strings.Trim(schedule[i+1:], fingerprintLetters) != "" {
		return cutName(schedule)
	}
	return schedule[:i]
}

// Removals says which existing schedules may be removed when the plan does not have them. Beside those that [Removable] keeps,
// one that the plan has with other settings stays while its trigger comes due: it may be about to be delivered, and the schedule in its
// place may have come too late for that.
func Removals(plan []Trigger, now time.Time) func(schedule string) bool {
	due, zones := map[string]bool{}, map[string]*time.Location{}
	for _, t := range plan {
		if t.comesDue(now, zones) {
			due[withoutDay(WithoutFingerprint(t.Name))] = true
		}
	}
	return func(name string) bool {
		return Removable(name, now) && !due[withoutDay(WithoutFingerprint(name))]
	}
}

// comesDue says whether a trigger fires within the notice, or did within the grace. The days of the week do not count: a schedule in
// whose place it comes may have had others.
func (t Trigger) comesDue(now time.Time, zones map[string]*time.Location) bool {
	if t.Once {
		return t.TooLate(now)
	}
	var minute, hour int
	if _, err := fmt.Sscanf(t.Expression, "cron(%d %d ", &minute, &hour); err != nil {
		return false
	}
	zone, known := zones[t.Zone]
	if !known {
		zone, _ = time.LoadLocation(t.Zone) // nil if unknown, which no plan has
		zones[t.Zone] = zone
	}
	if zone == nil {
		return false
	}
	const day = 24 * time.Hour
	local := now.In(zone)
	clock := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second
	passed := (clock - time.Duration(hour)*time.Hour - time.Duration(minute)*time.Minute + day) % day
	return passed <= grace || passed >= day-notice
}

// withoutDay is the name that a weekly trigger has or would have if it were the only one at its time of day.
func withoutDay(name string) string {
	if i := strings.LastIndexByte(name, '-'); strings.HasPrefix(name, weeklyName) && slices.Contains(schedule.EveryDay.Names(), name[i+1:]) {
		return name[:i]
	}
	return name
}
