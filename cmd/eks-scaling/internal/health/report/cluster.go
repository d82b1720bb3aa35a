package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// Cluster is a unit of the configuration with its node groups: a cluster, or one of its schedules.
type Cluster struct {
	Name       string          `json:"name"`
	State      UnitState       `json:"state"`                // the worst thing that is true of it
	LastRecord *LastRecord     `json:"lastRecord,omitempty"` // if the sizes come from the records
	Error      string          `json:"error,omitempty"`      // why its configuration is invalid; then nothing else but Scaling is known
	NotFound   bool            `json:"notFound,omitempty"`   // EKS has no such cluster
	Account    string          `json:"account,omitempty"`    // empty: the stack's own
	Region     string          `json:"region,omitempty"`
	Timezone   string          `json:"timezone,omitempty"`
	LocalTime  time.Time       `json:"localTime,omitzero"` // of the report
	Enforce    scaling.Enforce `json:"enforce,omitempty"`
	Scaling    Scaling         `json:"scaling"`
	Nodegroups []Nodegroup     `json:"nodegroups"`
	NextChange *Change         `json:"nextChange,omitempty"` // nil if nothing changes within the schedule's horizon
	// Signals holds the conditions of the unit's periods.
	Signals []health.Condition `json:"signals,omitempty"`
}

// Change is the next transition that changes sizes.
type Change struct {
	At         time.Time `json:"at"`
	LocalTime  time.Time `json:"localTime"`
	Nodegroups []Resize  `json:"nodegroups"`
}

// Resize is a node group with its next sizes. Without DesiredSize it keeps its own.
type Resize struct {
	Name string `json:"name"`
	scaling.Goal
}

func (e *examination) cluster(f health.ClusterFacts) Cluster {
	c := Cluster{Name: f.Name, Scaling: scalingOf(f.Paused), Error: e.Unusable(f), Nodegroups: []Nodegroup{}}
	e.appliedUnknown(f)
	if c.Error != "" {
		if e.SettingsUsable() && !e.invalid["cluster/"+f.Cluster] {
			e.wrong(ConfigurationInvalid, strings.Replace(run.UnitInWords(f.Name), " ", "/", 1), c.Error, "eks-scaling config edit")
		}
		return c
	}
	at := e.now.In(f.Config.Timetable().Location())
	timeline := e.timeline(&c, f, at)
	c.Account = f.Config.Role.Account()
	c.Region, c.Timezone, c.Enforce, c.LocalTime = f.Config.Region, at.Location().String(), f.Config.Enforce, at.Truncate(time.Second)
	c.NextChange = nextChange(timeline, at)
	if c.NotFound = f.Missing; c.NotFound {
		e.clusterNotFound(f)
	}
	for _, s := range f.ShortLeads(e.now) {
		e.note(AheadTooShort, f.Cluster+"/"+s.Nodegroup, s.String(), s.Remedy())
	}
	due := slices.ContainsFunc(c.Signals, func(s health.Condition) bool { return s.Due })
	demands := map[string]scaling.Demand{}
	for _, d := range timeline.Demands(at) {
		demands[d.Nodegroup] = d
	}
	for _, name := range slices.Sorted(maps.Keys(f.Config.Nodegroups)) {
		p := part{examination: e, cluster: f, name: name, found: f.Nodegroups[name], facts: f.Nodegroups[name].Value, at: at, due: due}
		if d, ok := demands[name]; ok {
			p.demand = &d
		}
		c.Nodegroups = append(c.Nodegroups, p.examine())
	}
	return c
}

// timeline returns the unit's timeline with its conditions, and adds those to its part of the report.
func (e *examination) timeline(c *Cluster, f health.ClusterFacts, at time.Time) scaling.Timeline {
	timeline := f.Config.Timeline()
	judged := f.Conditions.Judge(f.Config, nil, at, at)
	timeline.Conditions = judged.Conditions()
	open := f.Conditions.Conditions(f.Config, judged, nil, at)
	c.Signals = slices.Concat(open, health.Closed(f.Config, at))
	if e.Paused == nil && f.Paused == nil {
		e.failing(f, open)
	}
	return timeline
}

// appliedUnknown reports that a cluster's record of applied sizes is invalid. Runs do not scale such a cluster.
func (e *examination) appliedUnknown(f health.ClusterFacts) {
	if f.AppliedError == "" || !e.once("applied to "+f.Cluster) {
		return
	}
	item := fmt.Sprintf(`--region %s --table-name %s --key '{"subject":{"S":"%s"},"at":{"S":"unit"}}'`, e.Stack.Region, e.Stack.LogsTable, f.Cluster)
	e.wrong(Unreadable, "cluster "+f.Cluster, "the last applied sizes are unknown, so it is not scaled: "+f.AppliedError,
		"aws dynamodb get-item "+item+"   # what to fix", "aws dynamodb delete-item "+item+"   # or delete it: the next run creates it")
}

// clusterNotFound reports that EKS does not have a cluster, once for all of its node groups.
func (e *examination) clusterNotFound(f health.ClusterFacts) {
	if !e.once("found " + f.Cluster) {
		return
	}
	remedies := []string{"eks-scaling config edit   # fix its name, region or roleArn, or remove it"}
	if f.Config.Role.ARN == "" {
		remedies = append(remedies, fmt.Sprintf("aws eks list-clusters --region %s   # what there is", f.Config.Region))
	}
	e.wrong(ClusterNotFound, "cluster "+f.Cluster, fmt.Sprintf("was not found in EKS in %s, so it is not scaled", f.Config.Region), remedies...)
}

// nextChange returns the next transition after t that changes sizes.
func nextChange(timeline scaling.Timeline, t time.Time) *Change {
	before := goals(timeline, t)
	horizon := t.AddDate(0, 0, schedule.Horizon)
	for next := timeline.NextChange(t); !next.IsZero() && next.Before(horizon); next = timeline.NextChange(next) {
		after := goals(timeline, next)
		if changed := resized(before, after); changed != nil {
			return &Change{At: next.UTC(), LocalTime: next.In(t.Location()), Nodegroups: changed}
		}
		before = after
	}
	return nil
}

// resized returns the node groups whose sizes change. A node group that leaves the profile keeps its sizes.
func resized(before, after map[string]scaling.Goal) []Resize {
	var changed []Resize
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if goal, known := before[name]; !known || !goal.Equal(after[name]) {
			changed = append(changed, Resize{name, after[name]})
		}
	}
	return changed
}

// goals returns the scheduled sizes at t, by node group.
func goals(timeline scaling.Timeline, t time.Time) map[string]scaling.Goal {
	desired := map[string]scaling.Goal{}
	for _, d := range timeline.Demands(t) {
		desired[d.Nodegroup] = d.Target.Goal(timeline.Nodegroups[d.Nodegroup])
	}
	return desired
}
