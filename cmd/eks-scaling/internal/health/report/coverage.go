package report

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/english"
)

// minReach allows for the duration of a run.
const minReach = 30 * time.Minute

var (
	rate = regexp.MustCompile(`^rate\(([0-9]{1,5}) (minute|hour|day)s?\)$`)
	cron = regexp.MustCompile(`^cron\([0-9/,*-]+ \* ([?] [*]|[*] [?]|[?*] [*] [?*])[ *?]*\)$`) // fires every hour
)

// reachOf returns within which time a run must have succeeded: twice the reconcile interval.
func reachOf(expression string) (reach time.Duration, known bool) {
	interval, known := intervalOf(expression)
	return max(2*interval, minReach), known
}

// intervalOf returns the longest time between two runs of the reconcile schedule.
func intervalOf(expression string) (interval time.Duration, known bool) {
	if m := rate.FindStringSubmatch(expression); m != nil {
		n, err := strconv.Atoi(m[1])
		unit := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": health.Day}[m[2]]
		return time.Duration(n) * unit, err == nil && n > 0
	}
	return time.Hour, cron.MatchString(expression)
}

// LookBack returns how far back executions and records are needed: over a weekend, and over the time within which a run must have
// succeeded.
func LookBack(reconcile string) time.Duration {
	reach, _ := reachOf(reconcile)
	return max(4*health.Day, reach+health.Day)
}

// inHours returns such as "2 hours" or "90 minutes".
func inHours(d time.Duration) string {
	if d%time.Hour == 0 {
		return english.Count(int(d/time.Hour), "hour")
	}
	return fmt.Sprintf("%d minutes", int(d/time.Minute))
}
