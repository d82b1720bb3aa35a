// Package forecast computes how many node hours a configuration asks for in an interval to come, compared with the baseline and with
// another configuration. It reads no signal: periods with "when" do not count.
package forecast

import (
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/savings"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// Baselines holds the numbers of nodes to compare with.
type Baselines map[savings.Key]int32

// Declared returns the baselines that the units declare.
func Declared(units []config.Unit) Baselines {
	all := Baselines{}
	for _, u := range units {
		for name := range u.Nodegroups {
			if n, declared := u.Baselines[name]; declared {
				all[savings.Key{Cluster: u.Cluster, Nodegroup: name}] = n
			}
		}
	}
	return all
}

// Plan is the node time that units ask for, by node group. A node group is missing if its size depends on a baseline that is unknown.
type Plan map[savings.Key]savings.NodeTime

// Of returns the plan of units in an interval. Where the schedule leaves a node group alone, it has its baseline; where it sets only
// bounds, its baseline within these.
func Of(units []config.Unit, baselines Baselines, from, until time.Time) Plan {
	plan, unknown := Plan{}, map[savings.Key]bool{}
	for _, u := range units {
		for at := from; at.Before(until); {
			next := nextChange(u.Timeline(), at, until)
			for name, nodes := range sizesAt(u, baselines, at) {
				key := savings.Key{Cluster: u.Cluster, Nodegroup: name}
				if nodes == nil {
					unknown[key] = true
					continue
				}
				plan[key] += savings.Of(*nodes, at, next)
			}
			at = next
		}
	}
	for key := range unknown {
		delete(plan, key)
	}
	return plan
}

func nextChange(l scaling.Timeline, at, until time.Time) time.Time {
	next := l.NextChange(at)
	if next.IsZero() { // none within the horizon
		next = at.AddDate(0, 0, schedule.Horizon)
	}
	if next.After(until) {
		return until
	}
	return next
}

// sizesAt returns the number of nodes of each node group; nil if it is unknown.
func sizesAt(u config.Unit, baselines Baselines, at time.Time) map[string]*int32 {
	sizes := map[string]*int32{}
	for name := range u.Nodegroups {
		sizes[name] = nil
		if n, known := baselines[savings.Key{Cluster: u.Cluster, Nodegroup: name}]; known {
			sizes[name] = &n
		}
	}
	for _, d := range u.Timeline().Demands(at) {
		goal := d.Target.Goal(u.Nodegroups[d.Nodegroup])
		switch base := sizes[d.Nodegroup]; {
		case goal.DesiredSize != nil:
			sizes[d.Nodegroup] = goal.DesiredSize
		case goal.MinSize == goal.MaxSize:
			sizes[d.Nodegroup] = &goal.MinSize
		case base != nil:
			sizes[d.Nodegroup] = new(goal.Sizes(*base).DesiredSize)
		}
	}
	return sizes
}

// Row compares the node time of a unit, or of all.
type Row struct {
	Unit     string           `json:"unit,omitempty"`
	Baseline savings.NodeTime `json:"baselineHours"`
	Planned  savings.NodeTime `json:"plannedHours"`
	// Saved is Baseline less Planned, or Stored less Planned in a comparison with the stored configuration.
	Saved savings.NodeTime `json:"savedHours"`
	// Stored is what the stored configuration asks for; nil without a comparison.
	Stored *savings.NodeTime `json:"storedHours,omitempty"`
	Value  *savings.Range    `json:"usd,omitempty"`
}

// Forecast is what a configuration is going to save.
type Forecast struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	// Compared says what Saved compares with: baseline or stored.
	Compared string `json:"compared"`
	Items    []Row  `json:"items"`
	Total    Row    `json:"total"`
	// Left lists node groups that are not counted, and why.
	Left []string `json:"left,omitempty"`
}

// The comparisons.
const (
	WithBaseline = "baseline"
	WithStored   = "stored"
)

// Compare compares a plan of units with their baselines, or with the plan of the stored configuration if there is one. A node group
// that is not stored had its baseline.
func Compare(units []config.Unit, baselines Baselines, plan, stored Plan, rates map[savings.Key]savings.Rate, from, until time.Time) Forecast {
	f := Forecast{From: from.UTC(), Until: until.UTC(), Compared: WithBaseline, Items: []Row{}}
	if stored != nil {
		f.Compared, f.Total.Stored = WithStored, new(savings.NodeTime)
	}
	for _, u := range units {
		row := Row{Unit: u.Name}
		if stored != nil {
			row.Stored = new(savings.NodeTime)
		}
		for name := range u.Nodegroups {
			key := savings.Key{Cluster: u.Cluster, Nodegroup: name}
			one, why := compare(key, baselines, plan, stored, from, until)
			if why != "" {
				f.Left = append(f.Left, u.Cluster+"/"+name+": "+why)
				continue
			}
			one.Value = rates[key].Value(one.Saved)
			row.add(one)
			f.Total.add(one)
		}
		f.Items = append(f.Items, row)
	}
	slices.Sort(f.Left)
	slices.SortFunc(f.Items, func(a, b Row) int { return strings.Compare(a.Unit, b.Unit) })
	return f
}

func compare(key savings.Key, baselines Baselines, plan, stored Plan, from, until time.Time) (r Row, why string) {
	nodes, declared := baselines[key]
	planned, known := plan[key]
	was, isStored := stored[key]
	if !declared && (!known || !isStored) {
		return r, "no baseline is known: set nodegroups." + key.Nodegroup + ".baseline"
	}
	r.Baseline, r.Planned = savings.Of(nodes, from, until), planned
	r.Saved = r.Baseline - r.Planned
	if stored != nil {
		if !isStored {
			was = r.Baseline
		}
		r.Stored, r.Saved = &was, was-r.Planned
	}
	return r, ""
}

// add adds a node group.
func (r *Row) add(one Row) {
	r.Baseline, r.Planned, r.Saved = r.Baseline+one.Baseline, r.Planned+one.Planned, r.Saved+one.Saved
	if one.Stored != nil {
		*r.Stored += *one.Stored
	}
	switch {
	case one.Value == nil:
	case r.Value == nil:
		r.Value = one.Value
	default:
		r.Value = new(r.Value.Plus(*one.Value))
	}
}
