package tables

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithy "github.com/aws/smithy-go"
)

// ConfigChange is one change of one entity of the configuration, as the audit trail keeps it. It has no expiry: every
// version stays readable.
type ConfigChange struct {
	Kind string    `json:"kind"`
	Name string    `json:"name"` // as in the item's key; see [Entity.Key]
	Time time.Time `json:"time"`
	// Version is that of the entity afterwards; 0 when it was removed.
	Version int `json:"version"`
	// Format is that of After; see [config.CheckFormat].
	Format int `json:"format,omitempty"`
	// By and Reason say who changed it and why; empty when whoever did it has not said so.
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Before and After are the specs; nil where there was none. Where both do not fit into an item Before is left out: it is
	// After of the change before.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// Item is how people are told of the entity: by its kind and name, without the cluster in the key of an override.
func (c ConfigChange) Item() string {
	_, name := splitKey(c.Kind, c.Name)
	return c.Kind + "/" + name
}

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
func (t *Logs) PutConfigChange(ctx context.Context, c ConfigChange, id string) error {
	if len(c.Before)+len(c.After) > maxSpecs {
		c.Before = nil
	}
	err := t.putConfigChange(ctx, c, id)
	if refused, ok := errors.AsType[smithy.APIError](err); ok && refused.ErrorCode() == "ValidationException" {
		c.Before, c.After = withoutSpec(c.Before), withoutSpec(c.After)
		return t.putConfigChange(ctx, c, id)
	}
	return err
}

func (t *Logs) putConfigChange(ctx context.Context, c ConfigChange, id string) error {
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
func (t *Logs) ConfigChanges(ctx context.Context, kind, name string) ([]ConfigChange, error) {
	return found[ConfigChange](ctx, t, "the changes of "+kind+"/"+name, t.since("subject", configSubject(kind, name), time.Time{}))
}

// byDay is the index of the records of a day.
const byDay = "by-day"

// ConfigChangesBetween are the changes of any entity that are on record from an instant up to the day of another one, the
// newest first: removals, and what was written by hand, among them. It takes a call for each day (UTC). A change may come on
// record a few seconds late.
func (t *Logs) ConfigChangesBetween(ctx context.Context, since, until time.Time) ([]ConfigChange, error) {
	all := []ConfigChange{}
	index, ours := byDay, "begins_with(subject, :config)"
	first := since.UTC().Format(time.DateOnly)
	for day := until.UTC(); day.Format(time.DateOnly) >= first; day = day.AddDate(0, 0, -1) {
		query := t.since("day", day.Format(time.DateOnly), since)
		query.IndexName, query.FilterExpression = &index, &ours
		query.ExpressionAttributeValues[":config"] = &types.AttributeValueMemberS{Value: configSubjects}
		some, err := found[ConfigChange](ctx, t, "the changes of the configuration", query)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}
