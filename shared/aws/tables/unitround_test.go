package tables_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/scaling"
)

// Two node groups of a wave are announced at the same time: neither write disturbs the other. Names may hold any character.
func TestIntentsOfAWave(t *testing.T) {
	t.Parallel()
	logs := claimed(t, first)
	later := unitNow.Add(time.Minute)
	small := claim.Intent{Nodegroup: "small.#1", Order: first, Round: 1, Sizes: scaling.Sizes{MaxSize: 5, DesiredSize: 1}, Expires: later}
	big := claim.Intent{Nodegroup: "big", Order: first, Round: 1, Expires: later}
	before, err := logs.Announce(t.Context(), "production", "small-1", small, later, tables.Effect{Raises: true, Relied: "an activation"})
	if err != nil || len(before.Intents) > 0 || len(before.Raised) > 0 {
		t.Errorf("found %+v and %v; want the previous record", before, err)
	}
	before, err = logs.Announce(t.Context(), "production", "big-1", big, later, tables.Effect{})
	if diff := cmp.Diff(map[string]claim.Intent{"small-1": small}, before.Intents); diff != "" || err != nil {
		t.Errorf("%v; intents before the second one (-want +got):\n%s", err, diff)
	}
	want := claim.Unit{
		Name:   "production",
		Claim:  &claim.Claim{Order: first, RenewedAt: later, Unfinished: []string{"big"}, Goals: map[string]scaling.Goal{}},
		Orders: map[string]claim.Order{"big": first, "small": first, "small.#1": first}, Under: map[string]string{}, Intents: map[string]claim.Intent{"small-1": small, "big-1": big},
		Relied: map[string]string{"small.#1": "an activation"}, Raised: map[string]claim.Order{"small.#1": first},
		Updates: map[string]claim.Update{}, Took: map[string]int{}, Marks: map[string]scaling.Application{},
	}
	wantUnit(t, logs, want)

	// A newer run takes the unit. The call's end is recorded anyway, and the call's purpose stays recorded.
	if _, err := logs.Claim(t.Context(), unitOf(t, logs), claim.Claim{Order: second, RenewedAt: later}, []string{"big"}); err != nil {
		t.Fatal(err)
	}
	if err := logs.Clear(t.Context(), "production", "small-1", small, "update-1"); err != nil {
		t.Error(err)
	}
	if err := logs.Clear(t.Context(), "production", "big-1", big, ""); err != nil {
		t.Error(err)
	}
	want.Claim = &claim.Claim{Order: second, RenewedAt: later}
	want.Orders, want.Intents = map[string]claim.Order{"big": second, "small": first, "small.#1": first}, map[string]claim.Intent{}
	want.Updates = map[string]claim.Update{"small.#1": {ID: "update-1", Order: first, Round: 1}}
	wantUnit(t, logs, want)
}

