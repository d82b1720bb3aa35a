package integration_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/integration/aws/pricing"
	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// The clock of a script stands still, so what lies in the past is put on record.
func init() {
	worldCommands["changed"] = worldCommand{"NODEGROUP AGO BEFORE AFTER (puts a change on record that took a minute, for example 36h ago)", changedBefore}
	worldCommands["looked"] = worldCommand{"NODEGROUP AGO SIZE (puts a reconcile run on record that left it alone)", lookedBefore}
	worldCommands["machines"] = worldCommand{"NODEGROUP CAPACITY TYPE... (or TEMPLATE:VERSION, a launch template)", machines}
	worldCommands["launch-template"] = worldCommand{"ID TYPE (makes a launch template with one version)", func(w *world.World, args []string) error {
		w.Templates.PutTemplate(w.Region, args[0], args[1])
		return nil
	}}
	worldCommands["price"] = worldCommand{"TYPE USD (puts a price per hour into the price list)", func(w *world.World, args []string) error {
		w.Prices.Put(pricing.Product{Region: w.Region, Type: args[0], System: "Linux", USD: args[1]})
		w.Prices.Put(pricing.Product{Region: w.Region, Type: args[0], System: "Windows", USD: "99.0000000000"})
		return nil
	}}
	worldCommands["deny-prices"] = worldCommand{"(nobody may read the price list)", func(w *world.World, _ []string) error {
		w.Prices.Deny()
		return nil
	}}
}

// past reads a cluster's node group, an age and sizes.
func past(args []string) (cluster, nodegroup string, at time.Time, sizes []*scaling.Sizes, err error) {
	cluster, nodegroup, named := strings.Cut(args[0], "/")
	if !named {
		cluster, nodegroup = "production", args[0]
	}
	ago, err := time.ParseDuration(args[1])
	if err != nil {
		return "", "", at, nil, err
	}
	desired, err := numbers(args[2:])
	for _, n := range desired {
		sizes = append(sizes, &scaling.Sizes{MaxSize: 5, DesiredSize: n})
	}
	return cluster, nodegroup, peakHour.Add(-ago), sizes, err
}

func changedBefore(w *world.World, args []string) error {
	cluster, nodegroup, at, sizes, err := past(args)
	if err != nil {
		return err
	}
	of := run.Run{Execution: run.Execution{Name: "weekly-" + at.Format("02T15-04")}, Trigger: run.ScheduleTrigger, TakenAt: at}
	logs := tables.NewLogs(w.DynamoDB(), deployment.LogsTable)
	return logs.Put(context.Background(), tables.Record{Subject: cluster + "/" + nodegroup, Time: at, Execution: of.Execution.Name, Detail: run.Change{
		ChangeResult: run.ChangeResult{Nodegroup: nodegroup, Outcome: run.Succeeded, Before: sizes[0], After: sizes[1], Seconds: 60},
		Run:          of, Cluster: cluster, Goal: scaling.Goal{MaxSize: 5, DesiredSize: &sizes[1].DesiredSize},
		StartedAt: at, EndedAt: at.Add(time.Minute),
	}})
}

func lookedBefore(w *world.World, args []string) error {
	cluster, nodegroup, at, sizes, err := past(args)
	if err != nil {
		return err
	}
	of := run.Run{Execution: run.Execution{Name: "reconcile-" + at.Format("02T15-04")}, Trigger: run.ReconcileTrigger, TakenAt: at}
	logs := tables.NewLogs(w.DynamoDB(), deployment.LogsTable)
	for subject, detail := range map[string]any{
		tables.SubjectRun: run.Record{Summary: run.Summary{Outcome: run.Succeeded, Units: map[run.Outcome]int{run.Unchanged: 1}}, Execution: of.Execution, Run: of},
		tables.SubjectUnits(of.Execution.Name): run.UnitRecord{Run: of, EndedAt: at.Add(time.Second), ClusterSummary: run.ClusterSummary{
			Cluster: cluster, Outcome: run.Unchanged,
			Nodegroups: []run.NodegroupSummary{{Nodegroup: nodegroup, Action: scaling.Keep, Outcome: run.Unchanged, Before: sizes[0], After: sizes[0]}},
		}},
	} {
		name := of.Execution.Name
		if subject != tables.SubjectRun {
			name = cluster
		}
		if err := logs.Put(context.Background(), tables.Record{Subject: subject, Time: at, Execution: name, Detail: detail}); err != nil {
			return fmt.Errorf("%s: %w", subject, err)
		}
	}
	return nil
}

// machines sets what the nodes of a node group are.
func machines(w *world.World, args []string) error {
	m := eksmodel.Machines{Capacity: types.CapacityTypes(args[1]), Image: types.AMITypesAl2023X8664Standard, Types: args[2:]}
	if id, version, isTemplate := strings.Cut(args[2], ":"); isTemplate {
		m.Types, m.Template = nil, &types.LaunchTemplateSpecification{Id: &id, Version: &version}
	}
	w.EKS.SetMachines(w.Region, "production", args[0], m)
	return nil
}
