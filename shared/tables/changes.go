package tables

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ConfigChange is one change of one entity of the configuration, as the audit trail keeps it. It has no expiry: every
// version stays readable.
type ConfigChange struct {
	Kind string    `json:"kind"`
	Name string    `json:"name"`
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

// configSubjects is what the subjects of all changes begin with.
const configSubjects = "config/"

// configSubject is the subject of the changes of an entity, such as "config/cluster/production".
func configSubject(kind, name string) string {
	return configSubjects + kind + "/" + name
}

// maxSpecs is how many bytes of specs a record has room for: DynamoDB takes items of 400 KB, and its own form is longer.
const maxSpecs = 200_000

// PutConfigChange puts a change on record. The id tells it from others at the same time; writing the same one again changes
// nothing.
func (t *Logs) PutConfigChange(ctx context.Context, c ConfigChange, id string) error {
	if len(c.Before)+len(c.After) > maxSpecs {
		c.Before = nil
	}
	return t.Put(ctx, Record{Subject: configSubject(c.Kind, c.Name), Time: c.Time, Execution: id, Detail: c})
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