func TestARoundOnRecord(t *testing.T) {
	t.Parallel()
	logs := claimed(t, first)
	for _, name := range []string{"small", "big"} {
		i := claim.Intent{Nodegroup: name, Order: first, Expires: unitNow}
		if _, err := logs.Announce(t.Context(), "production", name+"-1", i, unitNow, tables.Effect{Raises: true, Relied: "old"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := logs.Clear(t.Context(), "production", "small-1", claim.Intent{Nodegroup: "small", Order: first}, "update-1"); err != nil {
		t.Fatal(err)
	}
	if err := logs.Arrived(t.Context(), "production", first, unitNow, tables.Arrival{Nodegroup: "small", UpdateID: "update-1", Took: 95 * time.Second}); err != nil {
		t.Fatal(err)
	}
	got := unitOf(t, logs)
	if len(got.Updates) > 0 || got.Took["small"] != 95 || got.Raised["small"] != first {
		t.Errorf("arrived, but not ACTIVE: found updates %v, took %v, raised %v", got.Updates, got.Took, got.Raised)
	}
	one := int32(1)
	goals := map[string]scaling.Goal{"big": {MaxSize: 5, DesiredSize: &one}}
	mark := scaling.Application{Profile: "peak", Goal: goals["big"], At: unitNow, TakenAt: unitNow}
	later := unitNow.Add(time.Minute)
	err := logs.Decided(t.Context(), unitOf(t, logs), first, later, tables.Round{
		Unfinished: []string{}, Goals: goals, Relied: map[string]string{"small": "new"}, Marks: map[string]scaling.Application{"small": mark},
		Settled: []string{"small"}, Concluded: []string{"big"}, Expired: []string{"big-1"}, Ends: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	wantUnit(t, logs, claim.Unit{
		Name:   "production",
		Claim:  &claim.Claim{Order: first, RenewedAt: later, EndedAt: later, Unfinished: []string{}, Goals: goals},
		Orders: map[string]claim.Order{"big": first, "small": first, "small.#1": first}, Under: map[string]string{}, Intents: map[string]claim.Intent{}, Relied: map[string]string{"small": "new"},
		Raised: map[string]claim.Order{"big": first}, Updates: map[string]claim.Update{}, Took: map[string]int{"small": 95},
		Marks: map[string]scaling.Application{"small": mark},
	})
}

// A call that was not made leaves the mark as it was.
func TestAWithdrawnIntentGivesBackTheMark(t *testing.T) {
	t.Parallel()
	mark := scaling.Application{Profile: "peak", At: unitNow, TakenAt: unitNow}
	i := claim.Intent{Nodegroup: "big", Order: first, Expires: unitNow}
	for rule, row := range map[string]struct {
		meanwhile func(*tables.Logs) error
		want      map[string]scaling.Application
	}{
		"under the claim": {func(*tables.Logs) error { return nil }, map[string]scaling.Application{"big": mark}},
		"after another run has taken the unit": {func(l *tables.Logs) error {
			_, err := l.Claim(t.Context(), unitOf(t, l), claim.Claim{Order: second, RenewedAt: unitNow}, []string{"big"})
			return err
		}, map[string]scaling.Application{}},
	} {
		logs := claimed(t, first)
		if err := logs.Decided(t.Context(), unitOf(t, logs), first, unitNow, tables.Round{Marks: map[string]scaling.Application{"big": mark}}); err != nil {
			t.Fatal(err)
		}
		before, err := logs.Announce(t.Context(), "production", "big-1", i, unitNow, tables.Effect{Unmarks: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := unitOf(t, logs); len(got.Marks) > 0 {
			t.Errorf("%s: announced, and found the marks %v; want none", rule, got.Marks)
		}
		if err := errors.Join(row.meanwhile(logs), logs.Withdraw(t.Context(), before, "big-1", i)); err != nil {
			t.Errorf("%s: %v", rule, err)
		}
		got := unitOf(t, logs)
		if diff := cmp.Diff(row.want, got.Marks); diff != "" || len(got.Intents) > 0 {
			t.Errorf("%s: intents %v, marks (-want +got):\n%s", rule, got.Intents, diff)
		}
	}
}

// A write can come late, when an earlier invocation has given up on it: what it says is no longer true then.
func TestARoundFromBeforeTheLastRenewalIsNotWritten(t *testing.T) {
	t.Parallel()
	logs := claimed(t, first)
	read, sent, later := unitOf(t, logs), unitNow.Add(time.Second), unitNow.Add(time.Minute)
	round := tables.Round{Marks: map[string]scaling.Application{"big": {Profile: "peak"}}}
	if err := logs.Decided(t.Context(), read, first, sent, round); err != nil {
		t.Fatal(err)
	}
	if err := logs.Decided(t.Context(), read, first, sent, round); err != nil {
		t.Errorf("the same write, sent again: %v", err)
	}
	e := tables.Effect{Unmarks: true}
	if _, err := logs.Announce(t.Context(), "production", "big-1", claim.Intent{Nodegroup: "big", Order: first}, later, e); err != nil {
		t.Fatal(err)
	}
	if err := logs.Decided(t.Context(), read, first, sent, round); !errors.Is(err, tables.ErrClaimLost) {
		t.Errorf("a write that comes late: %v; want %v", err, tables.ErrClaimLost)
	}
	if got := unitOf(t, logs); len(got.Marks) > 0 || !got.Claim.RenewedAt.Equal(later) {
		t.Errorf("found marks %v, renewed at %s; want what the announcement has left", got.Marks, got.Claim.RenewedAt)
	}
}
