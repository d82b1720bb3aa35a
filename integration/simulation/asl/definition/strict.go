package definition

import (
	"bytes"
	"encoding/json"
	"fmt"

	"eks-scaling-automation/integration/simulation/asl/expression"
)

// decodeStrictly decodes a definition: a duplicate key is an error.
func decodeStrictly(text []byte) (any, error) {
	if _, err := expression.Decode(text); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return strictValue(d, "")
}

func strictValue(d *json.Decoder, place string) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return strictObject(d, place)
	case json.Delim('['):
		all := []any{}
		for d.More() {
			v, err := strictValue(d, fmt.Sprintf("%s[%d]", place, len(all)))
			if err != nil {
				return nil, err
			}
			all = append(all, v)
		}
		_, err := d.Token()
		return all, err
	}
	return token, nil
}

func strictObject(d *json.Decoder, place string) (any, error) {
	fields := expression.Object{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		key := token.(string)
		if _, ok := fields[key]; ok {
			return nil, fmt.Errorf("%s: the key %q is there twice", placeName(place), key)
		}
		if fields[key], err = strictValue(d, within(place, key)); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return fields, err
}
