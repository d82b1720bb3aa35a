package integration_test

import (
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/run"
)

// scenario is one run on the real definition, the real engine and the real binaries.
type scenario struct {
	name    string
	config  []string                 // changes to the reference configuration: old, new, old, new, ...
	empty   bool                     // no configuration at all
	given   func(*world.World) error // what is to go wrong
	input   any
	status  engine.Status
	path    string           // with a repeated loop folded into one; empty where units take their turns side by side
	updates []string         // the updates that EKS accepted, in order
	end     map[string]int32 // desired sizes
	records []string         // subject, outcome and error of each
	says    string           // a part of the run's message
}

const (
	upToDecide = "LoadConfig AnythingToDo? ForEachUnit Decide Next? "
	scaled     = "ScaleWave Scale Called? WaitBeforeCheck WaitForNodegroupActive Active? Audit Decide Next? "
	busyScaled = "ScaleWave Scale Called? WaitBeforeScale Scale Called? WaitBeforeCheck WaitForNodegroupActive Active? Audit Decide Next? "
	waited     = "ScaleWave Scale Called? WaitBeforeScale Scale Called? Audit Decide Next? "
	scaleFails = "ScaleWave Scale Audit Decide Next? "
	waitFails  = "ScaleWave Scale Called? WaitBeforeCheck WaitForNodegroupActive Audit Decide Next? "
	unitDone   = "AuditUnit Reconcile? "
	wellEnded  = unitDone + "AuditRun AnyFailed? Succeeded"
	badlyEnded = "AuditRun AnyFailed? NotifyFailure Failed"
	skipped    = "LoadConfig AnythingToDo? Reconcile? AuditRun AnyFailed? Skipped"
)

