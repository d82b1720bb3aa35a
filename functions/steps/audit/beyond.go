package audit

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/shared/run"
)

// beyond returns the command that takes down what the blast radius refused; empty if it refused nothing. It names the refused units,
// unless they are many: then it repeats the run's own selection. It names the region: in another one, the
// command would lift the limit of another stack.
func beyond(task run.Task, failures []run.Failure) string {
	var refused []string
	for _, f := range failures {
		if unit, _ := f.Part(); f.Error == string(run.BlastRadiusError) && unit != "" {
			refused = append(refused, unit)
		}
	}
	if len(refused) == 0 {
		return ""
	}
	if len(refused) > run.MaxFailures {
		refused = selectedBy(task)
	}
	of := task.State.Run
	command := "eks-scaling run --beyond-blast-radius" + flags("--region", regionOf(task.Execution)...)
	command += flags("--cluster", refused...) + flags("--nodegroup", of.Nodegroups...)
	if of.Profile != "" {
		command += flags("--to", of.Profile)
	}
	if !of.At.IsZero() {
		command += flags("--at", of.At.UTC().Format(time.RFC3339))
	}
	if of.Force {
		command += " --force"
	}
	return command + ` --reason "..."`
}

// regionOf returns the region of an execution; nothing if its ARN does not tell.
func regionOf(e run.Execution) []string {
	if parts := strings.Split(e.ARN, ":"); len(parts) > 3 {
		return parts[3:4]
	}
	return nil
}

// selectedBy returns the names that the run's input selects; none means all.
func selectedBy(task run.Task) []string {
	var in run.Input
	if err := json.Unmarshal(task.Input, &in); err != nil {
		return nil
	}
	return in.Selected()
}

// wordCharacters are those that a shell never interprets.
const wordCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.:/-"

// flags returns a flag with each of its values, for a shell.
func flags(name string, values ...string) string {
	var text strings.Builder
	for _, value := range values {
		if strings.Trim(value, wordCharacters) != "" {
			value = strconv.Quote(value)
		}
		fmt.Fprintf(&text, " %s %s", name, value)
	}
	return text.String()
}
