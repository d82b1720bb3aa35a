package runscmd

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws/stackawstest"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// executionOf is one that was started so long before Monday, and took a minute.
func executionOf(name, status string, ago time.Duration) *stackawstest.Execution {
	e := &stackawstest.Execution{Name: name, Status: status, Started: clitest.Monday.Truncate(time.Second).Add(-ago), Input: `{"trigger":"reconcile","actor":"clock"}`}
	if status != "RUNNING" {
		e.Ended = e.Started.Add(time.Minute)
	}
	return e
}

func recordOf(name string, outcome run.Outcome, class, message string) run.Record {
	return run.Record{
		Summary:   run.Summary{Outcome: outcome, Error: class, Message: message},
		Execution: run.Execution{Name: name}, Input: json.RawMessage(`{"trigger":"manual","actor":"ana","reason":"OPS-1"}`),
	}
}

// busyDay is a machine with one run of each kind.
func busyDay(t *testing.T) clitest.Machine {
	t.Helper()
	m := clitest.NewMachine(t)
	m.Executions = []*stackawstest.Execution{
		executionOf("going", "RUNNING", time.Minute), executionOf("good", "SUCCEEDED", time.Hour), executionOf("off", "SUCCEEDED", 2*time.Hour),
		executionOf("bad", "FAILED", 3*time.Hour), executionOf("late", "TIMED_OUT", 4*time.Hour), executionOf("stopped", "ABORTED", 5*time.Hour),
		executionOf("lost", "FAILED", 6*time.Hour), executionOf("old", "SUCCEEDED", 25*time.Hour),
	}
	m.Records = []run.Record{
		recordOf("good", run.Succeeded, "", "2 scaled, 1 unchanged"),
		recordOf("off", run.Skipped, "", "scaling is paused"),
		recordOf("bad", run.Failed, "NodegroupFailedError", "node group production/big:\nno capacity"),
	}
	return m
}

func TestRuns(t *testing.T) {
	t.Parallel()
	a := busyDay(t).Ask(t, "runs")
	if a.Err != nil || a.Stderr != pausedNote {
		t.Fatalf("found %v and the note %q; want it to go well, and only %q", a.Err, a.Stderr, pausedNote)
	}
	if want := strings.Join([]string{
		"AGE  RUN      STATUS     STARTED BY  DURATION  RESULT",
		"1m   going    running    reconcile   -         -",
		"1h   good     succeeded  ana         1m        2 scaled, 1 unchanged",
		"2h   off      skipped    ana         1m        scaling is paused",
		"3h   bad      failed     ana         1m        production/big: no capacity",
		"4h   late     timed out  reconcile   1m        exceeded the time limit",
		"5h   stopped  aborted    reconcile   1m        stopped manually",
		"6h   lost     failed     reconcile   1m        no record; see: eks-scaling runs show RUN",
		"",
	}, "\n"); a.Stdout != want {
		t.Errorf("found\n%s\nwant\n%s", a.Stdout, want)
	}
}

func TestARunTakesOneLineOfATerminal(t *testing.T) {
	t.Parallel()
	m := clitest.NewMachine(t)
	names := []string{"reconcile-2026-11-23T12-00", "manual-20261123T100500Z-ab12cd", "manual-20261123T090000Z-gh34ij"}
	for i, name := range names {
		m.Executions = append(m.Executions, executionOf(name, "SUCCEEDED", time.Duration(i+1)*time.Hour))
	}
	m.Records = []run.Record{
		recordOf(names[1], run.Failed, "NodegroupFailedError", "node group production/big: EKS ended the update as Failed"),
		recordOf(names[2], run.Succeeded, "", "2 scaled, 1 unchanged"),
	}
	m.Records[0].Input = json.RawMessage(`{"trigger":"pipeline","actor":"deployment-of-production"}`)
	m.Executions[1].Status = "FAILED"
	env := m.Environment()
	env.Width = 100
	const want = "AGE  RUN                             STATUS     STARTED BY         DURATION  RESULT\n" +
		"1h   reconcile-2026-11-23T12-00      succeeded  reconcile          1m        no record yet\n" +
		"2h   manual-20261123T100500Z-ab12cd  failed     deployment-of-...  1m        production/big: EKS...\n" +
		"3h   manual-20261123T090000Z-gh34ij  succeeded  ana                1m        2 scaled, 1 unchanged\n"
	if got := clitest.AskIn(t, env, "runs").Stdout; got != want {
		t.Errorf("found\n%s\nwant\n%s", got, want)
	}
	env.AutoColor = true
	clitest.Says(t, clitest.AskIn(t, env, "runs").Stdout, term.Red+"failed"+term.NoColor+"     deployment-of", term.Green+"succeeded"+term.NoColor+"  ana")
}