var scenarios = []scenario{
	{
		name:  "nothing to do when the sizes are right",
		input: run.Input{At: tuesday("12:00:00")}, status: engine.Succeeded,
		path: upToDecide + wellEnded, end: normal,
		records: []string{"run succeeded"}, says: "0 scaled, 2 unchanged",
	},
	{
		name:  "scale-up comes before scale-down",
		input: run.Input{At: tuesday("02:00:00")}, status: engine.Succeeded,
		path: upToDecide + scaled + scaled + wellEnded, updates: []string{"small 1", "big 0"},
		end:     map[string]int32{"small": 1, "big": 0},
		records: []string{"production/big succeeded", "production/small succeeded", "run succeeded"}, says: "2 scaled",
	},
	{
		name:  "throttled, then fine",
		given: failing(2, 429, "ThrottlingException", "Rate exceeded"),
		input: run.Input{At: tuesday("07:00:00")}, status: engine.Succeeded,
		path: upToDecide + scaled + wellEnded, updates: []string{"big 3"}, end: map[string]int32{"small": 0, "big": 3},
		records: []string{"production/big succeeded", "run succeeded"},
	},
	{
		name:  "throttled under another name, then fine",
		given: failing(1, 400, "InvalidRequestException", "Request limit exceeded"),
		input: run.Input{At: tuesday("07:00:00")}, status: engine.Succeeded,
		path: upToDecide + scaled + wellEnded, updates: []string{"big 3"}, end: map[string]int32{"small": 0, "big": 3},
		records: []string{"production/big succeeded", "run succeeded"},
	},
	{
		name: "busy with somebody else's update, then fine",
		given: func(w *world.World) error {
			w.EKS.ForeignUpdate(world.Region, "production", "big", 4)
			return nil
		},
		input: run.Input{At: tuesday("07:00:00")}, status: engine.Succeeded,
		path: upToDecide + waited + scaled + wellEnded, updates: []string{"big 3"}, end: map[string]int32{"small": 0, "big": 3},
		records: []string{"production/big succeeded", "run succeeded"},
	},
	{
		name:  "ResourceInUseException, then fine",
		given: failing(2, 409, "ResourceInUseException", "Nodegroup has an ongoing update"),
		input: run.Input{At: tuesday("07:00:00")}, status: engine.Succeeded,
		path: upToDecide + busyScaled + wellEnded, updates: []string{"big 3"}, end: map[string]int32{"small": 0, "big": 3},
		records: []string{"production/big succeeded", "run succeeded"},
	},
	{
		name: "a failed update of the scale-up leaves the rest as it is",
		given: func(w *world.World) error {
			w.EKS.FailUpdate(world.Region, "production", "small", "AsgInstanceLaunchFailures", "no capacity")
			return nil
		},
		input: run.Input{At: tuesday("02:00:00")}, status: engine.Failed,
		path: upToDecide + waitFails + scaleFails + unitDone + badlyEnded, updates: []string{"small 1"}, end: normal,
		records: []string{"production/big failed HeldBackError", "production/small failed NodegroupFailedError", "run failed NodegroupFailedError"}, says: "no capacity",
	},
	{
		name: "a DEGRADED scale-up is a failure, and nothing is taken down",
		given: func(w *world.World) error {
			w.EKS.DegradeAfterUpdate(world.Region, "production", "small", "InsufficientFreeAddresses", "subnet is full")
			return nil
		},
		input: run.Input{At: tuesday("02:00:00")}, status: engine.Failed,
		path: upToDecide + waitFails + scaleFails + unitDone + badlyEnded, updates: []string{"small 1"}, end: map[string]int32{"small": 1, "big": 1},
		records: []string{"production/big failed HeldBackError", "production/small failed NodegroupDegradedError", "run failed NodegroupDegradedError"}, says: "subnet is full",
	},
	{
		name:   "a node group that never becomes active times out",
		config: []string{"region: sa-east-1", "region: sa-east-1\n    waitTimeout: 1s"},
		given: func(w *world.World) error {
			w.EKS.HangUpdate(world.Region, "production", "big")
			return nil
		},
		input: run.Input{At: tuesday("07:00:00")}, status: engine.Failed,
		path: upToDecide + waitFails + unitDone + badlyEnded, updates: []string{"big 3"}, end: map[string]int32{"small": 0, "big": 3},
		records: []string{"production/big failed NodegroupTimeoutError", "run failed NodegroupTimeoutError"}, says: "within 1s",
	},
	{
		name:  "a function that crashes once is tried again",
		given: crashing("scale", 1, lambda.BeforeHandler),
		input: run.Input{At: tuesday("07:00:00")}, status: engine.Succeeded,
		path: upToDecide + scaled + wellEnded, updates: []string{"big 3"}, end: map[string]int32{"small": 0, "big": 3},
		records: []string{"production/big succeeded", "run succeeded"},
	},
	{
		name:  "a function that dies after its call makes the same call again",
		given: crashing("scale", 1, lambda.AfterHandler),
		input: run.Input{At: tuesday("07:00:00")}, status: engine.Succeeded,
		path: upToDecide + busyScaled + wellEnded, updates: []string{"big 3"}, end: map[string]int32{"small": 0, "big": 3},
		records: []string{"production/big succeeded", "run succeeded"},
	},
	{
		name:  "a function that always crashes fails its change alone",
		given: crashing("scale", 5, lambda.BeforeHandler),
		input: run.Input{At: tuesday("02:00:00")}, status: engine.Failed,
		path: upToDecide + scaleFails + scaleFails + unitDone + badlyEnded, end: normal,
		records: []string{"production/big failed HeldBackError", "production/small failed Runtime.ExitError", "run failed Runtime.ExitError"},
	},
	{
		name:  "an unknown field in the input scales nothing",
		input: map[string]any{"profil": "peak"}, status: engine.Failed,
		path: "LoadConfig " + badlyEnded, end: normal,
		records: []string{"run failed InputInvalidError"}, says: "profil: unknown field; known: actor, at, beyondBlastRadius, clusters",
	},
	{
		name: "an input that is not an object scales nothing", input: []string{"peak"}, status: engine.Failed,
		path: "LoadConfig " + badlyEnded, end: normal,
		records: []string{"run failed InputInvalidError"}, says: `input: must be an object, not ["peak"]`,
	},
	{
		name:  "an unknown profile in the input scales nothing",
		input: run.Input{Profile: "peek"}, status: engine.Failed,
		path: "LoadConfig " + badlyEnded, end: normal,
		records: []string{"run failed InputInvalidError"}, says: `profile: unknown profile "peek" in cluster production; known: normal, peak, sleep`,
	},
	{
		name: "one broken cluster does not stop a good one", given: breakCluster("staging"),
		input: run.Input{At: tuesday("07:00:00")}, status: engine.Failed,
		updates: []string{"big 3"}, end: map[string]int32{"small": 0, "big": 3},
		records: []string{"production/big succeeded", "run failed ConfigInvalidError"}, says: `region: must be a string`,
	},
	{
		name:   "an unknown node group fails alone, and nothing is taken down",
		config: []string{"small: {minSize: 0, maxSize: 1}", "tiny: {minSize: 0, maxSize: 1}", "small: 1", "tiny: 1", "small: 0", "tiny: 0"},
		input:  run.Input{At: tuesday("02:00:00")}, status: engine.Failed,
		path: upToDecide + scaleFails + scaleFails + unitDone + badlyEnded, end: normal,
		records: []string{"production/big failed HeldBackError", "production/tiny failed TargetNotFoundError", "run failed TargetNotFoundError"}, says: "production/tiny",
	},
	{
		name:  "access denied is final",
		given: failing(1, 403, "AccessDeniedException", "not authorized to perform eks:UpdateNodegroupConfig"),
		input: run.Input{At: tuesday("07:00:00")}, status: engine.Failed,
		path: upToDecide + scaleFails + unitDone + badlyEnded, end: normal,
		records: []string{"production/big failed AccessDeniedError", "run failed AccessDeniedError"}, says: "not authorized",
	},
	{
		name:  "a dry run stops after the decision",
		input: run.Input{At: tuesday("02:00:00"), DryRun: true}, status: engine.Succeeded,
		path: upToDecide + wellEnded, end: normal,
		records: []string{"run planned"}, says: "dry run: 2 to scale",
	},
	{
		name: "the switch off is a skipped run", config: []string{"paused: false", "paused: true"},
		input: run.Input{At: tuesday("02:00:00"), Force: true}, status: engine.Succeeded,
		path: skipped, end: normal,
		records: []string{"run skipped"}, says: "scaling is paused",
	},
	{
		name: "a disabled cluster is a skipped run", config: []string{"name: production", "paused: true\n    name: production"},
		input: run.Input{At: tuesday("02:00:00")}, status: engine.Succeeded,
		path: upToDecide + unitDone + "AuditRun AnyFailed? Skipped", end: normal,
		records: []string{"run skipped"}, says: "production: the cluster is paused",
	},
	{
		name:  "an empty selection selects nothing",
		input: map[string]any{"clusters": []string{}}, status: engine.Succeeded,
		path: skipped, end: normal, records: []string{"run skipped"}, says: "nothing is selected",
	},
	{
		name: "an empty table says which command to run", empty: true,
		input: struct{}{}, status: engine.Succeeded,
		path: skipped, end: normal, records: []string{"run skipped"}, says: "eks-scaling config apply FILE",
	},
	{
		name:  "a node group left out of the selection is left alone",
		input: run.Input{At: tuesday("02:00:00"), Nodegroups: []string{"small"}}, status: engine.Succeeded,
		path: upToDecide + scaled + wellEnded, updates: []string{"small 1"}, end: map[string]int32{"small": 1, "big": 1},
		records: []string{"production/small succeeded", "run succeeded"},
	},
	{
		name:   "bounds without a desired size leave it to the autoscaler",
		config: []string{"big: 3}", "big: {minSize: 2}}"},
		input:  run.Input{At: tuesday("07:00:00")}, status: engine.Succeeded,
		path: upToDecide + scaled + wellEnded, updates: []string{"big 2"}, end: map[string]int32{"small": 0, "big": 2},
		records: []string{"production/big succeeded", "run succeeded"},
	},
	{
		name: "a unit that cannot be recorded fails the run, which says so",
		given: func(w *world.World) error {
			return w.Lambda.FailNext("eks-scaling-audit", 5, lambda.ServiceException())
		},
		input: run.Input{At: tuesday("12:00:00")}, status: engine.Failed,
		path: upToDecide + "AuditUnit UnitUnrecorded Reconcile? " + badlyEnded, end: normal,
		records: []string{"run failed UnitUnrecordedError"}, says: "it could not be recorded",
	},
	{
		name: "a run that cannot be recorded alerts anyway",
		given: func(w *world.World) error {
			return w.Lambda.FailNext("eks-scaling-audit", 10, lambda.ServiceException())
		},
		input: run.Input{At: tuesday("12:00:00")}, status: engine.Failed,
		path: upToDecide + "AuditUnit UnitUnrecorded Reconcile? AuditRun DryRun? AuditRunFailed NotifyFailure Failed", end: normal,
		says: "could not be written",
	},
	{
		name: "a dry run that cannot be recorded tells its starter, and alerts nobody",
		given: func(w *world.World) error {
			return w.Lambda.FailNext("eks-scaling-audit", 10, lambda.ServiceException())
		},
		input: run.Input{DryRun: true, At: tuesday("12:00:00")}, status: engine.Succeeded,
		path: upToDecide + "AuditUnit UnitUnrecorded Reconcile? AuditRun DryRun? DryRunUnrecorded Succeeded", end: normal,
		says: "The record of this dry run could not be written",
	},
}
