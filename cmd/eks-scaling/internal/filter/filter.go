// Package filter has the flags that narrow a command to some units: --cluster, --schedule, --account and --in-region. All commands that
// look at a fleet share them, so that they mean the same everywhere.
package filter

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// Filter narrows units. The values of one flag are alternatives; a unit must match every flag.
type Filter struct {
	// Clusters has names of clusters and of units, such as production:batch.
	Clusters []string
	// Schedules has names of schedules, such as batch, and of units.
	Schedules []string
	Accounts  []string
	Regions   []string
}

// AddFlags adds the flags to a command.
func (f *Filter) AddFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.Clusters, "cluster", nil, "only these clusters or schedules (CLUSTER:SCHEDULE); repeatable, or a list with commas (default: all)")
	flags.StringSliceVar(&f.Schedules, "schedule", nil, "only the schedules with these names; repeatable, or a list with commas")
	flags.StringSliceVar(&f.Accounts, "account", nil, "only clusters in these accounts; repeatable, or a list with commas")
	flags.StringSliceVar(&f.Regions, "in-region", nil, "only clusters in these regions; repeatable, or a list with commas")
}

// IsEmpty reports whether no flag is given, so that every unit matches.
func (f Filter) IsEmpty() bool { return f.OnlyNames() && f.Clusters == nil }

// OnlyNames reports whether nothing but names of clusters and units is given. They can be read without the rest of the fleet.
func (f Filter) OnlyNames() bool { return f.Schedules == nil && f.Accounts == nil && f.Regions == nil }

// Unit is what the flags tell apart of a unit.
type Unit struct{ Name, Cluster, Account, Region string }

// Known lists the units of the deployed configuration, also invalid ones. Clusters without an account are in the stack's own.
func Known(held inventory.Snapshot, account string) []Unit {
	var all []Unit
	for _, item := range held.Clusters {
		place := inventory.PlaceOf(item.Spec)
		if place.Account == "" {
			place.Account = account
		}
		for _, name := range item.UnitNames() {
			all = append(all, Unit{name, item.Name, place.Account, place.Region})
		}
	}
	return all
}

// Of lists the units of a document, whose clusters without an account are in the account of some stack.
func Of(units []config.Unit) []Unit {
	all := make([]Unit, len(units))
	for i, u := range units {
		all[i] = Unit{u.Name, u.Cluster, u.Role.Account(), u.Region}
	}
	return all
}

// Units returns the names of the units that match, in their order. From names the configuration in errors. A value that no unit has
// is an error, and so is a combination that no unit matches.
func (f Filter) Units(all []Unit, from string) ([]string, error) {
	criteria := f.criteria()
	for _, c := range criteria {
		if err := c.check(all, from); err != nil {
			return nil, err
		}
	}
	var names []string
	for _, u := range all {
		if !slices.ContainsFunc(criteria, func(c criterion) bool { return !c.matches(u) }) {
			names = append(names, u.Name)
		}
	}
	if len(names) == 0 && len(criteria) > 0 {
		return nil, frame.NotFound(fmt.Errorf("no unit in %s matches all of: %s", from, f))
	}
	return names, nil
}

// String returns the flags as they are given, such as "--cluster production --in-region eu-west-1".
func (f Filter) String() string {
	var parts []string
	for _, c := range f.criteria() {
		parts = append(parts, "--"+c.flag+" "+strings.Join(c.values, ","))
	}
	return strings.Join(parts, " ")
}

// criterion is one flag with its values.
type criterion struct {
	flag, what string
	values     []string
	of         func(Unit) []string // the values of a unit, the one that people see first
}

func (f Filter) criteria() []criterion {
	all := []criterion{
		{"cluster", "cluster", f.Clusters, func(u Unit) []string { return []string{u.Cluster, u.Name} }},
		{"schedule", "schedule", f.Schedules, schedulesOf},
		{"account", "account", f.Accounts, func(u Unit) []string { return []string{u.Account} }},
		{"in-region", "region", f.Regions, func(u Unit) []string { return []string{u.Region} }},
	}
	return slices.DeleteFunc(all, func(c criterion) bool { return c.values == nil })
}

// schedulesOf returns the names of a unit's schedule; none if its cluster has one schedule without a name.
func schedulesOf(u Unit) []string {
	_, schedule := scaling.SplitUnit(u.Name)
	if schedule == "" {
		return nil
	}
	return []string{schedule, u.Name}
}

func (c criterion) matches(u Unit) bool {
	return slices.ContainsFunc(c.of(u), func(value string) bool { return slices.Contains(c.values, value) })
}

// check refuses a value that no unit has.
func (c criterion) check(all []Unit, from string) error {
	for _, value := range c.values {
		if slices.ContainsFunc(all, func(u Unit) bool { return slices.Contains(c.of(u), value) }) {
			continue
		}
		what, known := c.what, Values(all, c.flag)
		if _, schedule := scaling.SplitUnit(value); schedule != "" {
			what, known = "schedule", unitNames(all)
		}
		return frame.NotFound(fmt.Errorf("unknown %s %q in %s; known: %s%s", what, value, from, english.OrNone(known), english.DidYouMean(value, known)))
	}
	return nil
}

// Values returns the values that a flag may have, each once.
func Values(all []Unit, flag string) []string {
	var values []string
	for _, c := range (Filter{[]string{}, []string{}, []string{}, []string{}}).criteria() {
		for _, u := range all {
			if of := c.of(u); c.flag == flag && len(of) > 0 && of[0] != "" {
				values = append(values, of[0])
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

func unitNames(all []Unit) []string {
	names := make([]string, len(all))
	for i, u := range all {
		names[i] = u.Name
	}
	return names
}
