package legacy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
)

// jsonValue is a place in a JSON document. Unknown keys get a remark and are left out.
type jsonValue struct {
	place string // such as "legacy.json: schedules.sleep_time"
	raw   json.RawMessage
	found *importer.Remarks
}

func openJSON(file importer.File, found *importer.Remarks) (jsonValue, error) {
	data := bytes.TrimPrefix(file.Data, []byte("\ufeff"))
	var raw json.RawMessage
	err := json.Unmarshal(data, &raw)
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		line := 1 + bytes.Count(data[:wrong.Offset], []byte("\n"))
		return jsonValue{}, fmt.Errorf("%s:%d: not JSON: %w", file.Name, line, wrong)
	}
	if err != nil {
		return jsonValue{}, fmt.Errorf("%s: not JSON: %w", file.Name, err)
	}
	return jsonValue{file.Name + ":", raw, found}, nil
}

// at is the value of a key inside this one.
func (v jsonValue) at(key string, raw json.RawMessage) jsonValue {
	separator := "."
	if strings.HasSuffix(v.place, ":") {
		separator = " "
	}
	return jsonValue{v.place + separator + key, raw, v.found}
}

// where is the place for messages.
func (v jsonValue) where() string {
	return strings.TrimSuffix(v.place, ":")
}

func (v jsonValue) wrong(format string, args ...any) error {
	return fmt.Errorf("%s: "+format, append([]any{importer.OneLine(v.where())}, args...)...)
}

// entries are the values of an object, by their keys.
func (v jsonValue) entries() (map[string]jsonValue, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(v.raw, &object); err != nil || object == nil {
		return nil, v.wrong("found %s; want an object", importer.Shortened(v.raw))
	}
	entries := map[string]jsonValue{}
	for key, raw := range object {
		entries[key] = v.at(key, raw)
	}
	return entries, nil
}

// object returns the entries with known keys.
func (v jsonValue) object(known ...string) (map[string]jsonValue, error) {
	entries, err := v.entries()
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		if !slices.Contains(known, key) {
			v.found.Add(entries[key].where(), "is not known, and is left out; known: %s", strings.Join(known, ", "))
			delete(entries, key)
		}
	}
	return entries, err
}

// integer is a whole number from low to high.
func (v jsonValue) integer(low, high int) (int, error) {
	n, err := strconv.Atoi(string(bytes.TrimSpace(v.raw)))
	if err != nil || n < low || n > high {
		return 0, v.wrong("found %s; want a whole number from %d to %d", importer.Shortened(v.raw), low, high)
	}
	return n, nil
}
