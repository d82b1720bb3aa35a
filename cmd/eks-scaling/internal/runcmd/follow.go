package runcmd

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/run"
)

// pace sets how often to look at an execution.
var pace = stackaws.Pace{First: 200 * time.Millisecond, Most: 2 * time.Second}

// runAnswer answers for a run that was started or continued.
type runAnswer struct {
	Name      string          `json:"name"`
	ARN       string          `json:"arn"`
	Status    stackaws.Status `json:"status"` // RUNNING without --wait
	Console   string          `json:"console"`
	Started   time.Time       `json:"started,omitzero"`
	Ended     time.Time       `json:"ended,omitzero"`
	Seconds   float64         `json:"seconds,omitempty"` // from the start to the end
	Repeats   string          `json:"repeats,omitempty"` // the run that it repeats
	Redrives  int             `json:"redriveCount,omitempty"`
	Summary   *runSummary     `json:"summary,omitempty"`
	Error     string          `json:"error,omitempty"`
	Cause     string          `json:"cause,omitempty"`
	decidedAt time.Time
	redriven  time.Time // zero if it never was
}

// runSummary is the summary of a run, with what it did to each of its units.
type runSummary struct {
	run.Summary
	Clusters []runwords.Unit `json:"clusters,omitempty"`
}

// answerFor returns the answer for a run that is not waited for.
func answerFor(e stackaws.Summary) runAnswer {
	return runAnswer{Name: e.Name, ARN: e.ARN, Status: e.Status, Console: runwords.ConsoleOf(e), Started: e.Started}
}

// await follows the run to its end, and tells on live what happens, if that is not nil. Interrupting it does not stop the run, and the
// error says so.
func (a runAnswer) await(ctx context.Context, s frame.Session, live io.Writer) (runAnswer, error) {
	history, err := newWatcher(ctx, s, a, live).follow()
	look := "follow it with: eks-scaling runs show " + a.Name
	switch {
	case err != nil && ctx.Err() != nil:
		return a, frame.Remedied{Found: fmt.Sprintf("stopped waiting; run %s is still running; %s", a.Name, look), Err: ctx.Err()}
	case err != nil:
		return a, fmt.Errorf("%w; run %s is still running; %s", frame.WithRemedy(err), a.Name, look)
	}
	a.Status, a.Started, a.Ended = history.Status, history.Started, history.Ended
	if summary := history.RunSummary(); summary != nil {
		summary.Alert = nil // repeats the summary for a mail
		units, err := runwords.UnitsOf(ctx, s, a.Name, history)
		if err != nil {
			return a, fmt.Errorf("run %s ended as %s, but its results cannot be read: %w; %s", a.Name, a.Status, frame.WithRemedy(err), look)
		}
		a.Summary = &runSummary{*summary, units}
	}
	a.Seconds = a.Ended.Sub(a.Started).Seconds()
	a.Error, a.Cause = runwords.EndOf(history.Error)
	a.redriven = history.Redriven
	if run := history.Run(); run != nil {
		a.decidedAt = run.Instant(run.TakenAt)
	}
	return a, nil
}

// overtaken lists the newer runs that decide instead of this one, at least for some node groups.
func (a runAnswer) overtaken() []string {
	if a.Summary == nil || a.Summary.Outcome != run.Overtaken {
		return nil
	}
	var newer []string
	for _, c := range a.Summary.Clusters {
		if c.OvertakenBy != "" && !slices.Contains(newer, c.OvertakenBy) {
			newer = append(newer, c.OvertakenBy)
		}
	}
	return newer
}

// finding returns ErrOvertaken if a newer run has overtaken the run, and ErrFindings if it failed.
func (a runAnswer) finding() error {
	if a.Summary != nil && a.Summary.Outcome == run.Overtaken {
		return frame.ErrOvertaken
	}
	failed := a.Summary != nil && a.Summary.Error != "" // the execution of a failed dry run succeeds
	if !failed && (a.Status == stackaws.Succeeded || a.Status == stackaws.Running) {
		return nil
	}
	return frame.ErrFindings
}

