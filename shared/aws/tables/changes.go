package tables

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/inventory"
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
