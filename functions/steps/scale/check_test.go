package scale

import (
	"context"
	"testing"
	"time"

	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

var me = to(scaling.ScaleDown, 1, 0).Run.Order()

func asked(name string, by claim.Order) map[string]claim.Update {
	return map[string]claim.Update{name: {ID: "update-0", Order: by, Round: 1}}
}

func announced(name string, by claim.Order) map[string]claim.Intent {
	return map[string]claim.Intent{"other": {Nodegroup: name, Order: by, Round: 1}}
}

func TestScaleChecksInOrderAndCallsLast(t *testing.T) {
	t.Parallel()
	const look, announce, read, call, clear = "describe big", "announce big-1-r1", "configuration", "scale big", "clear big-1-r1"
	inStatus := func(status nodegroups.Status, desired int32) func(*world) {
		return func(w *world) { w.groups["big"] = nodegroups.State{Sizes: sizes(desired), Status: status} }
	}
	api := func(code string) func(*world) {
		return func(w *world) { w.answer = &smithy.GenericAPIError{Code: code} }
	}
	guarded := func(status nodegroups.Status, desired int32) func(*world) {
		return func(w *world) { w.groups["small"] = nodegroups.State{Sizes: sizes(desired), Status: status} }
	}
	raised := func(name string) map[string]claim.Order { return map[string]claim.Order{name: "an earlier run"} }
	up, down := to(scaling.ScaleUp, 0, 3), to(scaling.ScaleDown, 1, 0)
	down.Guards = []scaling.Guard{{Nodegroup: "small", AtLeast: 1}, {Nodegroup: "big", AtLeast: 9}}
	upGuarded := with(up, func(c *run.ChangeTask) { c.Guards = down.Guards })
	bounded := with(to(scaling.ScaleUp, 2, 2), func(c *run.ChangeTask) {
		c.Decision.Goal = scaling.Target{MinSize: new(int32(1))}.Goal(limits)
		c.Decision.After.MinSize = 1
	})
	waited := with(to(scaling.Await, 0, 3), func(c *run.ChangeTask) {
		c.Progress = &run.Progress{Status: run.Busy, StartedAt: taken, Deadline: taken.Add(time.Minute)}
	})
	throttledFirst := with(to(scaling.Await, 0, 3), func(c *run.ChangeTask) {
		c.Progress = &run.Progress{Status: run.Busy, StartedAt: taken, Deadline: taken.Add(time.Minute), After: sizes(3)}
	})
	waited.Progress.Before = sizes(0)
	unread := with(up, func(c *run.ChangeTask) { c.Decision.Before = nil })
	over := with(up, func(c *run.ChangeTask) { c.Decision.After = sizes(6) })
	until := func(left time.Duration) run.ChangeTask {
		return with(up, func(c *run.ChangeTask) { c.GoodUntil = taken.Add(left) })
	}
	raising := with(up, func(c *run.ChangeTask) { c.Decision.RaiseOnly = true })
	for _, row := range []struct {
		rule  string
		world *world
		set   func(*world)
		task  run.ChangeTask
		want  string
		calls []string
	}{
		{"an ACTIVE node group is scaled", at(0), nil, up, "pending", []string{look, announce, read, call, clear}},
		{"a DEGRADED one is scaled to another size", at(0), inStatus("DEGRADED", 0), up, "pending", []string{look, announce, read, call, clear}},
		{"one that is at its goal is left alone", at(3), nil, up, "ended unchanged", []string{look, announce, read, clear}},
		{"more nodes than decided are lowered", at(5), nil, up, "pending", []string{look, announce, read, call, clear}},
		{"unless it may only be raised", at(5), nil, raising, "ended returned: its desired size has changed to 5 (0..5)", []string{look, announce, read, clear}},
		{"which it is", at(1), nil, raising, "pending", []string{look, announce, read, call, clear}},
		{"unless its last raise is unproven: it is asked for again", at(3), func(w *world) { w.record.Raised = raised("big") }, up, "pending", []string{look, announce, read, call, clear}},
		{"a lowering needs no proof of an earlier raise", at(0), func(w *world) { w.record.Raised = raised("big"); guarded("ACTIVE", 1)(w) }, down, "ended unchanged", []string{look, announce, read, "describe small", clear}},
		{"DEGRADED at the wanted size has not arrived", at(3), inStatus("DEGRADED", 3), up, "NodegroupDegradedError", []string{look}},
		{"UPDATING is waited for", at(0), inStatus("UPDATING", 0), up, "busy", []string{look, "renew"}},
		{"CREATING is waited for", at(0), inStatus("CREATING", 0), up, "busy", []string{look, "renew"}},
		{"DELETING fails", at(0), inStatus("DELETING", 0), up, "NodegroupFailedError", []string{look}},
		{"CREATE_FAILED fails", at(3), inStatus("CREATE_FAILED", 3), up, "NodegroupFailedError", []string{look}},
		{"one that was busy gets a second look: EKS may show an update late", at(0), nil, to(scaling.Await, 0, 3), "busy", []string{look, "renew"}},
		{"one that was waited for goes back to decide", at(0), nil, waited, "ended returned: it is no longer busy", []string{look}},
		{"one that could not be read goes back to decide once it can", at(1), nil, unread, "ended returned: its sizes were unknown at the decision, and are now 1 (0..5)", []string{look}},
		{"what lowers a node group by now has guards, whatever was decided", at(5), guarded("ACTIVE", 0), upGuarded, "HeldBackError", []string{look, announce, read, "describe small", clear}},
		{"and is waited for while it is busy", at(0), inStatus("UPDATING", 0), to(scaling.Await, 0, 3), "busy", []string{look, "renew"}},
		{"an unreadable node group fails", at(0), func(w *world) { w.unread["big"] = &smithy.GenericAPIError{Code: "AccessDeniedException"} }, up, "AccessDeniedError", []string{look}},
		{"without the claim nothing is checked", at(0), func(w *world) { w.lost = true }, up, "ended overtaken", []string{look, announce}},
		{"nor waited for", at(0), func(w *world) { w.lost = true; inStatus("UPDATING", 0)(w) }, up, "ended overtaken", []string{look, "renew"}},
		{"another version of its configuration is decided again", at(1), func(w *world) { w.stored = versioned(2); guarded("DEGRADED", 0)(w) }, down, "ended returned: its configuration has changed", []string{look, announce, read, clear}},
		{"a configuration that cannot be read lets nothing through", at(1), func(w *world) { w.broken = &smithy.GenericAPIError{Code: "ThrottlingException"} }, down, "ThrottledError", []string{look, announce, read, clear}},
		{"a scale-down goes ahead while its guards hold", at(1), guarded("ACTIVE", 1), down, "pending", []string{look, announce, read, "describe small", call, clear}},
		{"a guard with less holds it back", at(1), guarded("ACTIVE", 0), down, "HeldBackError", []string{look, announce, read, "describe small", clear}},
		{"a guard whose raise is unproven holds it back", at(1), func(w *world) { w.record.Raised = raised("small"); guarded("ACTIVE", 1)(w) }, down, "HeldBackError", []string{look, announce, read, "describe small", clear}},
		{"a guard that is not ACTIVE holds it back", at(1), guarded("DEGRADED", 1), down, "HeldBackError", []string{look, announce, read, "describe small", clear}},
		{"nor one that somebody updates", at(1), guarded("UPDATING", 1), down, "HeldBackError", []string{look, announce, read, "describe small", clear}},
		{"one that this run lowers, too, lets it pass", at(1), func(w *world) { w.record.Updates = asked("small", me); guarded("UPDATING", 1)(w) }, down, "pending", []string{look, announce, read, "describe small", call, clear}},
		{"so does one whose call is on its way", at(1), func(w *world) { w.record.Intents = announced("small", me); guarded("UPDATING", 1)(w) }, down, "pending", []string{look, announce, read, "describe small", call, clear}},
		{"also if that was announced since", at(1), func(w *world) {
			w.later = claim.Unit{Name: "production", Intents: announced("small", me)}
			guarded("UPDATING", 1)(w)
		}, down, "pending", []string{look, announce, read, "describe small", call, clear}},
		{"unless an earlier round lowered it", at(1), func(w *world) {
			w.record.Updates = map[string]claim.Update{"small": {ID: "update-0", Order: me}}
			guarded("UPDATING", 1)(w)
		}, down, "HeldBackError", []string{look, announce, read, "describe small", clear}},
		{"unless it is lowered by another run", at(1), func(w *world) {
			w.record.Updates = asked("small", "2026-11-24T09:29:00.000Z#older")
			guarded("UPDATING", 1)(w)
		}, down, "HeldBackError", []string{look, announce, read, "describe small", clear}},
		{"or to less than is needed", at(1), func(w *world) { w.record.Updates = asked("small", me); guarded("UPDATING", 0)(w) }, down, "HeldBackError", []string{look, announce, read, "describe small", clear}},
		{"or this run raises it", at(1), func(w *world) {
			w.record.Updates, w.record.Raised = asked("small", me), raised("small")
			guarded("UPDATING", 1)(w)
		}, down, "HeldBackError", []string{look, announce, read, "describe small", clear}},
		{"a guard that is gone holds it back", at(1), func(w *world) { w.unread["small"] = &smithy.GenericAPIError{Code: "ResourceNotFoundException"} }, down, "HeldBackError", []string{look, announce, read, "describe small", clear}},
		{"a guard that is unreadable holds it back", at(1), func(w *world) { w.unread["small"] = &smithy.GenericAPIError{Code: "AccessDeniedException"} }, down, "HeldBackError", []string{look, announce, read, "describe small", clear}},
		{"a throttled guard is asked again later", at(1), func(w *world) { w.unread["small"] = &smithy.GenericAPIError{Code: "ThrottlingException"} }, down, "busy", []string{look, announce, read, "describe small", "renew", clear}},
		{"so is the node group itself", at(1), func(w *world) { w.unread["big"] = &smithy.GenericAPIError{Code: "ThrottlingException"} }, down, "busy", []string{look, "renew"}},
		{"and still gets its second look, if it was busy", at(0), nil, throttledFirst, "busy", []string{look, "renew"}},
		{"until waitTimeout", at(1), func(w *world) {
			w.unread["big"] = &smithy.GenericAPIError{Code: "ThrottlingException"}
			w.now = waited.Progress.Deadline
		}, waited, "NodegroupBusyError", []string{look}},
		{"guards come before the time", at(1), guarded("ACTIVE", 0), with(down, func(c *run.ChangeTask) { c.GoodUntil = taken }), "HeldBackError", []string{look, announce, read, "describe small", clear}},
		{"a scale-up has no guards", at(0), guarded("ACTIVE", 0), upGuarded, "pending", []string{look, announce, read, call, clear}},
		{"in time with the margin for the call", at(0), nil, until(10*time.Second + 1), "pending", []string{look, announce, read, call, clear}},
		{"too late for the call", at(0), nil, until(10 * time.Second), "ended returned: its time is over at 2026-11-24T09:30:10Z", []string{look, announce, read, clear}},
		{"the time is taken after the slow reads", at(0), func(w *world) { w.slow = 20 * time.Second }, until(30 * time.Second), "ended returned: its time is over at 2026-11-24T09:30:30Z", []string{look, announce, read, clear}},
		{"the time comes before the limits", at(0), nil, with(over, func(c *run.ChangeTask) { c.GoodUntil = taken }), "ended returned: its time is over at 2026-11-24T09:30:00Z", []string{look, announce, read, clear}},
		{"sizes over the limits are refused", at(0), nil, over, "ConfigInvalidError", []string{look, announce, read, clear}},
		{"EKS finds it busy", at(0), api("ResourceInUseException"), up, "busy", []string{look, announce, read, call, clear, "renew"}},
		{"EKS refuses the sizes", at(0), api("InvalidParameterException"), up, "NodegroupFailedError", []string{look, announce, read, call, clear}},
		{"EKS refuses bounds that an autoscaler has crossed", at(2), api("InvalidParameterException"), bounded, "ended returned: EKS refuses the sizes: node group production/big to 2 (1..5): api error InvalidParameterException: ", []string{look, announce, read, call, clear}},
		{"EKS throttles", at(0), api("ThrottlingException"), up, "busy", []string{look, announce, read, call, clear, "renew"}},
		{"an answer that does not tell leaves the intent", at(0), api("ServerException"), up, "TransientError", []string{look, announce, read, call}},
		{"no answer leaves the intent", at(0), func(w *world) { w.answer = context.DeadlineExceeded }, up, "TransientError", []string{look, announce, read, call}},
		{"a clear that fails is tried once more, and fails nothing", at(0), func(w *world) { w.stuck = true }, up, "pending", []string{look, announce, read, call, clear, clear}},
	} {
		if row.set != nil {
			row.set(row.world)
		}
		got := described(row.world.handle(t, row.task))
		if diff := cmp.Diff(row.calls, row.world.calls); diff != "" || got != row.want {
			t.Errorf("%s: %s; want %s; calls (-want +got):\n%s", row.rule, got, row.want, diff)
		}
	}
}

// An autoscaler may change desiredSize between decide's read and the call.
func TestBoundsOnlyNeverMoveTheDesiredSizeBack(t *testing.T) {
	t.Parallel()
	task := func(low, high, decidedAt int32) run.ChangeTask {
		goal := scaling.Target{MinSize: &low, MaxSize: &high}.Goal(limits)
		return with(to(scaling.ScaleUp, 0, 0), func(c *run.ChangeTask) {
			c.Decision.Goal, c.Decision.After, c.Decision.Before = goal, goal.Sizes(decidedAt), new(sizes(decidedAt))
		})
	}
	for _, row := range []struct {
		rule string
		task run.ChangeTask
		now  int32
		want string
		sent []bool // whether desiredSize is omitted
	}{
		{"it is left out", task(1, 4, 2), 2, "pending", []bool{true}},
		{"also when it was moved meanwhile", task(1, 4, 1), 4, "pending", []bool{true}},
		{"when it was moved out of the bounds, decide looks again", task(1, 4, 2), 5, "ended returned: its desired size has changed to 5 (0..5)", nil},
		{"where the bounds force it, it is sent", task(2, 4, 1), 1, "pending", []bool{false}},
		{"when it no longer has to be forced, decide looks again", task(2, 4, 1), 3, "ended returned: its desired size has changed to 3 (0..5)", nil},
	} {
		w := at(row.now)
		got := described(w.handle(t, row.task))
		var kept []bool
		for _, c := range w.asked {
			kept = append(kept, c.Keeps)
		}
		if diff := cmp.Diff(row.sent, kept); diff != "" || got != row.want {
			t.Errorf("%s: %s; want %s; desiredSize left out (-want +got):\n%s", row.rule, got, row.want, diff)
		}
	}
}

func TestAHeldBackChangeNamesTheCause(t *testing.T) {
	t.Parallel()
	w := at(1)
	w.groups["small"] = nodegroups.State{Sizes: sizes(0), Status: nodegroups.Active}
	task := to(scaling.ScaleDown, 1, 0)
	task.Guards = []scaling.Guard{{Nodegroup: "small", AtLeast: 1}, {Nodegroup: "spot", AtLeast: 2}}
	w.unread["spot"] = &smithy.GenericAPIError{Code: "ResourceNotFoundException"}
	_, err := w.handle(t, task)
	const want = "node group production/big is not scaled down, as it is held back: small has 0 of 1 nodes; spot does not exist (2 needed)"
	if err == nil || err.Error() != want {
		t.Errorf("found %v; want %s", err, want)
	}
}

// TestACallTakesDownNoMoreThanWasReserved if the run has a blast radius: the node group may have grown since the decision.
func TestACallTakesDownNoMoreThanWasReserved(t *testing.T) {
	t.Parallel()
	const limited, unlimited = `{"paused":false,"timezone":"UTC","blastRadius":{"nodes":100}}`, `{"paused":false,"timezone":"UTC"}`
	const grown = "ended returned: its desired size has changed to 5 (0..5), and the run has a blast radius"
	beyond := func(c *run.ChangeTask) { c.Run.BeyondBlastRadius = true }
	lowering, raising, bounded := to(scaling.ScaleDown, 3, 1), to(scaling.ScaleUp, 1, 3), to(scaling.ScaleDown, 2, 2)
	bounded.Decision.Goal = scaling.Target{MaxSize: new(int32(4))}.Goal(limits)
	bounded.Decision.After.MaxSize = 4
	for _, row := range []struct {
		rule, settings string
		now            int32
		task           run.ChangeTask
		want           string
	}{
		{"as decided", limited, 3, lowering, "pending"},
		{"less than decided", limited, 2, lowering, "pending"},
		{"more than decided", limited, 5, lowering, grown},
		{"more than decided, in a run beyond it", limited, 5, with(lowering, beyond), "pending"},
		{"more than decided, without a limit", unlimited, 5, lowering, "pending"},
		{"a raise that would lower by now", limited, 5, raising, grown},
		{"bounds alone leave the desired size alone", limited, 3, bounded, "pending"},
	} {
		w := at(row.now)
		w.stored.Settings.Spec = []byte(row.settings)
		row.task.Basis = w.stored.Basis()
		if got := described(w.handle(t, row.task)); got != row.want {
			t.Errorf("%s: %s; want %s", row.rule, got, row.want)
		}
	}
}

// TestAChangeThatComesBackTellsWhetherItMayHaveBeenRequested by an earlier invocation of its round.
func TestAChangeThatComesBackTellsWhetherItMayHaveBeenRequested(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct {
		set  func(*world)
		want bool
	}{
		"no call is on record":            {func(*world) {}, false},
		"a call was announced":            {func(w *world) { w.record.Intents = announced("big", me) }, true},
		"an update is on record":          {func(w *world) { w.record.Updates = asked("big", me) }, true},
		"another run's update is":         {func(w *world) { w.record.Updates = asked("big", "2026-11-24T09:29:00.000Z#older") }, false},
		"a call for another one was made": {func(w *world) { w.record.Updates = asked("small", me) }, false},
	} {
		w := at(1)
		row.set(w)
		w.stored = versioned(2)
		task, err := w.handle(t, to(scaling.ScaleDown, 1, 0))
		if err != nil || task.Progress.Outcome != run.Returned || task.Progress.Attempted != row.want {
			t.Errorf("%s: %+v, %v; want it returned, and attempted: %t", rule, task.Progress, err, row.want)
		}
	}
}
