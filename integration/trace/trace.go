package trace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"eks-scaling-automation/integration/runtime/engine"
)

// Format is the version of the format. It changes when a reader of an older one would misread a trace.
const Format = 2

// Trace is a scenario: its runs and all executions of their units.
type Trace struct {
	Format int    `json:"format"`
	Name   string `json:"name"`
	// StateMachine is the ARN that the executions ran under.
	StateMachine string `json:"stateMachine"`
	// Definition is a string, so that no reader reformats its numbers: AWS accepts some percentages only as 100.0.
	Definition string `json:"definition"`
	// Executions holds the started executions, in order. Each is followed by its distributed Maps' executions, by item.
	Executions []Execution `json:"executions"`
}

// Execution is one execution from its start to its end.
type Execution struct {
	Name string `json:"name"`
	ARN  string `json:"arn"`
	// Of is the item of the execution; nil for a run.
	Of *Item `json:"of,omitempty"`
	// StartTime is the value of $$.Execution.StartTime.
	StartTime string          `json:"startTime"`
	Input     json.RawMessage `json:"input"`
	// Path lists the states in the order in which they were entered.
	Path []Visit `json:"path"`
	// Tasks lists every attempt of a Task, in the order in which they began.
	Tasks  []Task          `json:"tasks"`
	Status engine.Status   `json:"status"`
	Output json.RawMessage `json:"output,omitempty"`
	Error  string          `json:"error,omitempty"`
	Cause  string          `json:"cause,omitempty"`
}

// Item is an item of a distributed Map.
type Item struct {
	Execution string `json:"execution"` // the name of the Map's execution
	State     string `json:"state"`
	Index     int    `json:"index"`
}

// Visit is one visit to a state.
type Visit struct {
	State string `json:"state"`
	Type  string `json:"type"`
	// Iteration is the index of the item of every inline Map around the state, outermost first.
	Iteration []int           `json:"iteration,omitempty"`
	Input     json.RawMessage `json:"input"`
	// Result holds the results of a Map's items, in order; missing if not all succeeded.
	Result json.RawMessage `json:"result,omitempty"`
	// Output is missing if the execution did not get past the state.
	Output json.RawMessage `json:"output,omitempty"`
	// Error and Cause are the state's final failure. If Next is set, it was caught.
	Error string `json:"error,omitempty"`
	Cause string `json:"cause,omitempty"`
	Next  string `json:"next,omitempty"`
}

// Task is one attempt of a Task. Without a result and an error the execution ended first.
type Task struct {
	Visit     int             `json:"visit"` // the index in the path
	State     string          `json:"state"`
	Iteration []int           `json:"iteration,omitempty"`
	Attempt   int             `json:"attempt"` // from 1
	Input     json.RawMessage `json:"input"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     string          `json:"error,omitempty"`
	Cause     string          `json:"cause,omitempty"`
}

// Runs returns the started executions, each with its distributed Maps' executions.
func (t Trace) Runs() [][]Execution {
	var runs [][]Execution
	for _, x := range t.Executions {
		if x.Of == nil {
			runs = append(runs, nil)
		}
		last := len(runs) - 1
		runs[last] = append(runs[last], x)
	}
	return runs
}

var notInFileNames = regexp.MustCompile(`[^a-z0-9]+`)

// File returns the name of the trace's file, derived from the trace's name.
func (t Trace) File() string {
	return strings.Trim(notInFileNames.ReplaceAllString(strings.ToLower(t.Name), "-"), "-") + ".json"
}

// Write writes the trace into a folder. An existing file is an error: two traces would have the same name.
func (t Trace) Write(folder string) error {
	text, err := t.encode()
	if err != nil {
		return fmt.Errorf("trace %s: %w", t.Name, err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // traces have no secrets
		return err
	}
	file, err := os.OpenFile(filepath.Join(folder, t.File()), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // traces have no secrets
	if err != nil {
		return fmt.Errorf("trace %s: %w", t.Name, err)
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

func (t Trace) encode() ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(t)
	return text.Bytes(), err
}

// ReadAll reads the traces of a folder, in the order of their files' names.
func ReadAll(folder string) ([]Trace, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s has no traces: record them with make traces", folder)
	}
	traces := make([]Trace, len(files))
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(text, &traces[i])
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if found := traces[i].Format; found != Format {
			return nil, fmt.Errorf("%s: format %d is unknown; want %d: record the traces again with make traces", file, found, Format)
		}
		if found := traces[i].Executions; len(found) == 0 || found[0].Of != nil {
			return nil, fmt.Errorf("%s: the first execution is not one that was started", file)
		}
	}
	return traces, nil
}
