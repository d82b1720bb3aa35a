package health

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// ShortLead is a node group that usually needs longer to scale up than the time ahead of a transition.
type ShortLead struct {
	Nodegroup   string
	Coming      string // such as "period peak" or "the default"
	Ahead, Took time.Duration
}

// String says what happens and how long it takes.
func (s ShortLead) String() string {
	return fmt.Sprintf("is scaled up %s ahead of %s, but usually needs %s", english.Minutes(s.Ahead), s.Coming, english.Minutes(s.Took))
}

// Remedy says which value is enough.
func (s ShortLead) Remedy() string {
	return fmt.Sprintf("eks-scaling config edit   # ahead: %dm or more", int((s.Took+time.Minute-1)/time.Minute))
}

// leadsFor is how far to look for leads: every period of an ordinary week begins within it.
const leadsFor = 8 * Day

// ShortLeads returns the node groups of a unit whose last scale-up took longer than the time ahead of a transition within the next
// days, each once for a period.
func (c ClusterFacts) ShortLeads(now time.Time) (all []ShortLead) {
	if c.Unusable != "" || len(c.Took) == 0 && c.Config.RampUp.Nodes == 0 {
		return nil
	}
	for _, l := range c.Config.Timeline().Leads(now, now.Add(leadsFor)) {
		pauses := c.pauses(l)
		for _, nodegroup := range l.Nodegroups {
			s := ShortLead{nodegroup, comingOf(l), l.Transition.Sub(l.From), c.Took[nodegroup] + pauses}
			again := slices.ContainsFunc(all, func(o ShortLead) bool { return o.Nodegroup == s.Nodegroup && o.Coming == s.Coming })
			if s.Took > s.Ahead && !again {
				all = append(all, s)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b ShortLead) int { return cmp.Compare(a.Nodegroup, b.Nodegroup) })
	return all
}

// pauses returns how long the steps before the last one of a lead's scale-ups take at least; 0 without rampUp.
func (c ClusterFacts) pauses(l scaling.Lead) time.Duration {
	nodes := c.Config.RampUp.Nodes
	if nodes == 0 {
		return 0
	}
	sizes := func(t time.Time) map[string]int32 {
		all := map[string]int32{}
		for _, d := range c.Config.Timeline().Demands(t) {
			all[d.Nodegroup] = d.Target.Goal(c.Config.Nodegroups[d.Nodegroup]).Wanted()
		}
		return all
	}
	before, after, added := sizes(l.From.Add(-time.Nanosecond)), sizes(l.From), 0
	for _, nodegroup := range l.Nodegroups {
		added += int(after[nodegroup] - before[nodegroup])
	}
	return time.Duration((added-1)/nodes) * time.Duration(c.Config.RampUp.Every)
}

func comingOf(l scaling.Lead) string {
	if l.Period == "" {
		return "the default"
	}
	return "period " + l.Period
}
