// Package change previews changes of the configuration, asks, and writes them. On a conflict it says who changed what.
package change

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/cmd/eks-scaling/internal/writeplan"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// ChangesInJSON describes the answers of the verbs that change the configuration.
const ChangesInJSON = `With -o json or yaml the answer has table and changes. Each change has kind, name, change (new, changed or removed), version
and lines. After an interruption of apply it also has written: yes, no or unknown. Everything else goes to stderr.`

// ApplyFlags adds the flags that apply and edit share.
func ApplyFlags(cmd *cobra.Command, env frame.Environment, o *Options) {
	o.AddFlags(cmd, env)
	cmd.Flags().BoolVar(&o.Prune, "prune", false, "remove clusters, calendars and overrides that are not in the configuration")
}

// Options holds the flags of the verbs that write a configuration.
type Options struct {
	frame.Intent
	Prune, DryRun bool
	// FromFile reports that the configuration is from a file, which can be corrected and applied again.
	FromFile bool

	abandon  bool // end the hold of another document
	maxItems int  // of a transaction, in tests
}

// Apply makes the table hold the wanted configuration, unless somebody has changed it since it was read.
func (o Options) Apply(cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked, wanted config.Config) (Report, error) {
	id, err := inventory.DocumentID(wanted)
	if err != nil {
		return Report{}, err
	}
	if err := o.refuseDuringHold(held.Snapshot, id); err != nil {
		return Report{}, fmt.Errorf("nothing was written: %w", err)
	}
	out := env.Told
	due, err := o.due(out, held, held.Stamp(wanted, o.By, s.Now))
	if err != nil {
		return Report{}, err
	}
	p := Preview(held, due)
	if err := p.Show(out, s.Notes, s.Now); err != nil {
		return Report{}, err
	}
	if err := p.refusal(s.Now); err != nil {
		return Report{}, err
	}
	plan, err := writeplan.Difference{
		Before: held, After: p.After, Due: due, Document: id, Now: s.Now, MaxItems: o.maxItems,
	}.Plan()
	if err != nil {
		return Report{}, fmt.Errorf("nothing was written: %w", err)
	}
	if plan.Holds {
		due = plan.Changes()
		sayHold(out, plan)
	}
	if o.DryRun {
		term.SayLine(out, "dry run: nothing was written")
		made := NewReport(s, due...)
		made.DryRun = true
		return made, nil
	}
	if o.asks(env, due) {
		if err := frame.Confirm(cmd, env, o.Yes, "Write this?"); err != nil {
			return Report{}, err
		}
	}
	return o.writeDocument(cmd, env, s, plan, held.IsPaused())
}

// due prints how the wanted configuration differs, and returns the changes to write.
func (o Options) due(out io.Writer, held inventory.Checked, wanted config.Config) ([]inventory.Change, error) {
	all, err := held.Diff(wanted)
	if err != nil {
		return nil, err
	}
	due := slices.DeleteFunc(slices.Clone(all), func(c inventory.Change) bool { return !c.Needed() || c.IsLeft(o.Prune) })
	if err := inventory.NotNewer(due); err != nil {
		return nil, fmt.Errorf("nothing was written: %w", err)
	}
	o.PrintChanges(out, all)
	return due, nil
}

// asks reports whether changes need a confirmation: all do with a terminal, only removals without one.
func (o Options) asks(env frame.Environment, due []inventory.Change) bool {
	removing := slices.ContainsFunc(due, func(c inventory.Change) bool { return c.Gone })
	return removing || (env.Interactive || env.StdinIsTerminal) && len(due) > 0
}
