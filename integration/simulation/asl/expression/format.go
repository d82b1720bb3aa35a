package expression

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// format is a call of States.Format.
type format struct {
	call  string
	parts []string // of the string, around the places
	paths []Path   // one a place
}

// Value fills the places in.
func (f format) Value(s Scope) (any, *Failure) {
	text := []byte(f.parts[0])
	for i, path := range f.paths {
		v, fail := path.Value(s)
		if fail != nil {
			return nil, fail
		}
		switch v := v.(type) {
		case string:
			text = append(text, v...)
		case nil, bool, json.Number:
			text = Encode(text, v)
		default:
			return nil, RuntimeFailure("The function '%s' had the following error: %s is no string, number, truth or null", f.call, TextOf(v))
		}
		text = append(text, f.parts[i+1]...)
	}
	return string(text), nil
}

// formatCall matches the only supported call: a string without escapes, and paths for its places.
var formatCall = regexp.MustCompile(`^States\.Format\('([^'\\]*)'((?:, *\$[^, ()]*)*)\)$`)

func (at Place) parseFormat(text string) (Expression, error) {
	match := formatCall.FindStringSubmatch(text)
	if match == nil {
		return nil, fmt.Errorf("%q is not implemented here", text)
	}
	f := format{call: text, parts: strings.Split(match[1], "{}")}
	for _, argument := range strings.Split(match[2], ",")[1:] {
		p, err := at.AllowedPath(strings.TrimSpace(argument))
		if err != nil {
			return nil, err
		}
		f.paths = append(f.paths, p)
	}
	if places := len(f.parts) - 1; places != len(f.paths) {
		return nil, fmt.Errorf("%q has %d places for %d values", text, places, len(f.paths))
	}
	return f, nil
}
