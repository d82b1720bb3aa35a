package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// image is an item before or after a change, in DynamoDB JSON: {"version": {"N": "3"}, ...}.
type image struct {
	gone       bool // there is no item
	unreadable bool
	attributes map[string]json.RawMessage
}

func readImage(data json.RawMessage) (image, error) {
	if len(data) == 0 || string(data) == "null" {
		return image{gone: true}, nil
	}
	i := image{}
	if err := json.Unmarshal(data, &i.attributes); err != nil {
		return image{unreadable: true}, fmt.Errorf("an item that is no object: %w", err)
	}
	return i, nil
}

// text returns a string attribute, or "" if there is none.
func (i image) text(name string) string {
	var value struct{ S string }
	if json.Unmarshal(i.attributes[name], &value) != nil {
		return ""
	}
	return value.S
}

// number returns an integer attribute, such as version, or 0 if there is none, as in an item that was created by hand.
func (i image) number(name string) int {
	var value struct{ N string }
	if json.Unmarshal(i.attributes[name], &value) != nil {
		return 0
	}
	number, err := strconv.Atoi(value.N)
	if err != nil {
		return 0
	}
	return number
}

// spec returns the item's spec in plain JSON: nil if there is no item, null if the item has no spec. With an error it returns a
// note.
func (i image) spec() (json.RawMessage, error) {
	switch {
	case i.gone:
		return nil, nil
	case i.unreadable:
		return note("(not kept: the item could not be read)"), nil // that was reported when the item was read
	}
	attribute, ok := i.attributes["spec"]
	if !ok {
		return json.RawMessage("null"), nil
	}
	spec, err := plain(attribute)
	if err != nil {
		return note("(not kept: it could not be read)"), fmt.Errorf("spec: %w", err)
	}
	return spec, nil
}

// plain turns an attribute, such as {"L": [{"N": "1"}]}, into plain JSON, such as [1]. Numbers keep all their digits.
func plain(attribute json.RawMessage) (json.RawMessage, error) {
	var typed map[string]json.RawMessage
	if err := json.Unmarshal(attribute, &typed); err != nil {
		return nil, err
	}
	if len(typed) != 1 {
		return nil, fmt.Errorf("found %s; want a value with its type", attribute)
	}
	for kind, value := range typed {
		switch kind {
		case "S", "B", "BOOL", "SS", "BS":
			return value, nil
		case "NULL":
			return json.RawMessage("null"), nil
		case "N":
			return number(value)
		case "NS":
			return list(value, number)
		case "L":
			return list(value, plain)
		case "M":
			return object(value)
		}
	}
	return nil, fmt.Errorf("found %s; want a type of DynamoDB", attribute)
}

// number turns "1.50" into 1.50.
func number(text json.RawMessage) (json.RawMessage, error) {
	var digits json.Number
	if err := json.Unmarshal(text, &digits); err != nil {
		return nil, err
	}
	if digits == "" {
		return nil, errors.New("found a number without a digit")
	}
	return json.RawMessage(digits), nil
}

func list(value json.RawMessage, each func(json.RawMessage) (json.RawMessage, error)) (json.RawMessage, error) {
	var elements []json.RawMessage
	if err := json.Unmarshal(value, &elements); err != nil {
		return nil, err
	}
	plain := make([]json.RawMessage, len(elements)) // not nil: an empty list is [] and not null
	for i, element := range elements {
		var err error
		if plain[i], err = each(element); err != nil {
			return nil, err
		}
	}
	return json.Marshal(plain)
}

func object(value json.RawMessage) (json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(value, &fields); err != nil {
		return nil, err
	}
	made := make(map[string]json.RawMessage, len(fields))
	for name, field := range fields {
		var err error
		if made[name], err = plain(field); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return json.Marshal(made)
}
