// Package manual writes the man pages of the commands from their help.
package manual

import (
	"cmp"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// Source is the build that the pages describe.
type Source struct {
	Version string
	Date    time.Time // of the commit
}

// Pages returns the page of a command and of all commands below it, by file name, such as eks-scaling-run.1.
func Pages(cmd *cobra.Command, of Source) map[string]string {
	pages := map[string]string{name(cmd) + ".1": page(cmd, of)}
	for _, child := range listed(cmd) {
		maps.Copy(pages, Pages(child, of))
	}
	return pages
}

// name returns the name of a page: the command's path with dashes.
func name(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// listed returns the commands that help lists.
func listed(cmd *cobra.Command) (children []*cobra.Command) {
	for _, child := range cmd.Commands() {
		if child.IsAvailableCommand() && child.Name() != "help" {
			children = append(children, child)
		}
	}
	return children
}

func page(cmd *cobra.Command, of Source) string {
	var out roff
	out.request("TH", strings.ToUpper(name(cmd)), "1", of.Date.UTC().Format(time.DateOnly), "eks-scaling "+of.Version, "EKS Scaling Automation")
	out.section("NAME")
	out.text(name(cmd) + " - " + cmd.Short)
	out.section("SYNOPSIS")
	out.verbatim(synopsis(cmd))
	out.section("DESCRIPTION")
	for paragraph := range strings.SplitSeq(cmp.Or(strings.TrimSpace(cmd.Long), cmd.Short), "\n\n") {
		out.paragraph(paragraph)
	}
	out.options("OPTIONS", cmd.LocalNonPersistentFlags(), cmd.PersistentFlags())
	out.options("GLOBAL OPTIONS", cmd.InheritedFlags())
	if cmd.Example != "" {
		out.section("EXAMPLES")
		out.verbatim(cmd.Example)
	}
	if !cmd.HasParent() {
		out.section("EXIT STATUS")
		out.verbatim(frame.ExitCodes)
	}
	out.seeAlso(cmd)
	return out.String()
}

func synopsis(cmd *cobra.Command) string {
	if cmd.HasAvailableSubCommands() {
		return cmd.CommandPath() + " COMMAND"
	}
	return cmd.UseLine()
}

// options writes the flags of a section, which is left out if it has none.
func (r *roff) options(title string, sets ...*pflag.FlagSet) {
	wrote := false
	for _, set := range sets {
		set.VisitAll(func(flag *pflag.Flag) {
			if flag.Hidden {
				return
			}
			if !wrote {
				r.section(title)
				wrote = true
			}
			r.option(flag)
		})
	}
}

func (r *roff) option(flag *pflag.Flag) {
	kind, usage := pflag.UnquoteUsage(flag)
	tag := "--" + flag.Name
	if flag.Shorthand != "" {
		tag = "-" + flag.Shorthand + ", " + tag
	}
	if kind != "" {
		tag += " " + kind
	}
	if value := flag.DefValue; value != "" && value != "false" && value != "0" && value != "[]" && value != "0s" {
		usage += fmt.Sprintf(" (default %s)", value)
	}
	r.request("TP")
	r.text(tag)
	r.text(usage)
}

// seeAlso names the pages above and below.
func (r *roff) seeAlso(cmd *cobra.Command) {
	var pages []string
	if cmd.HasParent() {
		pages = append(pages, name(cmd.Parent())+"(1)")
	}
	for _, child := range listed(cmd) {
		pages = append(pages, name(child)+"(1)")
	}
	r.section("SEE ALSO")
	r.text(strings.Join(pages, ", "))
}
