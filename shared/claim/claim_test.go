package claim_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/scaling"
)

var now = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

const (
	older = claim.Order("2026-11-24T09:29:00.000Z#older")
	me    = claim.Order("2026-11-24T09:30:00.000Z#me")
	newer = claim.Order("2026-11-24T09:31:00.000Z#newer")
)

func TestOrder(t *testing.T) {
	t.Parallel()
	saoPaulo := time.FixedZone("-03", -3*60*60)
	sorted := []claim.Order{
		claim.NewOrder(now.Add(-time.Millisecond), "z"),
		claim.NewOrder(now.In(saoPaulo), "a"),
		claim.NewOrder(now, "b"),
		claim.NewOrder(now.Add(5*time.Millisecond), "a"),
		claim.NewOrder(now.Add(100*time.Millisecond), "a"),
		claim.NewOrder(now.Add(time.Second), "a"),
		claim.NewOrder(now.AddDate(1, 0, 0), "a"),
	}
	if !slices.IsSorted(sorted) {
		t.Errorf("orders do not sort by time and then by name: %v", sorted)
	}
	if got := sorted[1]; got != "2026-11-24T09:30:00.000Z#a" || got.Run() != "a" {
		t.Errorf("found %s of run %q; want the instant in UTC and run a", got, got.Run())
	}
	if got := claim.NewOrder(now, "manual#1").Run(); got != "manual#1" {
		t.Errorf("found run %q; want the whole name", got)
	}
}

// held is the claim of a run, last renewed so long ago.
func held(order claim.Order, silence time.Duration, unfinished ...string) *claim.Claim {
	return &claim.Claim{Order: order, RenewedAt: now.Add(-silence), Unfinished: unfinished}
}

func ended(c *claim.Claim) *claim.Claim {
	c.EndedAt = c.RenewedAt
	return c
}

func TestStand(t *testing.T) {
	t.Parallel()
	both := []string{"big", "small"}
	orders := func(big, small claim.Order) map[string]claim.Order {
		return map[string]claim.Order{"big": big, "small": small}
	}
	for _, test := range []struct {
		rule   string
		claim  *claim.Claim
		orders map[string]claim.Order
		covers []string
		want   claim.State
		other  claim.Order
		leftTo map[string]claim.Order
	}{
		{"never claimed", nil, nil, both, claim.Free, "", nil},
		{"its own claim", held(me, 0, both...), orders(me, me), both, claim.Holds, "", nil},
		{"its own claim, silent for long, that nobody took", held(me, time.Hour, both...), orders(me, me), both, claim.Holds, "", nil},
		{"its own claim that it has ended", ended(held(me, 0)), orders(me, me), both, claim.Free, "", nil},
		{"older, and covered in full", held(older, 0, "big"), orders(older, older), both, claim.Free, "", nil},
		{"older, with something unfinished that is not covered", held(older, 0, both...), orders(older, older), []string{"big"}, claim.Waits, older, nil},
		{"older, finished with all that is not covered", held(older, 0, "big"), orders(older, older), []string{"big"}, claim.Free, "", nil},
		{"older and not covered, a moment before it is dead", held(older, 5*time.Minute-1, both...), orders(older, older), []string{"big"}, claim.Waits, older, nil},
		{"older and not covered, but dead after 5 minutes", held(older, 5*time.Minute, both...), orders(older, older), []string{"big"}, claim.Free, "", nil},
		{"older and not covered, but ended", ended(held(older, 0)), orders(older, older), []string{"big"}, claim.Free, "", nil},
		{"newer for everything", held(newer, 0, both...), orders(newer, newer), both, claim.Overtaken, newer, orders(newer, newer)},
		{"newer for everything, though it has ended", ended(held(newer, 0)), orders(newer, newer), both, claim.Overtaken, newer, orders(newer, newer)},
		{"newer for everything, though it is dead", held(newer, time.Hour, both...), orders(newer, newer), both, claim.Overtaken, newer, orders(newer, newer)},
		{"newer for a part, and at work: the rest waits", held(newer, 0, "big"), orders(newer, older), both, claim.Waits, newer, map[string]claim.Order{"big": newer}},
		{"newer for a part, and ended: the rest is free", ended(held(newer, 0)), orders(newer, older), both, claim.Free, "", map[string]claim.Order{"big": newer}},
		{"newer for a part, and dead: the rest is free", held(newer, 5*time.Minute, "big"), orders(newer, older), both, claim.Free, "", map[string]claim.Order{"big": newer}},
		{"newer for what it does not cover", held(newer, 0, "big"), orders(newer, older), []string{"small"}, claim.Waits, newer, nil},
		{"the newest of several overtakes it", held(newer, 0, both...), orders(newer, newer+"2"), both, claim.Overtaken, newer + "2", orders(newer, newer+"2")},
		{"a run that covers nothing is not overtaken", ended(held(newer, 0)), orders(newer, newer), nil, claim.Free, "", nil},
	} {
		if test.leftTo == nil {
			test.leftTo = map[string]claim.Order{}
		}
		got := claim.Unit{Claim: test.claim, Orders: test.orders}.Stand(me, test.covers, now)
		if diff := cmp.Diff(claim.Verdict{State: test.want, Other: test.other, LeftTo: test.leftTo}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.rule, diff)
		}
	}
}