func TestWhoStartedWhatIsNotOnRecord(t *testing.T) {
	t.Parallel()
	const describes = "DescribeExecution"
	asked := func(m clitest.Machine) int {
		return len(slices.DeleteFunc(slices.Clone(m.Calls), func(call string) bool { return call != describes }))
	}
	m := busyDay(t)
	clitest.Says(t, m.Ask(t, "runs").Stdout, "  reconcile  ", "  ana  ")
	if n := asked(m); n != 4 {
		t.Errorf("found %d questions; want one for each of the 4 unrecorded runs", n)
	}
	m = busyDay(t)
	m.Fail = map[string]string{describes: "AccessDeniedException: no"}
	a := m.Ask(t, "runs")
	if a.Err != nil || strings.Count(a.Stderr, "warning: cannot read who started some of the runs: ") != 1 || strings.Count(a.Stdout, "unknown") != 4 {
		t.Errorf("found %v, %q and\n%s\nwant 4 runs with an unknown starter", a.Err, a.Stderr, a.Stdout)
	}
	m = clitest.NewMachine(t)
	for ago := range 30 {
		m.Executions = append(m.Executions, executionOf(fmt.Sprintf("run-%02d", ago), "ABORTED", time.Duration(ago)*time.Minute))
	}
	out := m.Ask(t, "runs").Stdout
	if n := asked(m); n != maxAsked || strings.Count(out, "unknown") != 30-maxAsked {
		t.Errorf("found %d questions and\n%s\nwant %d, for the last runs", n, out, maxAsked)
	}
	last := strings.Split(out, "\n")[maxAsked]
	clitest.Says(t, last, "run-19", "reconcile")
}

// inOneZone has only the clusters in São Paulo.
func inOneZone(m clitest.Machine) clitest.Machine {
	delete(m.Items, "cluster/berlin")
	return m
}

// TestRunsOfSomeUnits are those that were to take one of them, by their records or else by their inputs.
func TestRunsOfSomeUnits(t *testing.T) {
	t.Parallel()
	m := busyDay(t)
	for i, clusters := range []string{"production", "berlin", "paused"} {
		m.Records[i].Input = fmt.Appendf(nil, `{"clusters":[%q]}`, clusters)
	}
	m.Executions[0].Input = `{"schedules":["berlin"]}`
	m.Executions[4].Input, m.Executions[5].Input = `{"clusters":["production"]}`, `{"clusters":["production"]}`
	names := func(args ...string) string {
		var all []string
		for _, l := range clitest.Decode[[]listedRun](t, m.Ask(t, append([]string{"runs", "-o", "json"}, args...)...).Stdout) {
			all = append(all, l.Name)
		}
		return strings.Join(all, " ")
	}
	for flags, want := range map[string]string{
		"--cluster berlin":               "going off lost",
		"--in-region sa-east-1":          "good bad late stopped lost",
		"--cluster berlin --limit 1":     "going",
		"--cluster production,berlin":    "going good off late stopped lost",
		"--in-region sa-east-1 --failed": "bad late stopped lost",
	} {
		if got := names(strings.Fields(flags)...); got != want {
			t.Errorf("%s: found %s; want %s", flags, got, want)
		}
	}
}

