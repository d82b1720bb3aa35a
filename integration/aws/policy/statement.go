package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// statement is a statement in a document.
type statement struct {
	Sid       string
	Effect    string
	Action    texts
	Resource  texts
	Condition map[string]map[string]texts
	others
}

// others lists the elements that negate a statement, or say who it is about.
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

// read reads a statement of a policy that belongs to a principal.
func (s statement) read(source string) (Statement, error) {
	if len(s.NotAction)+len(s.NotResource)+len(s.Principal)+len(s.NotPrincipal) > 0 {
		return Statement{}, fmt.Errorf("only Action, Resource and Condition are understood; found NotAction, NotResource, Principal or NotPrincipal")
	}
	if len(s.Action) == 0 || len(s.Resource) == 0 {
		return Statement{}, fmt.Errorf("found %d actions on %d resources; want at least one of each", len(s.Action), len(s.Resource))
	}
	return s.common(source)
}

// common reads the elements that all policies have.
func (s statement) common(source string) (Statement, error) {
	read := Statement{Source: source, Deny: s.Effect == "Deny", Actions: s.Action, Resources: s.Resource}
	if !read.Deny && s.Effect != "Allow" {
		return read, fmt.Errorf("found the effect %q; want Allow or Deny", s.Effect)
	}
	for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
		for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
			c, err := condition(operator, key, s.Condition[operator][key])
			if err != nil {
				return read, err
			}
			read.Conditions = append(read.Conditions, c)
		}
	}
	return read, nil
}

// hold reports whether all conditions hold, and which keys the request lacks. Keys are case-insensitive.
func (s Statement) hold(context map[string][]string) (holds bool, lacking []string) {
	holds = true
	for _, c := range s.Conditions {
		is, lacks := c.holds(context)
		holds = holds && is
		if lacks {
			lacking = append(lacking, c.Key)
		}
	}
	return holds, lacking
}

// covers reports whether a statement is about a request's action and resource.
func (s Statement) covers(r Request) bool {
	return slices.ContainsFunc(s.Actions, func(pattern string) bool { // actions have no case
		return Match(strings.ToLower(pattern), strings.ToLower(r.Action))
	}) && slices.ContainsFunc(s.Resources, func(pattern string) bool {
		filled, ok := fill(pattern, r.Context)
		return ok && Match(filled, r.Resource)
	})
}
