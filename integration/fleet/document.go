package main

import (
	"fmt"
	"strings"

	"eks-scaling-automation/shared/english"
)

// document returns the page of docs: the tables with explanations.
func (r report) document() string {
	parts := []string{r.introduction()}
	parts = append(parts, r.sizeSection()...)
	parts = append(parts, r.budgetSection()...)
	parts = append(parts, r.faultSection()...)
	parts = append(parts, r.placeSection()...)
	parts = append(parts, r.growthSection()...)
	parts = append(parts, oneUnitSection()...)
	parts = append(parts, r.costSection()...)
	return strings.Join(parts, "\n\n") + "\n"
}

func (r report) introduction() string {
	return fmt.Sprintf(`# A fleet, measured

%s wrote this page. It measured %s.
A run scales %d of them at a time. A unit is a cluster, or one of its schedules. Each account is reached by a role of its own.

The command runs the real definition and the real function binaries. They call a local EKS, DynamoDB and EventBridge Scheduler.
The clock is virtual: it jumps over waits. So the counts do not depend on the machine; wall time and memory do.

The command fails if a unit ends wrong, a failure is lost, growth is not linear, or one of these limits is exceeded:

- An idle run of one unit takes at most %d state transitions.
- No execution reaches %s events, and no state or payload reaches 256 KiB: those are quotas of Step Functions.
- EKS answers no more calls per second than its budget allows.`,
		"`make fleet UNITS="+fmt.Sprint(r.o.units)+" WRITE=docs`", r.largest().changing.layout, usualUnits, idleTransitions, english.Number(25_000))
}

func (r report) sizeSection() []string {
	return []string{"## One run of the whole fleet", r.sizeTable(), `"All change" is a run at a transition: in each unit, half of the node groups grow from 1 to 3 nodes, and half shrink from 3 to none.
"Nothing to do" is the reconcile run after it, including ` + "`AuditRun` and `SyncTriggers`" + `. In these runs EKS has no budget, and an
update ends before the first look at it. Each further look takes 3 transitions, 1 invocation and 1 EKS call.

Time in the world counts waits and updates only. On AWS, add what invocations, transitions and the start of each unit's execution
take. The local world works through them one at a time while its clock stands still, so the peaks are higher than on AWS.`}
}

func (r report) budgetSection() []string {
	one, together := fortieth(r.o.units, r.o.nodegroups), together(r.o.units, r.o.nodegroups)
	return []string{"## How long a run takes with a budget of EKS calls", r.budgetTable(), fmt.Sprintf(`Each account and region has a budget of its own, so one of them shows how long the whole fleet takes: %s,
%d at a time. The last rows have %s, up to %d at a time.
Two node groups of each of these units change. An update takes 2 minutes. With 200 at a time and 10 reads per second, some of these units
fail after waitTimeout. If many units share an account and region, set fleet.units to about 5 times the reads per second.

A client retries a throttled call after a wait with jitter, five calls in all. Then the step retries. The local EKS waits on the
client's behalf, because the client's own waits would follow the machine's clock (%s turns them off). A budget
saves up to one second's worth of calls, so up to twice the rate is answered within one second.`,
		one, one.atATime, together, together.atATime, "`AWS_MAX_ATTEMPTS=1`")}
}

func (r report) faultSection() []string {
	return []string{"## Faults", r.damageTable(), fmt.Sprintf(`A fault is a unit that fails or is aborted.

- **Ended right**: the unit has the expected outcome, and every node group has the size that the unit's record says.
- **Alerted**: the alert about the run counts the unit, or the alert about a stopped run does.
- **Recorded**: the record of the run counts the unit as failed or, after the retry, the unit has left its own record.
- **Lost**: the fault is not recorded, not alerted, or the unit is missing from the record.

The four ways to fail: EKS fails the update, the role is denied, a node group does not exist, an update never ends. In these runs two
node groups of each unit change. At the limit of events, all %d of every twentieth unit do, and an execution has room for 150 events
instead of 25,000.`, r.o.nodegroups)}
}

func (r report) growthSection() []string {
	return []string{
		"## Growth", "![State transitions of a run by its number of units: straight lines](fleet.svg)", r.growthTable(), r.lineTable(),
		fmt.Sprintf(`Each line goes through the smallest and the largest run. "Farthest off" is the largest distance of the runs between them. The command
fails above %.0f %%.`, crookedness*100),
	}
}

func oneUnitSection() []string {
	u := readOneUnit()
	return []string{
		"## One unit, compared with the version before", fmt.Sprintf(`The version before (%s) scaled all clusters in one execution. In this version each unit has an execution of its own. %s
counted the runs of both versions: the reference cluster, with 2 node groups.`, u.Before.Version, "`TestCallsOfARun`"),
		u.table(), fmt.Sprintf(`A run takes no more transitions. It takes one more invocation and two more DynamoDB calls, for the unit's record. The first run in
a cluster takes three: its first claim makes the fields by node group (counted after 0f9b2da; the month and the times below are older). A month of the
reference schedule takes %s.

%s measured the time from a trigger to the first update that EKS receives. Both versions ran %s,
one after the other on the same busy machine: a difference of this size is noise. Times on AWS are longer: Step Functions takes time for each transition and for the start of the unit's
execution.`, u.cost(), "`BenchmarkLateness`", "10 times"), u.lateness(),
	}
}

func (r report) costSection() []string {
	return []string{
		"## Cost of a month", fmt.Sprintf(`A month has %d hourly reconcile runs and %d transitions (two a day) at which every node group changes. With shared hours, one run at each
transition scales all units. With hours of their own, a run at each transition scales one unit. Updates take 2 minutes. Both kinds were
run: %s units with shared hours, and as many with hours that begin a minute apart. Idle runs were run up to the whole fleet.

The lines through these runs give the amounts:`, reconciles, scheduled, list(r.o.months)),
		"```\n" + r.arithmetic() + "\n```",
		fmt.Sprintf("So a month costs, in USD, with units of %s (the first row: one unit of one):", english.Count(r.o.nodegroups, "node group")), r.costTable(),
		fmt.Sprintf(`Prices are on-demand list prices of us-east-1, without free tiers, from the AWS pricing page of each service:

- Step Functions: %.3f per 1,000 transitions.
- Lambda: %.2f per million invocations and %.10f per GB-second (arm64). An invocation is assumed to take %.1f s of %.2f GB, because
  its duration on AWS cannot be measured locally.
- DynamoDB: %.3f per million read units and %.3f per million write units. The local DynamoDB counts them: 4 KB per read unit, 1 KB per
  write unit, and a write to each index that has the item.
- Fixed: the stack's alarms, custom metrics and keys.

Logs, events and chat messages, alerts, table storage and backups, and traffic are not included.`,
			perTransition*1000, perRequest*1e6, perGBSecond, assumedSeconds, assumedGB, perReadUnit*1e6, perWriteUnit*1e6),
	}
}

// list formats sizes for a sentence.
func list(sizes []int) string {
	var all []string
	for _, n := range sizes {
		all = append(all, english.Number(n))
	}
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}
