package tables_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/simulation/memdb"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/scaling"
)

var unitNow = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

var (
	first  = claim.NewOrder(unitNow, "first")
	second = claim.NewOrder(unitNow.Add(time.Second), "second")
)

// inMemory is an empty table logs.
func inMemory() (*memdb.DB, *tables.Logs) {
	db := memdb.New(memdb.Table{Name: "logs", PartitionKey: "subject", SortKey: "at"})
	return db, tables.NewLogs(db, "logs")
}

// claimed is a table in which a run has the claim of production.
func claimed(t *testing.T, order claim.Order) *tables.Logs {
	t.Helper()
	_, logs := inMemory()
	c := claim.Claim{Order: order, RenewedAt: unitNow, Unfinished: []string{"big"}, Goals: map[string]scaling.Goal{}}
	if _, err := logs.Claim(t.Context(), claim.Unit{Name: "production"}, c, []string{"big", "small", "small.#1"}); err != nil {
		t.Fatal(err)
	}
	return logs
}

func unitOf(t *testing.T, logs *tables.Logs) claim.Unit {
	t.Helper()
	u, err := logs.Unit(t.Context(), "production")
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// wantUnit compares production's record.
func wantUnit(t *testing.T, logs *tables.Logs, want claim.Unit) {
	t.Helper()
	if diff := cmp.Diff(want, unitOf(t, logs)); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

func TestAUnitThatNobodyClaimedIsEmpty(t *testing.T) {
	t.Parallel()
	_, logs := inMemory()
	wantUnit(t, logs, claim.Unit{Name: "production"})
}

func TestAClaimIsTakenOnlyIfTheUnitIsUnchanged(t *testing.T) {
	t.Parallel()
	logs := claimed(t, first)
	read := unitOf(t, logs)
	take := func(u claim.Unit) error {
		_, err := logs.Claim(t.Context(), u, claim.Claim{Order: second, RenewedAt: unitNow.Add(time.Second)}, []string{"big"})
		return err
	}
	if err := take(claim.Unit{Name: "production"}); !errors.Is(err, tables.ErrClaimLost) {
		t.Errorf("of a unit that had no claim: %v; want %v", err, tables.ErrClaimLost)
	}
	if err := logs.Renew(t.Context(), "production", "big", first, unitNow.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := take(read); !errors.Is(err, tables.ErrClaimLost) {
		t.Errorf("of a claim that was renewed meanwhile: %v; want %v", err, tables.ErrClaimLost)
	}
	read = unitOf(t, logs)
	if err := logs.Decided(t.Context(), unitOf(t, logs), first, unitNow.Add(time.Minute), tables.Round{Ends: true}); err != nil {
		t.Fatal(err)
	}
	if err := take(read); !errors.Is(err, tables.ErrClaimLost) {
		t.Errorf("of a claim that was ended meanwhile: %v; want %v", err, tables.ErrClaimLost)
	}
	if err := take(unitOf(t, logs)); err != nil {
		t.Errorf("of the unit as it is: %v", err)
	}
	if got := unitOf(t, logs); got.Claim.Order != second || got.Orders["big"] != second || !got.Claim.EndedAt.IsZero() {
		t.Errorf("found %+v; want the second run's claim", got)
	}
}

func TestARunWithoutTheClaimWritesNothingUnderIt(t *testing.T) {
	t.Parallel()
	writes := map[string]func(*tables.Logs, claim.Order) error{
		"Renew": func(l *tables.Logs, o claim.Order) error {
			return l.Renew(t.Context(), "production", "big", o, unitNow)
		},
		"Decided": func(l *tables.Logs, o claim.Order) error {
			return l.Decided(t.Context(), unitOf(t, l), o, unitNow, tables.Round{})
		},
		"Announce": func(l *tables.Logs, o claim.Order) error {
			_, err := l.Announce(t.Context(), "production", "id", claim.Intent{Nodegroup: "big", Order: o}, unitNow, tables.Effect{Raises: true, Relied: "an activation"})
			return err
		},
		"Arrived": func(l *tables.Logs, o claim.Order) error {
			return l.Arrived(t.Context(), "production", o, unitNow, tables.Arrival{Nodegroup: "big"})
		},
	}
	for name, write := range writes {
		newer := claimed(t, second)
		before := unitOf(t, newer)
		if err := write(newer, first); !errors.Is(err, tables.ErrClaimLost) {
			t.Errorf("%s under a newer claim: %v; want %v", name, err, tables.ErrClaimLost)
		}
		wantUnit(t, newer, before)
		ended := claimed(t, first)
		if err := ended.Decided(t.Context(), unitOf(t, ended), first, unitNow, tables.Round{Ends: true}); err != nil {
			t.Fatal(err)
		}
		if err := write(ended, first); !errors.Is(err, tables.ErrClaimLost) {
			t.Errorf("%s after the claim has ended: %v; want %v", name, err, tables.ErrClaimLost)
		}
		_, none := inMemory()
		if err := write(none, first); !errors.Is(err, tables.ErrClaimLost) {
			t.Errorf("%s without any claim: %v; want %v", name, err, tables.ErrClaimLost)
		}
		if err := write(claimed(t, first), first); err != nil {
			t.Errorf("%s under its own claim: %v", name, err)
		}
	}
}

func TestANodegroupThatWasSeenActiveIsNoLongerRaised(t *testing.T) {
	t.Parallel()
	logs := claimed(t, first)
	if _, err := logs.Announce(t.Context(), "production", "id", claim.Intent{Nodegroup: "big", Order: first}, unitNow, tables.Effect{Raises: true}); err != nil {
		t.Fatal(err)
	}
	raised := func(rule, update string, want bool) {
		t.Helper()
		err := logs.Arrived(t.Context(), "production", first, unitNow, tables.Arrival{Nodegroup: "big", UpdateID: update, Active: true})
		if _, still := unitOf(t, logs).Raised["big"]; err != nil && !errors.Is(err, tables.ErrClaimLost) || still != want {
			t.Errorf("%s: raised: %t, %v; want %t", rule, still, err, want)
		}
	}
	raised("its update is not on record", "update-1", true)
	if err := logs.Clear(t.Context(), "production", "id", claim.Intent{Nodegroup: "big", Order: first}, "update-2"); err != nil {
		t.Fatal(err)
	}
	raised("the last step has arrived, late", "update-1", true)
	raised("its update has arrived", "update-2", false)
}

func putUnit(t *testing.T, db *memdb.DB, unit map[string]types.AttributeValue) {
	t.Helper()
	if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("logs"), Item: unit}); err != nil {
		t.Fatal(err)
	}
}

// TestAnUnreadableUnitIsItsOwnProblem and hides nothing of another cluster.
func TestAnUnreadableUnitIsItsOwnProblem(t *testing.T) {
	t.Parallel()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	object := func(name string, value types.AttributeValue) types.AttributeValue {
		return &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{name: value}}
	}
	for rule, row := range map[string]struct {
		attribute string
		value     types.AttributeValue
		readable  bool
	}{
		"a claim that is a text":     {"claim", text("oops"), false},
		"a claim without an order":   {"claim", object("renewedAt", text("2026-11-24T09:30:00Z")), false},
		"a claim without a renewal":  {"claim", object("order", text(string(first))), false},
		"marks that are a text":      {"marks", text("oops"), false},
		"an attribute without a use": {"Marks", text("oops"), true},
	} {
		db, logs := inMemory()
		putUnit(t, db, map[string]types.AttributeValue{"subject": text("production"), "at": text("unit"), row.attribute: row.value})
		putUnit(t, db, map[string]types.AttributeValue{
			"subject": text("staging"), "at": text("unit"), "marks": object("web", object("profile", text("on"))),
		})
		got, err := logs.AppliedTo(t.Context(), []string{"production", "staging"})
		if err != nil || got["staging"].Err != nil || got["staging"].Marks["web"].Profile != "on" {
			t.Errorf("%s: %v, and for the other cluster %+v; want its marks", rule, err, got["staging"])
		}
		_, alone := logs.Unit(t.Context(), "production")
		for _, err := range []error{alone, got["production"].Err} {
			if invalid, _ := errors.AsType[*tables.UnitError](err); (invalid == nil) != row.readable || invalid != nil && invalid.Unit+invalid.Table != "productionlogs" {
				t.Errorf("%s: %v; want the item named as invalid, unless nobody reads the attribute", rule, err)
			}
		}
	}
}

