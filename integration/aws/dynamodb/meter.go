package dynamodb

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// Usage is what the calls so far have taken. Of a transaction only the call is counted.
type Usage struct {
	Calls int
	// Reads and Writes are request units, as DynamoDB bills them: 4 KB that are read, half as much if the read is not
	// consistent, and 1 KB that is written, to the table and to each index that the item is in.
	Reads, Writes float64
	// Bytes were sent there and back, without headers.
	Bytes int
}

// meter counts what calls take. Dynalite says what a table's items take, and leaves out the indexes.
type meter struct {
	mu      sync.Mutex
	used    Usage
	indexes map[string][]string // by table: the partition key of each index, which has whole items
}

// metered are the operations whose answer says what they took, if they are asked to say so.
var metered = []string{"GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"}

type meterKey struct{}

// ask counts a call, and has its answer say what it took.
func (m *meter) ask(r *http.Request) (*http.Request, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used.Calls++
	m.used.Bytes += len(body)
	copies := 1 + m.indexed(body)
	if object, isObject := bytes.CutSuffix(bytes.TrimSpace(body), []byte("}")); isObject && slices.Contains(metered, operation(r)) {
		body = append(slices.Clip(object), `,"ReturnConsumedCapacity":"TOTAL"}`...)
	}
	r = r.WithContext(context.WithValue(r.Context(), meterKey{}, copies))
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return r, nil
}

// indexed is how many indexes an item that is put will be in. Updates do not put items into indexes here.
func (m *meter) indexed(body []byte) (n int) {
	var call struct {
		TableName string
		Item      map[string]json.RawMessage
	}
	if json.Unmarshal(body, &call) != nil {
		return 0
	}
	for _, key := range m.indexes[call.TableName] {
		if call.Item[key] != nil {
			n++
		}
	}
	return n
}

// note counts what the answer says.
func (m *meter) note(response *http.Response) error {
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	copies, _ := response.Request.Context().Value(meterKey{}).(int)
	units := unitsOf(body)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used.Bytes += len(body)
	switch operation(response.Request) {
	case "GetItem", "BatchGetItem", "Query", "Scan":
		m.used.Reads += units
	case "PutItem", "UpdateItem", "DeleteItem":
		m.used.Writes += math.Max(units, 1) * float64(copies) // one whose condition does not hold is billed as well
	}
	return nil
}

// unitsOf is what an answer says it has taken: of one table, or of each.
func unitsOf(body []byte) (units float64) {
	type taken struct{ CapacityUnits float64 }
	var one struct{ ConsumedCapacity taken }
	if json.Unmarshal(body, &one) == nil {
		return one.ConsumedCapacity.CapacityUnits
	}
	var each struct{ ConsumedCapacity []taken }
	_ = json.Unmarshal(body, &each) // an answer without it has taken none
	for _, t := range each.ConsumedCapacity {
		units += t.CapacityUnits
	}
	return units
}

// Index says that an index of a table has a copy of each item that has this attribute.
func (t *Tables) Index(table, partitionKey string) {
	t.meter.mu.Lock()
	defer t.meter.mu.Unlock()
	t.meter.indexes[table] = append(t.meter.indexes[table], partitionKey)
}

// Usage is what the calls so far have taken.
func (t *Tables) Usage() Usage {
	t.meter.mu.Lock()
	defer t.meter.mu.Unlock()
	return t.meter.used
}

// Calls is the number of calls so far.
func (t *Tables) Calls() int { return t.Usage().Calls }
