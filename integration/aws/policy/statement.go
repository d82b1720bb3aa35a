package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Condition compares the values of a key with those a statement wants; one that fits is enough.
type Condition struct {
	Operator string // as StringEquals
	Key      string // as iam:PassedToService
	Values   []string
}

// operators are the conditions that are known: whether a value of the request fits one that is wanted.
var operators = map[string]func(want, value string) bool{
	"StringEquals": func(want, value string) bool { return want == value },
	"StringLike":   Match,
	"ArnEquals":    Match, // for ARNs, both are the same
	"ArnLike":      Match,
	"Bool":         strings.EqualFold,
}

// statement is as a document has it.
type statement struct {
	Sid       string
	Effect    string
	Action    texts
	Resource  texts
	Condition map[string]map[string]texts
	others
}

// others are the elements that turn the sense of a statement around.
type others struct {
	NotAction, NotResource, Principal, NotPrincipal json.RawMessage
}

// texts is one text or a list of them.
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

// hold says whether all conditions hold, and for which the request lacks the key. A key's case does not matter.
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
