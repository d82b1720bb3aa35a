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
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/run"
)

// poll sets how often to look at an execution.
var poll = stackaws.Poll{Initial: 200 * time.Millisecond, Max: 2 * time.Second}

// runAnswer answers for a run that was started or continued.
type runAnswer struct {
	Name      string          `json:"name"`
	ARN       string          `json:"arn"`
	Status    stackaws.Status `json:"status"` // running without --wait
	Console   string          `json:"console"`
	Started   time.Time       `json:"startedAt,omitzero"`
	Ended     time.Time       `json:"endedAt,omitzero"`
	Seconds   float64         `json:"seconds,omitempty"` // from the start to the end
	RetryOf   string          `json:"retryOf,omitempty"` // the run that it retries
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

// show is the command that shows the run.
func (a runAnswer) show(s frame.Session) string {
	return frame.InRegion("eks-scaling runs show "+a.Name, s.Stack.OnlyRegion)
}

// await follows the run to its end, and reports its progress to live if that is not nil. Interrupting it does not stop the run, and the
// error says so.
func (a runAnswer) await(ctx context.Context, s frame.Session, live io.Writer) (runAnswer, error) {
	history, err := newWatcher(ctx, s, a, live).follow()
	look := "Follow it with: " + a.show(s)
	switch {
	case err != nil && ctx.Err() != nil:
		return a, frame.Remedied{Found: fmt.Sprintf("Stopped waiting; run %s is still running. %s", a.Name, look), Err: ctx.Err()}
	case err != nil:
		return a, fmt.Errorf("%w. Run %s is still running. %s", frame.WithRemedy(err), a.Name, look)
	}
	a.Status, a.Started, a.Ended = history.Status, history.Started, history.Ended
	if summary := history.RunSummary(); summary != nil {
		summary.Alert = nil // repeats the summary for a mail
		units, err := runwords.UnitsOf(ctx, s, a.Name, history, nil)
		if err != nil {
			return a, fmt.Errorf("run %s ended (%s), but its results cannot be read: %w. See: eks-scaling runs show %s", a.Name, a.Status, frame.WithRemedy(err), a.Name)
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

// overtaken lists the newer runs that decide instead, at least for some node groups.
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

// finding returns ErrOvertaken if a newer run has overtaken the run, and ErrFindings if it failed or was skipped.
func (a runAnswer) finding() error {
	switch {
	case a.Summary != nil && a.Summary.Outcome == run.Overtaken:
		return frame.ErrOvertaken
	case a.failed(), a.skipped():
		return frame.ErrFindings
	default:
		return nil
	}
}

// failed reports whether the run failed. The execution of a failed dry run succeeds, but its summary has an error.
func (a runAnswer) failed() bool {
	return a.Summary != nil && a.Summary.Error != "" || a.Status != stackaws.Succeeded && a.Status != stackaws.Running
}

func (a runAnswer) skipped() bool {
	return !a.failed() && a.Summary != nil && a.Summary.Outcome == run.Skipped
}

// following holds the flags of the verbs that start a run.
type following struct {
	frame.Output
	wait   bool
	answer io.Writer // gets only the answer
}

func (w *following) flags(cmd *cobra.Command) {
	w.AddFlag(cmd)
	cmd.Flags().BoolVar(&w.wait, "wait", false, "wait until the run ends; the exit code tells how")
}

// report prints that a run was started, or follows it to its end.
func (w *following) report(cmd *cobra.Command, env frame.Environment, s frame.Session, a runAnswer) error {
	what := "Started"
	if a.Redrives > 0 {
		what = "Continued"
	}
	if !w.wait {
		return w.Print(w.answer, a, func(out io.Writer) error {
			return term.Tell(out, "%s run %s\n  Follow it with: %s\n  Console: %s\n", what, a.Name, a.show(s), a.Console)
		})
	}
	live := env.Told
	term.Say(live, "%s run %s\n", what, a.Name)
	a, err := a.await(cmd.Context(), s, live)
	if err != nil {
		return err
	}
	if err := w.Print(w.answer, a, func(out io.Writer) error { return a.printEnd(out, env.Width, s) }); err != nil {
		return err
	}
	return a.finding()
}

// printEnd prints how a run ended, and what to do next.
func (a runAnswer) printEnd(out io.Writer, width int, s frame.Session) error {
	ended := runwords.StatusWord(a.ending())
	ended = english.Capital(ended)
	if !a.skipped() {
		ended += " after " + runwords.Lasted(a.Started, a.redriven, a.Ended)
	}
	err := term.TellBeside(out, width, ended+": ", a.result())
	for _, newer := range a.overtaken() {
		err = term.Tell(out, "  Details: %s\n", frame.InRegion("eks-scaling runs show "+runwords.ShellWord(newer), s.Stack.OnlyRegion))
	}
	if a.failed() {
		term.SayBeside(out, width, "  To fix: ", run.ErrorName(a.Error).Remedy())
		err = term.Tell(out, "  Details: %s\n", a.show(s))
	}
	return err
}

func (a runAnswer) ending() frame.Ending {
	end := frame.Ending{Status: a.Status, Error: a.Error, Cause: a.Cause}
	if a.Summary != nil {
		end.Outcome, end.Message, end.Error = a.Summary.Outcome, a.Summary.Message, cmp.Or(a.Error, a.Summary.Error)
	}
	return end
}

// result words the result of a run, in one line.
func (a runAnswer) result() string { return runwords.Result(a.ending()) }

// launch starts a run. Its name is unique: if a retried call finds a run of that name, the first call started it.
func launch(ctx context.Context, s frame.Session, in run.Input) (runAnswer, error) {
	name := frame.ManualPrefix + s.Current().UTC().Format("20060102T150405Z") + "-" + strings.ToLower(rand.Text()[:6])
	done := s.Progress("starting run " + name)
	defer done()
	summary, err := s.Executions().Start(ctx, name, in)
	if _, there := errors.AsType[*types.ExecutionAlreadyExists](err); there {
		e, unseen := s.Executions().Describe(ctx, name)
		if unseen != nil {
			return runAnswer{}, fmt.Errorf("started run %s, but %w", name, frame.WithRemedy(unseen))
		}
		summary, err = e.Summary, nil
	}
	look := "check whether it started with: eks-scaling runs show " + name
	switch {
	case errors.Is(err, context.Canceled):
		err = frame.Remedied{Found: fmt.Sprintf("interrupted while starting run %s; %s", name, look), Err: err}
	case mayHaveArrived(err):
		err = fmt.Errorf("%w; %s", frame.WithRemedy(err), look)
	}
	return answerFor(summary), frame.WithRemedy(err)
}

// mayHaveArrived reports whether a failed call may have taken effect.
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
