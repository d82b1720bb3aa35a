package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/inventory"
)

var now = time.Date(2026, 11, 24, 13, 0, 7, 0, time.UTC)

// world fakes the function's services. It fails on request.
type world struct {
	t        *testing.T
	stored   inventory.Snapshot
	region   string // of the hub, if it takes no other
	readings int
	records  map[string]inventory.ConfigChange // by entity and id
	messages []published
	log      bytes.Buffer

	writeErr, readErr, publishErr error
	failWrite                     int // which write fails with writeErr, from 1 on
	writes                        int
	events                        []event.Event
	emitErr                       error
	late                          time.Duration // how late the batch is delivered
}

// published is an alert.
type published struct{ subject, message string }

func start(t *testing.T, stored inventory.Snapshot) *world {
	t.Helper()
	return &world{t: t, stored: stored, records: map[string]inventory.ConfigChange{}}
}

func (w *world) Read(context.Context) (inventory.Snapshot, error) {
	w.readings++
	return w.stored, w.readErr
}

func (w *world) PutConfigChange(_ context.Context, c inventory.ConfigChange, id string) error {
	w.writes++
	if w.writes == w.failWrite {
		return w.writeErr
	}
	w.records[c.Kind+"/"+c.Name+"#"+id] = c
	return nil
}

func (w *world) Publish(_ context.Context, subject, message string) error {
	if w.publishErr != nil {
		return w.publishErr
	}
	w.messages = append(w.messages, published{subject, message})
	return nil
}

func (w *world) emit(_ context.Context, events ...event.Event) error {
	w.events = append(w.events, events...)
	return w.emitErr
}

// invoke invokes the function as Lambda does.
func (w *world) invoke(records ...string) (result, error) {
	h := handler{store: w, logs: w, topic: w, region: w.region, now: func() time.Time { return now.Add(w.late) }, emit: w.emit, consoleURL: "https://console"}
	payload := json.RawMessage(`{"Records": [` + strings.Join(records, ",") + `]}`)
	out, err := step.Run(w.t.Context(), slog.New(slog.NewJSONHandler(&w.log, nil)), h.handle, payload)
	done, _ := out.(result)
	return done, err
}

// does invokes the function, which must succeed with the given result.
func (w *world) does(want result, records ...string) {
	w.t.Helper()
	got, err := w.invoke(records...)
	if err != nil {
		w.t.Fatal(err)
	}
	if got != want {
		w.t.Errorf("the result is %+v; want %+v", got, want)
	}
}

// recorded returns the records, by item and ID.
func (w *world) recorded() []inventory.ConfigChange {
	var all []inventory.ConfigChange
	for _, id := range slices.Sorted(maps.Keys(w.records)) {
		all = append(all, w.records[id])
	}
	return all
}

// alert returns the only published alert.
func (w *world) alert() published {
	w.t.Helper()
	if len(w.messages) != 1 {
		w.t.Fatalf("published %d messages; want one: %q", len(w.messages), w.messages)
	}
	return w.messages[0]
}

// streamed returns a record as Lambda delivers it. The images are in DynamoDB JSON; empty ones are omitted.
func streamed(sequence int, kind, name, before, after string) string {
	event, images := "MODIFY", ""
	if after != "" {
		images += `, "NewImage": ` + after
	} else {
		event = "REMOVE"
	}
	if before != "" {
		images += `, "OldImage": ` + before
	} else {
		event = "INSERT"
	}
	return fmt.Sprintf(`{"eventID": "c4ca4238a0b923820dcc509a6f7584%02d", "eventName": %q, "eventVersion": "1.1",
		"eventSource": "aws:dynamodb", "awsRegion": "sa-east-1", "dynamodb": {"ApproximateCreationDateTime": 1795525205,
		"Keys": {"kind": {"S": %q}, "name": {"S": %q}}, "SequenceNumber": "44215845000000000174504390%02d",
		"SizeBytes": 260, "StreamViewType": "NEW_AND_OLD_IMAGES"%s},
		"eventSourceARN": "arn:aws:dynamodb:sa-east-1:123456789012:table/eks-scaling-config/stream/2026-11-23T00:00:00.000"}`,
		sequence, event, kind, name, sequence, images)
}

// byTimeToLive returns the record of a removal by TTL.
func byTimeToLive(record string) string {
	return strings.Replace(record, `"eventName"`, `"userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}, "eventName"`, 1)
}

// item returns an image of an item. It omits an empty author, an empty reason and version 0.
func item(version int, by, reason, spec string) string {
	text := `{"kind": {"S": "cluster"}, "name": {"S": "production"}, "spec": ` + spec
	if version > 0 {
		text += fmt.Sprintf(`, "version": {"N": "%d"}`, version)
	}
	if by != "" {
		text += fmt.Sprintf(`, "updatedBy": {"S": %q}, "updatedAt": {"S": "2026-11-24T13:00:05Z"}`, by)
	}
	if reason != "" {
		text += fmt.Sprintf(`, "reason": {"S": %q}`, reason)
	}
	return text + "}"
}

// Specs as in the stream.
const (
	three = `{"M": {"size": {"N": "3"}}}`
	five  = `{"M": {"size": {"N": "5"}}}`
)

// configured returns a valid configuration with the given clusters.
func configured(clusters ...inventory.Item) inventory.Snapshot {
	return inventory.Snapshot{
		Settings: &inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: json.RawMessage(`{"paused": false, "timezone": "UTC"}`)},
		Clusters: clusters,
	}
}

// cluster returns a cluster with the given default profile, and the profiles low and high.
func cluster(name, profile string) inventory.Item {
	spec := fmt.Sprintf(`{"name": %q, "region": "sa-east-1", "nodegroups": {"big": {"minSize": 0, "maxSize": 5}}, `+
		`"profiles": {"low": {"big": 1}, "high": {"big": 3}}, "schedule": {"default": %q}}`, name, profile)
	return inventory.Item{Kind: inventory.KindCluster, Name: name, Spec: json.RawMessage(spec)}
}