// following holds the flags of the verbs that start a run.
type following struct {
	frame.Output
	wait   bool
	answer io.Writer // gets only the answer
}

func (w *following) flags(cmd *cobra.Command) {
	w.AddFlag(cmd)
	cmd.Flags().BoolVar(&w.wait, "wait", false, "wait until the run ends; fail if it fails or a newer run overtakes it")
}

// report prints that a run was started, or follows it to its end.
func (w *following) report(cmd *cobra.Command, env frame.Environment, s frame.Session, a runAnswer) error {
	if !w.wait {
		what := "Started"
		if a.Redrives > 0 {
			what = "Continued"
		}
		return w.Print(w.answer, a, func(out io.Writer) error {
			return term.Tell(out, "%s run %s\n  console: %s\n  follow it with: eks-scaling runs show %s\n", what, a.Name, a.Console, a.Name)
		})
	}
	live := env.Told
	term.Say(live, "run %s\n", a.Name)
	a, err := a.await(cmd.Context(), s, live)
	if err != nil {
		return err
	}
	if err := w.Print(w.answer, a, a.printEnd); err != nil {
		return err
	}
	return a.finding()
}

// printEnd prints how a run ended.
func (a runAnswer) printEnd(out io.Writer) error {
	err := term.Tell(out, "%s after %s: %s\n", a.Status, runwords.Lasted(a.Started, a.redriven, a.Ended), a.outcome())
	for _, newer := range a.overtaken() {
		err = term.Tell(out, "  more: eks-scaling runs show %s\n", runwords.ShellWord(newer))
	}
	if errors.Is(a.finding(), frame.ErrFindings) && !errors.Is(a.finding(), frame.ErrOvertaken) && err == nil {
		err = term.Tell(out, "  to do: %s\n  more: eks-scaling runs show %s\n", run.ErrorName(a.Error).Remedy(), a.Name)
	}
	return err
}

// outcome words the result of a run, in one line.
func (a runAnswer) outcome() string {
	end := frame.Ending{Status: a.Status, Error: a.Error, Cause: a.Cause}
	if a.Summary != nil {
		end.Outcome, end.Message, end.Error = a.Summary.Outcome, a.Summary.Message, cmp.Or(a.Error, a.Summary.Error)
	}
	return end.InWords()
}

// launch starts a run. Its name is unique: if a retried call finds a run of that name, the first call has started it.
func launch(ctx context.Context, s frame.Session, in run.Input) (runAnswer, error) {
	name := frame.ManualPrefix + s.Current().UTC().Format("20060102T150405Z") + "-" + strings.ToLower(rand.Text()[:6])
	done := s.Progress("starting run " + name)
	defer done()
	summary, err := s.Executions().Start(ctx, name, in)
	if _, there := errors.AsType[*types.ExecutionAlreadyExists](err); there {
		e, unseen := s.Executions().Describe(ctx, name)
		if unseen != nil {
			return runAnswer{}, fmt.Errorf("run %s was started, but %w", name, frame.WithRemedy(unseen))
		}
		summary, err = e.Summary, nil
	}
	look := "check whether it was started with: eks-scaling runs show " + name
	switch {
	case errors.Is(err, context.Canceled):
		err = frame.Remedied{Found: fmt.Sprintf("interrupted while starting run %s; %s", name, look), Err: err}
	case mayHaveArrived(err):
		err = fmt.Errorf("%w; %s", frame.WithRemedy(err), look)
	}
	return answerFor(summary), frame.WithRemedy(err)
}

// mayHaveArrived reports whether AWS may have carried out a call that failed.
func mayHaveArrived(err error) bool {
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && answer.HTTPStatusCode() != 0 { // 0 without an answer
		return answer.HTTPStatusCode() >= http.StatusInternalServerError
	}
	if network, ok := errors.AsType[*net.OpError](err); ok && network.Op == "dial" {
		return false // no connection
	}
	_, unanswered := errors.AsType[*smithyhttp.RequestSendError](err)
	return unanswered || errors.Is(err, context.DeadlineExceeded)
}
