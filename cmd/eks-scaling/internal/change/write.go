package change

import (
	"context"
	"errors"
	"fmt"
	"time"

	smithy "github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

// Write makes the steps, each of them completely or not at all. It stops at the first one that fails, for example because somebody has
// changed an item since it was read, and its error says what is written and what is not.
func (o Options) Write(cmd *cobra.Command, env frame.Environment, s frame.Session, steps ...writeplan.Step) error {
	due := changesOf(steps)
	progress := &term.Counter{Out: s.Notes, IsTerminal: s.Watched, Did: "wrote", What: "clusters", Total: clustersIn(steps)}
	for i, step := range steps {
		if err := o.writeStep(cmd.Context(), s, steps, i); err != nil {
			progress.Close()
			return err
		}
		progress.Add(len(step.Clusters()))
	}
	progress.Close()
	term.Say(env.Told, "%d written to table %s\n", len(due), s.Stack.ConfigTable)
	printNewNodegroups(env.Told, due)
	return nil
}

// writeStep makes one step. Unless it is the only one, an interruption waits for its end: then it is known what is written.
func (o Options) writeStep(ctx context.Context, s frame.Session, steps []writeplan.Step, i int) error {
	due := steps[i].Changes
	writes := make([]tables.Write, len(due))
	for n, c := range due {
		e := c.After
		e.UpdatedAt, e.UpdatedBy, e.Reason = s.Current().UTC().Truncate(time.Second), o.By, o.Reason
		writes[n] = tables.Write{Entity: e, Remove: c.Gone}
	}
	during := ctx
	if len(steps) > 1 {
		if ctx.Err() != nil {
			return stopped(steps, i, frame.Remedied{Found: "interrupted", Err: ctx.Err()}, false)
		}
		during = context.WithoutCancel(ctx)
	}
	conflicting, err := s.Config.WriteAll(during, writes)
	_, refused := errors.AsType[smithy.APIError](err)
	switch {
	case err == nil:
		return nil
	case conflicting >= 0:
		c := due[conflicting]
		return stopped(steps, i, DescribeConflict(ctx, s, c.After, c.Before, err), false)
	default:
		return stopped(steps, i, frame.WithRemedy(err), !refused)
	}
}

// stopped adds to the error of a step what is written and what is not. A step whose call got no answer may be written.
func stopped(steps []writeplan.Step, i int, err error, unknown bool) error {
	switch {
	case len(steps) == 1 && unknown:
		return fmt.Errorf("%w; all of it was written, or nothing: look with eks-scaling config diff", err)
	case i == 0 && !unknown:
		return fmt.Errorf("nothing was written: %w", err)
	}
	left, maybe := steps[i:], ""
	if unknown {
		left, maybe = steps[i+1:], "\nwritten or not: "+names(steps[i:i+1])
	}
	return fmt.Errorf("wrote %d of %s: %w\nwritten: %s%s\nnot written: %s\n%s", clustersIn(steps[:i]), english.Count(clustersIn(steps), "cluster"), err,
		names(steps[:i]), maybe, names(left), "each cluster is as before or as in the document; to write the rest, apply the same document again")
}

// names lists the items of some steps.
func names(steps []writeplan.Step) string {
	var all []string
	for _, c := range changesOf(steps) {
		all = append(all, inventory.DisplayKey(c.After))
	}
	return english.OrNone(firstOf(all))
}

// maxNames limits the names in a line.
const maxNames = 20

// firstOf returns the first names, and how many more there are.
func firstOf(names []string) []string {
	if len(names) <= maxNames {
		return names
	}
	return append(names[:maxNames:maxNames], fmt.Sprintf("and %d more", len(names)-maxNames))
}

func changesOf(steps []writeplan.Step) (all []inventory.Change) {
	for _, step := range steps {
		all = append(all, step.Changes...)
	}
	return all
}

// clustersIn counts the clusters that some steps change.
func clustersIn(steps []writeplan.Step) int {
	n := 0
	for _, step := range steps {
		n += len(step.Clusters())
	}
	return n
}
