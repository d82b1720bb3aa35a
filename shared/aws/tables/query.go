package tables

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/run"
)

// instantForm starts the sort key of a record, so that records are sorted by time.
const instantForm = "2006-01-02T15:04:05.000Z"

// since returns a query for the records of a partition from an instant on, newest first.
func (t *Logs) since(partitionName, partition string, at time.Time) *dynamodb.QueryInput {
	condition, forward := "#partition = :partition AND #at >= :since", false
	return &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: &condition, ScanIndexForward: &forward,
		// DynamoDB keeps these words for itself.
		ExpressionAttributeNames: map[string]string{"#partition": partitionName, "#at": "at"},
		ExpressionAttributeValues: item{
			":partition": &types.AttributeValueMemberS{Value: partition},
			":since":     &types.AttributeValueMemberS{Value: at.UTC().Format(instantForm)},
		},
	}
}

// found returns the records of a query, page by page; never nil. An invalid attribute hides neither the rest of its record nor other
// records. The error lists the invalid ones.
func found[T any](ctx context.Context, t *Logs, what string, query *dynamodb.QueryInput) ([]T, error) {
	pages := dynamodb.NewQueryPaginator(t.db, query)
	all := []T{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading %s from table %s: %w", what, t.name, err)
		}
		for _, values := range page.Items {
			var one T
			_ = readable(values, &one)
			all = append(all, one)
		}
	}
	return all, nil
}

// Changes returns the changes of a node group since an instant, newest first. An unknown node group has none: the trail does not
// know which node groups exist.
func (t *Logs) Changes(ctx context.Context, cluster, nodegroup string, since time.Time) ([]run.Change, error) {
	subject := cluster + "/" + nodegroup
	return found[run.Change](ctx, t, "the records of "+subject, t.since("subject", subject, since))
}

// Runs returns the recorded runs that started at or after an instant, newest first. A run is recorded at its end, but not if it was
// aborted or timed out.
func (t *Logs) Runs(ctx context.Context, since time.Time) ([]run.Record, error) {
	return found[run.Record](ctx, t, "the records of the runs", t.since("subject", SubjectRun, since))
}

// UnitRecords returns the recorded units of a run, given the name of its execution, by the names of the units. It is strongly
// consistent: a unit that was just recorded is among them.
func (t *Logs) UnitRecords(ctx context.Context, name string) ([]run.UnitRecord, error) {
	return t.unitRecords(ctx, name, "")
}

// FailedUnits returns the failed units among [Logs.UnitRecords].
func (t *Logs) FailedUnits(ctx context.Context, name string) ([]run.UnitRecord, error) {
	return t.unitRecords(ctx, name, run.Failed)
}

// UnitRecord returns the record of one unit of a run, and whether it exists. It reads by the record's key.
func (t *Logs) UnitRecord(ctx context.Context, of run.Run, unit string) (run.UnitRecord, bool, error) {
	condition, consistent := "#subject = :subject AND #at = :at", true
	found, err := found[run.UnitRecord](ctx, t, "the record of unit "+unit+" of run "+of.Execution.Name, &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: &condition, ConsistentRead: &consistent,
		ExpressionAttributeNames: map[string]string{"#subject": "subject", "#at": "at"},
		ExpressionAttributeValues: item{
			":subject": &types.AttributeValueMemberS{Value: SubjectUnits(of.Execution.Name)},
			":at":      &types.AttributeValueMemberS{Value: sortKey(of.TakenAt, unit)},
		},
	})
	if err != nil || len(found) == 0 {
		return run.UnitRecord{}, false, err
	}
	return found[0], true, nil
}

// UnitRecordsOf returns what is recorded of some units in several runs, by the names of the runs' executions. It reads the records by
// their keys, 100 in a call, and leaves out those that do not exist.
func (t *Logs) UnitRecordsOf(ctx context.Context, runs []run.Run, units []string) (map[string][]run.UnitRecord, error) {
	var keys []item
	for _, r := range runs {
		for _, unit := range units {
			keys = append(keys, key("subject", SubjectUnits(r.Execution.Name), "at", sortKey(r.TakenAt, unit)))
		}
	}
	found, err := t.items(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("reading the records of %d units in %d runs from table %s: %w", len(units), len(runs), t.name, err)
	}
	records := map[string][]run.UnitRecord{}
	for _, values := range found {
		var one run.UnitRecord
		_ = readable(values, &one)
		name := strings.TrimPrefix(text(values, "subject"), SubjectUnits(""))
		records[name] = append(records[name], one)
	}
	for _, of := range records {
		slices.SortFunc(of, func(a, b run.UnitRecord) int { return strings.Compare(a.Cluster, b.Cluster) })
	}
	return records, nil
}

// unitRecords returns the recorded units with an outcome; with any if it is empty.
func (t *Logs) unitRecords(ctx context.Context, name string, outcome run.Outcome) ([]run.UnitRecord, error) {
	condition, consistent := "#subject = :subject", true
	query := &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: &condition, ConsistentRead: &consistent,
		ExpressionAttributeNames:  map[string]string{"#subject": "subject"},
		ExpressionAttributeValues: item{":subject": &types.AttributeValueMemberS{Value: SubjectUnits(name)}},
	}
	if outcome != "" {
		filter := "#outcome = :outcome"
		query.FilterExpression, query.ExpressionAttributeNames["#outcome"] = &filter, "outcome"
		query.ExpressionAttributeValues[":outcome"] = &types.AttributeValueMemberS{Value: string(outcome)}
	}
	records, err := found[run.UnitRecord](ctx, t, "the records of the units of run "+name, query)
	slices.SortFunc(records, func(a, b run.UnitRecord) int { return strings.Compare(a.Cluster, b.Cluster) })
	return records, err
}