// largeRound returns the names of many node groups, and a round that writes every field of each.
func largeRound(groups int) ([]string, tables.Round) {
	r := tables.Round{Relied: map[string]string{}, Marks: map[string]scaling.Application{}, Ends: true}
	for i := range groups {
		name := fmt.Sprintf("%s%03d", strings.Repeat("n", 60), i)
		r.Relied[name], r.Marks[name] = "activation", scaling.Application{Profile: "peak", At: unitNow, TakenAt: unitNow}
		r.Settled, r.Concluded, r.Expired = append(r.Settled, name), append(r.Concluded, name), append(r.Expired, fmt.Sprint("id-", i))
	}
	return r.Settled, r
}

// announceAll announces a call for each node group, and records an update of each.
func announceAll(t *testing.T, logs *tables.Logs, unit string, names, ids []string) {
	t.Helper()
	for i, name := range names {
		intent := claim.Intent{Nodegroup: name, Order: first, Expires: unitNow}
		if _, err := logs.Announce(t.Context(), unit, ids[i], intent, unitNow, tables.Effect{Raises: true, Relied: "before"}); err != nil {
			t.Fatal(err)
		}
		if err := logs.Clear(t.Context(), unit, fmt.Sprint("not-", i), intent, "update"); err != nil {
			t.Fatal(err)
		}
	}
}

// DynamoDB limits the length of an expression and the operators in it. The most node groups that a unit may have fit.
func TestARecordOfManyNodegroups(t *testing.T) {
	t.Parallel()
	const groups = 160 // more than a unit can have
	_, logs := inMemory()
	names, want := largeRound(groups)
	u, err := logs.Claim(t.Context(), claim.Unit{Name: "production:day"}, claim.Claim{Order: first, RenewedAt: unitNow, Unfinished: names}, names)
	if err != nil {
		t.Fatal(err)
	}
	if len(u.Orders) != groups || u.Claim.Order != first {
		t.Fatalf("%d node groups are claimed; want %d", len(u.Orders), groups)
	}
	announceAll(t, logs, u.Name, names, want.Expired)
	if u, err = logs.Unit(t.Context(), u.Name); err != nil {
		t.Fatal(err)
	}
	later := unitNow.Add(time.Second)
	for range 2 { // the same write, sent again until it ends the claim
		if err = logs.Decided(t.Context(), u, first, later, want); err != nil {
			break
		}
	}
	got, readError := logs.Unit(t.Context(), u.Name)
	if readError != nil || !errors.Is(err, tables.ErrClaimLost) {
		t.Fatal(readError, err)
	}
	if diff := cmp.Diff(want.Relied, got.Relied) + cmp.Diff(want.Marks, got.Marks); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	left := fmt.Sprintf("%d raises, %d updates, %d intents; the claim ended at %s", len(got.Raised), len(got.Updates), len(got.Intents), got.Claim.EndedAt)
	if want := fmt.Sprintf("0 raises, 0 updates, 0 intents; the claim ended at %s", later); left != want {
		t.Errorf("left are %s; want %s", left, want)
	}
}
