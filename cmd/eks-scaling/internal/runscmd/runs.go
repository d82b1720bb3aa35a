// Package runscmd has the verbs that look back: runs, runs show and history.
package runscmd

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/run"
)

// runHead identifies a run, its start and its status.
type runHead struct {
	Region   string          `json:"region,omitempty"` // with --all-regions
	Name     string          `json:"name"`
	ARN      string          `json:"arn"`
	Status   stackaws.Status `json:"status"`
	Started  time.Time       `json:"startedAt"`
	Ended    time.Time       `json:"endedAt,omitzero"`
	Seconds  float64         `json:"seconds,omitempty"`
	Redrives int             `json:"redriveCount,omitempty"`
	Trigger  string          `json:"trigger,omitempty"`
	Actor    string          `json:"actor,omitempty"`
	Reason   string          `json:"reason,omitempty"`
	redriven time.Time       // zero if it never was
}

// headOf returns the head of a run without its input.
func headOf(e stackaws.Summary) runHead {
	h := runHead{
		Name: e.Name, ARN: e.ARN, Status: e.Status, Started: e.Started, Ended: e.Ended, Redrives: e.RedriveCount, redriven: e.Redriven,
	}
	if !e.Ended.IsZero() {
		h.Seconds = e.Ended.Sub(e.Started).Seconds()
	}
	return h
}

// startedWith adds trigger, actor and reason from the input.
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

	recorded bool
	others   bool // it takes none of the units that were asked for
}

// DefaultRuns is the default limit of the list.
const DefaultRuns = 50

// NewRuns returns the command runs.
func NewRuns(env frame.Environment) *cobra.Command {
	var form frame.Output
	var back string
	var failed, all bool
	var limit int
	var of filter.Filter
	cmd := frame.Family(&cobra.Command{
		Use:   "runs [--since 24h] [--failed]",
		Short: "Lists recent runs: who started them, how long they took, and their results",
		Long: `Lists recent runs, latest first: who started them, how long they took, and their results. AWS keeps runs for 90 days. For older
changes of node groups, use: eks-scaling history.

AGE is the time since the start. On a terminal, each run takes one line, and a long result is cut. "eks-scaling runs show RUN" shows
it in full, with exact times.

--cluster, --schedule, --account and --in-region list only runs that were to take one of the units that match. A run that has not
ended, or left no record, is listed if its input is unknown.

With -o json or yaml, each run has name, arn, status, startedAt, endedAt, seconds, redriveCount, trigger, actor, reason, outcome,
message, error and console.`,
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
			return frame.Usage(cmd, fmt.Errorf("invalid --limit %d: must be at least 1", limit))
		}
		if err := form.Check(cmd); err != nil {
			return err
		}
		if all {
			return runsOfAll(cmd, env, &form, of, ago, failed, limit)
		}
		s, _, units, err := of.Open(cmd, env)
		if err != nil {
			return err
		}
		if of.IsEmpty() {
			units = nil
		}
		since := s.Now.Add(-ago)
		listed, more, err := listRuns(cmd.Context(), s, since, failed, limit, units)
		if err != nil {
			return frame.WithRemedy(err)
		}
		if more {
			term.Say(s.Notes, "There are more runs; list them with: --limit %d\n", 10*limit)
		}
		return form.Print(cmd.OutOrStdout(), listed, func(out io.Writer) error { return printRuns(out, env, listed, since, s.Now) })
	}
	form.AddFlag(cmd)
	of.AddFlags(cmd)
	cmd.Flags().StringVar(&back, "since", "24h", "how far back, for example 7d, 36h or 1d12h")
	cmd.Flags().BoolVar(&failed, "failed", false, "only runs that failed, timed out or were aborted")
	cmd.Flags().IntVar(&limit, "limit", DefaultRuns, "maximum number of runs")
	frame.AddAllRegionsFlag(cmd, &all, frame.LooksAtAllRegions)
	return cmd
}

// maxListed limits the runs among which those of some units are searched.
const maxListed = 1_000

