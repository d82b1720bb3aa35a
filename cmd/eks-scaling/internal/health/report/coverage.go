package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/english"
)

// reachOf is within which time a run must have succeeded: twice the interval at which the reconcile schedule starts one.
func reachOf(expression string) (reach time.Duration, known bool) {
	interval, known := intervalOf(expression)
	if !known {
		return 0, false
	}
	return max(2*interval, shortestReach), true
}

// intervalOf is the longest time between two runs that the reconcile schedule starts. It knows rates, and those of the other
// expressions that fire every hour.
func intervalOf(expression string) (interval time.Duration, known bool) {
	if m := rate.FindStringSubmatch(expression); m != nil {
		n, err := strconv.Atoi(m[1])
		unit := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": health.Day}[m[2]]
		return time.Duration(n) * unit, err == nil && n > 0
	}
	return time.Hour, cron.MatchString(expression)
}

// LookBack is how far back both the executions and the records of runs are needed, by the expression of the reconcile schedule:
// over a weekend with a day on either side, or over more than the time within which a run must have succeeded.
func LookBack(reconcile string) time.Duration {
	reach, _ := reachOf(reconcile)
	return max(4*health.Day, reach+health.Day)
}

var (
	rate = regexp.MustCompile(`^rate\(([0-9]{1,5}) (minute|hour|day)s?\)$`)
	cron = regexp.MustCompile(`^cron\([0-9/,*-]+ \* ([?] [*]|[*] [?]|[?*] [*] [?*])[ *?]*\)$`)
)

// shortestReach is how long a run may well take.
const shortestReach = 30 * time.Minute

// inHours is such as "2 hours" or "90 minutes".
func inHours(d time.Duration) string {
	if d%time.Hour == 0 {
		return english.Count(int(d/time.Hour), "hour")
	}
	return strings.TrimSpace(fmt.Sprintf("%d minutes", int(d/time.Minute)))
}