func TestRunsShowSaysHowToRetry(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, status string
		want         string // the end; empty if there is nothing to retry
	}{
		{"plain-1", "FAILED", "\nWhen the cause is fixed, retry the run with: eks-scaling retry plain-1 --reason \"...\"\n"},
		{"late", "TIMED_OUT", "eks-scaling retry late --reason \"...\"\n"},
		{"it's $odd", "ABORTED", `eks-scaling retry 'it'\''s $odd' --reason "..."` + "\n"},
		{"good", "SUCCEEDED", ""},
		{"going", "RUNNING", ""},
	} {
		m := clitest.Told(t, tt.status, clitest.Scaled)
		m.Executions[0].Name = tt.name
		out := m.Ask(t, "runs", "show", tt.name).Stdout
		if !strings.HasSuffix(out, tt.want) || tt.want == "" && (out == "" || strings.Contains(out, "eks-scaling retry")) {
			t.Errorf("%s: found\n%s\nwant at its end %q", tt.status, out, tt.want)
		}
		if text := m.Ask(t, "runs", "show", tt.name, "-o", "json").Stdout; text == "" || strings.Contains(text, "eks-scaling retry") {
			t.Errorf("%s: found\n%s\nwant no command for machines", tt.status, text)
		}
	}
}

func TestRunsShowOfARunThatWasOvertaken(t *testing.T) {
	t.Parallel()
	out := clitest.Told(t, "SUCCEEDED", clitest.Overtaken).Ask(t, "runs", "show", "run").Stdout
	clitest.Says(t, out, "Run run: overtaken: 0 scaled, 2 unchanged; production: overtaken by run newer\n", "production/big    1 (0..5) -> 3 (2..4)  overtaken  ")
}

func TestRunsShowSaysWhatHoldsAScaleDownBackAndWarns(t *testing.T) {
	t.Parallel()
	m := clitest.Told(t, "FAILED", func(name, in string) *stackawstest.Tape {
		s, from := clitest.Begin(name, in)
		task := s.Decided()
		task.Decisions[0].Action, task.Decisions[0].HeldBack = scaling.ScaleDown, []string{"spot has 0 of 1 nodes", "gpu does not exist (2 needed)"}
		task.Decisions[1].Warning = "DEGRADED"
		task.Expected = [][]string{{"spot", "small"}, {"big"}}
		from = s.Task(from, "Decide", s.Unit(), task)
		return s.Finish(from, run.Summary{Outcome: run.Failed, Error: "HeldBackError", Message: "m"})
	})
	clitest.Says(t, m.Ask(t, "runs", "show", "run").Stdout,
		"; held back: spot has 0 of 1 nodes; gpu does not exist (2 needed)\n", "; warning: DEGRADED\n",
		"  Order in production: spot, small; then big (held back)\n")
	clitest.Says(t, m.Ask(t, "runs", "show", "run", "-o", "json").Stdout, `"heldBack": [`, `"expected": [`, `"warning": "DEGRADED"`)
}

func TestTheDurationOfARetriedRun(t *testing.T) {
	t.Parallel()
	m := clitest.Told(t, "SUCCEEDED", clitest.Scaled)
	e := m.Executions[0]
	e.Redriven, e.Redrives, e.Ended = e.Started.Add(-time.Minute), 1, e.Started
	e.Started = e.Started.Add(-5 * time.Hour)
	clitest.Says(t, m.Ask(t, "runs").Stdout, "  1m        ")
	clitest.Says(t, m.Ask(t, "runs", "show", "run").Stdout, ", after 1m (since it was retried)\n")
}

func TestTablesOfRunsFitTheTerminal(t *testing.T) {
	t.Parallel()
	clitest.FitsTheTerminal(t, inOneZone(busyDay(t)).Environment(), "runs")
	clitest.FitsTheTerminal(t, busyDay(t).Environment(), "runs")
	doings := eventful(t)
	clitest.FitsTheTerminal(t, clitest.Holding(doings.Memory), "history")
}

// TestNobodysNameBreaksAnAnswer of the verbs about runs.
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
	if kept := clitest.Decode[[]clitest.ShownLine](t, m.Ask(t, "runs", "-o", "json").Stdout); len(kept) == 0 || kept[0].Actor != clitest.Nasty {
		t.Errorf("machines get %+v; want the actor as it is", kept)
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
