package tables_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/scaling"
)

// counted counts the calls of a DynamoDB.
type counted struct {
	tables.API
	guard   sync.Mutex
	batches []int // how many keys each has asked for
}

func (c *counted) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, options ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	c.guard.Lock()
	defer c.guard.Unlock()
	c.batches = append(c.batches, len(in.RequestItems["logs"].Keys))
	return c.API.BatchGetItem(ctx, in, options...)
}

func TestAppliedToManyClusters(t *testing.T) {
	t.Parallel()
	memory, _ := inMemory()
	db := &counted{API: memory}
	logs := tables.NewLogs(db, "logs")
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	want, names := map[string]tables.Applied{}, []string{"never-applied", "c000"}
	for i := range 103 {
		name := fmt.Sprintf("c%03d", i)
		names = append(names, name)
		size := int32(i)
		marks := map[string]scaling.Application{"big": {Profile: "peak", Goal: scaling.Goal{MaxSize: 200, DesiredSize: &size}, At: at, TakenAt: at}}
		want[name] = tables.Applied{Marks: marks, Took: map[string]int{"big": i + 1}}
		order := claim.NewOrder(at, "run")
		unit, err := logs.Claim(t.Context(), claim.Unit{Name: name}, claim.Claim{Order: order, RenewedAt: at}, []string{"big"})
		if err == nil {
			err = logs.Arrived(t.Context(), name, order, at, tables.Arrival{Nodegroup: "big", Took: time.Duration(i+1) * time.Second})
		}
		if err == nil {
			err = logs.Decided(t.Context(), unit, order, at, tables.Round{Marks: marks, Ends: true})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := logs.AppliedTo(t.Context(), names)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	slices.Sort(db.batches)
	if diff := cmp.Diff([]int{4, 100}, db.batches); diff != "" {
		t.Errorf("keys in each call (-want +got):\n%s", diff)
	}
}

func TestAppliedToNoClusterAsksNobody(t *testing.T) {
	t.Parallel()
	if got, err := tables.NewLogs(nil, "logs").AppliedTo(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("found %v, %v; want nothing", got, err)
	}
}

// hesitant omits all but the first key of a call, the given number of times.
type hesitant struct {
	tables.API
	times int
}

func (h *hesitant) BatchGetItem(_ context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	asked, given := in.RequestItems["logs"], 1
	if h.times--; h.times < 0 {
		given = len(asked.Keys)
	}
	out := &dynamodb.BatchGetItemOutput{Responses: map[string][]map[string]types.AttributeValue{"logs": asked.Keys[:given]}}
	if given < len(asked.Keys) {
		asked.Keys = asked.Keys[given:]
		out.UnprocessedKeys = map[string]types.KeysAndAttributes{"logs": asked}
	}
	return out, nil
}

func TestWhatIsLeftOutIsAskedForAgain(t *testing.T) {
	t.Parallel()
	clusters := []string{"a", "b", "c", "d", "e", "f", "g"}
	for _, w := range []struct {
		rule    string
		times   int
		waits   time.Duration
		succeed bool
	}{
		{"never left out", 0, 0, true},
		{"once", 1, 50 * time.Millisecond, true},
		{"four times", 4, 750 * time.Millisecond, true},
		{"again and again", 5, 750 * time.Millisecond, false},
	} {
		t.Run(w.rule, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				got, err := tables.NewLogs(&hesitant{times: w.times}, "logs").AppliedTo(t.Context(), clusters)
				if (err == nil) != w.succeed || w.succeed && len(got) != len(clusters) {
					t.Errorf("found %d of them, and the error %v", len(got), err)
				}
				if waited := time.Since(start); waited != w.waits {
					t.Errorf("it took %s; want %s", waited, w.waits)
				}
			})
		})
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tables.NewLogs(&hesitant{times: 1}, "logs").AppliedTo(ctx, []string{"a", "b"}); err == nil {
		t.Error("it went well; want the context's error")
	}
}
