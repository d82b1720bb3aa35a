package doctor

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/shared/stack"
	"eks-scaling-automation/statemachine"
)

// Machine is the state machine as it is deployed.
type Machine struct {
	Status     string // ACTIVE or DELETING
	Definition string // in JSON
}

// Workflow checks that the state machine runs, and that it is the one of this version, with the targets of this stack.
func Workflow(s stack.Stack, machine Fact[Machine]) []Check {
	state, definition := subject{"workflow", "state machine"}, subject{"workflow", "definition"}
	gone := state.failed("there is no state machine "+s.StateMachineARN, deploy)
	return []Check{
		machine.check(state, gone, func(m Machine) Check {
			if m.Status != "ACTIVE" {
				return state.failed("it is "+m.Status+"; want ACTIVE", "wait until it is gone, then: "+deploy)
			}
			return state.ok("ACTIVE")
		}),
		machine.check(definition, definition.unknown(BecauseOf("there is no state machine")), func(m Machine) Check {
			return ofDefinition(definition, s, m.Definition)
		}),
	}
}

// ofDefinition compares the deployed definition with that of this version, whatever its layout.
func ofDefinition(c subject, s stack.Stack, deployed string) Check {
	var want, found any
	if err := json.Unmarshal([]byte(statemachine.Definition), &want); err != nil {
		panic(err) // it is part of this program
	}
	if err := json.Unmarshal([]byte(deployed), &found); err != nil {
		return c.failed("it is no JSON: "+err.Error(), deploy)
	}
	if where := differs(want, found, targets(s), ""); where != "" {
		return c.failed("it is not that of this version: "+where+" differs", deploy+"; or take the version of this tool that it was deployed with")
	}
	return c.ok("that of this version, with the functions and the topic of this stack")
}

// targets are what the placeholders of the definition stand for.
func targets(s stack.Stack) map[string]string {
	values := map[string]string{"${" + statemachine.AlertTopicARN + "}": s.AlertTopicARN}
	for name, placeholder := range statemachine.Functions() {
		values["${"+placeholder+"}"] = FunctionARN(s, name)
	}
	return values
}

// differs is the first place at which two JSON values differ, such as "States.Scale.TimeoutSeconds"; empty if they do not.
func differs(want, found any, values map[string]string, at string) string {
	switch w := want.(type) {
	case map[string]any:
		return fieldDiffers(w, found, values, at)
	case []any:
		f, isList := found.([]any)
		if !isList || len(f) != len(w) {
			return at
		}
		for i := range w {
			if where := differs(w[i], f[i], values, fmt.Sprintf("%s[%d]", at, i)); where != "" {
				return where
			}
		}
		return ""
	case string:
		if value, isPlaceholder := values[w]; isPlaceholder {
			want = value
		}
	}
	if want != found {
		return at
	}
	return ""
}

func fieldDiffers(want map[string]any, found any, values map[string]string, at string) string {
	f, isObject := found.(map[string]any)
	if !isObject {
		return cmp.Or(at, "all of it")
	}
	all := maps.Clone(want)
	maps.Copy(all, f)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		w, isWanted := want[name]
		v, isFound := f[name]
		inside := strings.TrimPrefix(at+"."+name, ".")
		if isWanted != isFound {
			return inside
		}
		if where := differs(w, v, values, inside); where != "" {
			return where
		}
	}
	return ""
}
