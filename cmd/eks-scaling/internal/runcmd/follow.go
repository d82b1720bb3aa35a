package runcmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
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

// pace is how often an execution is looked at that is waited for.
var pace = stackaws.Pace{First: 200 * time.Millisecond, Most: 2 * time.Second}

// launched is a run that was just started, or goes on.
type launched struct {
	stackaws.Summary
	// repeats is the run whose input it was started with, if it was started for that.
	repeats string
	// redrives is how often it has been redriven, this time included.
	redrives int
}

// runAnswer is what is said of such a run.
type runAnswer struct {
	Name      string          `json:"name"`
	ARN       string          `json:"arn"`
	Status    stackaws.Status `json:"status"` // RUNNING if it was not waited for
	Console   string          `json:"console"`
	Started   time.Time       `json:"started,omitzero"`
	Ended     time.Time       `json:"ended,omitzero"`
	Seconds   float64         `json:"seconds,omitempty"` // from the start to the end
	Repeats   string          `json:"repeats,omitempty"`
	Redrives  int             `json:"redriveCount,omitempty"`
	Summary   *run.Summary    `json:"summary,omitempty"` // what the run says of itself at its end
	Error     string          `json:"error,omitempty"`
	Cause     string          `json:"cause,omitempty"`
	decidedAt time.Time
	redriven  time.Time // zero if it never was
}

// answerOf is what is known of a run that was not waited for.
func (l launched) answerOf() runAnswer {
	return runAnswer{
		Name: l.Name, ARN: l.ARN, Status: l.Status, Console: runwords.ConsoleOf(l.Summary), Started: l.Started, Repeats: l.repeats, Redrives: l.redrives,
	}
}

// await follows a run to its end. Whoever stops waiting does not stop the run, and is told so.
func (l launched) await(ctx context.Context, s frame.Session, report func(stackaws.Event)) (runAnswer, error) {
	history, err := s.Executions().Follow(ctx, l.ARN, l.redrives, pace, report)
	look := "look at it with: eks-scaling runs show " + l.Name
	switch {
	case err != nil && ctx.Err() != nil:
		return runAnswer{}, frame.Remedied{Found: fmt.Sprintf("interrupted while waiting: run %s goes on; %s", l.Name, look), Err: ctx.Err()}
	case err != nil:
		return runAnswer{}, fmt.Errorf("%w; run %s goes on, %s", frame.WithRemedy(err), l.Name, look)
	}
	a := l.answerOf()
	a.Status, a.Started, a.Ended, a.Summary = history.Status, history.Started, history.Ended, history.RunSummary()
	a.Seconds = a.Ended.Sub(a.Started).Seconds()
	if a.Summary != nil {
		a.Summary.Alert = nil // the same once more, for a mail
	}
	a.Error, a.Cause = runwords.EndOf(history.Error)
	a.redriven = history.Redriven
	if run := history.Run(); run != nil {
		a.decidedAt = run.Instant(run.TakenAt)
	}
	return a, nil
}

// overtaken lists the newer runs that decide instead of this one, for some node groups at least.
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

// finding is errFindings for a run that did not go well, errOvertaken for one that a newer run has overtaken.
func (a runAnswer) finding() error {
	if a.Summary != nil && a.Summary.Outcome == run.Overtaken {
		return frame.ErrOvertaken
	}
	failed := a.Summary != nil && a.Summary.Error != "" // so may a dry run: its execution succeeds all the same
	if !failed && (a.Status == stackaws.Succeeded || a.Status == stackaws.Running) {
		return nil
	}
	return frame.ErrFindings
}

// following is how the verbs that start a run answer.
type following struct {
	frame.Output
	wait   bool
	answer io.Writer // where the answer goes, and nothing else
}

func (w *following) flags(cmd *cobra.Command) {
	w.AddFlag(cmd)
	cmd.Flags().BoolVar(&w.wait, "wait", false, "follow the run to its end, and fail if it fails or a newer run overtakes it")
}

// report says that a run goes on, or follows it to its end.
func (w *following) report(cmd *cobra.Command, s frame.Session, l launched) error {
	if !w.wait {
		a, what := l.answerOf(), "started"
		if l.redrives > 0 {
			what = "continued"
		}
		return w.Print(w.answer, a, func(out io.Writer) error {
			return term.Tell(out, "run %s is %s\n  console: %s\n  look at it with: eks-scaling runs show %s\n", a.Name, what, a.Console, a.Name)
		})
	}
	live := cmd.OutOrStdout()
	term.Say(live, "run %s\n", l.Name)
	a, err := l.await(cmd.Context(), s, func(e stackaws.Event) {
		if text := runwords.InLine(e); text != "" {
			term.SayLine(live, "  "+text)
		}
	})
	if err != nil {
		return err
	}
	if err := w.Print(w.answer, a, a.printEnd); err != nil {
		return err
	}
	return a.finding()
}

// printEnd says how a run ended.
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

// outcome is what came of a run, in one line.
func (a runAnswer) outcome() string {
	end := frame.Ending{Status: a.Status, Error: a.Error, Cause: a.Cause}
	if a.Summary != nil {
		end.Outcome, end.Message, end.Error = a.Summary.Outcome, a.Summary.Message, cmp.Or(a.Error, a.Summary.Error)
	}
	return end.InWords()
}

// launch starts a run. The name is one that nobody else gives: where a call is repeated because its answer was lost, and the run
// is there by then, it is this one.
func launch(ctx context.Context, s frame.Session, in run.Input) (launched, error) {
	name := frame.ManualPrefix + s.Current().UTC().Format("20060102T150405Z") + "-" + randomText()
	done := s.Progress("starting run " + name)
	defer done()
	summary, err := s.Executions().Start(ctx, name, in)
	if _, there := errors.AsType[*types.ExecutionAlreadyExists](err); there {
		e, unseen := s.Executions().Describe(ctx, name)
		if unseen != nil {
			return launched{}, fmt.Errorf("run %s was started, but %w", name, frame.WithRemedy(unseen))
		}
		summary, err = e.Summary, nil
	}
	look := "whether it was started shows: eks-scaling runs show " + name
	switch {
	case errors.Is(err, context.Canceled):
		err = frame.Remedied{Found: fmt.Sprintf("interrupted while starting run %s; %s", name, look), Err: err}
	case mayHaveArrived(err):
		err = fmt.Errorf("%w; %s", frame.WithRemedy(err), look)
	}
	return launched{Summary: summary}, frame.WithRemedy(err)
}

// mayHaveArrived says that AWS may have done what was asked for, though it did not say so.
func mayHaveArrived(err error) bool {
	if answer, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && answer.HTTPStatusCode() != 0 { // as it is without an answer
		return answer.HTTPStatusCode() >= http.StatusInternalServerError
	}
	if network, ok := errors.AsType[*net.OpError](err); ok && network.Op == "dial" {
		return false // nobody was there to ask
	}
	_, unanswered := errors.AsType[*smithyhttp.RequestSendError](err)
	return unanswered || errors.Is(err, context.DeadlineExceeded)
}
