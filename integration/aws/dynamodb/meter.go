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

// Usage counts what the calls so far consumed. A transaction counts only as a call.
type Usage struct {
	Calls int
	// Reads and Writes are request units, as DynamoDB bills them: one for 4 KB read, half of it if the read is not consistent,
	// and one for 1 KB written to the table and to each index of the item.
	Reads, Writes float64
	// Bytes were sent and received, without headers.
	Bytes int
}

// meter counts what calls consume. Dynalite reports it for a table's items, but not for its indexes.
type meter struct {
	mu      sync.Mutex
	used    Usage
	indexes map[string][]string // by table: the partition key of each index, which has whole items
}

// metered lists the operations that report their consumption on request.
var metered = []string{"GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"}

type meterKey struct{}

// ask counts a call, and requests its consumption.
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

// indexed returns how many indexes contain a put item. Updates do not add items to indexes here.
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

// note counts the consumption in the answer.
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
		m.used.Writes += math.Max(units, 1) * float64(copies) // a write with a failed condition is billed as well
	}
	return nil
}

// unitsOf returns the consumption in an answer: of one table, or of each.
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

// Index declares that an index of a table copies each item with this attribute.
func (t *Tables) Index(table, partitionKey string) {
	t.meter.mu.Lock()
	defer t.meter.mu.Unlock()
	t.meter.indexes[table] = append(t.meter.indexes[table], partitionKey)
}

// Usage returns what the calls so far consumed.
func (t *Tables) Usage() Usage {
	t.meter.mu.Lock()
	defer t.meter.mu.Unlock()
	return t.meter.used
}

// Calls returns the number of calls so far.
func (t *Tables) Calls() int { return t.Usage().Calls }
