package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/shared/english"
)

// regions lists the regions of an account's units.
var regions = []string{"sa-east-1", "us-east-1", "eu-central-1", "ap-southeast-1", "us-west-2", "eu-west-1"}

// layout is a fleet whose units are spread over regions and accounts, each with its role.
type layout struct {
	units, nodegroups int
	accounts, regions int
	atATime           int                 // units that a run scales at a time; 0 means the usual number
	changing          func(unit int) bool // whether its node groups change at night; nil means all do
	moving            int                 // how many node groups of a unit change; 0 means all
	own               bool                // each unit's night begins at its own time
	spokes            bool                // the accounts have spokes, and clusters have the same names in all of them
	raised            int32               // the size of a raised node group at night; 0 means 3
	updates, reads    int                 // the budget of each account and region, a second; 0 means none
	blastRadius       int                 // in nodes; every node group is emptied at night. 0 means no limit, and the usual nights
}

// apart is how much later each unit's night begins than the one before.
const apart = time.Minute

// spread returns the layout of 10 accounts with 4 regions each.
func spread(units, nodegroups int) layout {
	return layout{units: units, nodegroups: nodegroups, accounts: 10, regions: 4}
}

// fortieth returns one account and region of spread. Each has its own budget, so it represents the whole.
func fortieth(units, nodegroups int) layout {
	return layout{units: max(1, units/40), nodegroups: nodegroups, accounts: 1, regions: 1, atATime: usualUnits / 40}
}

// together returns a fifth of the units, all in one account and region. In each, two node groups change. They share one budget,
// so a run scales fewer at a time.
func together(units, nodegroups int) layout {
	return layout{units: max(1, units/5), nodegroups: nodegroups, accounts: 1, regions: 1, moving: 2, atATime: 50}
}

// usualUnits is how many units a run scales at a time by default.
const usualUnits = 200

// settings returns the settings' item of the config table.
func (l layout) settings() json.RawMessage {
	more := ""
	if l.spokes {
		more += fmt.Sprintf(`,"accounts":{"externalId":%q}`, externalID)
	}
	if l.reads > 0 {
		more += fmt.Sprintf(`,"budget":{"updates":%d,"reads":%d}`, l.updates, l.reads)
	}
	if l.blastRadius > 0 {
		more += fmt.Sprintf(`,"blastRadius":{"nodes":%d}`, l.blastRadius)
	}
	return json.RawMessage(fmt.Sprintf(`{"paused":false,"timezone":"America/Sao_Paulo","fleet":{"units":%d}%s}`, cmp.Or(l.atATime, usualUnits), more))
}

func (l layout) String() string {
	return fmt.Sprintf("%s of %s in %s with %s", english.Count(l.units, "unit"), english.Count(l.nodegroups, "node group"),
		english.Count(l.accounts, "account"), english.Count(l.regions, "region"))
}

// places returns one unit with one node group in each region of each account, reached through spokes.
func places(accounts, regions int) layout {
	return layout{units: accounts * regions, nodegroups: 1, accounts: accounts, regions: regions, spokes: true}
}

func unitName(unit int) string { return fmt.Sprintf("u%04d", unit) }

func groupName(group int) string { return fmt.Sprintf("n%d", group) }

func (l layout) region(unit int) string { return regions[unit/l.accounts%l.regions] }

func (l layout) account(unit int) string { return fmt.Sprintf("%012d", 111111111111+unit%l.accounts) }

func (l layout) role(unit int) string { return "arn:aws:iam::" + l.account(unit) + ":role/scaler" }

// cluster returns EKS's name of the unit's cluster. With spokes, it is the same in all accounts and regions.
func (l layout) cluster(unit int) string {
	if l.spokes {
		return fmt.Sprint("main-", unit/(l.accounts*l.regions))
	}
	return unitName(unit)
}

// in returns the units of a region.
func (l layout) in(region string) []int {
	return slices.DeleteFunc(numbers(l.units), func(unit int) bool { return l.region(unit) != region })
}

// of returns the units of an account.
func (l layout) of(account string) []int {
	return slices.DeleteFunc(numbers(l.units), func(unit int) bool { return l.account(unit) != account })
}

// eks returns EKS in the account of a unit.
func (l layout) eks(server *eks.Server, unit int) *eks.Account { return server.Of(l.account(unit)) }

// day returns a node group's size by day. At night every other one is raised to 3, and the rest are emptied.
func day(group int) int32 { return int32(1 + 2*(group%2)) } //nolint:gosec // 1 or 3

// night returns a node group's size at night.
func (l layout) night(unit, group int) int32 {
	switch {
	case l.blastRadius > 0:
		return 0
	case l.moving > 0 && group >= l.moving, l.changing != nil && !l.changing(unit):
		return day(group)
	case group%2 == 0:
		return cmp.Or(l.raised, 3)
	default:
		return 0
	}
}

// spec returns the unit's item of the config table.
func (l layout) spec(unit int) json.RawMessage {
	type sizes = map[string]int32
	bounds, byDay, byNight := map[string]sizes{}, sizes{}, sizes{}
	for group := range l.nodegroups {
		name := groupName(group)
		bounds[name], byDay[name], byNight[name] = sizes{"minSize": 0, "maxSize": 5}, day(group), l.night(unit, group)
	}
	from := time.Date(0, 1, 1, 1, 0, 0, 0, time.UTC)
	if l.own {
		from = from.Add(time.Duration(unit) * apart)
	}
	spec := map[string]any{
		"name": unitName(unit), "region": l.region(unit),
		"nodegroups": bounds, "profiles": map[string]sizes{"day": byDay, "night": byNight},
		"schedule": map[string]any{"default": "day", "periods": []map[string]string{
			{"name": "night", "profile": "night", "from": from.Format("15:04"), "to": "06:30"},
		}},
	}
	if l.spokes {
		spec["account"], spec["clusterName"] = l.account(unit), l.cluster(unit)
	} else {
		spec["roleArn"] = l.role(unit)
	}
	data, _ := json.Marshal(spec) // of strings and numbers
	return data
}

// wrong returns the node groups of the given units that do not have their night sizes.
func (l layout) wrong(server *eks.Server, units []int) []string {
	var all []string
	for _, unit := range units {
		for group := range l.nodegroups {
			found, there := l.eks(server, unit).Nodegroup(l.region(unit), l.cluster(unit), groupName(group))
			if !there || found.Status != "ACTIVE" || found.Sizes.Desired != l.night(unit, group) {
				all = append(all, fmt.Sprintf("%s/%s is %s at %s", unitName(unit), groupName(group), found.Status, found.Sizes))
			}
		}
	}
	return all
}

// numbers returns 0 to n-1.
func numbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
