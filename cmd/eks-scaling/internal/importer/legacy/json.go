package legacy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
)

// jsonValue is a place in a JSON document. It warns about unknown keys and skips them.
type jsonValue struct {
	place string // such as "legacy.json: schedules.sleep_time"
	raw   json.RawMessage
	found *importer.Warnings
}

func openJSON(file importer.File, found *importer.Warnings) (jsonValue, error) {
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

// at returns the value of a key inside this one.
func (v jsonValue) at(key string, raw json.RawMessage) jsonValue {
	separator := "."
	if strings.HasSuffix(v.place, ":") {
		separator = " "
	}
	return jsonValue{v.place + separator + key, raw, v.found}
}

// where returns the place for messages.
func (v jsonValue) where() string {
	return strings.TrimSuffix(v.place, ":")
}

func (v jsonValue) wrong(format string, args ...any) error {
	return fmt.Errorf("%s: "+format, append([]any{importer.OneLine(v.where())}, args...)...)
}

// entries returns the values of an object, by key.
func (v jsonValue) entries() (map[string]jsonValue, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(v.raw, &object); err != nil || object == nil {
		return nil, v.wrong("must be an object, not %s", importer.Shortened(v.raw))
	}
	entries := map[string]jsonValue{}
	for key, raw := range object {
		entries[key] = v.at(key, raw)
	}
	return entries, nil
}

// skipUnknown removes the entries with unknown keys, with warnings.
func (v jsonValue) skipUnknown(entries map[string]jsonValue, known []string) {
	for _, key := range sortedKeys(entries) {
		if !slices.Contains(known, key) {
			v.found.Add(entries[key].where(), "unknown key, skipped; known: %s", strings.Join(known, ", "))
			delete(entries, key)
		}
	}
}

// integer reads a whole number from low to high, which may be a text.
func (v jsonValue) integer(low, high int) (int, error) {
	text := string(bytes.TrimSpace(v.raw))
	if quoted := ""; json.Unmarshal(v.raw, &quoted) == nil && text != "null" {
		text = strings.TrimSpace(quoted)
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n != math.Trunc(n) || n < float64(low) || n > float64(high) {
		return 0, v.wrong("invalid number %s: use a whole number from %d to %d", importer.Shortened(v.raw), low, high)
	}
	return int(n), nil
}

// optional reads a whole number from 0 to high that has a default.
func (v jsonValue) optional(fields map[string]jsonValue, key string, byDefault, high int) (int, error) {
	field, ok := fields[key]
	if !ok {
		return byDefault, nil
	}
	return field.integer(0, high)
}

// integers reads a list of whole numbers, at least one.
func (v jsonValue) integers(low, high int) ([]int, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(v.raw, &list); err != nil || len(list) == 0 {
		return nil, v.wrong("must be a list of numbers from %d to %d, not %s", low, high, importer.Shortened(v.raw))
	}
	numbers := make([]int, len(list))
	for i, raw := range list {
		n, err := jsonValue{fmt.Sprintf("%s[%d]", v.where(), i), raw, v.found}.integer(low, high)
		if err != nil {
			return nil, err
		}
		numbers[i] = n
	}
	return numbers, nil
}

func (v jsonValue) text() (string, error) {
	var text string
	if err := json.Unmarshal(v.raw, &text); err != nil || text == "" {
		return "", v.wrong("must be a string, not %s", importer.Shortened(v.raw))
	}
	return text, nil
}

// boolean reads true or false, which may be a text or a number.
func (v jsonValue) boolean() (bool, error) {
	switch strings.ToLower(strings.Trim(string(bytes.TrimSpace(v.raw)), `"`)) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, v.wrong("must be true or false, not %s", importer.Shortened(v.raw))
}

func sortedKeys[T any](m map[string]T) []string {
	return slices.Sorted(maps.Keys(m))
}
