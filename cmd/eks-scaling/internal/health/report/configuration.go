package report

import (
	"slices"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
)

// Configuration summarizes the configuration.
type Configuration struct {
	State    Validity         `json:"state"`
	Clusters int              `json:"clusters"`
	Partial  bool             `json:"partial,omitempty"` // only the clusters that were asked for were read
	Findings []health.Finding `json:"findings"`
	Error    string           `json:"error,omitempty"`
}

// Validity reports whether a configuration is usable.
type Validity string

// The validities.
const (
	Valid        Validity = "valid"
	Invalid      Validity = "invalid"
	None         Validity = "none" // it does not exist, or has no cluster
	CouldNotRead Validity = "unreadable"
)

func (e *examination) configuration() {
	f, usable := e.Configuration, e.SettingsUsable()
	c := Configuration{State: Valid, Partial: e.Partial, Clusters: health.CountClusters(e.Clusters, func(f health.ClusterFacts) string { return f.Cluster }), Findings: append([]health.Finding{}, health.InvalidItems(f.Value)...), Error: f.Error}
	e.scaling()
	switch {
	case e.unreadable("the configuration", f.Error):
		c.State, e.report.Scaling = CouldNotRead, Scaling{State: Unclear}
	case !f.Value.Configured, usable && len(e.Clusters)+len(c.Findings) == 0:
		c.State = None
		e.empty()
	case len(c.Findings) > 0 || !usable:
		c.State = Invalid
	}
	if f.Value.Configured && !usable && e.Paused == nil {
		e.report.Scaling = Scaling{State: Unclear}
	}
	for _, finding := range c.Findings {
		e.invalid[finding.Item] = true
		remedy := "eks-scaling config edit"
		if finding.Newer {
			remedy = "eks-scaling --version   # the installed version; a newer one is required"
		}
		e.wrong(ConfigurationInvalid, finding.Item, finding.Message, remedy)
	}
	e.report.Configuration = c
}

// calendars reports the calendars that have run out, which is a problem, or will soon.
func (e *examination) calendars() {
	for _, ending := range e.EndingCalendars(e.now) {
		add, kind := e.note, CalendarEnding
		if ending.Days < 0 {
			add, kind = e.wrong, CalendarEnded
		}
		add(kind, "calendar "+ending.Calendar, ending.String(),
			"eks-scaling config edit   # add dates", "eks-scaling config apply FILE   # or read its iCalendar file again")
	}
}

// empty adds that there is no cluster, which is a problem if there has been one.
func (e *examination) empty() {
	scaled := func(r health.Record) bool { return countOf(r.Summary.Units) > 0 }
	if !e.Configuration.Value.Configured && !slices.ContainsFunc(e.Runs.Records, scaled) {
		e.note(NotConfigured, "the configuration", "has no clusters yet, so nothing is scaled", "eks-scaling init")
		return
	}
	e.wrong(ConfigurationEmpty, "the configuration", "has no clusters, so nothing is scaled",
		"eks-scaling init   # or restore a removed cluster: config rollback CLUSTER VERSION")
}
