package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	smithy "github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

func newConfigApply(env environment) *cobra.Command {
	var o applyOptions
	var form presentation
	cmd := &cobra.Command{
		Use:   "apply FILE",
		Short: "Checks a configuration, shows what changes, and writes it",
		Long: `Checks the configuration in FILE, shows what changes against the config table and the coming week of the clusters that it
changes, and writes it. On a terminal it asks first. Where nobody can type it does not, except for --prune that removes
something: that needs --yes.

Nothing is written unless all of FILE is valid. Each entity is written only if nobody has changed it since it was read;
otherwise the command ends with exit code 4 and says who changed what. Clusters, calendars and overrides that are in the
table but not in FILE are left as they are, unless --prune is given. A switch that is off stays off unless FILE says
enabled: true.

` + changesInJSON,
		Example: `  eks-scaling config apply examples/sao-paulo.yaml
  eks-scaling config apply --yes --reason "OPS-123: a longer night" examples/sao-paulo.yaml
  eks-scaling config apply --dry-run examples/sao-paulo.yaml`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			return form.answer(cmd, env, func(env environment) (any, error) {
				doc, err := readFile(cmd, args[0], "nothing was written", env)
				if err != nil {
					return nil, err
				}
				s, held, err := env.openAndRead(cmd)
				if err != nil {
					return nil, err
				}
				return o.apply(cmd, env, s, held, doc.over(s.notes, held.Snapshot))
			})
		},
	}
	form.flag(cmd)
	applyFlags(cmd, env, &o)
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "show what would change and write nothing")
	return cmd
}

// changesInJSON is what the verbs that change the configuration say of their answers.
const changesInJSON = `-o json and yaml answer with table, and changes: of each item its kind, name, change (new, changed or removed), version and
lines. All else goes to stderr then.`

// applyFlags adds the flags that apply and edit share.
func applyFlags(cmd *cobra.Command, env environment, o *applyOptions) {
	recordFlags(cmd, env, &o.by, &o.reason)
	cmd.Flags().BoolVar(&o.prune, "prune", false, "remove clusters, calendars and overrides that are not in the configuration")
	cmd.Flags().BoolVar(&o.yes, "yes", false, "do not ask")
}

// oneFile wants one argument.
func oneFile(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage(cmd, fmt.Errorf("found %s; want one, the configuration's file", english.Count(len(args), "argument")))
	}
	return nil
}

type applyOptions struct {
	by, reason         string
	prune, dryRun, yes bool
}

// readDoc is a document without errors.
type readDoc struct {
	file   string
	config config.Config
	silent silence
}

// readFile reads a document and prints its warnings. One with errors is an error, which says what comes of that.
func readFile(cmd *cobra.Command, file, consequence string, env environment) (readDoc, error) {
	ctx, cancel := context.WithTimeout(cmd.Context(), readTimeout)
	defer cancel()
	doc := readDoc{file: file}
	data, err := os.ReadFile(file)
	if err != nil {
		return doc, unreadable(file, err)
	}
	var findings []finding
	doc.config, findings = parseDocument(ctx, file, data, env, env.now())
	if err := usable(file, consequence, findings); err != nil {
		return doc, err
	}
	doc.silent = silenceOf(data)
	for _, f := range findings {
		sayLine(cmd.ErrOrStderr(), f)
	}
	return doc, nil
}

// apply makes the table hold what is wanted, if nobody has changed it since it was read.
func (o applyOptions) apply(cmd *cobra.Command, env environment, s session, held inventory.Checked, wanted config.Config) (changesMade, error) {
	all, err := held.Diff(held.Stamp(wanted, o.by, s.now))
	if err != nil {
		return changesMade{}, err
	}
	due := slices.DeleteFunc(slices.Clone(all), func(c inventory.Change) bool { return !c.Needed() || c.IsLeft(o.prune) })
	if err := inventory.NotNewer(due); err != nil {
		return changesMade{}, fmt.Errorf("nothing was written: %w", err)
	}
	out := cmd.OutOrStdout()
	o.printChanges(out, all)
	p := prospectOf(held, due)
	if err := p.show(out, s.notes, s.now); err != nil {
		return changesMade{}, err
	}
	if err := p.breaks(); err != nil {
		return changesMade{}, err
	}
	if err := p.exceeds(s.now); err != nil {
		return changesMade{}, err
	}
	if o.dryRun {
		sayLine(out, "dry run: nothing was written")
		made := s.made(due...)
		made.DryRun = true
		return made, nil
	}
	if o.asks(env, due) {
		if err := confirm(cmd, env, o.yes, "Write this?"); err != nil {
			return changesMade{}, err
		}
	}
	return s.made(due...), o.write(cmd, s, due)
}

// asks says whether changes need a yes: where somebody may be asked all do, and where not those that remove something.
func (o applyOptions) asks(env environment, due []inventory.Change) bool {
	removing := slices.ContainsFunc(due, func(c inventory.Change) bool { return c.Gone })
	return removing || (env.terminal || env.typing) && len(due) > 0
}

func (o applyOptions) printChanges(out io.Writer, all []inventory.Change) {
	for _, c := range all {
		if c.IsLeft(o.prune) {
			say(out, "%s %s: not in the file, left as it is (--prune removes it)\n", c.After.Kind, c.After.Name)
		} else {
			printChange(c, out)
		}
	}
}

// write carries changes out, all of them or none: if somebody has changed one of the items since it was read, nothing is
// written.
func (o applyOptions) write(cmd *cobra.Command, s session, due []inventory.Change) error {
	if len(due) > 0 {
		writes := make([]tables.Write, len(due))
		for i, c := range due {
			e := c.After
			e.UpdatedAt, e.UpdatedBy, e.Reason = s.current().UTC().Truncate(time.Second), o.by, o.reason
			writes[i] = tables.Write{Entity: e, Remove: c.Gone}
		}
		if i, err := s.config.WriteAll(cmd.Context(), writes); i >= 0 {
			return s.blame(cmd.Context(), due[i].After, due[i].Before, fmt.Errorf("nothing was written: %w", err))
		} else if _, refused := errors.AsType[smithy.APIError](err); refused {
			return fmt.Errorf("nothing was written: %w", withRemedy(err))
		} else if err != nil {
			return fmt.Errorf("%w; all of it was written, or nothing: look with eks-scaling config diff", withRemedy(err))
		}
	}
	say(cmd.OutOrStdout(), "%d written to table %s\n", len(due), s.stack.ConfigTable)
	sayWhatIsNew(cmd.OutOrStdout(), due)
	return nil
}
