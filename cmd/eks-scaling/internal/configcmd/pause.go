package configcmd

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// toggle pauses or resumes scaling, of everything, of a cluster or of one of its schedules.
type toggle struct {
	frame.Intent
	to   inventory.PauseState
	name string // of a cluster, or of a unit; empty: everything

	allRegions bool

	above string // the command that resumes what is paused above this one; empty if nothing is
}

// NewResume returns the command resume.
func NewResume(env frame.Environment) *cobra.Command {
	return newToggle(env, &toggle{to: inventory.NotPaused}, &cobra.Command{
		Use:        "resume [CLUSTER[:SCHEDULE]]",
		SuggestFor: []string{"enable", "unpause", "continue"},
		Short:      "Resumes scaling, of everything, one cluster or one schedule",
		Long: `Sets paused to false in the settings, in one cluster or in one of its schedules. It does not ask. Within 2 minutes a run applies the scheduled
sizes. It is refused while scaling is paused because config apply has written a document only in part: apply that document
again.

` + change.ChangesInJSON,
		Example: `  eks-scaling resume
  eks-scaling resume --all-regions
  eks-scaling resume production --reason "the migration is over"`,
	})
}

// NewPause returns the command pause.
func NewPause(env frame.Environment) *cobra.Command {
	return newToggle(env, &toggle{to: inventory.Paused}, &cobra.Command{
		Use:        "pause [CLUSTER[:SCHEDULE]] --reason R",
		SuggestFor: []string{"disable", "stop", "suspend", "freeze"},
		Short:      "Pauses scaling, of everything, one cluster or one schedule",
		Long: `Sets paused to true in the settings, in one cluster or in one of its schedules. It does not ask. From then on runs are skipped, and a running one
makes no further changes. Node groups keep their sizes. Every command says so until you resume scaling.

It stops a config apply that has paused scaling itself. Apply that document again to write the rest; scaling then stays
paused.

` + change.ChangesInJSON,
		Example: `  eks-scaling pause --reason "incident 4711"
  eks-scaling pause --all-regions --reason "incident 4711"
  eks-scaling pause production --reason "migration of the queues"
  eks-scaling pause production:batch --reason "backfill"`,
	})
}

func newToggle(env frame.Environment, t *toggle, cmd *cobra.Command) *cobra.Command {
	var form frame.Output
	cmd.Args = frame.AtMostOne
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			t.name = args[0]
		}
		if t.to == inventory.Paused && t.NeedReason() != nil {
			return frame.Usage(cmd, errors.New("--reason is required"))
		}
		if t.allRegions {
			if t.name != "" {
				return frame.Usage(cmd, errors.New("--all-regions is for everything: a cluster belongs to the stack of one region"))
			}
			return form.Run(cmd, env, func(env frame.Environment) (any, error) { return t.writeAll(cmd, env) })
		}
		return form.RunWithStack(cmd, env, func(env frame.Environment, session frame.Session) (any, error) {
			return t.write(cmd.Context(), env.Told, session)
		})
	}
	form.AddFlag(cmd)
	cmd.Flags().Bool("yes", false, "accepted for consistency; this command never prompts")
	t.AddRecordFlags(cmd, env)
	frame.AddAllRegionsFlag(cmd, &t.allRegions, "write to the stacks of all regions that have clusters")
	return cmd
}

// writeAll pauses or resumes scaling in every hub. One that cannot be reached does not hinder the others.
func (t *toggle) writeAll(cmd *cobra.Command, env frame.Environment) (any, error) {
	parts, regions, err := frame.AskAll(cmd, env, func(hub frame.Hub) (toggled, error) {
		var told strings.Builder
		own := *t
		made, err := own.write(cmd.Context(), &told, hub.Session)
		return toggled{told.String(), made}, err
	})
	answer := change.RegionsReport{Hubs: []change.HubReport{}}
	for _, p := range parts {
		term.Prefix(env.Told, p.Region, p.Answer.told)
		answer.Hubs = append(answer.Hubs, change.WrittenTo(p.Region, p.Answer.made))
	}
	left := slices.DeleteFunc(regions.Unreachable, func(u frame.Unreachable) bool { return u.Missing }) // nothing scales there
	for _, u := range left {
		answer.Hubs = append(answer.Hubs, change.NotWrittenTo(u))
		err = errors.Join(err, frame.NoAccess(fmt.Errorf("%s: nothing was written: %s", u.Region, u.Error)))
	}
	if err != nil {
		return nil, frame.AnsweredError{Answer: answer, Err: err}
	}
	return answer, nil
}

// toggled is what a hub answers.
type toggled struct {
	told string
	made change.Report
}

// maxAttempts limits the attempts when others write the same item at the same time. Each attempt changes only its own field.
const maxAttempts = 5

