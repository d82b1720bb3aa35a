package frame

import (
	"bytes"
	"encoding/json"
)

// APIVersion versions the answers for machines.
const APIVersion = "eks-scaling/v1"

// Envelope returns the JSON of an answer: an object with apiVersion first. A list becomes its items.
func Envelope(value any) (json.RawMessage, error) {
	answer, err := toJSON(value)
	if err != nil {
		return nil, err
	}
	version := []byte(`{"apiVersion":"` + APIVersion + `"`)
	switch {
	case bytes.HasPrefix(answer, version): // marked already
		return answer, nil
	case bytes.Equal(answer, []byte("null")):
		return append(version, `,"items":[]}`...), nil
	case answer[0] != '{':
		return append(append(append(version, `,"items":`...), answer...), '}'), nil
	case bytes.Equal(answer, []byte("{}")):
		return append(version, '}'), nil
	default:
		return append(append(version, ','), answer[1:]...), nil
	}
}

// toJSON returns a value as compact JSON that keeps <, > and &.
func toJSON(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(text.Bytes()), err
}
