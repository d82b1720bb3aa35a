package limits

import (
	"cmp"
	"slices"
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

// recordBytes returns the part of a unit, with its own claim and conditions.
func recordBytes(u config.Unit) int {
	now := time.Unix(0, 999_999_999).UTC()
	order := claim.NewOrder(now, strings.Repeat("x", executionName))
	profile, period := longestNames(u)
	longest := scaling.Wanted{Source: scaling.FromOverride, Profile: profile, Period: period, Override: exampleID, Since: now}
	holder := claim.Claim{Order: order, RenewedAt: now, EndedAt: now, Goals: map[string]scaling.Goal{}}
	size := SpecBytes(map[string]any{"conditions": longestMemories(u.Schedule.Periods, now)}) + len(u.Name)
	for name, l := range u.Nodegroups {
		goal := scaling.Goal{MinSize: l.MaxSize, MaxSize: l.MaxSize, DesiredSize: &l.MaxSize}
		holder.Unfinished, holder.Goals[name] = append(holder.Unfinished, name), goal
		size += SpecBytes(map[string]any{
			name: string(order) + u.Name, // its order; the others are below
			"-" + name + exampleID: claim.Intent{
				Nodegroup: name, Order: order, Round: 99, Sizes: goal.Sizes(l.MaxSize), Expires: now,
			},
			"relied" + name: longest.Activation(goal), "raised" + name: order, "took" + name: 9999,
			"updates" + name: claim.Update{ID: exampleID, Order: order, Round: 99},
			"marks" + name: scaling.Application{
				Profile: profile, Period: period, Goal: goal, At: now, TakenAt: now, Held: &scaling.Held{Goal: goal, Profile: profile, Run: order.Run()},
			},
		})
	}
	return size + SpecBytes(map[string]any{"claim" + u.Name: holder})
}

func longestNames(u config.Unit) (profile, period string) {
	for name := range u.Profiles {
		profile = longer(profile, name)
	}
	for _, p := range u.Schedule.Periods {
		period = longer(period, p.Name)
	}
	return profile, period
}

func longer(a, b string) string {
	return slices.MaxFunc([]string{a, b}, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
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
