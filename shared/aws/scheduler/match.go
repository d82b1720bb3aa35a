package scheduler

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"eks-scaling-automation/shared/triggers"
)

// match assigns the listed schedules to the triggers of a plan.
type match struct {
	names     []string                 // by trigger: the name of its schedule
	own       []*types.ScheduleSummary // its schedule; nil if it does not exist
	earlier   [][]string               // its outdated schedules
	unplanned []unplanned              // all other schedules, as listed
}

// unplanned is a schedule of no planned trigger.
type unplanned struct {
	name      string
	shown     string // the name of its trigger, unless that is planned
	successor string // the trigger's present schedule, if it is planned
}

func (g *Group) match(listed []types.ScheduleSummary, plan []triggers.Trigger) match {
	m := match{names: make([]string, len(plan)), own: make([]*types.ScheduleSummary, len(plan)), earlier: make([][]string, len(plan))}
	byName, byTrigger := make(map[string]int, len(plan)), make(map[string]int, len(plan))
	for i, t := range plan {
		m.names[i] = g.ScheduleName(t)
		byName[m.names[i]] = i
		if !t.Fixed {
			byTrigger[triggers.WithoutFingerprint(t.Name)] = i
		}
	}
	for i, s := range listed {
		if at, planned := byName[aws.ToString(s.Name)]; planned {
			m.own[at] = &listed[i]
		}
	}
	for _, s := range listed {
		name := aws.ToString(s.Name)
		if _, planned := byName[name]; planned {
			continue
		}
		trigger := triggers.WithoutFingerprint(name)
		switch at, known := byTrigger[trigger]; {
		case known && m.own[at] == nil:
			m.earlier[at] = append(m.earlier[at], name)
		case known:
			m.unplanned = append(m.unplanned, unplanned{name, name, m.names[at]})
		default:
			m.unplanned = append(m.unplanned, unplanned{name, trigger, ""})
		}
	}
	return m
}
