package dynamodb

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"eks-scaling-automation/shared/deployment"
)

// stream is the config table's stream: a record for every undelivered change. It reads an item before and after each write,
// without the meter.
type stream struct {
	db  string // the URL of the tables
	now func() time.Time

	ahead atomic.Pointer[func()] // see Tables.Ahead

	writing sync.Mutex // held from before a write until it is noted, so that a record's images are consistent

	mu      sync.Mutex
	records []record
	noted   int
}

// record is the part of a change that Lambda delivers.
type record struct {
	EventID      string        `json:"eventID"`
	EventName    string        `json:"eventName"`
	EventSource  string        `json:"eventSource"`
	UserIdentity *userIdentity `json:"userIdentity,omitempty"`
	DynamoDB     struct {
		At             int64           `json:"ApproximateCreationDateTime"` // in seconds, as Lambda has it
		Keys           json.RawMessage `json:"Keys"`
		OldImage       json.RawMessage `json:"OldImage,omitempty"`
		NewImage       json.RawMessage `json:"NewImage,omitempty"`
		SequenceNumber string          `json:"SequenceNumber"`
		StreamViewType string          `json:"StreamViewType"`
	} `json:"dynamodb"`
}

// userIdentity names the author of a change. DynamoDB sets it only for its own changes.
type userIdentity struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
}

// TimeToLive is the access key with which DynamoDB removes expired items, and their author in the stream.
const TimeToLive = "dynamodb.amazonaws.com"

// write is a call that may change the config table.
type write struct {
	key, before json.RawMessage
}

type writeKey struct{}

// watch passes a request on, and first reads the item if the request writes it.
func (s *stream) watch(w http.ResponseWriter, r *http.Request, through func(*http.Request)) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if operation(r) == "TransactWriteItems" {
		return s.transact(w, r, body)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	key := writtenKey(r, body)
	if key == nil {
		through(r)
		return nil
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	before, err := s.item(r, key)
	if err != nil {
		return err
	}
	through(r.WithContext(context.WithValue(r.Context(), writeKey{}, write{key, before})))
	return nil
}

// writtenKey returns the key of the config table's item that a request writes; nil for any other request.
func writtenKey(r *http.Request, body []byte) json.RawMessage {
	var call struct {
		TableName string
		Key       json.RawMessage
		Item      map[string]json.RawMessage // by exact names: an item may have a "Name" beside its "name"
	}
	if json.Unmarshal(body, &call) != nil || call.TableName != deployment.ConfigTable {
		return nil
	}
	switch _, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); operation {
	case "PutItem":
		return fmt.Appendf(nil, `{"kind": %s, "name": %s}`, call.Item["kind"], call.Item["name"])
	case "UpdateItem", "DeleteItem":
		return call.Key
	default:
		return nil
	}
}

// item reads an item of the config table in DynamoDB JSON, with the caller's credentials; nil if there is none.
func (s *stream) item(r *http.Request, key json.RawMessage) (json.RawMessage, error) {
	var found struct{ Item json.RawMessage }
	err := s.ask(r, "GetItem", map[string]any{"TableName": deployment.ConfigTable, "Key": key, "ConsistentRead": true}, &found)
	return found.Item, err
}

// ask calls the tables with the caller's credentials.
func (s *stream) ask(r *http.Request, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	call, err := http.NewRequestWithContext(r.Context(), http.MethodPost, s.db, bytes.NewReader(body))
	if err != nil {
		return err
	}
	for _, name := range []string{"Authorization", "Content-Type", "X-Amz-Date"} {
		call.Header.Set(name, r.Header.Get(name))
	}
	call.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	response, err := http.DefaultClient.Do(call)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", operation, text)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

// note records the change of a successful write, if it changed anything.
func (s *stream) note(response *http.Response) error {
	r := response.Request
	w, isWrite := r.Context().Value(writeKey{}).(write)
	if !isWrite || response.StatusCode != http.StatusOK {
		return nil
	}
	after, err := s.item(r, w.key)
	if err != nil || bytes.Equal(w.before, after) {
		return err
	}
	s.change(r, w, after)
	return nil
}

// change records a change.
func (s *stream) change(r *http.Request, w write, after json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noted++
	change := record{EventID: fmt.Sprintf("%032x", s.noted), EventName: "MODIFY", EventSource: "aws:dynamodb"}
	switch {
	case w.before == nil:
		change.EventName = "INSERT"
	case after == nil:
		change.EventName = "REMOVE"
	}
	if strings.Contains(r.Header.Get("Authorization"), "Credential="+TimeToLive+"/") {
		change.UserIdentity = &userIdentity{"Service", TimeToLive}
	}
	d := &change.DynamoDB
	d.At, d.Keys, d.OldImage, d.NewImage = s.now().Unix(), w.key, w.before, after
	d.SequenceNumber, d.StreamViewType = fmt.Sprintf("44215845%020d", s.noted), "NEW_AND_OLD_IMAGES"
	s.records = append(s.records, change)
}

// take empties the stream.
func (s *stream) take() []record {
	s.mu.Lock()
	defer s.mu.Unlock()
	records := s.records
	s.records = nil
	return records
}
