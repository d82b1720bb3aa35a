package tables

import (
	"cmp"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// exact converts an attribute as [plain] does, without fields that its Go type does not have. [json.Unmarshal] ignores case, so a
// stray attribute "Name" would replace "name".
func exact(from types.AttributeValue, into reflect.Type) (any, error) { //nolint:gocyclo // one case a rule, read from top to bottom
	for into != nil && into.Kind() == reflect.Pointer {
		into = into.Elem()
	}
	fields, isMap := from.(*types.AttributeValueMemberM)
	list, isList := from.(*types.AttributeValueMemberL)
	switch {
	case into == nil || readsItself(into):
		return plain(from)
	case isMap && into.Kind() == reflect.Struct:
		return exactFields(fields.Value, into)
	case isMap && into.Kind() == reflect.Map:
		all := make(map[string]any, len(fields.Value))
		for name, inner := range fields.Value {
			var err error
			if all[name], err = exact(inner, into.Elem()); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		return all, nil
	case isList && (into.Kind() == reflect.Slice || into.Kind() == reflect.Array):
		all := make([]any, len(list.Value))
		for i, inner := range list.Value {
			var err error
			if all[i], err = exact(inner, into.Elem()); err != nil {
				return nil, fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return all, nil
	default:
		return plain(from)
	}
}

func exactFields(from item, into reflect.Type) (map[string]any, error) {
	all := map[string]any{}
	for name, fieldType := range fieldTypes(into) {
		attribute, given := from[name]
		if !given {
			continue
		}
		var err error
		if all[name], err = exact(attribute, fieldType); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return all, nil
}

// readsItself reports whether a type has its own JSON decoder, or accepts any value.
func readsItself(t reflect.Type) bool {
	pointer := reflect.PointerTo(t)
	return t.Kind() == reflect.Interface ||
		pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) || pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// knownFields caches the results of [fieldTypes], by type.
var knownFields sync.Map

// fieldTypes returns the types of a struct's fields by their JSON names. Outer fields hide inner ones of the same name. Callers
// must not change the map: it is cached.
func fieldTypes(t reflect.Type) map[string]reflect.Type {
	if known, ok := knownFields.Load(t); ok {
		return known.(map[string]reflect.Type)
	}
	found := findFields(t)
	knownFields.Store(t, found)
	return found
}

func findFields(t reflect.Type) map[string]reflect.Type {
	found, depth := map[string]reflect.Type{}, map[string]int{}
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || name == "-" || field.Anonymous && name == "" { // the fields of an embedded struct are visible themselves
			continue
		}
		name = cmp.Or(name, field.Name)
		if _, taken := found[name]; !taken || len(field.Index) < depth[name] {
			found[name], depth[name] = field.Type, len(field.Index)
		}
	}
	return found
}

// readable decodes an item attribute by attribute, so that an invalid one affects no other. The error names all invalid ones.
func readable(from item, into any) error {
	t := reflect.TypeOf(into).Elem()
	var wrong []error
	for name, fieldType := range fieldTypes(t) {
		attribute, given := from[name]
		if !given {
			continue
		}
		value, err := exact(attribute, fieldType)
		if err == nil {
			var data []byte
			if data, err = json.Marshal(map[string]any{name: value}); err == nil {
				err = json.Unmarshal(data, into)
			}
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(wrong...)
}
