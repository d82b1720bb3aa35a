package tables_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/scaling"
)

// The units of a cluster with two schedules.
const (
	day   = "production:day"
	batch = "production:batch"
)

// reads returns the record of a unit.
func reads(t *testing.T, logs *tables.Logs, unit string) claim.Unit {
	t.Helper()
	u, err := logs.Unit(t.Context(), unit)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// claims claims node groups of a unit for a run, as the unit is.
func claims(t *testing.T, logs *tables.Logs, unit string, order claim.Order, nodegroups ...string) {
	t.Helper()
	c := claim.Claim{Order: order, RenewedAt: unitNow, Unfinished: nodegroups, Goals: map[string]scaling.Goal{}}
	if _, err := logs.Claim(t.Context(), reads(t, logs, unit), c, nodegroups); err != nil {
		t.Fatal(err)
	}
}

func TestTwoUnitsOfAClusterClaimAtTheSameTime(t *testing.T) {
	t.Parallel()
	_, logs := inMemory()
	inDay, inBatch := reads(t, logs, day), reads(t, logs, batch)
	for _, row := range []struct {
		read      claim.Unit
		order     claim.Order
		nodegroup string
	}{{inDay, first, "big"}, {inBatch, second, "gpu"}} {
		c := claim.Claim{Order: row.order, RenewedAt: unitNow, Unfinished: []string{row.nodegroup}}
		if _, err := logs.Claim(t.Context(), row.read, c, []string{row.nodegroup}); err != nil {
			t.Errorf("%s: %v; want a claim that does not disturb the other", row.read.Name, err)
		}
	}
	want := map[string]claim.Order{"big": first, "gpu": second}
	for unit, holder := range map[string]claim.Order{day: first, batch: second} {
		u := reads(t, logs, unit)
		if diff := cmp.Diff(want, u.Orders); diff != "" || u.Claim == nil || u.Claim.Order != holder {
			t.Errorf("%s has the claim %+v; want %s; orders (-want +got):\n%s", unit, u.Claim, holder, diff)
		}
	}
	if u := reads(t, logs, "production"); u.Claim != nil {
		t.Errorf("production without named schedules has the claim %+v; want none", u.Claim)
	}
}

// The claim of one unit ends, is renewed and is lost without the others.
func TestAUnitsClaimIsItsOwn(t *testing.T) {
	t.Parallel()
	_, logs := inMemory()
	claims(t, logs, day, first, "big")
	claims(t, logs, batch, first, "gpu")
	later := unitNow.Add(time.Minute)
	if err := logs.Decided(t.Context(), reads(t, logs, batch), first, later, tables.Round{Ends: true}); err != nil {
		t.Fatal(err)
	}
	if err := logs.Renew(t.Context(), day, "big", first, later); err != nil {
		t.Errorf("day, after batch has ended: %v", err)
	}
	if err := logs.Renew(t.Context(), batch, "gpu", first, later); !errors.Is(err, tables.ErrClaimLost) {
		t.Errorf("batch, after it has ended: %v; want %v", err, tables.ErrClaimLost)
	}
}

// A node group keeps its record when it moves between schedules, and from or to the form without named ones.
func TestTheRecordOfANodegroupMovesWithIt(t *testing.T) {
	t.Parallel()
	for _, move := range []struct{ from, to string }{{day, batch}, {"production", batch}, {day, "production"}} {
		_, logs := inMemory()
		claims(t, logs, move.from, first, "big", "small")
		mark := scaling.Application{Profile: "peak", At: unitNow, TakenAt: unitNow}
		i := claim.Intent{Nodegroup: "big", Order: first, Round: 1, Expires: unitNow.Add(time.Minute)}
		_, err := logs.Announce(t.Context(), move.from, "big-1", i, unitNow, tables.Effect{Raises: true, Relied: "an activation"})
		if err != nil {
			t.Fatal(err)
		}
		marks := tables.Round{Marks: map[string]scaling.Application{"big": mark}, Relied: map[string]string{"big": "an activation"}}
		if err := logs.Decided(t.Context(), reads(t, logs, move.from).Of([]string{"big", "small"}), first, unitNow, marks); err != nil {
			t.Fatal(err)
		}
		got := reads(t, logs, move.to).Of([]string{"big"})
		want := claim.Unit{
			Name: move.to, Orders: map[string]claim.Order{"big": first}, Under: map[string]string{},
			Intents: map[string]claim.Intent{"big-1": i}, Relied: map[string]string{"big": "an activation"}, Raised: map[string]claim.Order{"big": first},
			Updates: map[string]claim.Update{}, Took: map[string]int{}, Marks: map[string]scaling.Application{"big": mark},
		}
		if _, schedule := scaling.SplitUnit(move.from); schedule != "" {
			want.Under["big"] = schedule
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("from %s to %s (-want +got):\n%s", move.from, move.to, diff)
		}
	}
}

// A run that has the claim of the unit that a node group has left writes nothing for it: not even if the run that claimed it there
// is the same, which works on all units of a cluster at once.
func TestOnlyTheUnitThatClaimedANodegroupLastWritesForIt(t *testing.T) {
	t.Parallel()
	i := claim.Intent{Nodegroup: "big", Order: first, Round: 1, Expires: unitNow.Add(time.Minute)}
	writes := map[string]func(*tables.Logs, claim.Unit) error{
		"Announce": func(l *tables.Logs, u claim.Unit) error {
			_, err := l.Announce(t.Context(), u.Name, "late", i, unitNow, tables.Effect{Raises: true})
			return err
		},
		"Renew": func(l *tables.Logs, u claim.Unit) error { return l.Renew(t.Context(), u.Name, "big", first, unitNow) },
		"Arrived": func(l *tables.Logs, u claim.Unit) error {
			return l.Arrived(t.Context(), u.Name, first, unitNow, tables.Arrival{Nodegroup: "big"})
		},
		"a mark": func(l *tables.Logs, u claim.Unit) error {
			r := tables.Round{Marks: map[string]scaling.Application{"big": {Profile: "late"}}}
			return l.Decided(t.Context(), u, first, unitNow, r)
		},
		"what is relied on": func(l *tables.Logs, u claim.Unit) error {
			return l.Decided(t.Context(), u, first, unitNow, tables.Round{Relied: map[string]string{"big": "late"}})
		},
	}
	for name, write := range writes {
		for _, from := range []string{day, "production"} {
			for _, by := range []claim.Order{first, second} {
				_, logs := inMemory()
				claims(t, logs, from, first, "big", "small")
				read := reads(t, logs, from)
				claims(t, logs, batch, by, "big")
				before := reads(t, logs, batch)
				if err := write(logs, read); !errors.Is(err, tables.ErrClaimLost) {
					t.Errorf("%s under %s, after run %s has claimed it under %s: %v; want %v", name, from, by.Run(), batch, err, tables.ErrClaimLost)
				}
				if diff := cmp.Diff(before, reads(t, logs, batch)); diff != "" {
					t.Errorf("%s under %s has changed the record (-want +got):\n%s", name, from, diff)
				}
				if err := logs.Renew(t.Context(), from, "small", first, unitNow); err != nil {
					t.Errorf("%s: the claim of %s is lost too: %v", name, from, err)
				}
			}
		}
	}
}

// Two units compete for a node group that has just moved: the later write fails.
func TestANodegroupIsNotClaimedTwiceFromOneReading(t *testing.T) {
	t.Parallel()
	_, logs := inMemory()
	claims(t, logs, day, first, "big")
	read := reads(t, logs, day)
	claims(t, logs, batch, second, "big")
	third := claim.NewOrder(unitNow.Add(time.Minute), "third")
	if _, err := logs.Claim(t.Context(), read, claim.Claim{Order: third, RenewedAt: unitNow}, []string{"big"}); !errors.Is(err, tables.ErrClaimLost) {
		t.Errorf("found %v; want %v", err, tables.ErrClaimLost)
	}
}

// A call that was not made gives no mark back if its node group was claimed under another unit.
func TestAWithdrawnIntentOfAMovedNodegroupGivesNothingBack(t *testing.T) {
	t.Parallel()
	_, logs := inMemory()
	claims(t, logs, day, first, "big")
	mark := tables.Round{Marks: map[string]scaling.Application{"big": {Profile: "peak", At: unitNow, TakenAt: unitNow}}}
	if err := logs.Decided(t.Context(), reads(t, logs, day), first, unitNow, mark); err != nil {
		t.Fatal(err)
	}
	i := claim.Intent{Nodegroup: "big", Order: first, Expires: unitNow}
	before, err := logs.Announce(t.Context(), day, "big-1", i, unitNow, tables.Effect{Unmarks: true})
	if err != nil {
		t.Fatal(err)
	}
	claims(t, logs, batch, first, "big")
	if err := logs.Withdraw(t.Context(), before, "big-1", i); err != nil {
		t.Fatal(err)
	}
	if u := reads(t, logs, batch); len(u.Intents) > 0 || len(u.Marks) > 0 {
		t.Errorf("intents %v, marks %v; want the intent gone, and no mark", u.Intents, u.Marks)
	}
}

func TestARoundLeavesTheNodegroupsOfOtherUnitsAlone(t *testing.T) {
	t.Parallel()
	_, logs := inMemory()
	claims(t, logs, day, first, "big")
	claims(t, logs, batch, second, "gpu")
	round := tables.Round{Relied: map[string]string{"gpu": "the night's"}, Marks: map[string]scaling.Application{"gpu": {Profile: "on"}}}
	if err := logs.Decided(t.Context(), reads(t, logs, batch).Of([]string{"gpu"}), second, unitNow, round); err != nil {
		t.Fatal(err)
	}
	if err := logs.Decided(t.Context(), reads(t, logs, day).Of([]string{"big"}), first, unitNow, tables.Round{Relied: map[string]string{}}); err != nil {
		t.Fatal(err)
	}
	u := reads(t, logs, day)
	if diff := cmp.Diff(round.Relied, u.Relied) + cmp.Diff(round.Marks, u.Marks); diff != "" {
		t.Errorf("what batch recorded (-want +got):\n%s", diff)
	}
}

// The version before named schedules wrote the claim of the cluster, and orders without a schedule.
func TestAnItemOfTheVersionBeforeIsContinued(t *testing.T) {
	t.Parallel()
	db, logs := inMemory()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	fields := func(m map[string]types.AttributeValue) types.AttributeValue {
		return &types.AttributeValueMemberM{Value: m}
	}
	item := map[string]types.AttributeValue{"subject": text("production"), "at": text("unit")}
	for _, name := range []string{"intents", "relied", "raised", "updates", "took", "marks"} {
		item[name] = fields(map[string]types.AttributeValue{})
	}
	item["orders"] = fields(map[string]types.AttributeValue{"big": text(string(first)), "small": text(string(first))})
	item["claim"] = fields(map[string]types.AttributeValue{"order": text(string(first)), "renewedAt": text(unitNow.Format(time.RFC3339))})
	if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("logs"), Item: item}); err != nil {
		t.Fatal(err)
	}
	if _, err := logs.Announce(t.Context(), "production", "small-1", claim.Intent{Nodegroup: "small", Order: first}, unitNow, tables.Effect{}); err != nil {
		t.Errorf("its run announces another call: %v", err)
	}
	claims(t, logs, batch, second, "big")
	if _, err := logs.Announce(t.Context(), "production", "big-1", claim.Intent{Nodegroup: "big", Order: first}, unitNow, tables.Effect{}); !errors.Is(err, tables.ErrClaimLost) {
		t.Errorf("its run announces a call for a node group that a schedule has claimed: %v; want %v", err, tables.ErrClaimLost)
	}
}

// One schedule's claim that cannot be read stops no other schedule.
func TestAnInvalidClaimStopsItsUnitAlone(t *testing.T) {
	t.Parallel()
	db, logs := inMemory()
	claims(t, logs, day, first, "big")
	update := "SET #c = :nonsense"
	_, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String("logs"), UpdateExpression: &update, ExpressionAttributeNames: map[string]string{"#c": "claim:batch"},
		Key: map[string]types.AttributeValue{
			"subject": &types.AttributeValueMemberS{Value: "production"}, "at": &types.AttributeValueMemberS{Value: "unit"},
		},
		ExpressionAttributeValues: map[string]types.AttributeValue{":nonsense": &types.AttributeValueMemberS{Value: "nonsense"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = logs.Unit(t.Context(), batch)
	if broken, ok := errors.AsType[*tables.UnitError](err); !ok || broken.Unit != batch {
		t.Errorf("batch: %v; want a UnitError of it", err)
	}
	if u := reads(t, logs, day); u.Claim == nil || u.Claim.Order != first {
		t.Errorf("day: found the claim %+v; want it read", u.Claim)
	}
}
