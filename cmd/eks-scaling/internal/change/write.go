package change

import (
	"context"
	"errors"
	"slices"
	"time"

	smithy "github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/inventory"
)

// Write makes the steps of a plan, each of them completely or not at all. It stops at the first one that fails, for example because
// somebody has changed an item since it was read. The error is a [StoppedError].
func (o Options) Write(cmd *cobra.Command, env frame.Environment, s frame.Session, plan writeplan.Plan) error {
	continueVersions(cmd.Context(), s, plan)
	w := &writer{Options: o, session: s, plan: plan}
	progress := &term.Counter{Out: s.Notes, IsTerminal: s.Watched, Did: "wrote", What: "clusters", Total: clustersIn(plan.Steps)}
	for i, step := range plan.Steps {
		if err := w.step(cmd.Context(), i); err != nil {
			progress.Close()
			return err
		}
		progress.Add(len(step.Clusters()))
	}
	progress.Close()
	due := plan.Changes()
	if plan.Holds {
		due = due[1:] // the settings are written twice
	}
	n := count(due)
	term.Say(env.Told, "Applied: %d added, %d changed, %d removed\n", n["new"], n["changed"], n["removed"])
	printNewNodegroups(env.Told, s.Stack, due)
	return nil
}

// writer makes the steps of a plan.
type writer struct {
	Options
	session frame.Session
	plan    writeplan.Plan
	// settings are those in the table, if the plan holds and its first step is made.
	settings *inventory.Item
}

// step makes one step. Unless it is the only one, an interruption waits for its end: then it is known what is written.
func (w *writer) step(ctx context.Context, i int) error {
	stopped := &StoppedError{plan: w.plan, step: i}
	writes := w.writes(i)
	during := ctx
	if len(w.plan.Steps) > 1 {
		if ctx.Err() != nil {
			stopped.err = frame.Remedied{Found: "interrupted", Err: ctx.Err()}
			return stopped
		}
		during = context.WithoutCancel(ctx)
	}
	conflicting, err := w.session.Config.WriteAll(during, writes)
	if err == nil && w.plan.Holds && i == 0 {
		stored, err := tables.Stored(writes[len(writes)-1].Entity)
		w.settings = &stored
		return err
	}
	if err == nil {
		return nil
	}
	if conflicting >= 0 {
		other := writes[conflicting]
		read := other.Entity.Spec // of a check
		if !other.Check {
			read = w.plan.Steps[i].Changes[conflicting-(len(writes)-len(w.plan.Steps[i].Changes))].Before
		}
		stopped.inTheWay = inventory.DisplayKey(other.Entity)
		stopped.now, stopped.err = describeConflict(ctx, w.session, other.Entity, read, err)
		return stopped
	}
	_, refused := errors.AsType[smithy.APIError](err)
	stopped.err, stopped.unknown = frame.WithRemedy(err), !refused
	return stopped
}

// writes returns the writes of a step. If the plan holds, the first step also requires an item of the next one, and each later step the
// settings of the first.
func (w *writer) writes(i int) []tables.Write {
	var writes []tables.Write
	for _, c := range w.plan.Steps[i].Changes {
		e := c.After
		e.UpdatedAt, e.UpdatedBy, e.Reason = w.session.Current().UTC().Truncate(time.Second), w.By, w.Reason
		if w.plan.Holds && i == 0 {
			e.Reason = w.holdReason(w.plan)
		}
		if w.settings != nil && e.Kind == inventory.KindSettings {
			return []tables.Write{{Entity: e.Over(*w.settings)}} // nothing else is in the last step
		}
		writes = append(writes, tables.Write{Entity: e, Remove: c.Gone})
	}
	switch {
	case w.settings != nil:
		writes = slices.Insert(writes, 0, tables.Write{Entity: *w.settings, Check: true})
	case w.plan.Holds:
		writes = slices.Insert(writes, 0, checkOf(w.plan.Steps[1].Changes[0]))
	}
	return writes
}

// checkOf returns a check of an item that the next step writes. It goes with the pause: a role that may not check items then pauses nothing.
func checkOf(c inventory.Change) tables.Write {
	e := c.After
	e.Spec = c.Before
	return tables.Write{Entity: e, Check: true}
}
