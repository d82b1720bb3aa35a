package tables

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
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
	// By and Reason say who changed it and why; empty when whoever did it has not said so.
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
	// Before and After are the specs; nil where there was none. Where both do not fit into an item Before is left out: it is
	// After of the change before.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// configSubject is the subject of the changes of an entity, such as "config/cluster/production".
func configSubject(kind, name string) string {
	return "config/" + kind + "/" + name
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
	condition, forward := "subject = :subject", false
	pages := dynamodb.NewQueryPaginator(t.db, &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: &condition, ScanIndexForward: &forward,
		ExpressionAttributeValues: item{":subject": &types.AttributeValueMemberS{Value: configSubject(kind, name)}},
	})
	changes := []ConfigChange{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the changes of %s/%s from table %s: %w", kind, name, t.name, err)
		}
		for _, found := range page.Items {
			var c ConfigChange
			if err := unmarshal(found, &c); err != nil {
				return nil, err
			}
			changes = append(changes, c)
		}
	}
	return changes, nil
}
