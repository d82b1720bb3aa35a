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
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
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
	Summary   *run.RunSummary `json:"summary,omitempty"` // what the run says of itself at its end
	Error     string          `json:"error,omitempty"`
	Cause     string          `json:"cause,omitempty"`
	decidedAt time.Time
	redriven  time.Time // zero if it never was
}

// answerOf is what is known of a run that was not waited for.
func (l launched) answerOf() runAnswer {
	return runAnswer{
		Name: l.Name, ARN: l.ARN, Status: l.Status, Console: consoleOf(l.Summary), Started: l.Started, Repeats: l.repeats, Redrives: l.redrives,
	}
}

func consoleOf(e stackaws.Summary) string {
	return run.Execution{ARN: e.ARN, Name: e.Name}.ConsoleURL()
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
	a.Error, a.Cause = endOf(history.Error)
	a.redriven = history.Redriven
	if run := history.Run(); run != nil {
		a.decidedAt = run.Instant(run.TakenAt)
	}
	return a, nil
}

// endOf is the error with which a run ended and its cause, as far as there is one: who aborts a run may say why, or not.
func endOf(e *run.StepError) (name, cause string) {
	if e == nil {
		return "", ""
	}
	return e.Error, stackaws.Cause(*e)
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
		if text := inLine(e); text != "" {
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
	err := term.Tell(out, "%s after %s: %s\n", a.Status, lasted(a.Started, a.redriven, a.Ended), a.outcome())
	for _, newer := range a.overtaken() {
		err = term.Tell(out, "  more: eks-scaling runs show %s\n", shellWord(newer))
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

// took is a time in words, to the tenth of a second while it is short.
func took(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return frame.FormatDuration(d.Round(time.Second))
}

// lasted is how long a run took, from its start or from when it was last continued: the time that it lay idle does not count.
func lasted(started, redriven, ended time.Time) string {
	if redriven.IsZero() {
		return took(ended.Sub(started))
	}
	return took(ended.Sub(redriven)) + " (since it was continued)"
}

// inLine is what people want to know of an event; empty if that is nothing.
func inLine(e stackaws.Event) string {
	subject := subjectOf(e.Step)
	text := ""
	switch e.Kind {
	case stackaws.Entered:
		if !e.Step.Again() {
			text = begun[e.Step.State]
		}
	case stackaws.AttemptFailed:
		text = fmt.Sprintf("%s, attempt %d failed: %s", e.Step.State, max(e.Step.Attempts, 1), inWordsOf(e.Step.Error))
	case stackaws.Left:
		text = left(e.Step)
	case stackaws.Ended:
	}
	if text == "" || subject == "" {
		return text
	}
	return subject + "  " + text
}

// subjectOf is what a step is about, such as production/big; empty if it is about the run.
func subjectOf(s stackaws.Step) string {
	if s.Nodegroup == "" {
		return s.Cluster
	}
	return s.Cluster + "/" + s.Nodegroup
}

// begun is what the states do whose beginning people care about.
var begun = map[string]string{
	stackaws.LoadConfig:    "reading the configuration",
	stackaws.Decide:        "reading the node groups, and deciding",
	stackaws.SyncSchedules: "bringing the triggers in line with the configuration",
	stackaws.AuditRun:      "putting the run on record",
	stackaws.NotifyFailure: "alerting people to what failed",
}

// left is what came of a state, as far as people care.
func left(step stackaws.Step) string {
	if task := step.Task(); task != nil {
		return decidedInWords(*task)
	}
	if change := step.Change(); change != nil {
		return begunInWords(*change.Progress)
	}
	if result := step.Result(); result != nil {
		return resultInWords(*result)
	}
	if step.State == stackaws.UnitFailed {
		return "failed; the other clusters go on"
	}
	return ""
}

// decidedInWords is what a round has decided for a unit; empty where that was said before.
func decidedInWords(task run.UnitTask) string {
	switch {
	case task.Error != nil:
		return "failed: " + inWordsOf(task.Error)
	case task.Next == run.NextWait && task.Waiting != nil:
		return "waiting for run " + task.Waiting.Run
	case task.Next == run.NextWait:
		return "waiting for the transition at " + task.GoodUntil.Format(frame.UTCForm)
	case task.Outcome == run.Overtaken:
		return "overtaken by run " + task.OvertakenBy
	case task.Outcome == run.Skipped:
		return "skipped: " + frame.InOneLine(task.Notice)
	case task.Round <= 1:
		return tally(task.Decisions)
	case task.Wave != nil:
		return fmt.Sprintf("%d to scale next", len(task.Wave.Decisions))
	default:
		return ""
	}
}

// begunInWords is how far scale has come with a node group.
func begunInWords(p run.Progress) string {
	switch {
	case p.Status == run.Busy:
		return fmt.Sprintf("busy with another update; next look in %ds", p.DelaySeconds)
	case p.UpdateID != "":
		return fmt.Sprintf("%s -> %s  started", p.Before, p.After)
	default:
		return ""
	}
}

// tally counts what is to be done.
func tally(decisions []scaling.Decision) string {
	due := 0
	for _, d := range decisions {
		if d.Action != scaling.Keep {
			due++
		}
	}
	return fmt.Sprintf("%d to scale, %d to leave as they are", due, len(decisions)-due)
}

// resultInWords is what came of a node group's change.
func resultInWords(r run.ChangeResult) string {
	text := ""
	switch r.Outcome {
	case run.Succeeded:
		text = fmt.Sprintf("%s -> %s  active after %s", sizesOrUnknown(r.Before), sizesOrUnknown(r.After), took(time.Duration(r.Seconds*float64(time.Second))))
	case run.Unchanged:
		text = sizesOrUnknown(r.After) + "  as wanted already"
	case run.Overtaken:
		text = "overtaken by run " + r.OvertakenBy
	case run.Returned:
		text = "deciding again"
	case run.Failed, run.Skipped, run.Planned:
		text = string(r.Outcome)
		if r.Error != nil {
			text += ": " + inWordsOf(r.Error)
		}
	}
	if r.Note != "" {
		text += ": " + frame.InOneLine(r.Note)
	}
	if len(r.Health) > 0 {
		text += "; its health: " + frame.InOneLine(strings.Join(r.Health, "; "))
	}
	return text
}

func sizesOrUnknown(s *scaling.Sizes) string {
	if s == nil {
		return "(not known)"
	}
	return s.String()
}

// inWordsOf is an error with its cause, in one line.
func inWordsOf(e *run.StepError) string {
	if e == nil {
		return "no error was given"
	}
	return frame.Named(e.Error, stackaws.Cause(*e))
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
