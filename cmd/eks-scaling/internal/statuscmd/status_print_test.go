package statuscmd

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

func TestTheScreenWhenEverythingIsWrong(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	wreck(t, s)
	clitest.Golden(t, "status-wrong", shows(t, s.looks(t), 0))
}

// wreck breaks one of everything.
func wreck(t *testing.T, s *system) {
	t.Helper()
	s.Stack.Status = "UPDATE_ROLLBACK_FAILED"
	s.Groups["berlin/web"].Status, s.Groups["berlin/web"].Health = ekstypes.NodegroupStatusDegraded, &ekstypes.NodegroupHealth{Issues: []ekstypes.Issue{{
		Code: "AsgInstanceLaunchFailures", Message: new("no capacity for m7i.large in eu-central-1a"), ResourceIds: []string{"asg-1"},
	}}}
	s.Size("production/big", 0, 5, 4)
	delete(s.Groups, "paused/only")
	delete(s.applied["production"], "small")
	s.Size("production/small", 0, 1, 1)
	sizes := func(n int32) *scaling.Sizes { return &scaling.Sizes{MaxSize: 5, DesiredSize: n} }
	for i, before := range []int32{0, 4, 5} {
		s.did(&s.done[2-i], run.ClusterSummary{Cluster: "production", Outcome: run.Succeeded, Nodegroups: []run.NodegroupSummary{
			{Nodegroup: "big", Outcome: run.Succeeded, Before: sizes(before), After: sizes(1)},
		}})
	}
	s.executions = s.executions[2:]
	s.ran("9f0c3a52-6a3f-4a0e-9b6b-0d2f4d1c8a11", stackaws.Failed, 30*time.Minute, "schedule", "node group paused/only: TargetNotFoundError: No node group found for name: only.")
	s.done[len(s.done)-1].Failures = []run.Failure{{
		Subject: "node group paused/only", Execution: run.Execution{ARN: "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling/Unit:0b6e1f50-paused"},
	}}
	s.ran("manual-20261123T130000Z-ab12", stackaws.TimedOut, time.Hour, "", "")
	for i := range s.executions {
		if s.executions[i].Status == stackaws.Succeeded {
			s.executions[i].Ended = afternoon.Add(-150 * time.Minute)
		}
	}
	const sãoPaulo = "eks-scaling-triggers/weekly-America-Sao_Paulo-"
	s.Schedules[sãoPaulo+"0630"].State, s.Schedules[sãoPaulo+"0800"].Name = "DISABLED", new("my-own")
	for _, key := range []string{sãoPaulo + "0200", sãoPaulo + "0400", "eks-scaling/reconcile"} {
		delete(s.Schedules, key)
	}
	s.Alarms[0].StateValue, s.Alarms[0].StateReason = cwtypes.StateValueAlarm, new("Threshold Crossed: no datapoints were received for 2 periods.")
	s.letters("3")
	s.Items["cluster/broken"] = inventory.Item{Kind: inventory.KindCluster, Name: "broken", Spec: json.RawMessage(`{"name": "broken", "region": "nowhere"}`), Version: 1, UpdatedAt: clitest.Monday}
}

func TestTheScreenWhileScalingIsPaused(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	clitest.Does(t, s.Memory, "pause", "--reason", "incident 4711: nobody touches the clusters")
	s.Size("production/big", 0, 5, 4)
	r := s.looks(t)
	clitest.Golden(t, "status-paused", shows(t, r, 80))
}

// TestTheScreenOnHold, from the settings in the table to the screen.
func TestTheScreenOnHold(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule    string
		ago     time.Duration
		healthy bool
		apply   report.Progress
		says    []string
	}{
		{"config apply is writing", time.Minute, true, report.Writing, []string{"scaling: paused while config apply is writing since 2026-11-23 13:59 UTC by rui", "No problems. Note: scaling is paused while config apply is writing"}},
		{"it was interrupted", 10 * time.Minute, false, report.Interrupted, []string{
			" the configuration: is only partly written since 2026-11-23 13:50 UTC by rui, and scaling is paused until the rest is written",
			" -> eks-scaling config apply DOCUMENT # the same document again",
		}},
	} {
		s := calmSystem(t)
		e := s.Items["settings/global"]
		e.Spec, _ = inventory.WithPaused(e.Spec, true)
		e.Version, e.Hold, e.UpdatedAt, e.UpdatedBy, e.Reason = e.Version+1, &inventory.Hold{Resumes: true}, afternoon.Add(-row.ago), "rui", ""
		s.Items["settings/global"] = e
		r := s.looks(t)
		if (len(r.Problems) == 0) != row.healthy || r.Scaling.Apply != row.apply {
			t.Errorf("%s: found %v, and apply %q; want healthy to be %t, and %q", row.rule, r.Problems, r.Scaling.Apply, row.healthy, row.apply)
		}
		text := strings.Join(strings.Fields(shows(t, r, 100)), " ") // without the ends of lines
		clitest.Says(t, text, row.says...)
		if strings.Contains(strings.ReplaceAll(text, "resume paused", ""), "resume") {
			t.Errorf("%s: advises to resume scaling:\n%s", row.rule, text)
		}
	}
}

