package world

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"eks-scaling-automation/shared/tables"
)

// stream is the config table's: a record for every change that has not been delivered yet.
type stream struct {
	mu      sync.Mutex
	records []record
}

// record is what Lambda hands on of a change, as far as it is known here.
type record struct {
	EventID     string `json:"eventID"`
	EventName   string `json:"eventName"`
	EventSource string `json:"eventSource"`
	DynamoDB    struct {
		Keys           json.RawMessage `json:"Keys,omitempty"`
		NewImage       json.RawMessage `json:"NewImage,omitempty"`
		StreamViewType string          `json:"StreamViewType"`
	} `json:"dynamodb"`
}

type bodyKey struct{}

// keepBody lets what is sent be read a second time, once the answer is there.
func keepBody(r *http.Request) (*http.Request, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	kept := r.WithContext(context.WithValue(r.Context(), bodyKey{}, body))
	kept.Body = io.NopCloser(bytes.NewReader(body))
	return kept, nil
}

// note looks at an answer of DynamoDB and notes a change that was made.
func (s *stream) note(response *http.Response) error {
	_, operation, _ := strings.Cut(response.Request.Header.Get("X-Amz-Target"), ".")
	name, isWrite := map[string]string{"PutItem": "MODIFY", "UpdateItem": "MODIFY", "DeleteItem": "REMOVE"}[operation]
	body, _ := response.Request.Context().Value(bodyKey{}).([]byte)
	var call struct {
		TableName string
		Key, Item json.RawMessage
	}
	if !isWrite || response.StatusCode != http.StatusOK || json.Unmarshal(body, &call) != nil || call.TableName != tables.ConfigTableName {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := record{EventID: fmt.Sprint(len(s.records)), EventName: name, EventSource: "aws:dynamodb"}
	r.DynamoDB.Keys, r.DynamoDB.NewImage, r.DynamoDB.StreamViewType = call.Key, call.Item, "NEW_AND_OLD_IMAGES"
	s.records = append(s.records, r)
	return nil
}

// take empties the stream.
func (s *stream) take() []record {
	s.mu.Lock()
	defer s.mu.Unlock()
	records := s.records
	s.records = nil
	return records
}

// DeliverChanges hands the changes of the configuration that were made through this world's endpoints to sync-schedules,
// in one batch, as the table's stream does a few seconds after a change. Without a change nothing is called.
func (w *World) DeliverChanges(ctx context.Context) error {
	records := w.meter.stream.take()
	if len(records) == 0 {
		return nil
	}
	event, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		return err
	}
	result, err := w.Lambda.Invoke(ctx, "eks-scaling-sync-schedules", event)
	if err != nil {
		return err
	}
	if result.FunctionError != "" {
		return fmt.Errorf("sync-schedules failed: %s", result.Payload)
	}
	return nil
}
