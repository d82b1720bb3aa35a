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

// Machine is the state machine as it is deployed.
type Machine struct {
	Status     string // ACTIVE or DELETING
	Definition string // in JSON
}

// Workflow checks that the state machine runs, and that it is the one of this version, with the targets of this stack.
func Workflow(s deployment.Stack, machine health.Fact[Machine]) []Check {
	state, definition := subject{"workflow", "state machine"}, subject{"workflow", "definition"}
	gone := state.failed("there is no state machine "+s.StateMachineARN, deploy)
	return []Check{
		check(machine, state, gone, func(m Machine) Check {
			if m.Status != "ACTIVE" {
				return state.failed("it is "+m.Status+"; want ACTIVE", "wait until it is gone, then: "+deploy)
			}
			return state.ok("ACTIVE")
		}),
		check(machine, definition, definition.unknown(health.BecauseOf("there is no state machine")), func(m Machine) Check {
			return ofDefinition(definition, s, m.Definition)
		}),
	}
}

// ofDefinition compares the deployed definition with that of this version, whatever its layout.
func ofDefinition(c subject, s deployment.Stack, deployed string) Check {
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

// target is what a placeholder of the definition stands for: an ARN, or that of a function with any version behind it.
type target struct {
	arn       string
	versioned bool
}

var version = regexp.MustCompile(`^:[1-9][0-9]*$`)

// is says whether the definition has the target there.
func (t target) is(found any) bool {
	text, _ := found.(string)
	if !t.versioned {
		return text == t.arn
	}
	rest, ofFunction := strings.CutPrefix(text, t.arn)
	return ofFunction && version.MatchString(rest)
}

// targets are what the placeholders of the definition stand for.
func targets(s deployment.Stack) map[string]target {
	values := map[string]target{"${" + statemachine.AlertTopicARN + "}": {arn: s.AlertTopicARN}}
	for name, placeholder := range statemachine.Functions() {
		values["${"+placeholder+"}"] = target{FunctionARN(s, name), true}
	}
	return values
}

// differs is the first place at which two JSON values differ, such as "States.Scale.TimeoutSeconds"; empty if they do not.
func differs(want, found any, values map[string]target, at string) string {
	var same bool
	switch w := want.(type) {
	case map[string]any:
		return fieldDiffers(w, found, values, at)
	case []any:
		return elementDiffers(w, found, values, at)
	case string:
		value, isPlaceholder := values[w]
		same = isPlaceholder && value.is(found) || !isPlaceholder && want == found
	default:
		same = want == found
	}
	if !same {
		return at
	}
	return ""
}

func elementDiffers(want []any, found any, values map[string]target, at string) string {
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

func fieldDiffers(want map[string]any, found any, values map[string]target, at string) string {
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
