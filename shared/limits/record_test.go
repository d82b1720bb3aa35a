package limits_test

import (
	"fmt"
	"strings"
	"testing"

	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/signal"
)

// inSchedules returns a cluster with node groups in named schedules, each with a period that depends on a signal.
func inSchedules(t *testing.T, schedules, nodegroups int) config.Config {
	t.Helper()
	var groups, parts []string
	for s := range schedules {
		var on, off []string
		for n := range nodegroups {
			name := fmt.Sprintf("schedule-%02d-nodegroup-%03d", s, n)
			groups = append(groups, name+": {minSize: 0, maxSize: 100}")
			on, off = append(on, name+": 50"), append(off, name+": 0")
		}
		parts = append(parts, fmt.Sprintf(`{name: schedule-%02d, profiles: {working-hours: {%s}, night: {%s}}, default: night, periods: [
  {name: office, profile: working-hours, from: "08:00", to: "20:00", when: {signal: queue, is: ALARM}}]}`, s, strings.Join(on, ", "), strings.Join(off, ", ")))
	}
	c, err := config.Parse(fmt.Appendf(nil, "signals: {queue: {alarm: backlog, otherwise: false}}\ntimezone: UTC\nclusters:\n"+
		"  - {name: production, region: sa-east-1, concurrency: 40, waitTimeout: 10m, nodegroups: {%s}, schedules: [%s]}\n", strings.Join(groups, ", "), strings.Join(parts, ", ")))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The units of a cluster share an item. Each may be small enough while all of them are too large.
func TestTheUnitsOfAClusterShareAnItem(t *testing.T) {
	t.Parallel()
	if found := limits.Check(inSchedules(t, 10, 20), now); len(found) > 0 { // as docs/configuration.md promises
		t.Errorf("200 node groups in 10 schedules: %v", found)
	}
	found := limits.Check(inSchedules(t, 10, 30), now)
	if len(found) != 1 || !strings.HasPrefix(found[0].String(), "clusters[0]: its item in the logs table can need ") ||
		!strings.HasSuffix(found[0].String(), " bytes, more than 307200: manage fewer node groups, or use shorter names") {
		t.Errorf("300 node groups in 10 schedules: %v", found)
	}
}

func TestARecordHasRoomForAllThatRunsWrite(t *testing.T) {
	t.Parallel()
	cluster := inSchedules(t, 1, 20).Clusters[0]
	unit := cluster.Units()[0]
	order := claim.NewOrder(now, strings.Repeat("r", 80))
	record := claim.Unit{
		Claim:  &claim.Claim{Order: order, RenewedAt: now, Goals: map[string]scaling.Goal{}},
		Orders: map[string]claim.Order{}, Intents: map[string]claim.Intent{}, Relied: map[string]string{}, Raised: map[string]claim.Order{},
		Updates: map[string]claim.Update{}, Took: map[string]int{}, Marks: map[string]scaling.Application{},
		Conditions: map[string]signal.Memory{"office": {On: true, Since: now, At: now, Value: "ALARM", Signal: "queue"}},
	}
	for _, d := range unit.Timeline().Demands(now) {
		name, goal := d.Nodegroup, d.Target.Goal(unit.Nodegroups[d.Nodegroup])
		record.Claim.Unfinished, record.Claim.Goals[name] = append(record.Claim.Unfinished, name), goal
		record.Orders[name], record.Raised[name], record.Took[name] = order+":schedule-00", order, 600
		record.Intents[name+"-1-00000000-0000-0000-0000-000000000000"] = claim.Intent{Nodegroup: name, Order: order, Round: 1, Sizes: goal.Sizes(0), Expires: now}
		record.Updates[name] = claim.Update{ID: "00000000-0000-0000-0000-000000000000", Order: order, Round: 1}
		record.Relied[name] = d.Wanted.Activation(goal)
		record.Marks[name] = scaling.Application{Profile: d.Wanted.Profile, Goal: goal, At: now, TakenAt: now, Held: &scaling.Held{Goal: goal, Profile: "working-hours", Run: order.Run()}}
	}
	written, computed := limits.SpecBytes(record), limits.RecordBytes(cluster)
	if computed < written || computed > 2*written {
		t.Errorf("the record has %d bytes; computed %d", written, computed)
	}
}
