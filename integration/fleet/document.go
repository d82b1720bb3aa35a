package main

import (
	"fmt"
	"strings"

	"eks-scaling-automation/shared/english"
)

// document is the page of docs: the tables with what they mean.
func (r report) document() string {
	one, together := fortieth(r.o.units, r.o.nodegroups), together(r.o.units, r.o.nodegroups)
	return strings.Join([]string{
		"# A fleet, measured",
		fmt.Sprintf("`make fleet UNITS=%d WRITE=docs` has written this page from what it ran. It runs the shipped definition and the real\n"+
			"function binaries against the local EKS, DynamoDB and Scheduler, by a clock that jumps over the waits, and exits non-zero if anything is lost or wrong. Counts do\n"+
			"not depend on the machine; wall time and memory are of two noisy cores.", r.o.units),
		fmt.Sprintf("The fleet is %s: accounts are reached by `roleArn`. Of each unit's node groups, half go\n"+
			"from 1 to 3 nodes and half from 3 to none. %d units run at a time. The end of an update is seen at the second look; each further\n"+
			"look adds 3 transitions, 1 invocation and 1 EKS call.",
			r.largest().changing.layout, usualUnits),
		"## One run of all of it", r.sizeTable(),
		"\"All change\" is a run of a boundary's trigger; \"nothing to do\" is the reconcile run after it, with `AuditRun` and `SyncSchedules`.\n" +
			"The time is that of waits and updates. What AWS takes for invocations, transitions and the start of each unit's execution\n" +
			"comes on top.",
		"## The time that the budget of EKS takes", r.budgetTable(),
		fmt.Sprintf("Each account and region has a budget of its own, so one of them tells how long all take: %s,\n"+
			"%d of them at a time. The last row has %s, with up to %d at a time. Here an update takes 2 minutes.\n"+
			"A call that is throttled is made again by the client after a wait with jitter, five times in all, before the step is\n"+
			"tried again. The local EKS waits in the client's place, whose own waits are off (`AWS_MAX_ATTEMPTS=1`): they would go by the\n"+
			"machine's clock. A budget lets a second's worth of calls come at once, so a peak may be twice the rate.",
			one, one.atATime, together, usualUnits),
		"## Faults", r.damageTable(),
		"A fault is a unit that fails or is cut off. It is alerted if the run's alert, or the alarm on aborted executions, speaks of it;\n" +
			"recorded if the run's record counts it as failed or, after the redrive, the unit has left its record. The four ways are: EKS fails the update, the role is\n" +
			"denied, a node group is gone, an update never ends. In these runs two node groups of each unit change, but at the limit\n" +
			"of events all ten of a twentieth do, with room for 150 events instead of 25,000.",
		"## Growth", "![State transitions of a run by its units: two straight lines](fleet.svg)", r.growthTable(),
		"## One unit against the version without executions of units",
		"By `TestCallsOfARun`, before and after: the reference cluster takes as many transitions as it did, one invocation more and two\n" +
			"DynamoDB calls more, for the unit's record. The first update is asked for by the third invocation, as it was. The start of the\n" +
			"unit's execution comes on top.",
		oneUnitTable(),
		"## Cost of a month",
		fmt.Sprintf("At list prices of us-east-1: %d hourly reconcile runs and %d boundaries at which every node group changes, with counts of runs\n"+
			"in which an update takes 2 minutes (units of %s; the first row one of 1). With shared hours a boundary is one run of all units,\n"+
			"with hours of its own each unit has runs of its own. So", reconciles, boundaries, english.Count(r.o.nodegroups, "node group")),
		"```\n" + r.arithmetic() + "\n```",
		r.costTable(),
		"Step Functions: 0.025 per 1,000 transitions. Lambda: 0.20 per million invocations, each with 0.1 s of 256 MB on arm64 at 0.0000133334\n" +
			"per GB-second, which is an assumption. DynamoDB: every call at 1.25 per million, as if it were a transaction that writes 1 KB;\n" +
			"most are cheaper. Fixed: 11 alarms, a metric and a key. Logs, SNS and free tiers are not counted.",
	}, "\n\n") + "\n"
}

// oneUnitTable has the counts of TestCallsOfARun, in this version and in the one without executions of units.
func oneUnitTable() string {
	return table(
		[]string{"reference cluster", "transitions", "before", "invocations", "before", "DynamoDB calls", "before", "EKS calls", "before"},
		[]string{"nothing to do", "10", "10", "4", "3", "9", "7", "2", "2"},
		[]string{"reconcile, nothing to do", "11", "11", "5", "4", "13", "11", "2", "2"},
		[]string{"one change", "22", "22", "9", "8", "25", "23", "11", "11"},
		[]string{"two changes", "34", "34", "14", "13", "39", "37", "19", "19"},
	)
}
