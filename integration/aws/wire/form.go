package wire

import (
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// form holds the unread values of a form.
type form struct {
	url.Values
	member string // stands between the name of a list and the number of an element
}

func decodeForm(body []byte, into any, member string) error {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return err
	}
	f := form{values, member}
	f.Del("Action")
	f.Del("Version")
	if err := f.fill("", reflect.ValueOf(into).Elem()); err != nil {
		return err
	}
	if len(f.Values) > 0 {
		return fmt.Errorf("it has no %s", strings.Join(slices.Sorted(maps.Keys(f.Values)), ", "))
	}
	return nil
}

// fill reads the values under a name into a Go value. An empty list is sent as its bare name.
func (f form) fill(name string, v reflect.Value) error {
	switch {
	case v.Kind() == reflect.Struct:
		return f.fillStruct(name, v)
	case v.Kind() == reflect.Slice:
		return f.fillList(name, v)
	default:
		text, sent := f.take(name)
		if !sent {
			return nil
		}
		if err := set(v, text); err != nil {
			return fmt.Errorf("%s: found %q; want %s", name, text, v.Kind())
		}
		return nil
	}
}

func (f form) fillStruct(name string, v reflect.Value) error {
	for i := range v.NumField() {
		member := memberName(v.Type().Field(i))
		if name != "" {
			member = name + "." + member
		}
		if err := f.fill(member, v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

func (f form) fillList(name string, v reflect.Value) error {
	f.take(name)
	for i := 1; f.has(fmt.Sprintf("%s%s.%d", name, f.member, i)); i++ {
		element := reflect.New(v.Type().Elem()).Elem()
		if err := f.fill(fmt.Sprintf("%s%s.%d", name, f.member, i), element); err != nil {
			return err
		}
		v.Set(reflect.Append(v, element))
	}
	return nil
}

func (f form) take(name string) (text string, sent bool) {
	values, sent := f.Values[name]
	f.Del(name)
	if !sent || len(values) == 0 {
		return "", sent
	}
	return values[0], true
}

func (f form) has(name string) bool {
	for key := range f.Values {
		if key == name || strings.HasPrefix(key, name+".") {
			return true
		}
	}
	return false
}

func set(v reflect.Value, text string) error {
	switch {
	case v.Kind() == reflect.String:
		v.SetString(text)
		return nil
	case v.CanInt():
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		v.SetInt(n)
		return err
	case v.Kind() == reflect.Bool:
		b, err := strconv.ParseBool(text)
		v.SetBool(b)
		return err
	default:
		return fmt.Errorf("a form has no %s", v.Kind())
	}
}