func TestHeldByOther(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rule  string
		claim *claim.Claim
		want  bool
	}{
		{"never claimed", nil, false},
		{"its own", held(me, 0), false},
		{"an older run's", held(older, 0), true},
		{"a newer run's", held(newer, 0), true},
		{"ended", ended(held(newer, 0)), false},
		{"dead", held(newer, claim.Lifetime), false},
	} {
		if got := (claim.Unit{Claim: test.claim}).HeldByOther(me, now); got != test.want {
			t.Errorf("%s: %t", test.rule, got)
		}
	}
}

func TestOpposes(t *testing.T) {
	t.Parallel()
	goals := func(big int32) map[string]scaling.Goal {
		return map[string]scaling.Goal{"big": {MaxSize: 5, DesiredSize: &big}}
	}
	wants := func(order claim.Order, silence time.Duration, big int32, unfinished ...string) *claim.Claim {
		c := held(order, silence, unfinished...)
		c.Goals = goals(big)
		return c
	}
	for _, test := range []struct {
		rule  string
		claim *claim.Claim
		want  bool
	}{
		{"never claimed", nil, false},
		{"older, and about to bring it elsewhere", wants(older, 0, 0, "big"), true},
		{"older, with the same goal", wants(older, 0, 4, "big"), false},
		{"older, and finished with it", wants(older, 0, 0, "small"), false},
		{"older, unfinished with what is not covered", wants(older, 0, 0, "small"), false},
		{"older, but dead", wants(older, claim.Lifetime, 0, "big"), false},
		{"newer", wants(newer, 0, 0, "big"), false},
		{"its own", wants(me, 0, 0, "big"), false},
	} {
		if got := (claim.Unit{Claim: test.claim}).Opposes(me, goals(4), now); got != test.want {
			t.Errorf("%s: %t", test.rule, got)
		}
	}
}

