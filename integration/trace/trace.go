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
	// Definition is a text, so that no reader changes how its numbers are written: AWS takes some percentages only as 100.0.
	Definition string `json:"definition"`
	// Executions are those that were started, in that order. Those of its distributed Maps follow each one in the order of their items.
	Executions []Execution `json:"executions"`
}

// Execution is one execution from its start to its end.
type Execution struct {
	Name string `json:"name"`
	ARN  string `json:"arn"`
	// Of is the item that the execution was begun for; nil if it was started by itself.
	Of *Item `json:"of,omitempty"`
	// StartTime is what $$.Execution.StartTime was.
	StartTime string          `json:"startTime"`
	Input     json.RawMessage `json:"input"`
	// Path has the states in the order in which they were entered.
	Path []Visit `json:"path"`
	// Tasks has every attempt of a Task, in the order in which they began.
	Tasks  []Task          `json:"tasks"`
	Status engine.Status   `json:"status"`
	Output json.RawMessage `json:"output,omitempty"`
	Error  string          `json:"error,omitempty"`
	Cause  string          `json:"cause,omitempty"`
}

// Item is an item of a distributed Map.
type Item struct {
	Execution string `json:"execution"` // the name of the one that has the Map
	State     string `json:"state"`
	Index     int    `json:"index"`
}

// Visit is a state that was entered.
type Visit struct {
	State string `json:"state"`
	Type  string `json:"type"`
	// Iteration is the index of the item of every inline Map around the state, outermost first.
	Iteration []int           `json:"iteration,omitempty"`
	Input     json.RawMessage `json:"input"`
	// Result is, of a Map, what its items ended with, in their order; missing if not all of them ended well.
	Result json.RawMessage `json:"result,omitempty"`
	// Output is missing if the execution did not get past the state.
	Output json.RawMessage `json:"output,omitempty"`
	// Error and Cause are what the state failed with in the end. If it has a Next all the same, that was caught.
	Error string `json:"error,omitempty"`
	Cause string `json:"cause,omitempty"`
	Next  string `json:"next,omitempty"`
}

// Task is one attempt of a Task. Without a result and an error the execution ended first.
type Task struct {
	Visit     int             `json:"visit"` // which one of the path
	State     string          `json:"state"`
	Iteration []int           `json:"iteration,omitempty"`
	Attempt   int             `json:"attempt"` // from 1
	Input     json.RawMessage `json:"input"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     string          `json:"error,omitempty"`
	Cause     string          `json:"cause,omitempty"`
}

// Runs are the executions that were started, each with those of its distributed Maps.
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

// File is the name of the trace's file, which follows from the trace's own name.
func (t Trace) File() string {
	return strings.Trim(notInFileNames.ReplaceAllString(strings.ToLower(t.Name), "-"), "-") + ".json"
}

// Write writes the trace into a folder. A file that exists is an error: two traces would have the same name.
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