func (t *toggle) write(ctx context.Context, out io.Writer, session frame.Session) (change.Report, error) {
	var conflict error
	for n := range maxAttempts {
		e, err := t.read(ctx, session, n == 0)
		if err != nil {
			return change.Report{}, err
		}
		if e.OwnPauseState(t.name) == t.to && (e.Hold == nil || !e.Hold.Resumes) {
			t.sayUnchanged(ctx, out, session, e)
			return change.NewReport(session), nil
		}
		c, err := t.changeOf(e, session.Current())
		if err != nil {
			return change.Report{}, err
		}
		if e, err = session.Config.Put(ctx, c.After); err == nil {
			t.sayDone(out, session.Stack.OnlyRegion)
			if e.Hold != nil {
				term.SayLine(out, "A document is written only in part; "+inventory.HoldRemedy)
			}
			return change.NewReport(session, c), nil
		}
		if !errors.Is(err, inventory.ErrConflict) {
			return change.Report{}, err
		}
		conflict = err
	}
	return change.Report{}, conflict
}

// read reads the item to write. The first time, a command about one of them announces what else is paused.
func (t *toggle) read(ctx context.Context, session frame.Session, first bool) (inventory.Item, error) {
	if first && t.name != "" && t.to == inventory.Paused {
		held, err := session.Read(ctx)
		if err != nil {
			return inventory.Item{}, err
		}
		return t.find(held.Snapshot)
	}
	snapshot, err := session.Config.Read(ctx)
	if err != nil {
		return inventory.Item{}, err
	}
	snapshot = snapshot.In(session.Stack.OnlyRegion)
	if first && t.name != "" {
		session.AnnouncePause(ctx, snapshot)
	}
	return t.find(snapshot)
}

// changeOf returns the change of the item.
func (t *toggle) changeOf(e inventory.Item, now time.Time) (inventory.Change, error) {
	spec, err := e.WithUnitPaused(t.name, t.to == inventory.Paused)
	if err != nil {
		return inventory.Change{}, fmt.Errorf("%s: %w; fix it with: eks-scaling config apply FILE", inventory.DisplayKey(e), err)
	}
	before := e.Spec
	e.Spec = spec
	c, err := inventory.ChangeTo(before, e)
	if err != nil {
		return inventory.Change{}, err
	}
	c.After.Hold = keptHold(c.After, before)
	c.After.KeepsFormat = t.to == inventory.Paused // safe for an item of any version: paused: true stops all scaling
	c.After.UpdatedAt, c.After.UpdatedBy, c.After.Reason = now.UTC().Truncate(time.Second), t.By, t.Reason
	return c, nil
}

// keptHold returns the hold of settings that a person pauses: it resumes nothing. A hold in settings that are not paused has ended.
func keptHold(e inventory.Item, before json.RawMessage) *inventory.Hold {
	if e.Hold == nil || inventory.PauseStateOf(before) != inventory.Paused {
		return nil
	}
	return &inventory.Hold{Document: e.Hold.Document}
}

// refuseDuringHold refuses to resume scaling between two steps of a write. Pausing it is allowed, and stops the write.
func (t *toggle) refuseDuringHold(snapshot inventory.Snapshot) error {
	if t.to == inventory.Paused || snapshot.Held() == nil {
		return nil
	}
	return change.HalfWritten(snapshot)
}

func (t *toggle) find(snapshot inventory.Snapshot) (inventory.Item, error) {
	if t.name != "" {
		return t.findUnit(snapshot)
	}
	if snapshot.Settings == nil {
		return inventory.Item{}, frame.NotFound(errors.New("no configuration yet; write one with: eks-scaling config apply FILE"))
	}
	return *snapshot.Settings, t.refuseDuringHold(snapshot)
}

// findUnit finds the item of a cluster or of one of its units, and what is paused above it.
func (t *toggle) findUnit(snapshot inventory.Snapshot) (inventory.Item, error) {
	if _, err := snapshot.UnitNames(t.name); err != nil {
		return inventory.Item{}, err
	}
	cluster, schedule := scaling.SplitUnit(t.name)
	e, err := snapshot.FindCluster(cluster)
	switch {
	case snapshot.IsPaused():
		t.above = "eks-scaling resume"
	case schedule != "" && e.PauseState() == inventory.Paused:
		t.above = "eks-scaling resume " + cluster
	}
	return e, err
}

// sayDone confirms a write, and says what happens next.
func (t *toggle) sayDone(out io.Writer, region string) {
	of, argument := cmp.Or(t.name, "everything"), ""
	switch {
	case t.name != "":
		argument = " " + t.name
	case t.allRegions:
		argument = " --all-regions"
	}
	if t.to == inventory.Paused {
		term.Say(out, "Paused %s. Node groups keep their sizes. Resume with: %s\n", of, frame.InRegion("eks-scaling resume"+argument, region))
		return
	}
	next := "A run applies the scheduled sizes within 2 minutes."
	if t.above != "" {
		next = "Nothing is scaled until you resume the rest with: " + frame.InRegion(t.above, region)
	}
	term.Say(out, "Resumed %s. %s\n", of, next)
}

// sayUnchanged says that nothing was written.
func (t *toggle) sayUnchanged(ctx context.Context, out io.Writer, session frame.Session, e inventory.Item) {
	subject := "Scaling"
	if t.name != "" {
		subject = english.Capital(run.UnitInWords(t.name))
	}
	if t.to == inventory.Paused {
		term.Say(out, "%s is already paused%s; nothing to do.\n", subject, frame.LastToggle(ctx, session.Logs, e, t.name))
		return
	}
	term.Say(out, "%s is not paused; nothing to do.\n", subject)
}
