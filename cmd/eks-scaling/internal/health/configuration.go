package health

import (
	"errors"
	"slices"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// Hold is the pause until a configuration is written completely.
type Hold struct {
	Author           // who wrote the settings last
	Interrupted bool // nobody is writing it any more
}

// HoldOf returns the hold of the configuration; nil if there is none.
func HoldOf(c inventory.Checked, now time.Time) *Hold {
	if c.Held() == nil {
		return nil
	}
	return &Hold{WrittenBy(*c.Settings), c.Interrupted(now)}
}

// Finding is an invalid item of the configuration, with the reason.
type Finding struct {
	Item    string `json:"item"` // such as "cluster/production"
	Message string `json:"message"`
	// Newer means that a newer version wrote the item, so there is nothing to fix in it. The message says what to do.
	Newer bool `json:"-"`
	// Fails means that runs fail because of the item.
	Fails bool `json:"-"`
}

func findingOf(key string, err error, fails bool) Finding {
	return Finding{Item: key, Message: config.OneLine(err), Newer: errors.Is(err, config.ErrNewer), Fails: fails}
}

// InvalidItems returns the invalid items.
func InvalidItems(c inventory.Checked) (all []Finding) {
	for _, i := range c.Invalid {
		all = append(all, findingOf(i.Key, i.Err, i.Key == inventory.KindSettings+"/"+inventory.GlobalSettings))
	}
	return all
}

// UnusableFirst returns the invalid clusters and units, and then the other invalid items.
func UnusableFirst(c inventory.Checked) (all []Finding) {
	seen := map[string]bool{}
	for _, u := range c.Unusable {
		f := findingOf(inventory.KindCluster+"/"+u.Name, u.Err, true)
		all, seen[f.Item] = append(all, f), true
	}
	for _, f := range InvalidItems(c) {
		if !seen[f.Item] {
			all, seen[f.Item] = append(all, f), true
		}
	}
	return all
}

// EndingCalendars returns the calendars that run out soon, of the units to judge.
func (s *System) EndingCalendars(now time.Time) []config.Ending {
	asked := slices.DeleteFunc(slices.Clone(s.Configuration.Value.Runnable), func(u config.Unit) bool { return !s.Asked(u.Name) })
	return config.EndingCalendars(asked, s.Configuration.Value.CalendarByName, now)
}
