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
	"eks-scaling-automation/shared/schedule"
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

// object returns the entries with known keys.
func (v jsonValue) object(known ...string) (map[string]jsonValue, error) {
	entries, err := v.entries()
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		if !slices.Contains(known, key) {
			v.found.Add(entries[key].where(), "unknown key, skipped; known: %s", strings.Join(known, ", "))
			delete(entries, key)
		}
	}
	return entries, err
}

// integer reads a whole number from low to high.
func (v jsonValue) integer(low, high int) (int, error) {
	n, err := strconv.Atoi(string(bytes.TrimSpace(v.raw)))
	if err != nil || n < low || n > high {
		return 0, v.wrong("invalid number %s: use a whole number from %d to %d", importer.Shortened(v.raw), low, high)
	}
	return n, nil
}

func sortedKeys[T any](m map[string]T) []string {
	return slices.Sorted(maps.Keys(m))
}

// hasHours reports whether any hour or minute is given.
func hasHours(fields map[string]jsonValue) bool {
	return slices.ContainsFunc(sortedKeys(fields), func(key string) bool {
		return strings.HasPrefix(key, "start_") || strings.HasPrefix(key, "end_")
	})
}

// window reads start_hour, start_minute, end_hour and end_minute.
func (v jsonValue) window(fields map[string]jsonValue, p *schedule.Period) (err error) {
	if p.From.At, err = v.clock(fields, "start", 23); err != nil {
		return err
	}
	if p.To.At, err = v.clock(fields, "end", 24); err != nil {
		return err
	}
	if p.From == p.To {
		return v.wrong("it starts and ends at %s: use another end", p.From)
	}
	v.found.Add(v.where(), "assumed to end at %s sharp", p.To)
	return nil
}

func (v jsonValue) clock(fields map[string]jsonValue, which string, lastHour int) (schedule.Clock, error) {
	hour, err := v.required(fields, which+"_hour", 0, lastHour)
	if err != nil {
		return 0, err
	}
	lastMinute := 59
	if hour == 24 {
		lastMinute = 0
	}
	minute := 0
	if field, ok := fields[which+"_minute"]; ok {
		if minute, err = field.integer(0, lastMinute); err != nil {
			return 0, err
		}
	}
	return schedule.Clock(hour*60 + minute), nil
}
