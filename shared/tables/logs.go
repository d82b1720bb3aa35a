package tables

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/scaling"
)

// LogsTableName is the name of the table that holds the audit trail.
const LogsTableName = "eks-scaling-logs"

// SubjectRun is the subject of the records of runs. That of a change is "cluster/nodegroup".
const SubjectRun = "run"

// stateKey is the sort key of a cluster's last applications, among records that are sorted by time.
const stateKey = "state"

// Logs is the table of the audit trail.
type Logs struct {
	db   API
	name string
}

// NewLogs opens the table with the given name.
func NewLogs(db API, name string) *Logs {
	return &Logs{db: db, name: name}
}

// Record is what every record of the audit trail has. Detail holds the rest, and is laid out beside these fields.
type Record struct {
	Subject   string
	Time      time.Time
	Execution string    // its name; with Subject and Time it makes a record that can be written twice
	ExpiresAt time.Time // zero: never
	Detail    any
}

// Put writes a record. Writing the same one again changes nothing.
func (t *Logs) Put(ctx context.Context, r Record) error {
	values, err := marshal(r.Detail)
	if err != nil {
		return err
	}
	at := r.Time.UTC()
	keys := map[string]any{
		"subject": r.Subject, "at": at.Format(instantForm) + "#" + r.Execution, "day": at.Format(time.DateOnly),
	}
	if !r.ExpiresAt.IsZero() {
		keys["expiresAt"] = r.ExpiresAt.Unix()
	}
	own, err := marshal(keys)
	if err != nil {
		return err
	}
	maps.Copy(values, own)
	if _, err := t.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.name, Item: values}); err != nil {
		return fmt.Errorf("writing a record of %s to table %s: %w", r.Subject, t.name, err)
	}
	return nil
}

// clusterState is the item of a cluster's last applications.
type clusterState struct {
	Subject string                         `json:"subject"`
	At      string                         `json:"at"`
	Version int                            `json:"version"`
	Applied map[string]scaling.Application `json:"applied"` // by node group
}

// Applied reads what was last applied to each node group of a cluster, strongly consistent.
func (t *Logs) Applied(ctx context.Context, cluster string) (map[string]scaling.Application, error) {
	s, err := t.state(ctx, cluster)
	return s.Applied, err
}

func (t *Logs) state(ctx context.Context, cluster string) (clusterState, error) {
	consistent := true
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, Key: key("subject", cluster, "at", stateKey), ConsistentRead: &consistent,
	})
	if err != nil {
		return clusterState{}, fmt.Errorf("reading the state of cluster %s from table %s: %w", cluster, t.name, err)
	}
	s := clusterState{Subject: cluster, At: stateKey, Applied: map[string]scaling.Application{}}
	if out.Item == nil {
		return s, nil
	}
	return s, unmarshal(out.Item, &s)
}

// attempts is how often a state is read and written anew when other runs write it at the same time.
const attempts = 5

// MarkApplied puts applications of a cluster's node groups on record beside those of its other node groups. A run that
// took long does not overwrite what a later run has applied.
func (t *Logs) MarkApplied(ctx context.Context, cluster string, applied map[string]scaling.Application) error {
	for range attempts {
		s, err := t.state(ctx, cluster)
		if err != nil {
			return err
		}
		read := s.Version
		s.Version++
		for nodegroup, application := range applied {
			if !s.Applied[nodegroup].TakenAt.After(application.TakenAt) {
				s.Applied[nodegroup] = application
			}
		}
		values, err := marshal(s)
		if err != nil {
			return err
		}
		in := &dynamodb.PutItemInput{TableName: &t.name, Item: values}
		in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues = unchangedSince(read)
		_, err = t.db.PutItem(ctx, in)
		if _, conflict := errors.AsType[*types.ConditionalCheckFailedException](err); conflict {
			continue
		}
		if err != nil {
			return fmt.Errorf("writing the state of cluster %s to table %s: %w", cluster, t.name, err)
		}
		return nil
	}
	return fmt.Errorf("writing the state of cluster %s to table %s: %w", cluster, t.name, ErrConflict)
}
