package wire

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// fields holds the non-empty members of a struct, in order.
type fields []field

type field struct {
	name  string
	value any
}

// tree is a protocol-independent answer: fields, []any, map[string]any, string, bool, int64, float64, time.Time, or nil for a
// missing value.
func tree(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return tree(v.Elem())
	case v.Kind() == reflect.Struct:
		if at, ok := reflect.TypeAssert[time.Time](v); ok {
			return at
		}
		return members(v)
	case v.Kind() == reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = tree(v.Index(i))
		}
		return list
	case v.Kind() == reflect.Map:
		entries := map[string]any{}
		for _, key := range v.MapKeys() {
			entries[key.String()] = tree(v.MapIndex(key))
		}
		return entries
	default:
		return scalar(v)
	}
}

func scalar(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.String:
		return v.String()
	case v.Kind() == reflect.Bool:
		return v.Bool()
	case v.CanInt():
		return v.Int()
	case v.CanFloat():
		return v.Float()
	default:
		panic(fmt.Sprintf("wire: no protocol has a %s", v.Type())) // a mistake in the service
	}
}

// members omits empty optional fields and zero times.
func members(v reflect.Value) fields {
	all := fields{}
	for i := range v.NumField() {
		f, value := v.Type().Field(i), v.Field(i)
		if f.Anonymous {
			all = append(all, members(value)...)
			continue
		}
		at, isTime := reflect.TypeAssert[time.Time](value)
		if isTime && at.IsZero() || value.IsZero() && strings.HasSuffix(f.Tag.Get("json"), ",omitempty") {
			continue
		}
		if node := tree(value); node != nil {
			all = append(all, field{memberName(f), node})
		}
	}
	return all
}

func memberName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		return f.Name
	}
	return name
}
