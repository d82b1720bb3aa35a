package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Condition compares the values of a key with a statement's values; one match is enough.
type Condition struct {
	Operator string // such as StringEquals
	Key      string // such as iam:PassedToService
	Values   []string
}

// operators holds the known condition operators. Each reports whether a request's value matches a statement's.
var operators = map[string]func(want, value string) bool{
	"StringEquals": func(want, value string) bool { return want == value },
	"StringLike":   Match,
	"ArnEquals":    Match, // for ARNs, both operators are the same
	"ArnLike":      Match,
	"Bool":         strings.EqualFold,
}

// statement is a statement in a document.
type statement struct {
	Sid       string
	Effect    string
	Action    texts
	Resource  texts
	Condition map[string]map[string]texts
	others
}

// others lists the elements that negate a statement.
type others struct {
	NotAction, NotResource, Principal, NotPrincipal json.RawMessage
}

// texts is one string or a list of strings.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}

func (s statement) read(source string) (Statement, error) {
	read := Statement{Source: source, Deny: s.Effect == "Deny", Actions: s.Action, Resources: s.Resource}
	if !read.Deny && s.Effect != "Allow" {
		return read, fmt.Errorf("found the effect %q; want Allow or Deny", s.Effect)
	}
	if len(s.NotAction)+len(s.NotResource)+len(s.Principal)+len(s.NotPrincipal) > 0 {
		return read, fmt.Errorf("only Action, Resource and Condition are understood; found NotAction, NotResource, Principal or NotPrincipal")
	}
	if len(s.Action) == 0 || len(s.Resource) == 0 {
		return read, fmt.Errorf("found %d actions on %d resources; want at least one of each", len(s.Action), len(s.Resource))
	}
	for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
		if operators[operator] == nil {
			return read, fmt.Errorf("condition %s is not understood; want one of %s", operator,
				strings.Join(slices.Sorted(maps.Keys(operators)), ", "))
		}
		for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
			read.Conditions = append(read.Conditions, Condition{operator, key, s.Condition[operator][key]})
		}
	}
	return read, nil
}

// hold reports whether all conditions hold, and which keys the request lacks. Keys are case-insensitive.
func (s Statement) hold(context map[string][]string) (holds bool, lacking []string) {
	holds = true
	for _, c := range s.Conditions {
		values, known := lookUp(context, c.Key)
		if !known {
			lacking = append(lacking, c.Key)
		}
		holds = holds && slices.ContainsFunc(values, c.fits)
	}
	return holds, lacking
}

func (c Condition) fits(value string) bool {
	return slices.ContainsFunc(c.Values, func(want string) bool { return operators[c.Operator](want, value) })
}

func lookUp(context map[string][]string, key string) (values []string, known bool) {
	for name, values := range context {
		if strings.EqualFold(name, key) {
			return values, true
		}
	}
	return nil, false
}
