package tables

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/run"
)

// FirstChange returns the first change of a node group on record that has the sizes before it; false if there is none.
func (t *Logs) FirstChange(ctx context.Context, cluster, nodegroup string) (run.Change, bool, error) {
	query, forward := t.since("subject", cluster+"/"+nodegroup, time.Time{}), true
	query.ScanIndexForward = &forward
	return t.firstOf(ctx, cluster+"/"+nodegroup, query, func(c run.Change) bool { return c.Before != nil })
}

// maxBack limits the changes that are read backwards.
const maxBack = 50

// ChangesBack returns the changes of a node group before an instant, latest first, up to the first one that is enough.
func (t *Logs) ChangesBack(ctx context.Context, cluster, nodegroup string, before time.Time, enough func(run.Change) bool) (changes []run.Change, err error) {
	query, condition := t.since("subject", cluster+"/"+nodegroup, before), "#partition = :partition AND #at < :since"
	query.KeyConditionExpression = &condition
	_, _, err = t.firstOf(ctx, cluster+"/"+nodegroup, query, func(c run.Change) bool {
		changes = append(changes, c)
		return enough(c) || len(changes) == maxBack
	})
	return changes, err
}

// atATime is how many records are read for one.
const atATime int32 = 5

// firstOf returns the first change of a query that fits, and reads few more.
func (t *Logs) firstOf(ctx context.Context, subject string, query *dynamodb.QueryInput, fits func(run.Change) bool) (run.Change, bool, error) {
	query.Limit = new(atATime)
	pages := dynamodb.NewQueryPaginator(t.db, query)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return run.Change{}, false, fmt.Errorf("reading the records of %s from table %s: %w", subject, t.name, err)
		}
		if c, found := firstFit(page.Items, fits); found {
			return c, true, nil
		}
	}
	return run.Change{}, false, nil
}

func firstFit(items []map[string]types.AttributeValue, fits func(run.Change) bool) (run.Change, bool) {
	for _, values := range items {
		if c, is := changeOf(values); is && fits(c) {
			return c, true
		}
	}
	return run.Change{}, false
}

// Has reports whether a record exists.
func (t *Logs) Has(ctx context.Context, r Record) (bool, error) {
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, ConsistentRead: new(true), Key: key("subject", r.Subject, "at", sortKey(r.Time, r.Execution)),
	})
	if err != nil {
		return false, fmt.Errorf("reading a record of %s from table %s: %w", r.Subject, t.name, err)
	}
	return len(out.Item) > 0, nil
}
