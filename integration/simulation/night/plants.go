package night

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"time"

	smithy "github.com/aws/smithy-go"

	auditstep "eks-scaling-automation/functions/steps/audit"
	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Plants lists faults that the product once had, by their row in the table of faults, and from row 21 on faults that it could
// have.
var Plants = []*Plant{
	{Row: 1, Name: "an overtaken run continues", hooks: hooks{unconditional: true}},
	{Row: 2, Name: "a decision outlives a change of its configuration", hooks: hooks{scale: anyBasis}},
	{Row: 3, Name: "nobody remembers which run is newer", hooks: hooks{units: forgetful}},
	{Row: 4, Name: "UPDATING counts as ACTIVE", hooks: hooks{eks: updatingIsActive}},
	{Row: 5, Name: "CREATE_FAILED, DELETE_FAILED and DELETING count as ACTIVE", hooks: hooks{eks: brokenIsActive}},
	{Row: 6, Name: "an update that failed counts as successful", hooks: hooks{eks: failedIsSuccessful, units: nothingRaised}},
	{Row: 7, Name: "a scale-down has no guards", hooks: hooks{scale: noGuards}},
	{Row: 8, Name: "a node group that was taken back has arrived", hooks: hooks{eks: asAsked}},
	{Row: 9, Name: "a decision has no end", hooks: hooks{scale: noEnd}},
	{Row: 10, Name: "a repeated scale trusts the sizes that it sees", hooks: hooks{units: nothingAnnounced}},
	{Row: 11, Name: "busy is an error", hooks: hooks{scale: busyFails}},
	{Row: 12, Name: "the desired size is always sent", hooks: hooks{eks: desiredAlways}},
	{Row: 13, Name: "a trigger's scheduled time is ignored", hooks: hooks{loadConfig: noDue}},
	{Row: 14, Name: "a missing node group that is wanted at 0 is relied on", hooks: hooks{decide: reliesOn("does not exist")}},
	{Row: 15, Name: "a DEGRADED node group at its wanted size is relied on", hooks: hooks{decide: reliesOn("DEGRADED")}},
	{Row: 20, Name: "a mark that cannot be written costs the record", hooks: hooks{units: noMarks, trail: noRecord}},
	{Row: 21, Name: "a unit that left no record has succeeded", hooks: hooks{trail: allSucceeded}},
	{Row: 22, Name: "a round replaces what all units of the cluster rely on", hooks: hooks{units: replacedRelied}},
	{Row: 23, Name: "marks are kept by unit", hooks: hooks{units: marksOfUnits}},
	{Row: 24, Name: "a lead lowers", hooks: hooks{decide: wholeTransition}},
	{Row: 25, Name: "a mark of a lead counts from the transition on", hooks: hooks{units: marksFromTransition}},
	{Row: 26, Name: "each node group takes a whole step", hooks: hooks{decide: nodesForEach}},
	{Row: 27, Name: "steps do not wait for each other", hooks: hooks{decide: stepsAtOnce}},
	{Row: 28, Name: "a step counts as the goal", hooks: hooks{decide: stepsArrive}},
	{Row: 29, Name: "a condition does not hold", hooks: hooks{rewrite: without("hold")}},
	{Row: 30, Name: "a condition has no longest time", hooks: hooks{rewrite: without("atMost")}},
	{Row: 31, Name: "two thresholds count as one", hooks: hooks{rewrite: without("until")}},
	{Row: 32, Name: "a condition lowers sizes", hooks: hooks{rewrite: alwaysReduces}},
	{Row: 33, Name: "a condition outlasts its window", hooks: hooks{rewrite: longerWindows}},
	{Row: 34, Name: "a stale value counts", hooks: hooks{rewrite: ofSignals(func(signal map[string]any) { signal["maxAge"] = "168h" })}},
	{Row: 35, Name: "without a value nothing but false holds", hooks: hooks{rewrite: ofSignals(otherwiseFalse)}},
	{Row: 36, Name: "a failed reading is the value 0", hooks: hooks{decide: errorsAreZero}},
	{Row: 37, Name: "a run without readings fails", hooks: hooks{decide: needsReadings}},
	{Row: 38, Name: "an older reading replaces a newer one", hooks: hooks{units: readAnew}},
	{Row: 39, Name: "what a condition was is forgotten", hooks: hooks{units: remembersNothing}},
	{Row: 40, Name: "a run without the claim remembers conditions", hooks: hooks{decide: remembersAnyway}},
	{Row: 41, Name: "a value between two thresholds turns a condition off", hooks: hooks{units: flapping}},
	{Row: 42, Name: "a condition that is on raises nothing", hooks: hooks{rewrite: raisesNothing}},
	{Row: 43, Name: "a reservation has no condition", hooks: hooks{counter: noCondition}},
	{Row: 44, Name: "a reservation is counted after it is granted", hooks: hooks{counter: countedLate}},
	{Row: 45, Name: "a call takes down what it finds", hooks: hooks{scale: asFound}},
}

