package clitest

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Machine is a deployed stack whose runs are in memory.
type Machine struct {
	*Memory
	*stackawstest.Service
	Records []run.Record
}

// Runs returns the test's records.
func (m Machine) Runs(_ context.Context, since time.Time) ([]run.Record, error) {
	if since.After(Monday) {
		return nil, fmt.Errorf("found %s; want no instant in the future", since)
	}
	return m.Records, nil
}

// UnitRecords returns the records on the tape of a run.
func (m Machine) UnitRecords(_ context.Context, name string) ([]run.UnitRecord, error) {
	if err := m.Before("units"); err != nil {
		return nil, err
	}
	for _, e := range m.Executions {
		if e.Name == name && e.Tape != nil {
			return e.Tape.Records, nil
		}
	}
	return nil, nil
}

// UnitRecordsOf returns some of UnitRecords.
func (m Machine) UnitRecordsOf(ctx context.Context, runs []run.Run, units []string) (map[string][]run.UnitRecord, error) {
	found := map[string][]run.UnitRecord{}
	for _, r := range runs {
		all, err := m.UnitRecords(ctx, r.Execution.Name)
		if err != nil {
			return nil, err
		}
		found[r.Execution.Name] = slices.DeleteFunc(slices.Clone(all), func(u run.UnitRecord) bool { return !slices.Contains(units, u.Cluster) })
	}
	return found, nil
}

// UnitRecord is one of UnitRecords.
func (m Machine) UnitRecord(_ context.Context, of run.Run, unit string) (run.UnitRecord, bool, error) {
	if err := m.Before("unit"); err != nil {
		return run.UnitRecord{}, false, err
	}
	for _, e := range m.Executions {
		for _, r := range e.Tape.Records {
			if e.Name == of.Execution.Name && r.Cluster == unit {
				return r, true, nil
			}
		}
	}
	return run.UnitRecord{}, false, nil
}

// FailedUnits returns the records of failed units.
func (m Machine) FailedUnits(ctx context.Context, name string) ([]run.UnitRecord, error) {
	all, err := m.UnitRecords(ctx, name)
	return slices.DeleteFunc(slices.Clone(all), func(r run.UnitRecord) bool { return r.Outcome != run.Failed }), err
}

// NewMachine has the rich configuration, and no runs.
func NewMachine(t *testing.T) Machine {
	t.Helper()
	return Machine{Memory: Filled(t), Service: &stackawstest.Service{}}
}

// Environment returns the environment of a tool whose stack has this machine.
func (m Machine) Environment() frame.Environment {
	env := Holding(m.Memory)
	inMemory := env.Connect
	env.Connect = func(ctx context.Context, place frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
		s, err := inMemory(ctx, place, notes, now)
		s.Logs, s.AWS, s.Stack.StateMachineARN = m, m.Config(), stackawstest.Machine
		return s, err
	}
	return env
}

// Ask calls the tool on this machine.
func (m Machine) Ask(t *testing.T, args ...string) Answer {
	t.Helper()
	return AskIn(t, m.Environment(), args...)
}

// Starts makes every execution that is started have a history.
func (m Machine) Starts(tell func(name, input string) *stackawstest.Tape) *[]string {
	var inputs []string
	m.OnStart = func(name, input string) *stackawstest.Execution {
		inputs = append(inputs, input)
		return &stackawstest.Execution{Name: name, Status: "RUNNING", Input: input, Started: Monday, Tape: tell(name, input)}
	}
	return &inputs
}

// generated matches the generated parts in the names of manual runs.
var generated = regexp.MustCompile(`manual-20261123T120000Z-[a-z0-9]{6}`)

// WithoutNames has the same name for every run that was started.
func WithoutNames(text string) string {
	return generated.ReplaceAllString(text, "manual-20261123T120000Z-xxxxxx")
}

// The sizes and the decisions of the stories.
var (
	One   = scaling.Sizes{MaxSize: 5, DesiredSize: 1}
	Three = scaling.Sizes{MinSize: 2, MaxSize: 4, DesiredSize: 3}
	none  = scaling.Sizes{MaxSize: 1}
)

// Because is a reason of a decision.
const Because = "period launch sets profile peak until Mon 2026-11-23 12:00 -03:00"

// Told is a machine with one run, which has a history.
func Told(t *testing.T, status string, tape func(name, in string) *stackawstest.Tape) Machine {
	t.Helper()
	m := NewMachine(t)
	const in = `{"trigger":"transition","actor":"clock","reason":"period launch"}`
	e := &stackawstest.Execution{Name: "run", Status: status, Input: in, Tape: tape("run", in)}
	e.Started = Monday.Truncate(time.Second)
	if status != "RUNNING" {
		e.Ended = e.Tape.Now()
	}
	if status == "FAILED" {
		e.Error, e.Cause = "NodegroupFailedError", "node group production/big: EKS ended the update: no capacity"
	}
	m.Executions = []*stackawstest.Execution{e}
	return m
}
