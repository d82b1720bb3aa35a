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
	printNotFound(out, width, all)
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

// printNotFound names the configured clusters that EKS does not have.
func printNotFound(out io.Writer, width int, all []entry) {
	for _, e := range all {
		var names []string
		for _, c := range e.Configured {
			switch {
			case !c.NotFound:
			case c.Name == c.ClusterName:
				names = append(names, c.Name)
			default:
				names = append(names, fmt.Sprintf("%s (clusterName: %s)", c.Name, c.ClusterName))
			}
		}
		if len(names) > 0 {
			term.SayFitting(out, width, "\n%s %s: not found in EKS: %s\n", e.Account, e.Region, health.FirstFew(names, maxNames))
			term.SayLine(out, "  -> eks-scaling config edit")
		}
	}
}

// placeholder stands for the account or the region in a text about several of them.
func (e entry) placeholder(text string, others []entry) string {
	for _, other := range others {
		if other.Account != e.Account {
			text = strings.ReplaceAll(text, e.Account, "ACCOUNT")
		}
		if other.Region != e.Region {
			text = strings.ReplaceAll(text, e.Region, "REGION")
		}
	}
	return text
}

// printProblems returns how many places have one.
func printProblems(out io.Writer, width int, all []entry) (unreachable int) {
	var order []string
	places, with := map[string][]string{}, map[string][]entry{}
	for _, e := range all {
		if e.Reachable {
			continue
		}
		unreachable++
		// The names of accounts and regions do not make a difference.
		text := strings.NewReplacer(e.Account, "", e.Region, "").Replace(e.Problem.String())
		if len(with[text]) == 0 {
			order = append(order, text)
		}
		places[text], with[text] = append(places[text], e.Account+" "+e.Region), append(with[text], e)
	}
	for _, text := range order {
		e := with[text][0]
		term.SayFitting(out, width, "\n%s: %s\n", health.FirstFew(places[text], maxNames), e.placeholder(e.Problem.Found, with[text]))
		term.Say(out, "  -> %s\n", e.placeholder(e.Problem.Remedy, with[text]))
	}
	return unreachable
}