// listRuns joins the executions with their records. Units limits them to those that were to take one of these; nil means all.
func listRuns(ctx context.Context, s frame.Session, since time.Time, failed bool, limit int, units []string) (listed []listedRun, more bool, err error) {
	done := s.Progress("listing the runs")
	defer done()
	most := limit + 1
	if units != nil {
		most = max(most, maxListed)
	}
	found, err := s.Executions().List(ctx, since, failed, most)
	if err != nil {
		return nil, false, err
	}
	records, err := recordsOf(ctx, s, found)
	if err != nil {
		return nil, false, err
	}
	for _, e := range found {
		l := listedRun{runHead: headOf(e), Console: runwords.ConsoleOf(e)}
		if r, recorded := records[e.Name]; recorded {
			if units != nil && !selectsAny(r.Input, units) {
				continue
			}
			l.startedWith(r.Input)
			l.recorded, l.Outcome, l.Message, l.Error = true, r.Outcome, r.Message, r.Error
		}
		listed = append(listed, l)
	}
	if more = len(listed) > limit; more {
		listed = listed[:limit]
	}
	listed, err = askWhoStarted(ctx, s, listed, units)
	return append([]listedRun{}, listed...), more, err
}

// selectsAny reports whether a run with an input was to take one of some units. An unreadable input may select any.
func selectsAny(input json.RawMessage, units []string) bool {
	in := runwords.InputOf(input)
	return slices.ContainsFunc(units, in.Selects)
}

// Limits on reading the inputs of runs that have no record.
const (
	maxAsked    = 20
	askedAtOnce = 4
)

// askWhoStarted reads who started the runs without a record. That takes a call for each, so it reads the latest only. Failed reads leave it
// unknown. It leaves out runs for none of the units.
func askWhoStarted(ctx context.Context, s frame.Session, listed []listedRun, units []string) ([]listedRun, error) {
	var asking errgroup.Group
	var unread sync.Once
	var why error
	asking.SetLimit(askedAtOnce)
	asked := 0
	for i := range listed {
		l := &listed[i]
		if l.recorded || asked == maxAsked {
			continue
		}
		asked++
		asking.Go(func() error {
			e, err := s.Executions().Describe(ctx, l.ARN)
			if err != nil {
				unread.Do(func() { why = err })
				return ctx.Err()
			}
			l.startedWith(e.Input)
			l.others = units != nil && !selectsAny(e.Input, units)
			return nil
		})
	}
	err := asking.Wait()
	if err == nil && why != nil {
		term.Say(s.Notes, "warning: cannot read who started some of the runs: %s\n", frame.Sentence(why))
	}
	return slices.DeleteFunc(listed, func(l listedRun) bool { return l.others }), err
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

// The widest STARTED BY in a terminal that is too narrow for the table: RESULT is worth more.
const (
	startedByColumn = 3
	maxStartedBy    = 17
)

func printRuns(out io.Writer, env frame.Environment, listed []listedRun, since, now time.Time) error {
	if len(listed) == 0 {
		return term.Tell(out, "No matching runs since %s\n", since.UTC().Format(frame.UTCForm))
	}
	regions := make([]string, len(listed))
	for i, l := range listed {
		regions[i] = l.Region
	}
	column := regionColumnOf(regions)
	rows := [][]string{{"AGE", column.head("RUN"), "STATUS", "STARTED BY", "DURATION", "RESULT"}}
	for _, l := range listed {
		duration := "-"
		if !l.Ended.IsZero() {
			duration = runwords.Duration(l.Started, l.redriven, l.Ended)
		}
		rows = append(rows, []string{
			term.Age(now.Sub(l.Started)), column.before(l.Region, l.Name), runwords.StatusWord(l.ending()), runwords.StartedBy(l.Actor, l.Trigger), duration,
			cmp.Or(l.result(), "-"),
		})
	}
	return table(env, rows).WriteLines(out, map[int]int{startedByColumn: maxStartedBy}, rows)
}

// table is a table whose third column has a status or an outcome.
func table(env frame.Environment, rows [][]string) term.Table {
	return term.Table{Width: env.Width, Color: env.Color(), Mood: func(row, column int) term.Mood {
		if row == 0 || column != 2 {
			return term.Plain
		}
		return runwords.MoodOf(rows[row][column])
	}}
}

func (l listedRun) result() string { return runwords.ShortResult(l.ending()) }

func (l listedRun) ending() frame.Ending {
	return frame.Ending{Status: l.Status, Outcome: l.Outcome, Message: l.Message, Error: l.Error}
}