// anyBasis lets scale find the configuration of its decision, even if it has changed.
func anyBasis(i *invocation, next scaleStep) scaleStep {
	return func(ctx context.Context, log *slog.Logger, t run.ChangeTask) (run.ChangeTask, error) {
		t.Basis = i.basis()
		return next(ctx, log, t)
	}
}

// noGuards removes scale's guards.
func noGuards(_ *invocation, next scaleStep) scaleStep {
	return func(ctx context.Context, log *slog.Logger, t run.ChangeTask) (run.ChangeTask, error) {
		t.Guards = nil
		return next(ctx, log, t)
	}
}

// noEnd makes every decision valid forever for scale.
func noEnd(_ *invocation, next scaleStep) scaleStep {
	return func(ctx context.Context, log *slog.Logger, t run.ChangeTask) (run.ChangeTask, error) {
		t.GoodUntil = time.Time{}
		return next(ctx, log, t)
	}
}

// busyFails ends a change on a node group that stays busy, as retries did after nine minutes on average.
func busyFails(i *invocation, next scaleStep) scaleStep {
	return func(ctx context.Context, log *slog.Logger, t run.ChangeTask) (run.ChangeTask, error) {
		t, err := next(ctx, log, t)
		if err == nil && t.Progress.Status == run.Busy && i.now().Sub(t.Progress.StartedAt) > 9*time.Minute {
			return t, run.Errorf(run.NodegroupBusyError, "node group %s is busy", t.Decision.Nodegroup)
		}
		return t, err
	}
}

// noDue removes the scheduled time from the input.
func noDue(_ *invocation, next loadConfigStep) loadConfigStep {
	return func(ctx context.Context, log *slog.Logger, in run.LoadConfigRequest) (run.LoadConfigResult, error) {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(in.Input, &fields); err != nil {
			return run.LoadConfigResult{}, err
		}
		delete(fields, "due")
		in.Input, _ = json.Marshal(fields)
		return next(ctx, log, in)
	}
}

// reliesOn adds a guard for every node group about which decide gives this warning.
func reliesOn(warning string) func(*invocation, decideStep) decideStep {
	return func(_ *invocation, next decideStep) decideStep {
		return func(ctx context.Context, log *slog.Logger, t run.UnitTask) (run.UnitTask, error) {
			t, err := next(ctx, log, t)
			for _, d := range t.Decisions {
				if strings.Contains(d.Warning, warning) {
					t.Guards = append(t.Guards, scaling.Guard{Nodegroup: d.Nodegroup, AtLeast: d.Goal.Wanted(), Activation: d.Activation})
				}
			}
			return t, err
		}
	}
}

// forgetful forgets the newest orders.
func forgetful(_ *invocation, units planted.Units) planted.Units {
	return planted.ChangedUnits{Units: units, Change: func(u *claim.Unit) { u.Orders = nil }}
}

func replacedRelied(_ *invocation, units planted.Units) planted.Units {
	return planted.ReplacedRelied{Units: units}
}

