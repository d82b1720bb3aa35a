package tables

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// plain converts an attribute to a value that encodes as its JSON form. Numbers keep all their digits, as [json.Number]; binary
// values become base64, and sets become lists.
func plain(attribute types.AttributeValue) (any, error) { //nolint:gocyclo // one case a rule, read from top to bottom
	switch v := attribute.(type) {
	case *types.AttributeValueMemberS:
		return v.Value, nil
	case *types.AttributeValueMemberN:
		return number(v.Value), nil
	case *types.AttributeValueMemberBOOL:
		return v.Value, nil
	case *types.AttributeValueMemberNULL:
		return nil, nil
	case *types.AttributeValueMemberB:
		return v.Value, nil
	case *types.AttributeValueMemberSS:
		return v.Value, nil
	case *types.AttributeValueMemberBS:
		return v.Value, nil
	case *types.AttributeValueMemberNS:
		list := make([]any, len(v.Value))
		for i, text := range v.Value {
			list[i] = number(text)
		}
		return list, nil
	case *types.AttributeValueMemberL:
		list := make([]any, len(v.Value))
		for i, inner := range v.Value {
			var err error
			if list[i], err = plain(inner); err != nil {
				return nil, fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return list, nil
	case *types.AttributeValueMemberM:
		fields := make(map[string]any, len(v.Value))
		for name, inner := range v.Value {
			var err error
			if fields[name], err = plain(inner); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		return fields, nil
	default:
		return nil, fmt.Errorf("found the unknown DynamoDB type %T", attribute)
	}
}

// number is a number as JSON writes it, or the text that DynamoDB has in its place.
func number(text string) any {
	if isNumber := text != "" && (text[0] == '-' || '0' <= text[0] && text[0] <= '9') && json.Valid([]byte(text)); !isNumber {
		return text
	}
	return json.Number(text)
}

// jsonOf returns the JSON form of an attribute.
func jsonOf(attribute types.AttributeValue) (json.RawMessage, error) {
	value, err := plain(attribute)
	if err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

// fieldsOf reads a JSON object and keeps its numbers as written.
func fieldsOf(data []byte) (fields map[string]any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	err = decoder.Decode(&fields)
	return fields, err
}

// deepest limits the nesting of an item, a little below the 32 levels of DynamoDB.
const deepest = 30

// attribute converts a part of a JSON document, with its numbers as [json.Number]. Values that DynamoDB refuses become strings:
// numbers that are too large or have too many digits, and objects or lists that nest too deep or have an empty name. This way
// any input of a run can be recorded.
func attribute(value any, depth int) types.AttributeValue { //nolint:gocyclo // one case a rule, read from top to bottom
	switch v := value.(type) {
	case nil:
		return &types.AttributeValueMemberNULL{Value: true}
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}
	case string:
		return &types.AttributeValueMemberS{Value: v}
	case json.Number:
		if !holds(string(v)) {
			return &types.AttributeValueMemberS{Value: string(v)}
		}
		return &types.AttributeValueMemberN{Value: string(v)}
	case []any:
		if depth >= deepest {
			return asText(v)
		}
		list := make([]types.AttributeValue, len(v))
		for i, inner := range v {
			list[i] = attribute(inner, depth+1)
		}
		return &types.AttributeValueMemberL{Value: list}
	case map[string]any:
		if _, unnamed := v[""]; unnamed || depth >= deepest {
			return asText(v)
		}
		return &types.AttributeValueMemberM{Value: attributes(v, depth+1)}
	default:
		panic(fmt.Sprintf("a part of a JSON document of type %T", value))
	}
}

func attributes(fields map[string]any, depth int) item {
	made := make(item, len(fields))
	for name, value := range fields {
		made[name] = attribute(value, depth)
	}
	return made
}

// asText returns the JSON form of a part of a document.
func asText(value any) types.AttributeValue {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // it has been read from JSON
	}
	return &types.AttributeValueMemberS{Value: string(text)}
}

// DynamoDB's limits for a number: its significant digits, and the place of the first one, counted from the point.
const (
	maxDigits   = 38
	lowestPlace = -129 // 1E-130
	topPlace    = 126  // 9.9E+125
)

// holds reports whether DynamoDB stores a number, given in its JSON form, without losing digits.
func holds(number string) bool {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(strings.TrimPrefix(number, "-")), "e")
	place := 0
	if hasExponent {
		var err error
		if place, err = strconv.Atoi(exponent); err != nil {
			return false
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	place += len(whole) - (len(whole) + len(fraction) - len(digits))
	digits = strings.TrimRight(digits, "0")
	return digits == "" || len(digits) <= maxDigits && lowestPlace <= place && place <= topPlace
}
