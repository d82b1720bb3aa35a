// Package runscmd has the verbs that look back: runs, runs show and history.
package runscmd

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// runHead identifies a run, its start and its status.
type runHead struct {
	Name      string          `json:"name"`
	ARN       string          `json:"arn"`
	Status    stackaws.Status `json:"status"`
	Started   time.Time       `json:"started"`            // in UTC
	LocalTime time.Time       `json:"localTime,omitzero"` // the start by the clusters' clock, if they share one
	Ended     time.Time       `json:"ended,omitzero"`
	Seconds   float64         `json:"seconds,omitempty"`
	Redrives  int             `json:"redriveCount,omitempty"`
	Trigger   string          `json:"trigger,omitempty"`
	Actor     string          `json:"actor,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	redriven  time.Time       // zero if it never was
}

// headOf returns the head of a run without its input. The zone of all clusters may be nil.
func headOf(e stackaws.Summary, zone *time.Location) runHead {
	h := runHead{
		Name: e.Name, ARN: e.ARN, Status: e.Status, Started: e.Started, Ended: e.Ended, Redrives: e.RedriveCount, redriven: e.Redriven,
	}
	if zone != nil {
		h.LocalTime = e.Started.In(zone)
	}
	if !e.Ended.IsZero() {
		h.Seconds = e.Ended.Sub(e.Started).Seconds()
	}
	return h
}

// startedWith adds who started the run, and why, from its input.
func (h *runHead) startedWith(data json.RawMessage) {
	in := runwords.InputOf(data)
	h.Trigger, h.Actor, h.Reason = in.Trigger, in.Actor, in.Reason
}

// listedRun is one run of the list.
type listedRun struct {
	runHead
	Outcome run.Outcome `json:"outcome,omitempty"` // missing while it runs, or if it timed out or was aborted
	Message string      `json:"message,omitempty"`
	Error   string      `json:"error,omitempty"`
	Console string      `json:"console"`
}

// DefaultRuns is the default limit of the list.
const DefaultRuns = 50

// NewRuns returns the command runs.
func NewRuns(env frame.Environment) *cobra.Command {
	var form frame.Output
	var back string
	var failed bool
	var limit int
	cmd := frame.Family(&cobra.Command{
		Use:   "runs [--since 24h] [--failed]",
		Short: "Lists the runs: when they started, who started them, how long they took, and their results",
		Long: `Lists the runs of the state machine, latest first: when they started, who started them, how long they took, and their results.
AWS keeps runs for 90 days. For older changes of node groups see: eks-scaling history.

Times are in UTC, and also in the clusters' time zone if they all share one. Text that is too long for the terminal goes below
its row.

-o json and yaml have of each run: name, arn, status, started, localTime, ended, seconds, redriveCount, trigger, actor, reason,
outcome, message, error and console.`,
		Example: `  eks-scaling runs
  eks-scaling runs --failed --since 7d
  eks-scaling runs show reconcile-2026-11-23T12-00`,
	}, newRunsShow(env))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ago, err := frame.ParseDuration(back)
		if err != nil {
			return frame.Usage(cmd, fmt.Errorf("--since: %w", err))
		}
		if limit < 1 {
			return frame.Usage(cmd, fmt.Errorf("--limit: found %d; want a number of runs from 1", limit))
		}
		if err := form.Check(cmd); err != nil {
			return err
		}
		s, held, err := env.OpenAndRead(cmd)
		if err != nil {
			return err
		}
		since, zone := s.Now.Add(-ago), runwords.CommonZone(slices.Collect(maps.Values(held.ClusterByName)))
		listed, more, err := listRuns(cmd.Context(), s, since, failed, limit, zone)
		if err != nil {
			return frame.WithRemedy(err)
		}
		if more {
			term.Say(s.Notes, "More runs exist; list them with --limit %d\n", 10*limit)
		}
		return form.Print(cmd.OutOrStdout(), listed, func(out io.Writer) error { return printRuns(out, env.Width, listed, since, zone) })
	}
	form.AddFlag(cmd)
	cmd.Flags().StringVar(&back, "since", "24h", "how far back, such as 7d, 36h or 1d12h")
	cmd.Flags().BoolVar(&failed, "failed", false, "only those that failed, timed out or were aborted")
	cmd.Flags().IntVar(&limit, "limit", DefaultRuns, "show at most so many")
	return cmd
}

// listRuns joins the executions with their records.
func listRuns(ctx context.Context, s frame.Session, since time.Time, failed bool, limit int, zone *time.Location) (listed []listedRun, more bool, err error) {
	done := s.Progress("listing the runs")
	defer done()
	found, err := s.Executions().List(ctx, since, failed, limit+1)
	if err != nil {
		return nil, false, err
	}
	if more = len(found) > limit; more {
		found = found[:limit]
	}
	records, err := recordsOf(ctx, s, found)
	if err != nil {
		return nil, false, err
	}
	listed = make([]listedRun, len(found))
	var unrecorded []*runHead
	for i, e := range found {
		l := listedRun{runHead: headOf(e, zone), Console: runwords.ConsoleOf(e)}
		r, recorded := records[e.Name]
		if recorded {
			l.startedWith(r.Input)
			l.Outcome, l.Message, l.Error = r.Outcome, r.Message, r.Error
		}
		listed[i] = l
		if !recorded {
			unrecorded = append(unrecorded, &listed[i].runHead)
		}
	}
	return listed, more, askWhoStarted(ctx, s, unrecorded)
}

// Limits on reading the inputs of runs that have no record.
const (
	maxAsked    = 20
	askedAtOnce = 4
)

// askWhoStarted reads who started runs, a call for each, so only for the latest. What cannot be read stays unknown.
func askWhoStarted(ctx context.Context, s frame.Session, of []*runHead) error {
	var asking errgroup.Group
	var unread sync.Once
	var why error
	asking.SetLimit(askedAtOnce)
	for _, h := range of[:min(len(of), maxAsked)] {
		asking.Go(func() error {
			e, err := s.Executions().Describe(ctx, h.ARN)
			if err != nil {
				unread.Do(func() { why = err })
				return ctx.Err()
			}
			h.startedWith(e.Input)
			return nil
		})
	}
	err := asking.Wait()
	if err == nil && why != nil {
		term.Say(s.Notes, "warning: cannot tell who started some of the runs: %s\n", frame.Sentence(why))
	}
	return err
}

// recordsOf returns the records of executions, by name.
func recordsOf(ctx context.Context, s frame.Session, found []stackaws.Summary) (map[string]run.Record, error) {
	records := map[string]run.Record{}
	if len(found) == 0 {
		return records, nil
	}
	oldest := found[len(found)-1].Started.Truncate(time.Second)
	all, err := s.Logs.Runs(ctx, oldest)
	for _, r := range all {
		records[r.Execution.Name] = r
	}
	return records, err
}

func printRuns(out io.Writer, width int, listed []listedRun, since time.Time, zone *time.Location) error {
	if len(listed) == 0 {
		return term.Tell(out, "No matching runs since %s\n", since.UTC().Format(frame.UTCForm))
	}
	rows := [][]string{{"STARTED", "LOCAL TIME", "RUN", "STATUS", "STARTED BY", "DURATION", "RESULT"}}
	for _, l := range listed {
		duration := ""
		if !l.Ended.IsZero() {
			duration = runwords.Lasted(l.Started, l.redriven, l.Ended)
		}
		rows = append(rows, []string{
			l.Started.Format(frame.UTCForm), l.LocalTime.Format(scaling.LocalTime), l.Name, string(l.Status), startedBy(l.Actor, l.Trigger), duration, l.outcome(),
		})
	}
	if zone == nil || zone.String() == time.UTC.String() {
		for i, cells := range rows {
			rows[i] = slices.Delete(cells, 1, 2)
		}
	}
	return term.WriteTable(out, width, rows)
}

// startedBy words who started a run, such as "ana (manual)".
func startedBy(actor, trigger string) string {
	switch {
	case actor != "" && trigger != "":
		return actor + " (" + trigger + ")"
	default:
		return cmp.Or(actor, trigger, "(not known)")
	}
}

// outcome words the result of a run, in one line.
func (l listedRun) outcome() string {
	return frame.Ending{Status: l.Status, Outcome: l.Outcome, Message: l.Message, Error: l.Error}.InWords()
}
