package explore

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// once computes a payload from others, or returns the earlier result.
func (x *exploration) once(what string, of []int32, make func() int32) int32 {
	key := string(ints([]byte(what), of...))
	made, known := x.made[key]
	if !known {
		made = make()
		x.made[key] = made
	}
	return made
}

// text returns the number of a payload.
func (x *exploration) text(payload json.RawMessage) int32 {
	return x.texts.add(payload, slices.Clone(payload))
}

// with returns a payload with a field set.
func (x *exploration) with(payload int32, name string, v any) int32 {
	all := maps.Clone(fields(x.texts.all[payload]))
	all[name] = encode(v)
	return x.text(encode(all))
}

func fields(payload json.RawMessage) map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	decode(payload, &all)
	return all
}

func decode(payload json.RawMessage, into any) {
	if err := json.Unmarshal(payload, into); err != nil {
		panic(fmt.Sprintf("explore: %s cannot be decoded: %v", payload, err))
	}
}
