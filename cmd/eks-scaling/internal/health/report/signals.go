package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/scaling"
)

// unreadSignal is a signal whose last reading failed, or whose value no longer counts.
type unreadSignal struct {
	name, message string
	stale         bool
	units         []string
}

// failing notes the signals of a unit that its last run could not use. A condition that no run has judged is no fault of its signal.
func (e *examination) failing(f health.ClusterFacts, open []health.Condition) {
	for _, c := range open {
		stale := c.Otherwise != ""
		if !c.Judged || !stale && c.Error == "" {
			continue
		}
		message := strings.TrimPrefix(c.Reason, c.Signal+" ")
		if !stale {
			counts := c.ReadAt.Add(time.Duration(f.Config.Signals[c.Signal].MaxAge)).In(f.Config.Timetable().Location())
			message = fmt.Sprintf("the last run could not read it: %s; its last value, %s, counts until %s", c.Error, c.Value, counts.Format(scaling.LocalTime))
		}
		e.addUnread(c.Signal, f.Name, message, stale)
	}
}

func (e *examination) addUnread(name, unit, message string, stale bool) {
	i := slices.IndexFunc(e.unread, func(u unreadSignal) bool { return u.name == name && u.stale == stale })
	if i < 0 {
		i, e.unread = len(e.unread), append(e.unread, unreadSignal{name: name, message: message, stale: stale})
	}
	if !slices.Contains(e.unread[i].units, unit) {
		e.unread[i].units = append(e.unread[i].units, unit)
	}
}

// signals reports the signals that could not be used, each once for all units.
func (e *examination) signals() {
	e.unreadable("the last readings of signals", e.Runs.ReadingsError)
	for _, u := range e.unread {
		add, kind := e.note, SignalUnread
		if u.stale {
			add, kind = e.wrong, SignalStale
		}
		add(kind, "signal "+u.name, fmt.Sprintf("%s (used by %s)", u.message, firstFew(u.units)), "eks-scaling explain --cluster "+u.units[0])
	}
}
