package audit

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/run"
)

// refused returns a run that refused units, and in which production failed otherwise.
func refused(units ...string) ended {
	tasks := []run.UnitTask{night()}
	for _, unit := range units {
		tasks = append(tasks, run.UnitTask{Unit: unit, Outcome: run.Failed, Error: &run.StepError{
			Error: string(run.BlastRadiusError), Cause: `{"errorMessage":"unit ` + unit + `: its scale-downs take down 5 nodes"}`,
		}})
	}
	return of(tasks...)
}

// TestAnAlertHasTheCommandThatLiftsTheBlastRadius for what was refused, and for nothing else.
func TestAnAlertHasTheCommandThatLiftsTheBlastRadius(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range run.MaxFailures + 1 {
		many = append(many, fmt.Sprintf("c%02d", i))
	}
	for rule, row := range map[string]struct {
		ended ended
		run   run.Run
		input string
		want  string
	}{
		"it names the refused units": {refused("a", "b:night"), run.Run{}, `{}`, "eks-scaling run --beyond-blast-radius --region sa-east-1 --cluster a --cluster b:night --reason"},
		"as the run was limited": {
			refused("a"),
			run.Run{Nodegroups: []string{"big", "spot"}, Profile: "low tide", Force: true},
			`{}`,
			`eks-scaling run --beyond-blast-radius --region sa-east-1 --cluster a --nodegroup big --nodegroup spot --to "low tide" --force --reason`,
		},
		"for the run's instant":         {refused("a"), run.Run{At: time.Unix(0, 0)}, `{}`, "--cluster a --at 1970-01-01T00:00:00Z --reason"},
		"of many, the run's selection":  {refused(many...), run.Run{}, `{"clusters":["x"],"schedules":["y:z"]}`, "--beyond-blast-radius --region sa-east-1 --cluster x --cluster y:z --reason"},
		"of many in a run over all":     {refused(many...), run.Run{}, `{}`, "--beyond-blast-radius --region sa-east-1 --reason"},
		"if nothing is refused, nor it": {refused(), run.Run{}, `{}`, ""},
	} {
		row.ended.State.Run, row.ended.Input = row.run, json.RawMessage(row.input)
		text := row.ended.summarize().Alert.Message
		if row.want == "" {
			if strings.Contains(text, "--beyond") {
				t.Errorf("%s: the alert says\n%s", rule, text)
			}
			continue
		}
		if !strings.Contains(text, "lift the blast radius once:\n  ") || !strings.Contains(text, row.want) {
			t.Errorf("%s: the alert says\n%s\nwant %s", rule, text, row.want)
		}
	}
}

func TestAnAlertSaysThatARunWasBeyondTheBlastRadius(t *testing.T) {
	t.Parallel()
	e := of(night())
	e.State.Run = run.Run{TakenAt: time.Unix(0, 0), BeyondBlastRadius: true}
	if text := e.summarize().Alert.Message; !strings.Contains(text, "\nIt ran beyond the blast radius.\n") {
		t.Errorf("the alert says\n%s", text)
	}
}
