package accountscmd

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
)

// maxNames limits the clusters that a row names.
const maxNames = 5

// reachableColumn is the column that has the color.
const reachableColumn = 2

// printAccounts writes a row for each place, and below the table each problem with its remedy. Places with the same problem share it.
func printAccounts(out io.Writer, width int, color bool, all []entry) error {
	rows := [][]string{{"ACCOUNT", "REGION", "REACHABLE", "CONFIGURED", "NODE GROUPS", "NOT CONFIGURED"}}
	for _, e := range all {
		rows = append(rows, e.row())
	}
	mood := func(row, column int) term.Mood {
		switch {
		case row == 0 || column != reachableColumn:
			return term.Plain
		case all[row-1].Reachable:
			return term.OK
		default:
			return term.Failed
		}
	}
	if err := (term.Table{Width: width, Color: color, Mood: mood}).Write(out, rows); err != nil {
		return err
	}
	unreachable := printProblems(out, width, all)
	accounts := map[string]bool{}
	for _, e := range all {
		accounts[e.Account] = true
	}
	return term.Tell(out, "\n%s: %d of %s reachable\n", english.Count(len(accounts), "account"), len(all)-unreachable, english.Count(len(all), "region"))
}

func (e entry) row() []string {
	if !e.Reachable {
		return []string{e.Account, e.Region, "no", strconv.Itoa(len(e.Configured)), "-", "-"}
	}
	missing := 0
	for _, c := range e.Configured {
		if c.NotFound {
			missing++
		}
	}
	count, others := strconv.Itoa(len(e.Configured)), "-"
	if missing > 0 {
		count += fmt.Sprintf(" (%d not found)", missing)
	}
	if len(e.NotConfigured) > 0 {
		others = health.FirstFew(e.NotConfigured, maxNames)
	}
	return []string{e.Account, e.Region, "yes", count, strconv.Itoa(e.Nodegroups), others}
}

// printProblems returns how many places have one.
func printProblems(out io.Writer, width int, all []entry) (unreachable int) {
	var order []string
	places, of := map[string][]string{}, map[string]entry{}
	for _, e := range all {
		if e.Reachable {
			continue
		}
		unreachable++
		// The names of accounts and regions do not make a difference.
		text := strings.NewReplacer(e.Account, "", e.Region, "").Replace(e.Problem.String())
		if _, seen := of[text]; !seen {
			order, of[text] = append(order, text), e
		}
		places[text] = append(places[text], e.Account+" "+e.Region)
	}
	for _, text := range order {
		term.SayFitting(out, width, "\n%s: %s\n", health.FirstFew(places[text], maxNames), of[text].Problem.Found)
		term.Say(out, "  -> %s\n", of[text].Problem.Remedy)
	}
	return unreachable
}
