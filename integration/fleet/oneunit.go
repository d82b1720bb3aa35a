package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"eks-scaling-automation/shared/english"
)

// oneUnit holds the usage of a run of the reference cluster, in this version and in the last one without executions of units.
// TestCallsOfARun checks this version's figures, and recorded the earlier version's. BenchmarkLateness (-benchtime 10x) gave the
// times, one version after the other on a busy machine.
type oneUnit struct{ Before, Now oneVersion }

type oneVersion struct {
	Version      string
	Runs         []oneRun
	Milliseconds struct{ WarmMedian, Warm95, ColdMedian, Cold95 float64 }
}

type oneRun struct {
	Name                                              string
	Transitions, Invocations, EKSCalls, DynamoDBCalls int
}

//go:embed one-unit.json
var recordedOneUnit []byte

// readOneUnit reads the embedded file, which a test reads too.
func readOneUnit() (u oneUnit) {
	if err := json.Unmarshal(recordedOneUnit, &u); err != nil {
		panic(err)
	}
	return u
}

func (u oneUnit) table() string {
	rows := [][]string{{"run of the reference cluster", "transitions", "before", "invocations", "before", "DynamoDB calls", "before", "EKS calls", "before"}}
	for i, now := range u.Now.Runs {
		row := []string{now.Name}
		before := u.Before.Runs[i]
		for _, n := range []int{
			now.Transitions, before.Transitions, now.Invocations, before.Invocations, now.DynamoDBCalls, before.DynamoDBCalls, now.EKSCalls, before.EKSCalls,
		} {
			row = append(row, english.Number(n))
		}
		rows = append(rows, row)
	}
	return table(rows...)
}

func (u oneUnit) lateness() string {
	rows := [][]string{{"from the trigger to the first update, ms", "this version", "before"}}
	now, before := u.Now.Milliseconds, u.Before.Milliseconds
	for _, each := range []struct {
		name        string
		now, before float64
	}{
		{"warm functions, median", now.WarmMedian, before.WarmMedian},
		{"warm functions, 95 %", now.Warm95, before.Warm95},
		{"cold functions, median", now.ColdMedian, before.ColdMedian},
		{"cold functions, 95 %", now.Cold95, before.Cold95},
	} {
		rows = append(rows, []string{each.name, fmt.Sprintf("%.0f", each.now), fmt.Sprintf("%.0f", each.before)})
	}
	return table(rows...)
}

// cost returns the monthly cost of each version's transitions, invocations and calls with the reference schedule.
func (u oneUnit) cost() string {
	var text []string
	for _, v := range []oneVersion{u.Now, u.Before} {
		by := map[string]oneRun{}
		for _, r := range v.Runs {
			by[r.Name] = r
		}
		idle, changing := by["reconcile"], by["two changes"]
		month := func(of func(oneRun) int) int { return reconciles*of(idle) + scheduled*of(changing) }
		transitions := month(func(r oneRun) int { return r.Transitions })
		invocations := month(func(r oneRun) int { return r.Invocations })
		usd := float64(transitions)*perTransition + float64(invocations)*perInvocation
		text = append(text, fmt.Sprintf("%s transitions and %s invocations, USD %.3f, in %s", english.Number(transitions), english.Number(invocations), usd, v.Version))
	}
	return strings.Join(text, "; ")
}
