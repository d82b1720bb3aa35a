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

// longestPass is how long a pass over the schedules may take, so how old its list may be when a schedule is removed.
const longestPass = 2 * time.Minute

// Removals says which existing schedules may be removed at an instant when the plan does not have them. Beside those that [Removable]
// keeps, one that the plan has with other settings stays while its trigger comes due: it may be about to be delivered, and the schedule in
// its place may have come too late for that. If both fire, two runs decide for the same instant, and the newer one works alone.
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

// comesDue says whether a trigger fires within the notice and a pass, or did within the grace. The days of the week do not count: a
// schedule in whose place it comes may have had others.
func (t Trigger) comesDue(zones map[string]*time.Location) func(now time.Time) bool {
	const ahead = notice + longestPass
	if t.Once {
		return func(now time.Time) bool {
			_, at, once := instantIn(t.Name)
			return once && at.Before(now.Add(ahead))
		}
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

// withoutDay is the name that a weekly trigger has or would have if it were the only one at its time of day.
func withoutDay(name string) string {
	if i := strings.LastIndexByte(name, '-'); strings.HasPrefix(name, weeklyName) && slices.Contains(schedule.EveryDay.Names(), name[i+1:]) {
		return name[:i]
	}
	return name
}
