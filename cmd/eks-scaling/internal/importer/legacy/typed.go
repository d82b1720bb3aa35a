package legacy

import (
	"encoding/json"
	"slices"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
)

// untyped returns the configuration in an answer of DynamoDB, in plain JSON: the item of get-item, or the active one of scan.
func (v jsonValue) untyped() (jsonValue, error) {
	entries, err := v.entries()
	if err != nil {
		return v, err
	}
	item, isItem := entries["Item"]
	items, areItems := entries["Items"]
	switch {
	case isItem:
		v.skipUnknown(entries, []string{"Item"})
	case areItems:
		delete(entries, "Count")
		delete(entries, "ScannedCount")
		v.skipUnknown(entries, []string{"Items"})
		if item, err = items.active(); err != nil {
			return v, err
		}
	default:
		item = v
	}
	fields, err := item.entries()
	if err != nil {
		return v, err
	}
	if at, ok := fields["schedules"]; !ok || !at.isTyped() {
		return item, nil
	}
	plain, err := item.plainObject()
	if err != nil {
		return v, err
	}
	item.raw, err = json.Marshal(plain)
	return item, err
}

// plainObject returns an object of values of DynamoDB as JSON has it.
func (v jsonValue) plainObject() (map[string]any, error) {
	entries, err := v.entries()
	if err != nil {
		return nil, err
	}
	all := map[string]any{}
	for _, key := range sortedKeys(entries) {
		if all[key], err = entries[key].plain(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// active returns the item that the old scaler reads.
func (v jsonValue) active() (jsonValue, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(v.raw, &list); err != nil {
		return v, v.wrong("must be a list, not %s", importer.Shortened(v.raw))
	}
	for _, raw := range list {
		item := jsonValue{v.where(), raw, v.found}
		entries, err := item.entries()
		if err != nil {
			return v, err
		}
		id := entries["config_id"]
		if id.isTyped() {
			var typed map[string]json.RawMessage
			_ = json.Unmarshal(id.raw, &typed) // isTyped has read it
			id.raw = typed["S"]
		}
		if name, err := id.text(); err == nil && name == "active" {
			return item, nil
		}
	}
	return v, v.wrong("none of its %d items has the config_id active", len(list))
}

// dynamoTypes are the names under which DynamoDB puts values.
var dynamoTypes = []string{"S", "N", "BOOL", "NULL", "M", "L", "SS", "NS"}

// isTyped reports whether a value looks like one of DynamoDB.
func (v jsonValue) isTyped() bool {
	var typed map[string]json.RawMessage
	if json.Unmarshal(v.raw, &typed) != nil || len(typed) != 1 {
		return false
	}
	return slices.Contains(dynamoTypes, sortedKeys(typed)[0])
}

// plain returns a value of DynamoDB as JSON has it. Numbers stay texts.
func (v jsonValue) plain() (any, error) {
	var typed map[string]json.RawMessage
	if err := json.Unmarshal(v.raw, &typed); err != nil || !v.isTyped() {
		return nil, v.wrong("must be a value with its DynamoDB type, such as {\"N\": \"1\"}, not %s", importer.Shortened(v.raw))
	}
	kind := sortedKeys(typed)[0]
	inner := jsonValue{v.place, typed[kind], v.found}
	switch kind {
	case "M":
		return inner.plainObject()
	case "L":
		var list []json.RawMessage
		if err := json.Unmarshal(inner.raw, &list); err != nil {
			return nil, v.wrong("must be a list, not %s", importer.Shortened(inner.raw))
		}
		all := make([]any, len(list))
		for i, raw := range list {
			var err error
			if all[i], err = (jsonValue{v.place, raw, v.found}).plain(); err != nil {
				return nil, err
			}
		}
		return all, nil
	case "NULL":
		return nil, nil //nolint:nilnil // the value is null
	}
	return inner.raw, nil
}
