package dynamodb

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"eks-scaling-automation/shared/deployment"
)

// transaction is a TransactWriteItems request, limited to what the product uses.
type transaction struct {
	TransactItems []struct{ Put, Delete, ConditionCheck *transacted }
}

type transacted struct {
	TableName                 string
	Item                      map[string]json.RawMessage
	Key                       json.RawMessage
	ConditionExpression       string
	ExpressionAttributeValues map[string]json.RawMessage
}

// transact writes several items of the config table together, or none, which dynalite cannot. It supports the conditions of the
// tables package and refuses others. Concurrent readers may see a part of it.
func (s *stream) transact(w http.ResponseWriter, r *http.Request, body []byte) error {
	var t transaction
	if err := json.Unmarshal(body, &t); err != nil {
		return err
	}
	if ahead := s.ahead.Swap(nil); ahead != nil {
		(*ahead)()
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	befores, reasons, err := s.weigh(r, t)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(reasons, func(r reason) bool { return r.Code != "None" }) {
		return answer(w, http.StatusBadRequest, map[string]any{
			"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException", "CancellationReasons": reasons,
			"Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
		})
	}
	for i, each := range t.TransactItems {
		if each.ConditionCheck != nil {
			continue
		}
		operation, call := "PutItem", map[string]any{"TableName": deployment.ConfigTable}
		if each.Delete != nil {
			operation, call["Key"] = "DeleteItem", befores[i].key
		} else {
			call["Item"] = each.Put.Item
		}
		if err := s.ask(r, operation, call, nil); err != nil {
			return err
		}
		after, err := s.item(r, befores[i].key)
		if err != nil {
			return err
		}
		s.change(r, befores[i], after)
	}
	return answer(w, http.StatusOK, map[string]any{})
}

// reason is a write's reason to cancel the transaction; the code is "None" if there is none.
type reason struct{ Code, Message string }

// weigh checks the conditions of a transaction against its items.
func (s *stream) weigh(r *http.Request, t transaction) (befores []write, reasons []reason, err error) {
	for _, each := range t.TransactItems {
		item := cmp.Or(each.Put, each.Delete, each.ConditionCheck)
		if item.TableName != deployment.ConfigTable {
			return nil, nil, fmt.Errorf("no stand-in for a transaction on table %s", item.TableName)
		}
		before, err := s.item(r, item.key())
		if err != nil {
			return nil, nil, err
		}
		holds, err := item.holds(before)
		if err != nil {
			return nil, nil, err
		}
		befores = append(befores, write{item.key(), before})
		if holds {
			reasons = append(reasons, reason{Code: "None"})
		} else {
			reasons = append(reasons, reason{"ConditionalCheckFailed", "The conditional request failed"})
		}
	}
	return befores, reasons, nil
}

func (t *transacted) key() json.RawMessage {
	if t.Key != nil {
		return t.Key
	}
	return fmt.Appendf(nil, `{"kind": %s, "name": %s}`, t.Item["kind"], t.Item["name"])
}

// holds reports whether the condition is true of an item.
func (t *transacted) holds(item json.RawMessage) (bool, error) {
	var found map[string]json.RawMessage
	if item != nil {
		if err := json.Unmarshal(item, &found); err != nil {
			return false, err
		}
	}
	for part := range strings.SplitSeq(t.ConditionExpression, " AND ") {
		holds := false
		switch part {
		case "attribute_not_exists(#version)":
			holds = found["version"] == nil
		case "attribute_not_exists(#spec)":
			holds = found["spec"] == nil
		case "#version = :read":
			holds = same(found["version"], t.ExpressionAttributeValues[":read"])
		case "#spec = :spec":
			holds = same(found["spec"], t.ExpressionAttributeValues[":spec"])
		default:
			return false, fmt.Errorf("no stand-in for the condition %q", part)
		}
		if !holds {
			return false, nil
		}
	}
	return true, nil
}

// same reports whether two attributes have the same values.
func same(a, b json.RawMessage) bool {
	var left, right any
	return json.Unmarshal(a, &left) == nil && json.Unmarshal(b, &right) == nil && reflect.DeepEqual(left, right)
}

// answer is an answer of DynamoDB.
func answer(w http.ResponseWriter, status int, what any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set(checksumHeader, checksum(body))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller may be gone
	return nil
}
