package runscmd

import (
	"encoding/json"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/shared/run"
)

// TestNobodysNameBreaksAnAnswer of the verbs that tell of runs.
func TestNobodysNameBreaksAnAnswer(t *testing.T) {
	t.Parallel()
	input, err := json.Marshal(map[string]string{"trigger": clitest.Nasty, "actor": clitest.Nasty, "reason": clitest.Nasty})
	if err != nil {
		t.Fatal(err)
	}
	m := busyDay(t)
	for _, e := range m.Executions {
		e.Input = string(input)
	}
	for i := range m.Records {
		m.Records[i].Input, m.Records[i].Message = input, clitest.Nasty
		m.Records[i].Run = run.Run{Trigger: clitest.Nasty, Actor: clitest.Nasty, Reason: clitest.Nasty}
	}
	a := m.Ask(t, "runs")
	clitest.WantPrintable(t, "runs", a.Stdout+a.Stderr)
	clitest.Says(t, a.Stdout, "ana?[2J")
	var kept []clitest.ShownLine
	if err := json.Unmarshal([]byte(m.Ask(t, "runs", "-o", "json").Stdout), &kept); err != nil || len(kept) == 0 || kept[0].Actor != clitest.Nasty {
		t.Errorf("machines get %+v (%v); want the actor as it is", kept, err)
	}
	clitest.WantPrintable(t, "runs -o json", m.Ask(t, "runs", "-o", "json").Stdout)
	clitest.WantPrintable(t, "runs -o yaml", m.Ask(t, "runs", "-o", "yaml").Stdout)
}

func TestNobodysNameBreaksWhatIsShownOfARun(t *testing.T) {
	t.Parallel()
	m := clitest.Told(t, "FAILED", clitest.NotScaled)
	input, err := json.Marshal(map[string]string{"trigger": clitest.Nasty, "actor": clitest.Nasty, "reason": clitest.Nasty})
	if err != nil {
		t.Fatal(err)
	}
	m.Executions[0].Input, m.Executions[0].Cause = string(input), clitest.Nasty
	a := m.Ask(t, "runs", "show", "run")
	clitest.WantPrintable(t, "runs show", a.Stdout+a.Stderr)
	clitest.Says(t, a.Stdout, "ana?[2J")
}

func TestNobodysNameBreaksTheHistory(t *testing.T) {
	t.Parallel()
	r := eventful(t)
	for subject := range r.Doings {
		for i := range r.Doings[subject] {
			c := &r.Doings[subject][i]
			c.Run.Actor, c.Run.Trigger, c.Run.Reason, c.Reason, c.Profile = clitest.Nasty, clitest.Nasty, clitest.Nasty, clitest.Nasty, clitest.Nasty
		}
	}
	a := r.ask(t, "--since", "7d")
	clitest.WantPrintable(t, "history", a.Stdout+a.Stderr)
	clitest.Says(t, a.Stdout, "ana?[2J")
}
