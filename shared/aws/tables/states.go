package tables

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/signal"
)

// maxAtOnce is the limit of DynamoDB for items in one call.
const maxAtOnce = 100

// attempts limits the calls for items that DynamoDB leaves out.
const attempts = 5

// firstPause is the wait before the first retry of items that DynamoDB leaves out; it doubles each time.
const firstPause = 50 * time.Millisecond

// Applied holds the last application to each node group of a cluster and the seconds that its last update took, or a [*UnitError] if
// its item is invalid.
type Applied struct {
	Marks map[string]scaling.Application
	Took  map[string]int
	// Conditions holds what each unit of the cluster remembers of its conditional periods, by unit and period.
	Conditions map[string]map[string]signal.Memory
	Err        error
}

// AppliedTo reads what was last applied to the node groups of several clusters, strongly consistent. It leaves out clusters without
// an item. An invalid item affects only its own cluster.
func (t *Logs) AppliedTo(ctx context.Context, clusters []string) (map[string]Applied, error) {
	var keys []item
	for _, name := range slices.Compact(slices.Sorted(slices.Values(clusters))) {
		keys = append(keys, key("subject", name, "at", unitKey))
	}
	found, err := t.items(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("reading the states of %d clusters from table %s: %w", len(keys), t.name, err)
	}
	applied := map[string]Applied{}
	for _, one := range found {
		name := text(one, "subject")
		applied[name] = t.applied(name, one)
	}
	return applied, nil
}

// applied reads the item of a cluster's units.
func (t *Logs) applied(cluster string, found item) Applied {
	whole, err := t.unit(cluster, found)
	if err != nil {
		return Applied{Err: err}
	}
	a := Applied{Marks: whole.Marks, Took: whole.Took}
	for attribute := range found {
		field, schedule, _ := strings.Cut(attribute, scheduleSeparator)
		if field != "conditions" {
			continue
		}
		unit, err := t.unit(scaling.UnitName(cluster, schedule), found)
		if err != nil {
			continue // only the runs of this schedule fail
		}
		if a.Conditions == nil {
			a.Conditions = map[string]map[string]signal.Memory{}
		}
		a.Conditions[unit.Name] = unit.Conditions
	}
	return a
}

// batchesAtOnce limits the concurrent calls for items.
const batchesAtOnce = 8

// items reads the items that exist, in the order of the keys' batches.
func (t *Logs) items(ctx context.Context, keys []item) ([]item, error) {
	batches := slices.Collect(slices.Chunk(keys, maxAtOnce))
	found := make([][]item, len(batches))
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(batchesAtOnce)
	for i, batch := range batches {
		all.Go(func() (err error) {
			found[i], err = t.batch(ctx, batch)
			return err
		})
	}
	err := all.Wait()
	return slices.Concat(found...), err
}

// batch reads the items that exist. It retries items that DynamoDB leaves out, which can happen at any time.
func (t *Logs) batch(ctx context.Context, keys []item) (found []item, err error) {
	consistent, pause := true, firstPause
	for attempt := range attempts {
		if attempt > 0 {
			if err := wait(ctx, pause); err != nil {
				return nil, err
			}
			pause *= 2
		}
		out, err := t.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{t.name: {Keys: keys, ConsistentRead: &consistent}},
		})
		if err != nil {
			return nil, err
		}
		found = append(found, out.Responses[t.name]...)
		if keys = out.UnprocessedKeys[t.name].Keys; len(keys) == 0 {
			return found, nil
		}
	}
	return nil, fmt.Errorf("DynamoDB left out %d of them %d times in a row; try again", len(keys), attempts)
}

// wait returns after the pause, or with an error when ctx ends.
func wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