// An older run may have announced a call under the unit from which the node group has moved.
func TestAnnouncedCallsOppose(t *testing.T) {
	t.Parallel()
	four := int32(4)
	goals := map[string]scaling.Goal{"big": {MaxSize: 5, DesiredSize: &four}}
	call := func(nodegroup string, order claim.Order, desired int32, expires time.Duration) claim.Intent {
		return claim.Intent{Nodegroup: nodegroup, Order: order, Sizes: scaling.Sizes{MaxSize: 5, DesiredSize: desired}, Expires: now.Add(expires)}
	}
	for rule, row := range map[string]struct {
		intent claim.Intent
		want   bool
	}{
		"an older run's call":             {call("big", older, 0, time.Second), true},
		"the same run's, of another unit": {call("big", me, 0, time.Second), true},
		"to the same goal":                {call("big", older, 4, time.Second), false},
		"a newer run's, which decides":    {call("big", newer, 0, time.Second), false},
		"of what is not covered":          {call("small", older, 0, time.Second), false},
		"that may still arrive":           {call("big", older, 0, 1-5*time.Second), true},
		"that can no longer arrive":       {call("big", older, 0, -5*time.Second), false},
	} {
		u := claim.Unit{Intents: map[string]claim.Intent{"id": row.intent}}
		if got := u.Opposes(me, goals, now); got != row.want {
			t.Errorf("%s: %t", rule, got)
		}
	}
}

// A run claims what it covers under each of its units; it takes nothing from a newer run.
func TestUnclaimed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule, unit string
		order      claim.Order
		under      string
		want       bool
	}{
		{"never claimed", "production", "", "", true},
		{"an older run's", "production", older, "", true},
		{"its own", "production", me, "", false},
		{"a newer run's", "production", newer, "", false},
		{"its own, under the same schedule", "production:batch", me, "batch", false},
		{"its own, under another schedule", "production:batch", me, "day", true},
		{"its own, from before there were schedules", "production:batch", me, "", true},
		{"its own, from when there were schedules", "production", me, "batch", true},
		{"a newer run's, under another schedule", "production:batch", newer, "day", false},
	} {
		u := claim.Unit{Name: row.unit, Orders: map[string]claim.Order{"big": row.order}, Under: map[string]string{}}
		if row.under != "" {
			u.Under["big"] = row.under
		}
		if got := u.Unclaimed(me, []string{"big"}); (len(got) == 1) != row.want {
			t.Errorf("%s: %v; want it listed: %t", row.rule, got, row.want)
		}
	}
}

// An intent counts until 5 seconds after its expiry: EKS may take as long to show the call.
func TestIntents(t *testing.T) {
	t.Parallel()
	over := now.Add(-5 * time.Second)
	unit := claim.Unit{Intents: map[string]claim.Intent{
		"b-over": {Order: older, Expires: over},
		"a-over": {Order: older, Expires: over.Add(-time.Hour)},
	}}
	if until, other := unit.OpenUntil(now); !until.IsZero() || other != "" {
		t.Errorf("found an intent of %s open until %s; want none", other, until)
	}
	if diff := cmp.Diff([]string{"a-over", "b-over"}, unit.Expired(now)); diff != "" {
		t.Errorf("expired (-want +got):\n%s", diff)
	}
	unit.Intents["open"] = claim.Intent{Order: older, Expires: over.Add(1)}
	unit.Intents["longest"] = claim.Intent{Order: newer, Expires: now.Add(time.Minute)}
	if until, other := unit.OpenUntil(now); !until.Equal(now.Add(65*time.Second)) || other != newer {
		t.Errorf("found an intent of %s open until %s; want the last one's, with 5 seconds more", other, until)
	}
	if diff := cmp.Diff([]string{"a-over", "b-over"}, unit.Expired(now)); diff != "" {
		t.Errorf("expired, with two open (-want +got):\n%s", diff)
	}
}

func TestAnnounced(t *testing.T) {
	t.Parallel()
	call := claim.Intent{Nodegroup: "big", Order: me, Round: 2}
	unit := claim.Unit{Intents: map[string]claim.Intent{"an earlier invocation": call}}
	later, other, elsewhere := call, call, call
	later.Round, other.Order, elsewhere.Nodegroup = 3, newer, "small"
	if !unit.Announced(call) {
		t.Error("the same call of the same round was not announced")
	}
	for rule, i := range map[string]claim.Intent{"a later round": later, "another run": other, "another node group": elsewhere} {
		if unit.Announced(i) {
			t.Errorf("%s was announced", rule)
		}
	}
}
