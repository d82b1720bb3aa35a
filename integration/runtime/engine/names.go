package engine

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// names derives ARNs from a state machine's ARN.
type names struct {
	partition, region, account, machine string
}

func parseStateMachineARN(arn string) (names, error) {
	parts := strings.Split(arn, ":")
	if len(parts) != 7 || parts[0] != "arn" || parts[2] != "states" || parts[5] != "stateMachine" || parts[6] == "" {
		return names{}, fmt.Errorf("%q is no state machine ARN: want arn:aws:states:REGION:ACCOUNT:stateMachine:NAME", arn)
	}
	return names{partition: parts[1], region: parts[3], account: parts[4], machine: parts[6]}, nil
}

func (n names) stateMachineARN() string {
	return fmt.Sprintf("arn:%s:states:%s:%s:stateMachine:%s", n.partition, n.region, n.account, n.machine)
}

func (n names) executionARN(name string) string {
	return fmt.Sprintf("arn:%s:states:%s:%s:execution:%s:%s", n.partition, n.region, n.account, n.machine, name)
}

func (n names) mapRunARN(name string) string {
	return fmt.Sprintf("arn:%s:states:%s:%s:mapRun:%s:%s", n.partition, n.region, n.account, n.machine, name)
}

// labelled returns the names for a distributed Map of the state machine.
func (n names) labelled(label string) names {
	n.machine += "/" + label
	return n
}

func (n names) roleARN() string {
	return fmt.Sprintf("arn:%s:iam::%s:role/%s", n.partition, n.account, n.machine)
}

// contextObject is the context object that a definition reads under $$. The engine adds Map, State and the execution's input.
type contextObject struct {
	Execution struct {
		ID           string `json:"Id"`
		Name         string
		RoleArn      string
		StartTime    string `json:",omitempty"`
		RedriveCount int
		RedriveTime  string `json:",omitempty"`
	}
	StateMachine struct {
		ID   string `json:"Id"`
		Name string
	}
}

// context returns the context object of an execution; the engine sets unknown times.
func (x *Execution) context() contextObject {
	n := x.engine.names
	if x.item != nil {
		n = n.labelled(x.item.mapRun.Label)
	}
	var c contextObject
	c.Execution.ID, c.Execution.Name = x.ARN, x.Name
	c.Execution.RoleArn = x.engine.names.roleARN()
	c.Execution.StartTime, c.Execution.RedriveTime = contextTime(x.started), contextTime(x.redriven)
	c.Execution.RedriveCount = x.redrives
	c.StateMachine.ID = n.stateMachineARN()
	c.StateMachine.Name = n.machine
	return c
}

func contextTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}

// checkName applies the rules AWS has for the name of an execution.
func checkName(name string) error {
	if n := utf8.RuneCountInString(name); n > 80 {
		return &StartError{CodeInvalidName, fmt.Sprintf("the name has %d characters; at most 80 are allowed", n)}
	}
	for _, r := range name {
		if unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`<>{}[]?*"#%\^|~`+"`$&,;:/", r) {
			return &StartError{CodeInvalidName, fmt.Sprintf("the name %q must not contain %q", name, r)}
		}
	}
	return nil
}

// longestInput limits the input of an execution on AWS, in bytes.
const longestInput = 256 << 10

// checkInput returns the input to store: AWS replaces a missing input with an empty object.
func checkInput(input json.RawMessage) (json.RawMessage, error) {
	if len(input) == 0 {
		return json.RawMessage("{}"), nil
	}
	if len(input) > longestInput {
		return nil, &StartError{CodeValidation, fmt.Sprintf("the input has %d bytes; at most %d are allowed", len(input), longestInput)}
	}
	if !json.Valid(input) {
		return nil, &StartError{CodeInvalidExecutionInput, fmt.Sprintf("the input is no JSON: %q", input)}
	}
	return input, nil
}

// freshName names an execution that was started without a name.
func freshName() string { return strings.ToLower(rand.Text()) }

// uuid names a Map Run, and the executions of its items.
func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
