package wire

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// toJSON writes a tree as AWS's JSON: a time is the seconds since 1970, to the millisecond.
func toJSON(node any) any {
	switch n := node.(type) {
	case fields:
		object := map[string]any{}
		for _, f := range n {
			object[f.name] = toJSON(f.value)
		}
		return object
	case map[string]any:
		object := map[string]any{}
		for key, value := range n {
			object[key] = toJSON(value)
		}
		return object
	case []any:
		list := make([]any, len(n))
		for i := range n {
			list[i] = toJSON(n[i])
		}
		return list
	case time.Time:
		return epoch(n)
	default:
		return n
	}
}

func epoch(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }

// toXML writes a tree as XML. Each protocol has its own name for the elements of a list; the elements of a map are called entry.
func toXML(b *strings.Builder, name, elements string, node any) { //nolint:unparam // lists use it
	if node == nil {
		return
	}
	b.WriteString("<" + name + ">")
	switch n := node.(type) {
	case fields:
		for _, f := range n {
			toXML(b, f.name, elements, f.value)
		}
	case []any:
		for _, element := range n {
			toXML(b, elements, elements, element)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(n)) {
			toXML(b, "entry", elements, fields{{"key", key}, {"value", n[key]}})
		}
	case time.Time:
		b.WriteString(n.UTC().Format("2006-01-02T15:04:05.000Z"))
	default:
		_ = xml.EscapeText(b, fmt.Append(nil, n)) // a builder takes everything
	}
	b.WriteString("</" + name + ">")
}

// toCBOR writes a tree as Smithy RPC v2 has it: a time is the seconds since 1970, tagged as a time.
func toCBOR(node any) cbor.Value {
	switch n := node.(type) {
	case fields:
		object := cbor.Map{}
		for _, f := range n {
			object[f.name] = toCBOR(f.value)
		}
		return object
	case map[string]any:
		object := cbor.Map{}
		for key, value := range n {
			object[key] = toCBOR(value)
		}
		return object
	case []any:
		list := make(cbor.List, len(n))
		for i := range n {
			list[i] = toCBOR(n[i])
		}
		return list
	default:
		return leaf(n)
	}
}

func leaf(node any) cbor.Value {
	switch n := node.(type) {
	case string:
		return cbor.String(n)
	case bool:
		return cbor.Bool(n)
	case float64:
		return cbor.Float64(n)
	case int64:
		if n < 0 {
			return cbor.NegInt(-n)
		}
		return cbor.Uint(n)
	case time.Time:
		return &cbor.Tag{ID: 1, Value: cbor.Float64(epoch(n))}
	default:
		return &cbor.Nil{}
	}
}

// fromCBOR converts CBOR input to JSON. Stand-ins accept strings, booleans, integers and lists.
func fromCBOR(body []byte) ([]byte, error) {
	if len(body) == 0 {
		return nil, nil
	}
	sent, err := cbor.Decode(body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(plain(sent))
}

func plain(value cbor.Value) any {
	switch v := value.(type) {
	case cbor.Map:
		object := map[string]any{}
		for key, element := range v {
			object[key] = plain(element)
		}
		return object
	case cbor.List:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	case *cbor.Nil, *cbor.Undefined:
		return nil
	case cbor.NegInt:
		return -int64(v)
	default: // texts, truths and counts are Go's
		return v
	}
}
