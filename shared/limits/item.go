package limits

import (
	"bytes"
	"encoding/json"
	"strings"
)

// SpecBytes returns the size of a part of a configuration in its item, as DynamoDB counts it: names, values, 3 bytes for a map or
// list and 1 for each of its members.
func SpecBytes(part any) int {
	text, err := json.Marshal(part)
	if err != nil {
		panic(err) // it was read from a document
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		panic(err) // it was JSON right before
	}
	return len("spec") + valueBytes(value)
}

// StoredBytes returns the maximum size of the item of a spec, including its other attributes.
func StoredBytes(spec any) int {
	return SpecBytes(spec) + itemMargin
}

const (
	containerBytes = 3
	memberBytes    = 1
)

func valueBytes(value any) int {
	switch v := value.(type) {
	case string:
		return len(v)
	case json.Number:
		return numberBytes(string(v))
	case []any:
		size := containerBytes
		for _, each := range v {
			size += memberBytes + valueBytes(each)
		}
		return size
	case map[string]any:
		size := containerBytes
		for name, each := range v {
			size += memberBytes + len(name) + valueBytes(each)
		}
		return size
	default:
		return 1 // null, true or false
	}
}

// numberBytes returns 1 byte for every two significant digits, plus 1.
func numberBytes(number string) int {
	mantissa, _, _ := strings.Cut(strings.ToLower(number), "e")
	digits := strings.Trim(signs.Replace(mantissa), "0")
	return 1 + (len(digits)+1)/2
}

// signs removes all but the digits from a number.
var signs = strings.NewReplacer("-", "", ".", "")