func marksOfUnits(_ *invocation, units planted.Units) planted.Units {
	return planted.MarksOfUnits{Units: units}
}

// nothingRaised forgets the unconfirmed raises.
func nothingRaised(_ *invocation, units planted.Units) planted.Units {
	return planted.ChangedUnits{Units: units, Change: func(u *claim.Unit) { u.Raised = nil }}
}

// nothingAnnounced makes a repeated scale forget that it may have called before.
func nothingAnnounced(i *invocation, units planted.Units) planted.Units {
	return planted.ChangedUnits{Units: units, Change: func(u *claim.Unit) {
		if i.function == scale {
			u.Intents, u.Raised = nil, nil
		}
	}}
}

// markless writes no marks.
type markless struct{ planted.Units }

func (m markless) Decided(ctx context.Context, u claim.Unit, me claim.Order, now time.Time, r tables.Round) error {
	if len(r.Marks) > 0 {
		return &smithy.GenericAPIError{Code: "ValidationException", Message: "Item size has exceeded the maximum allowed size"}
	}
	return m.Units.Decided(ctx, u, me, now, r)
}

func noMarks(_ *invocation, units planted.Units) planted.Units { return markless{units} }

// recordless writes no record of a failed run.
type recordless struct{ auditstep.Trail }

func (r recordless) Put(ctx context.Context, record tables.Record) error {
	if one, ok := record.Detail.(run.Record); ok && one.Outcome == run.Failed {
		return errors.New("the mark could not be written")
	}
	return r.Trail.Put(ctx, record)
}

// successful finds a record of the unit for every run.
type successful struct{ auditstep.Trail }

func (s successful) UnitRecords(ctx context.Context, of string) ([]run.UnitRecord, error) {
	records, err := s.Trail.UnitRecords(ctx, of)
	if err == nil && len(records) == 0 {
		records = []run.UnitRecord{{ClusterSummary: run.ClusterSummary{Cluster: clusterName, Outcome: run.Succeeded}}}
	}
	return records, err
}

func allSucceeded(_ *invocation, t auditstep.Trail) auditstep.Trail { return successful{t} }

func noRecord(_ *invocation, t auditstep.Trail) auditstep.Trail { return recordless{t} }

// updatingIsActive hides from decide and scale that an update is in progress.
func updatingIsActive(i *invocation, eks planted.EKS) planted.EKS {
	if i.function == look {
		return eks
	}
	return planted.ChangedEKS{
		EKS: eks,
		OfNodegroup: func(s *nodegroups.State) {
			if s.Status == nodegroups.Updating {
				s.Status = nodegroups.Active
			}
		},
		OfUpdate: func(u *nodegroups.Update) { u.Status = nodegroups.Successful },
	}
}

func brokenIsActive(_ *invocation, eks planted.EKS) planted.EKS {
	return planted.ChangedEKS{EKS: eks, OfNodegroup: func(s *nodegroups.State) {
		switch s.Status {
		case nodegroups.CreateFailed, nodegroups.DeleteFailed, nodegroups.Deleting, nodegroups.Creating:
			s.Status = nodegroups.Active
		case nodegroups.Active, nodegroups.Degraded, nodegroups.Updating:
		}
	}}
}

func failedIsSuccessful(_ *invocation, eks planted.EKS) planted.EKS {
	return planted.ChangedEKS{EKS: eks, OfUpdate: func(u *nodegroups.Update) {
		if u.Status == nodegroups.Failed {
			u.Status = nodegroups.Successful
		}
	}}
}

// asAsked makes the check of an update see the requested sizes.
func asAsked(i *invocation, eks planted.EKS) planted.EKS {
	if i.function != look {
		return eks
	}
	return planted.ChangedEKS{EKS: eks, OfNodegroup: func(s *nodegroups.State) { s.Sizes = i.task.Progress.After }}
}

func desiredAlways(_ *invocation, eks planted.EKS) planted.EKS {
	return planted.ChangedEKS{EKS: eks, OfChange: func(c *nodegroups.Change) { c.Keeps = false }}
}
