package manual_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/manual"
)

// sample is a tool with one command, whose help has what man would interpret.
func sample() *cobra.Command {
	root := &cobra.Command{Use: "tool", Short: "Does things"}
	root.PersistentFlags().String("region", "", "the `REGION`")
	run := &cobra.Command{
		Use: "run FILE", Short: "Runs a file",
		Long:    "Runs <FILE> *once*.\n.profile and 'quotes' start lines, C:\\ has a backslash.\n\n  a list\n  stays",
		Example: "  tool run --twice x",
		Run:     func(*cobra.Command, []string) {},
	}
	run.Flags().BoolP("twice", "t", false, "run it twice")
	run.Flags().Int("limit", 3, "how often at most")
	run.Flags().Bool("secret", false, "hidden")
	_ = run.Flags().MarkHidden("secret")
	root.AddCommand(run, &cobra.Command{Use: "gone", Hidden: true, Run: func(*cobra.Command, []string) {}})
	return root
}

const page = `.TH "TOOL-RUN" "1" "2026-11-29" "eks-scaling v1.2.3" "EKS Scaling Automation"
.SH "NAME"
tool\-run \- Runs a file
.SH "SYNOPSIS"
.PP
.nf
tool run FILE [flags]
.fi
.SH "DESCRIPTION"
.PP
Runs <FILE> *once*.
\&.profile and 'quotes' start lines, C:\e has a backslash.
.PP
.nf
  a list
  stays
.fi
.SH "OPTIONS"
.TP
\-\-limit int
how often at most (default 3)
.TP
\-t, \-\-twice
run it twice
.SH "GLOBAL OPTIONS"
.TP
\-\-region REGION
the REGION
.SH "EXAMPLES"
.PP
.nf
  tool run \-\-twice x
.fi
.SH "SEE ALSO"
tool(1)
`

func TestAPageHasTheHelpAndNothingForManToInterpret(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, time.November, 29, 23, 0, 0, 0, time.FixedZone("", 3600))
	pages := manual.Pages(sample(), manual.Source{Version: "v1.2.3", Date: date})
	if diff := cmp.Diff([]string{"tool-run.1", "tool.1"}, slices.Sorted(maps.Keys(pages))); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(page, pages["tool-run.1"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
