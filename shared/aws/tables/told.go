package tables

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// The mark of an event that must be sent only once has a subject of its own.
const (
	toldSubjects = "event/"
	toldKey      = "sent"
)

// Told reports whether an event was sent, by its id.
func (t *Logs) Told(ctx context.Context, id string) (bool, error) {
	consistent := true
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.name, Key: key("subject", toldSubjects+id, "at", toldKey), ConsistentRead: &consistent})
	if err != nil {
		return false, fmt.Errorf("reading the mark of event %s from table %s: %w", id, t.name, err)
	}
	return out.Item != nil, nil
}

// SetTold records that an event was sent.
func (t *Logs) SetTold(ctx context.Context, id string, expires time.Time) error {
	values, err := marshal(map[string]any{"subject": toldSubjects + id, "at": toldKey, "expiresAt": expires.Unix()})
	if err != nil {
		return err
	}
	if _, err := t.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.name, Item: values}); err != nil {
		return fmt.Errorf("writing the mark of event %s to table %s: %w", id, t.name, err)
	}
	return nil
}
