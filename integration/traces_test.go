package integration_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/trace"
	"eks-scaling-automation/integration/trace/replay"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/integration/world/clock"
)

// traces is where the runs of the tests are recorded; empty records nothing. See make traces.
var traces = flag.String("traces", "", "the folder that gets a trace of every test that has runs")

// No trace is recorded of these tests, for these reasons. See docs/traces.md.
var unrecorded = map[string]string{
	"TestTwoRecordingsAreTheSame": "it makes the same recording twice",
	"TestTwoAppliesAtOnce":        "which of its writes wins is chance",

	"TestScripts":       byTool,
	"TestDemo":          "it runs make demo, which is too long",
	"TestOperatorGuide": byTool,
	"TestSignalsGuide":  byTool,
	"TestPictures":      byTool,

	"TestInitAtATerminal":                          byTool,
	"TestInitLeftAtEveryQuestionWritesNothing":     byTool,
	"TestInitSaysWhatIsWrongWithAnAnswer":          byTool,
	"TestQuestionsBeforeARun":                      byTool,
	"TestQuestionsBeforeTheConfigurationIsChanged": byTool,
	"TestQuestionWhetherToEditAgain":               byTool,
	"TestPauseAtATerminal":                         byTool,
	"TestStatusIsWatchedUntilCtrlC":                byTool,
	"TestStatusIsWatchedOnASmallTerminal":          byTool,

	"TestABlastRadiusHoldsAmongUnitsThatDecideAtOnce": byMachine,
	"TestAChangeStartsARunSoon":                       byMachine,
	"TestATriggerThatStartsNothingRaisesAnAlarm":      byMachine,
	"TestAnUpgradeDoesNotChangeTheCodeOfARunUnderWay": byMachine,
	"TestCallsOfARun":                                 byMachine,
	"TestEveryChangeOfTheConfigurationIsRecorded":     byMachine,
	"TestRunThatIsStartedTwiceMakesOneUpdate":         byMachine,
	"TestSilenceOfReconcileRunsRaisesAnAlarm":         byMachine,
}

const (
	byTool    = "it tests the command line tool, whose runs take the paths of TestScenarios"
	byMachine = "it goes by the machine's clock, so that no two recordings would be the same"
)

// recordable is the clock of a world that does not need the machine's. While traces are recorded it shows the same times again.
func recordable(t *testing.T) clock.Clock {
	t.Helper()
	if *traces == "" {
		return clock.Clock{}
	}
	skipUnrecorded(t)
	return clock.Virtual(tuesday("12:00:00"))
}

// skipUnrecorded skips a test whose runs are not to be recorded while traces are.
func skipUnrecorded(t *testing.T) {
	t.Helper()
	top, _, _ := strings.Cut(t.Name(), "/")
	if why := unrecorded[top]; *traces != "" && why != "" {
		t.Skip(why)
	}
}

// recordTrace records the runs of a world that have ended, and holds another engine against the trace: what that cannot repeat, the
// trace does not tell.
func recordTrace(t *testing.T, w *world.World) {
	t.Helper()
	if top, _, _ := strings.Cut(t.Name(), "/"); unrecorded[top] != "" {
		return
	}
	recorded, found := traceOf(t, w, traceName(t.Name()))
	if !found || t.Failed() {
		return
	}
	if err := replay.Run(recorded, replay.Interpreter{}); err != nil {
		t.Errorf("replaying the trace: %v", err)
	}
	if *traces != "" {
		if err := recorded.Write(*traces); err != nil {
			t.Error(err)
		}
	}
}

// traceOf is the trace of the runs of a world that have ended, if there are any.
func traceOf(t *testing.T, w *world.World, name string) (recorded trace.Trace, found bool) {
	t.Helper()
	runs := slices.DeleteFunc(w.Engine.Executions(), func(x *engine.Execution) bool {
		d := x.Describe()
		return d.Status == engine.Running || d.Redrives > 0
	})
	if len(runs) == 0 {
		return recorded, false
	}
	slices.Reverse(runs) // oldest first
	definition, err := w.Definition()
	if err != nil {
		t.Fatal(err)
	}
	if recorded, err = trace.Of(name, definition, runs...); err != nil {
		t.Fatal(err)
	}
	return recorded, true
}

var nextWord = regexp.MustCompile(`([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])`)

// traceName is the name of a test, in words.
func traceName(test string) string {
	top, rest, _ := strings.Cut(strings.TrimPrefix(test, "Test"), "/")
	return strings.TrimSuffix(nextWord.ReplaceAllString(top, "$1$3 $2$4")+"/"+strings.ReplaceAll(rest, "_", " "), "/")
}

// TestTwoRecordingsAreTheSame byte for byte, although the world draws names at random: of the executions of units, of the call of
// a function that dies, and of the address of EKS in the error of a lost answer.
func TestTwoRecordingsAreTheSame(t *testing.T) {
	t.Parallel()
	skipUnrecorded(t)
	var texts []string
	for range 2 {
		n := nightAt(t, tuesdayNight)
		n.EKS.LoseReply("UpdateNodegroupConfig", "production", "big", 1)
		if err := n.Lambda.KillNext("eks-scaling-scale", lambda.AfterHandler); err != nil {
			t.Fatal(err)
		}
		n.trigger("night", tuesdayNight)
		n.until(tuesdayNight.Add(time.Hour))
		recorded, _ := traceOf(t, n.World, "night")
		folder := t.TempDir()
		if err := recorded.Write(folder); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(folder, "night.json"))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if diff := cmp.Diff(texts[:1], texts[1:]); diff != "" || !strings.Contains(texts[0], "RequestId: 00000000-") || !strings.Contains(texts[0], "127.0.0.1:1/") {
		t.Errorf("the recordings differ, or nothing has failed (-first +second):\n%s", diff)
	}
}
