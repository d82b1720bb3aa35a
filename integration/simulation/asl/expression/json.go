package expression

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Object is a JSON object. Values are JSON as encoding/json decodes it, with numbers as json.Number. They are never changed in
// place, because states share parts of them.
type Object = map[string]any

// Decode reads a value from JSON.
func Decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

// Encode writes a value without spaces, the keys of objects in order, and without escapes that JSON does not need.
func Encode(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return fmt.Append(b, v)
	case json.Number:
		return append(b, v...)
	case string:
		return encodeString(b, v)
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = Encode(b, item)
		}
		return append(b, ']')
	case Object:
		return encodeObject(b, v)
	}
	panic(fmt.Sprintf("asl: a value of type %T is no JSON", v))
}

func encodeObject(b []byte, v Object) []byte {
	keys := make([]string, 0, len(v))
	for key := range v {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	b = append(b, '{')
	for i, key := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(encodeString(b, key), ':')
		b = Encode(b, v[key])
	}
	return append(b, '}')
}

var escapes = map[byte]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`}

func encodeString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			b = append(b, s[from:i]...)
			if short, ok := escapes[c]; ok {
				b = append(b, short...)
			} else {
				b = fmt.Appendf(b, `\u%04x`, c)
			}
			from = i + 1
		}
	}
	return append(append(b, s[from:]...), '"')
}

// TextOf returns a value as JSON text.
func TextOf(v any) json.RawMessage { return Encode(nil, v) }

// Size returns the size of a value as JSON text, in bytes.
func Size(v any) int {
	switch v := v.(type) {
	case json.Number:
		return len(v)
	case string:
		return sizeOfString(v)
	case []any:
		n := 2 + max(len(v)-1, 0)
		for _, item := range v {
			n += Size(item)
		}
		return n
	case Object:
		n := 2 + max(len(v)-1, 0)
		for key, item := range v {
			n += sizeOfString(key) + 1 + Size(item)
		}
		return n
	}
	return len(Encode(nil, v))
}

func sizeOfString(s string) int {
	n := len(s) + 2
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf || c >= ' ' && c != '"' && c != '\\':
		case escapes[c] != "":
			n++
		default:
			n += 5
		}
	}
	return n
}

// Number returns a whole number as a value.
func Number[N int | int64](n N) json.Number { return json.Number(strconv.FormatInt(int64(n), 10)) }

// Integer returns the integer of a whole number, such as 3 or 3.0.
func Integer(v any) (int64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	if whole, err := n.Int64(); err == nil {
		return whole, true
	}
	f, err := n.Float64()
	if whole := int64(f); err == nil && float64(whole) == f {
		return whole, true
	}
	return 0, false
}
