package tables

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/inventory"
)

// configSubjects is what the subjects of all changes begin with.
const configSubjects = "config/"

// configSubject is the subject of the changes of an entity, such as "config/cluster/production".
func configSubject(kind, name string) string {
	return configSubjects + kind + "/" + name
}

// maxSpecs is how many bytes of specs a record has room for: DynamoDB takes items of 400 KB, and its own form is longer.
const maxSpecs = 200_000

// PutConfigChange puts a change on record. The id tells it from others at the same time; writing the same one again changes
// nothing. A record that DynamoDB refuses for its content is written without the specs: it would be refused every time, and all
// later changes would wait for it.
func (t *Logs) PutConfigChange(ctx context.Context, c inventory.ConfigChange, id string) error {
	if len(c.Before)+len(c.After) > maxSpecs {
		c.Before = nil
	}
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

// withoutSpec stands for a spec that is not kept; nil is still none.
func withoutSpec(spec json.RawMessage) json.RawMessage {
	if spec == nil {
		return nil
	}
	return json.RawMessage(`"(not kept: DynamoDB refused it)"`)
}

// ConfigChanges are the changes of an entity that are on record, the newest first.
func (t *Logs) ConfigChanges(ctx context.Context, kind, name string) ([]inventory.ConfigChange, error) {
	return found[inventory.ConfigChange](ctx, t, "the changes of "+kind+"/"+name, t.since("subject", configSubject(kind, name), time.Time{}))
}

// byDay is the index of the records of a day.
const byDay = "by-day"

// ConfigChangesBetween are the changes of any entity that are on record from an instant up to the day of another one, the
// newest first: removals, and what was written by hand, among them. It takes a call for each day (UTC). A change may come on
// record a few seconds late.
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
