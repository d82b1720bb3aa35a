package tables

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// configSubjects starts the subject of every change.
const configSubjects = "config/"

// configSubject returns the subject of the changes of an item, such as "config/cluster/production".
func configSubject(kind, name string) string {
	return configSubjects + kind + "/" + name
}

// PutConfigChange records a change. The id distinguishes changes at the same time; writing the same change again has no effect. If
// DynamoDB rejects the content, the record is written without the specs: otherwise retries would block all later changes.
func (t *Logs) PutConfigChange(ctx context.Context, c inventory.ConfigChange, id string) error {
	err := t.putConfigChange(ctx, c, id)
	if awserr.Has(err, "ValidationException") {
		c.Before, c.After = withoutSpec(c.Before), withoutSpec(c.After)
		return t.putConfigChange(ctx, c, id)
	}
	return err
}

func (t *Logs) putConfigChange(ctx context.Context, c inventory.ConfigChange, id string) error {
	return t.Put(ctx, Record{Subject: configSubject(c.Kind, c.Name), Time: c.Time, Execution: id, Detail: c})
}

// withoutSpec replaces a spec that is not kept; nil stays nil.
func withoutSpec(spec json.RawMessage) json.RawMessage {
	if spec == nil {
		return nil
	}
	return json.RawMessage(`"(not kept: DynamoDB refused it)"`)
}

// ConfigChanges returns the recorded changes of an item, newest first.
func (t *Logs) ConfigChanges(ctx context.Context, kind, name string) ([]inventory.ConfigChange, error) {
	return found[inventory.ConfigChange](ctx, t, "the changes of "+kind+"/"+name, t.since("subject", configSubject(kind, name), time.Time{}))
}

// byDay names the index of the records by day.
const byDay = "by-day"

// ConfigChangesBetween returns the recorded changes of all items from an instant to the end of another day, newest first. They
// include removals and edits by hand. It makes a call for each day (UTC). A record may appear a few seconds after its change.
func (t *Logs) ConfigChangesBetween(ctx context.Context, since, until time.Time) ([]inventory.ConfigChange, error) {
	all := []inventory.ConfigChange{}
	index, ours := byDay, "begins_with(subject, :config)"
	first := since.UTC().Format(time.DateOnly)
	for day := until.UTC(); day.Format(time.DateOnly) >= first; day = day.AddDate(0, 0, -1) {
		query := t.since("day", day.Format(time.DateOnly), since)
		query.IndexName, query.FilterExpression = &index, &ours
		query.ExpressionAttributeValues[":config"] = &types.AttributeValueMemberS{Value: configSubjects}
		some, err := found[inventory.ConfigChange](ctx, t, "the changes of the configuration", query)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// EachChange visits the changes of all node groups from an instant to the end of another day, newest first, until visit returns false. It
// reads the index by day, a page at a time: for many node groups that takes far fewer calls than [Logs.Changes]. A record may appear a few
// seconds after its change.
func (t *Logs) EachChange(ctx context.Context, since, until time.Time, visit func(run.Change) bool) error {
	index, ours := byDay, "subject <> :run"
	first := since.UTC().Format(time.DateOnly)
	for day := until.UTC(); day.Format(time.DateOnly) >= first; day = day.AddDate(0, 0, -1) {
		query := t.since("day", day.Format(time.DateOnly), since)
		query.IndexName, query.FilterExpression = &index, &ours
		query.ExpressionAttributeValues[":run"] = &types.AttributeValueMemberS{Value: SubjectRun}
		pages := dynamodb.NewQueryPaginator(t.db, query)
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return fmt.Errorf("reading the changes of all node groups from table %s: %w", t.name, err)
			}
			for _, values := range page.Items {
				if c, is := changeOf(values); is && !visit(c) {
					return nil
				}
			}
		}
	}
	return nil
}

// changeOf reads the change of a node group; false if the record is of something else. Its subject is "cluster/nodegroup".
func changeOf(values item) (c run.Change, is bool) {
	cluster, nodegroup, _ := strings.Cut(text(values, "subject"), "/")
	if nodegroup == "" || strings.Contains(nodegroup, "/") {
		return c, false
	}
	_ = readable(values, &c)
	c.Cluster, c.Nodegroup = cluster, nodegroup
	return c, true
}