// TestNoLineIsWiderThanTheTerminal except commands, which are there to be copied, and long words.
func TestNoLineIsWiderThanTheTerminal(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	wreck(t, s)
	r := s.looks(t)
	for width := 1; width <= 100; width++ {
		for line := range strings.Lines(shows(t, r, width)) {
			letters, words := len([]rune(strings.TrimSuffix(line, "\n"))), len(strings.Fields(line))
			if letters > width && !strings.HasPrefix(line, "    -> ") && (words > 1 || width >= 60) {
				t.Errorf("found a line of %d characters; want at most %d:\n%s", letters, width, line)
			}
		}
	}
}

// TestNobodysNameBreaksTheStatus which took a cell of two lines for two rows.
func TestNobodysNameBreaksTheStatus(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	s.ran("nasty", stackaws.Failed, time.Minute, clitest.Nasty, clitest.Nasty)
	for i := range s.done {
		s.done[i].Run.Actor, s.done[i].Run.Trigger = clitest.Nasty, clitest.Nasty
	}
	for _, width := range []int{0, 40, 200} {
		text := shows(t, s.looks(t), width)
		clitest.WantPrintable(t, "status", text)
		clitest.Says(t, text, "ana?[2J")
	}
}

func TestTheLineAboutTriggers(t *testing.T) {
	t.Parallel()
	for _, w := range []struct {
		triggers report.Triggers
		want     string
		mood     term.Mood
	}{
		{report.Triggers{Compared: true, Planned: 3, Reconcile: report.Present}, "3 triggers, all present", term.Plain},
		{report.Triggers{Compared: true, Planned: 3, Missing: []string{"a"}, Updating: true, Reconcile: report.Present}, "3 triggers, 1 missing: updating after a configuration change", term.Plain},
		{report.Triggers{Compared: true, Planned: 3, Missing: []string{"a"}, Disabled: []string{"b"}, Reconcile: report.Present}, "3 triggers, 1 missing, 1 disabled", term.Failed},
		{report.Triggers{Compared: true, Planned: 3, Reconcile: report.Absent}, "3 triggers, all present, reconcile missing", term.Failed},
		{report.Triggers{Reconcile: report.Present}, "not compared: the configuration is invalid", term.Plain},
		{report.Triggers{Error: "no", Reconcile: report.NotVisible}, "could not be read, reconcile unreadable", term.Failed},
	} {
		want := term.Row{Mood: w.mood, Cells: []string{"TRIGGERS", w.want}}
		if diff := cmp.Diff(want, triggersRow(w.triggers, nil), cmp.AllowUnexported(term.Row{})); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestColorsShowProblemsAndHealth(t *testing.T) {
	t.Parallel()
	colored := func(s *system) []string {
		var text screenText
		if err := screenOf(s.looks(t), 100, view{all: true}).Print(&text, true); err != nil {
			t.Fatal(err)
		}
		var lines []string
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "\x1b") {
				lines = append(lines, strings.TrimSpace(line))
			}
		}
		return lines
	}
	if diff := cmp.Diff([]string{term.Green + "Healthy" + term.NoColor}, colored(healthySystem(t))); diff != "" {
		t.Errorf("when all is fine (-want +got):\n%s", diff)
	}
	s := healthySystem(t)
	s.letters("1")
	lines := colored(s)
	if len(lines) != 4 || lines[0] != term.Red+"PROBLEMS"+term.NoColor || !strings.HasPrefix(lines[2], term.Red+"DEAD LETTERS") || !strings.HasPrefix(lines[3], term.Red+"Unhealthy: ") {
		t.Errorf("found %q; want four red lines", lines)
	}
}

// TestDryRunsAreShownAsSuch, also where they failed or were stopped.
func TestDryRunsAreShownAsSuch(t *testing.T) {
	t.Parallel()
	s := calmSystem(t)
	s.ran("manual-3", stackaws.Aborted, time.Minute, "", "")
	s.inputs = map[string]json.RawMessage{s.executions[0].ARN: json.RawMessage(`{"trigger": "manual", "actor": "ana", "dryRun": true}`)}
	s.ran("manual-2", stackaws.Failed, 2*time.Minute, "", "unknown cluster")
	s.done[len(s.done)-1].Run, s.done[len(s.done)-1].Input = run.Run{}, json.RawMessage(`{"trigger": "manual", "actor": "ana", "dryRun": true}`)
	r := s.looks(t)
	if len(r.Problems) > 0 {
		t.Errorf("found %v; want nothing wrong", r.Problems)
	}
	clitest.Says(t, shows(t, r, 0), "aborted    ana         41s       dry run: stopped manually", "failed     ana         41s       dry run: unknown cluster", "reconcile   41s       0 scaled")
}
