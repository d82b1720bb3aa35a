package asl_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"
)

// small is a definition that shows one thing. Its first state is A.
type small struct {
	name, states, input string
	script              script
}

// combine makes one definition of many: the name of the execution picks the one that is run.
func combine(t *testing.T, tests []small) string {
	t.Helper()
	all, rules := map[string]any{}, []any{}
	for i, test := range tests {
		name := fmt.Sprint("test", i)
		var definition map[string]any
		if err := json.Unmarshal([]byte(machine(test.states)), &definition); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		maps.Copy(all, renamed(definition, name+" ").(map[string]any)["States"].(map[string]any))
		rules = append(rules, map[string]any{"Variable": "$$.Execution.Name", "StringEquals": name, "Next": name + " A"})
	}
	all["Pick"] = map[string]any{"Type": "Choice", "Choices": rules}
	text, err := json.Marshal(map[string]any{"StartAt": "Pick", "States": all})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// renamed puts a prefix before the names of all states.
func renamed(v any, prefix string) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = renamed(v[i], prefix)
		}
	case map[string]any:
		for key, value := range v {
			name, isName := value.(string)
			switch key {
			case "StartAt", "Next", "Default":
				if isName {
					v[key] = prefix + name
				}
			case "States":
				v[key] = renamedStates(value.(map[string]any), prefix)
			default:
				v[key] = renamed(value, prefix)
			}
		}
	}
	return v
}

func renamedStates(states map[string]any, prefix string) map[string]any {
	all := map[string]any{}
	for name, state := range states {
		all[prefix+name] = renamed(state, prefix)
	}
	return all
}
