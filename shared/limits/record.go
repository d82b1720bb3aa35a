package limits

import (
	"strings"
	"time"

	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
	"eks-scaling-automation/shared/signal"
)

// MaxRecordBytes leaves a quarter of the item for node groups and schedules that the cluster no longer has.
const MaxRecordBytes = ItemBytes * 3 / 4

// executionName is the longest name of an execution, from the API reference of AWS Step Functions.
const executionName = 80

// RecordBytes returns the size of the item in the logs table that the units of a cluster share, with all that runs can record there of
// its node groups and conditions, as DynamoDB counts it.
func RecordBytes(c config.Cluster) int {
	size := 0
	for _, u := range c.Units() {
		size += recordBytes(u)
	}
	return size
}

// recordBytes returns the part of a unit: its own claim and conditions, and for each of its node groups as much as for the one with the
// longest name and the largest sizes.
func recordBytes(u config.Unit) int {
	now := time.Unix(0, 999_999_999).UTC()
	order := claim.NewOrder(now, strings.Repeat("x", executionName))
	name, profile, period := longestNames(u)
	longest := scaling.Wanted{Source: scaling.FromOverride, Profile: profile, Period: period, Override: exampleID, Since: now}
	largest := int32(0)
	for _, l := range u.Nodegroups {
		largest = max(largest, l.MaxSize)
	}
	goal := scaling.Goal{MinSize: largest, MaxSize: largest, DesiredSize: &largest}
	ofNodegroup := SpecBytes(map[string]any{
		name: string(order) + u.Name, // its order; the others are below
		"-" + name + exampleID: claim.Intent{
			Nodegroup: name, Order: order, Round: 99, Sizes: goal.Sizes(largest), Expires: now,
		},
		"relied" + name: longest.Activation(goal), "raised" + name: order, "took" + name: 9999,
		"updates" + name: claim.Update{ID: exampleID, Order: order, Round: 99},
		"marks" + name: scaling.Application{
			Profile: profile, Period: period, Goal: goal, At: now, TakenAt: now, Held: &scaling.Held{Goal: goal, Profile: profile, Run: order.Run()},
		},
		"unfinished": []string{name}, "goals" + name: goal, // in the claim
	})
	ofUnit := map[string]any{
		"claim" + u.Name: claim.Claim{Order: order, RenewedAt: now, EndedAt: now}, "conditions" + u.Name: longestMemories(u.Schedule.Periods, now),
	}
	return SpecBytes(ofUnit) + len(u.Nodegroups)*ofNodegroup
}

func longestNames(u config.Unit) (nodegroup, profile, period string) {
	for name := range u.Nodegroups {
		nodegroup = longer(nodegroup, name)
	}
	for name := range u.Profiles {
		profile = longer(profile, name)
	}
	for _, p := range u.Schedule.Periods {
		period = longer(period, p.Name)
	}
	return nodegroup, profile, period
}

func longer(a, b string) string {
	if len(b) > len(a) {
		return b
	}
	return a
}

// longestMemories returns the largest memories of the conditions. A character of a value takes up to 4 bytes.
func longestMemories(periods []schedule.Period, now time.Time) map[string]signal.Memory {
	memories := map[string]signal.Memory{}
	for _, p := range periods {
		if p.When != nil {
			memories[p.Name] = signal.Memory{Since: now, At: now, Value: strings.Repeat("vvvv", signal.MaxValue), Signal: p.When.Signal, Spent: true}
		}
	}
	return memories
}
