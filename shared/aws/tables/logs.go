package tables

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// SubjectRun is the subject of all records of runs. A change has the subject "cluster/nodegroup".
const SubjectRun = "run"

// SubjectUnits is the subject of the records of a run's units, given the name of the run's execution.
func SubjectUnits(run string) string { return SubjectRun + "#" + run }

// isListed reports whether a record is in the index by day. Units are read by their run: in the index, each would cost a second
// write, and every read of a day would include them all.
func isListed(subject string) bool { return !strings.HasPrefix(subject, SubjectUnits("")) }

// Logs is the table of the audit trail.
type Logs struct {
	db   API
	name string
}

// NewLogs opens the table with the given name.
func NewLogs(db API, name string) *Logs {
	return &Logs{db: db, name: name}
}

// Record is a record of the audit trail. The fields of Detail are stored beside Record's own.
type Record struct {
	Subject   string
	Time      time.Time
	Execution string    // its name; with Subject and Time it makes writes idempotent
	ExpiresAt time.Time // zero: never
	Detail    any
}

// sortKey sorts records by time.
func sortKey(at time.Time, execution string) string {
	return at.UTC().Format(instantForm) + "#" + execution
}

// Put writes a record. Writing the same record again has no effect.
func (t *Logs) Put(ctx context.Context, r Record) error {
	values, err := marshal(r.Detail)
	if err != nil {
		return err
	}
	at := r.Time.UTC()
	keys := map[string]any{
		"subject": r.Subject, "at": sortKey(at, r.Execution),
	}
	if isListed(r.Subject) {
		keys["day"] = at.Format(time.DateOnly)
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
