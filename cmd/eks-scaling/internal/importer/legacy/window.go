package legacy

import (
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/shared/schedule"
)

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
		return v.wrong("found %s as its start and its end; want two times", p.From)
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
