// Package reportcmd has the verb report: what is up now, the coming week and what runs did, as a page for people who do not use the tool.
package reportcmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/page"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

// Status judges the units that match. The verb status has it; the root passes it on, because verbs do not import each other.
type Status func(ctx context.Context, s frame.Session, of filter.Filter) (report.Report, error)

// Savings computes what was saved. The verb savings has it.
type Savings func(ctx context.Context, s frame.Session, held inventory.Checked, q SavingsQuestion) (page.Savings, error)

// SavingsQuestion selects the units and the interval of the savings.
type SavingsQuestion struct {
	Units       []string
	All         bool // every unit of the stack
	From, Until time.Time
	Zone        *time.Location
}

// Parts are what other verbs contribute.
type Parts struct {
	Status  Status
	Savings Savings
}

// The forms beside JSON and YAML.
const (
	htmlForm = "html"
	textForm = "text"
)

// maxUnits limits the units that are shown one by one without --limit.
const maxUnits = 30

// request holds the flags.
type request struct {
	form  frame.Output
	of    filter.Filter
	back  string
	ago   time.Duration
	limit int
	file  string // empty: stdout
}

// NewReport returns the command "report".
func NewReport(env frame.Environment, parts Parts) *cobra.Command {
	r := request{form: frame.Output{Forms: []string{htmlForm, textForm, frame.JSONOutput, frame.YAMLOutput}}}
	cmd := &cobra.Command{
		Use:        "report [FILE] [-o html] [--since 7d] [--limit N]",
		SuggestFor: []string{"dashboard", "page"},
		Short:      "Writes a report as one HTML page: what is up now, the coming week, and what runs did",
		Long: `Writes a report of the deployed stack: health, sizes now, the coming week of each node group, runs with the timeline of their
changes, savings, and failures with what to do. The HTML page is one file for a review or a wiki: it needs no script, loads nothing, and shows
names as text.

With FILE, it writes the page there; without, it prints text. -o selects another form. A file is replaced only when the new one is
complete.

Of more units than --limit, the page shows the worst ones, counts the others, and draws units with the same week once. --cluster,
--schedule, --account and --in-region narrow the report. It lists the 20 newest runs that changed something or failed, with up to 10
changes each.

A report of problems is still a success: to check for problems, use status. The command ends with 5 if something could not be read;
the report then says what.`,
		Example: `  eks-scaling report scaling.html
  eks-scaling report --since 30d --cluster production production.html
  eks-scaling report -o json`,
		Args: frame.AtMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := r.check(cmd, args); err != nil {
				return err
			}
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			return r.write(cmd, env, s, parts)
		},
	}
	r.form.AddFlag(cmd)
	cmd.Flags().Lookup("output").DefValue = "html with FILE, else text"
	r.of.AddFlags(cmd)
	cmd.Flags().StringVar(&r.back, "since", "7d", "how far back runs are shown, for example 7d, 36h or 1d12h")
	cmd.Flags().IntVar(&r.limit, "limit", maxUnits, "maximum number of units to show one by one")
	return cmd
}

// check reads the flags and the argument.
func (r *request) check(cmd *cobra.Command, args []string) (err error) {
	if r.ago, err = frame.ParseDuration(r.back); err != nil {
		return frame.Usage(cmd, fmt.Errorf("--since: %w", err))
	}
	if r.limit < 1 {
		return frame.Usage(cmd, fmt.Errorf("invalid --limit %d: must be at least 1", r.limit))
	}
	if len(args) > 0 {
		if r.file = args[0]; strings.TrimSpace(r.file) == "" {
			return frame.Usage(cmd, errors.New("FILE is empty: use a name such as report.html"))
		}
	}
	if !cmd.Flags().Changed("output") {
		r.form.Form = textForm
		if r.file != "" {
			r.form.Form = htmlForm
		}
	}
	return r.form.Check(cmd)
}

func (r *request) write(cmd *cobra.Command, env frame.Environment, s frame.Session, parts Parts) error {
	found, err := r.gather(cmd.Context(), s, parts)
	if err != nil {
		return frame.WithRemedy(err)
	}
	found.Version, _, _ = strings.Cut(cmd.Root().Version, " ")
	out := cmd.OutOrStdout()
	if r.file == "" {
		return cmp.Or(r.print(out, env, found), verdict(found))
	}
	size, err := replaceFile(r.file, func(out io.Writer) error { return r.print(out, env, found) })
	if err != nil {
		return err
	}
	term.Say(out, "Wrote %s (%d kB)\n", r.file, (size+999)/1000)
	return verdict(found)
}

func (r *request) print(out io.Writer, env frame.Environment, found page.Report) error {
	return r.form.Print(out, found, func(out io.Writer) error {
		if r.form.Form == htmlForm {
			return page.Write(out, found)
		}
		return inWords(out, env, found)
	})
}

// verdict returns the error that decides the exit code.
func verdict(r page.Report) error {
	if slices.ContainsFunc(r.Problems, func(f report.Finding) bool { return f.Kind == report.Unreadable }) {
		return frame.ErrCouldNotLook
	}
	return nil
}
