// Package runwords words what happens in a run: its steps, decisions and results, for the verbs that follow runs or look back.
package runwords

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
)

// ManualTrigger is the trigger of runs that people start.
const ManualTrigger = "manual"

// StartedBy names who started a run, such as "ana", "ci (deploy)" or "reconcile". The actor of a scheduled run is always the scheduler.
func StartedBy(actor, trigger string) string {
	switch {
	case trigger == run.ScheduleTrigger, trigger == run.ReconcileTrigger:
		return trigger
	case actor != "" && trigger != "" && trigger != ManualTrigger:
		return actor + " (" + trigger + ")"
	default:
		return cmp.Or(actor, trigger, "unknown")
	}
}

// ConsoleOf returns the page of a run in the console.
func ConsoleOf(e stackaws.Summary) string {
	return run.Execution{ARN: e.ARN, Name: e.Name}.ConsoleURL()
}

// EndOf returns the name and the cause of the error with which a run ended; empty for nil.
func EndOf(e *run.StepError) (name, cause string) {
	if e == nil {
		return "", ""
	}
	return e.Error, stackaws.Cause(*e)
}

// HeldBack lists what holds a scale-down back, in one line.
func HeldBack(by []string) string {
	return frame.InOneLine(strings.Join(by, "; "))
}

// CommonZone returns the time zone that all units share; nil if they have several or none.
func CommonZone(units []config.Unit) *time.Location {
	var common *time.Location
	for _, u := range units {
		loc := u.Timetable().Location()
		if common != nil && common.String() != loc.String() {
			return nil
		}
		common = loc
	}
	return common
}

// InputOf reads the input of a run. It ignores errors: an invalid input may be why the run failed.
func InputOf(data json.RawMessage) run.Input {
	var in run.Input
	_ = json.Unmarshal(data, &in)
	return in
}

// foundOrNot marks the error of an unknown run as not found, and says where to look.
func foundOrNot(err error) error {
	if errors.Is(err, stackaws.ErrNoExecution) {
		return frame.NotFound(fmt.Errorf("%w; list recent runs with: eks-scaling runs --since 7d", err))
	}
	return err
}

// Execution reads one execution and its history.
func Execution(s frame.Session, cmd *cobra.Command, nameOrARN string) (stackaws.Execution, *stackaws.History, error) {
	done := s.Progress("reading run " + nameOrARN)
	defer done()
	e, err := s.Executions().Describe(cmd.Context(), nameOrARN)
	if err != nil {
		return e, nil, frame.WithRemedy(foundOrNot(err))
	}
	history, err := s.Executions().History(cmd.Context(), e.ARN)
	return e, history, frame.WithRemedy(foundOrNot(err))
}

// plainWord matches words that a shell does not change.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_.:/@%+=,-]+$`)

// ShellWord quotes a word for a shell.
func ShellWord(text string) string {
	if plainWord.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// ShownWaves are the waves that a dry run expects in a cluster.
type ShownWaves struct {
	Cluster string `json:"cluster"`
	// Waves holds the names of each wave's node groups, in order.
	Waves [][]string `json:"waves"`
}

// InOrder names the node groups wave by wave and marks those that are held back. It is empty for fewer than two waves.
func InOrder(waves [][]string, isHeldBack func(nodegroup string) bool) string {
	if len(waves) < 2 {
		return ""
	}
	parts := make([]string, len(waves))
	for i, wave := range waves {
		names := make([]string, len(wave))
		for j, name := range wave {
			names[j] = name
			if isHeldBack(name) {
				names[j] += " (held back)"
			}
		}
		parts[i] = strings.Join(names, ", ")
	}
	return strings.Join(parts, "; then ")
}
