package checks

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/statemachine"
)

// Machine is the deployed state machine.
type Machine struct {
	Status     string // ACTIVE or DELETING
	Definition string // in JSON
}

// Workflow checks that the state machine runs, with the definition of this version and the targets of this stack.
func Workflow(s deployment.Stack, machine health.Fact[Machine]) []Check {
	state, definition := subject{"workflow", "state machine"}, subject{"workflow", "definition"}
	gone := state.failed("there is no state machine "+s.StateMachineARN, deploy)
	return []Check{
		check(machine, state, gone, func(m Machine) Check {
			if m.Status != "ACTIVE" {
				return state.failed(m.Status+", not ACTIVE", "wait until it is gone, then: "+deploy)
			}
			return state.ok("ACTIVE")
		}),
		check(machine, definition, definition.unknown(health.BecauseOf("there is no state machine")), func(m Machine) Check {
			return ofDefinition(definition, s, m.Definition)
		}),
	}
}

// ofDefinition compares the deployed definition with this version's. The layout does not matter.
func ofDefinition(c subject, s deployment.Stack, deployed string) Check {
	var want, found any
	if err := json.Unmarshal([]byte(statemachine.DefinitionIn(s.Partition)), &want); err != nil {
		panic(err) // it is part of this program
	}
	if err := json.Unmarshal([]byte(deployed), &found); err != nil {
		return c.failed("invalid JSON: "+err.Error(), deploy)
	}
	if where := differs(want, found, targets(s), ""); where != "" {
		return c.failed("does not match this CLI version: "+where+" differs", deploy+"; or use the version of eks-scaling that deployed it")
	}
	return c.ok("matches this CLI version")
}

// targets returns what matches each placeholder of the definition. A function has a version behind its ARN.
func targets(s deployment.Stack) map[string]*regexp.Regexp {
	values := map[string]*regexp.Regexp{"${" + statemachine.AlertTopicARN + "}": regexp.MustCompile("^" + regexp.QuoteMeta(s.AlertTopicARN) + "$")}
	for name, placeholder := range statemachine.Functions() {
		values["${"+placeholder+"}"] = regexp.MustCompile("^" + regexp.QuoteMeta(FunctionARN(s, name)) + ":[1-9][0-9]*$")
	}
	return values
}

// differs returns the first place at which two JSON values differ, such as "States.Scale.TimeoutSeconds"; empty if there is none.
func differs(want, found any, values map[string]*regexp.Regexp, at string) string {
	switch w := want.(type) {
	case map[string]any:
		return fieldDiffers(w, found, values, at)
	case []any:
		return elementDiffers(w, found, values, at)
	case string:
		if target := values[w]; target != nil {
			if text, isText := found.(string); isText && target.MatchString(text) {
				return ""
			}
			return at
		}
	}
	if want != found {
		return at
	}
	return ""
}

func elementDiffers(want []any, found any, values map[string]*regexp.Regexp, at string) string {
	f, isList := found.([]any)
	if !isList || len(f) != len(want) {
		return at
	}
	for i := range want {
		if where := differs(want[i], f[i], values, fmt.Sprintf("%s[%d]", at, i)); where != "" {
			return where
		}
	}
	return ""
}

func fieldDiffers(want map[string]any, found any, values map[string]*regexp.Regexp, at string) string {
	f, isObject := found.(map[string]any)
	if !isObject {
		return cmp.Or(at, "everything")
	}
	all := maps.Clone(want)
	maps.Copy(all, f)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		inside := strings.TrimPrefix(at+"."+name, ".")
		w, isWanted := want[name]
		v, isFound := f[name]
		if isWanted != isFound {
			return inside
		}
		if where := differs(w, v, values, inside); where != "" {
			return where
		}
	}
	return ""
}
