package expression

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// function is an intrinsic function.
type function struct {
	least, most int // arguments
	call        func([]any) (any, error)
}

var functions = map[string]function{
	"States.Array":         {0, math.MaxInt, func(a []any) (any, error) { return slices.Clip(a), nil }},
	"States.ArrayContains": {2, 2, arrayContains},
	"States.ArrayGetItem":  {2, 2, arrayGetItem},
	"States.ArrayLength":   {1, 1, arrayLength},
	"States.Format":        {1, math.MaxInt, format},
	"States.JsonToString":  {1, 1, func(a []any) (any, error) { return string(Encode(nil, a[0])), nil }},
	"States.MathAdd":       {2, 2, mathAdd},
	"States.StringToJson":  {1, 1, stringToJSON},
}

func (f function) check(arguments []Expression) error {
	if n := len(arguments); n < f.least || n > f.most {
		return fmt.Errorf("has %d arguments", n)
	}
	return nil
}

var errNoList = errors.New("the first argument is no list")

// Number is a whole number as a value.
func Number[N int | int64](n N) json.Number { return json.Number(strconv.FormatInt(int64(n), 10)) }

func arrayContains(a []any) (any, error) {
	items, ok := a[0].([]any)
	if !ok {
		return nil, errNoList
	}
	return slices.ContainsFunc(items, func(item any) bool { return equal(item, a[1]) }), nil
}

func arrayGetItem(a []any) (any, error) {
	items, ok := a[0].([]any)
	if !ok {
		return nil, errNoList
	}
	i, ok := Integer(a[1])
	if !ok || i < 0 || i >= int64(len(items)) {
		return nil, fmt.Errorf("there is no item %s of %d", TextOf(a[1]), len(items))
	}
	return items[i], nil
}

func arrayLength(a []any) (any, error) {
	items, ok := a[0].([]any)
	if !ok {
		return nil, errNoList
	}
	return Number(len(items)), nil
}

func mathAdd(a []any) (any, error) {
	x, okX := Integer(a[0])
	y, okY := Integer(a[1])
	if !okX || !okY || x != int64(int32(x)) || y != int64(int32(y)) {
		return nil, fmt.Errorf("%s and %s must be whole numbers of 32 bits", TextOf(a[0]), TextOf(a[1]))
	}
	return Number(x + y), nil
}

func stringToJSON(a []any) (any, error) {
	text, ok := a[0].(string)
	if !ok {
		return nil, errors.New("the argument is no string")
	}
	return Decode([]byte(text))
}

func format(a []any) (any, error) {
	text, ok := a[0].(string)
	if !ok {
		return nil, errors.New("the first argument is no string")
	}
	parts := strings.Split(text, "{}")
	if len(parts) != len(a) {
		return nil, fmt.Errorf("%d places for %d values", len(parts)-1, len(a)-1)
	}
	b := []byte(parts[0])
	for i, v := range a[1:] {
		switch v := v.(type) {
		case string:
			b = append(b, v...)
		case nil, bool, json.Number:
			b = Encode(b, v)
		default:
			return nil, fmt.Errorf("%s is no string, number, truth or null", TextOf(v))
		}
		b = append(b, parts[i+1]...)
	}
	return string(b), nil
}
