package installcmd

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// Change is a change of a resource.
type Change struct {
	// Action is one of remove, replace, may replace, import, change and add.
	Action string `json:"action"`
	ID     string `json:"id"` // in the template
	Type   string `json:"type"`
	Name   string `json:"name,omitempty"` // of the resource, if it exists
	// Kept reports that a removed resource stays in the account.
	Kept bool `json:"kept,omitempty"`
}

// The actions, those that take something away first.
const (
	actionRemove     = "remove"
	actionReplace    = "replace"
	actionMayReplace = "may replace"
	actionImport     = "import"
	actionChange     = "change"
	actionAdd        = "add"
)

func actions() []string {
	return []string{actionRemove, actionReplace, actionMayReplace, actionImport, actionChange, actionAdd}
}

// changeOf interprets a change of a change set.
func changeOf(r types.ResourceChange) Change {
	c := Change{ID: aws.ToString(r.LogicalResourceId), Type: aws.ToString(r.ResourceType), Name: aws.ToString(r.PhysicalResourceId)}
	switch r.Action {
	case types.ChangeActionAdd:
		c.Action = actionAdd
	case types.ChangeActionImport:
		c.Action = actionImport
	case types.ChangeActionRemove:
		c.Action, c.Kept = actionRemove, r.PolicyAction == types.PolicyActionRetain
	case types.ChangeActionModify, types.ChangeActionDynamic, types.ChangeActionSyncWithActual:
		c.Action = modification(r.Replacement)
	}
	return c
}

func modification(r types.Replacement) string {
	switch r {
	case types.ReplacementTrue:
		return actionReplace
	case types.ReplacementConditional:
		return actionMayReplace
	case types.ReplacementFalse:
	}
	return actionChange
}

// sortChanges puts first what takes something away.
func sortChanges(changes []Change) {
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(slices.Index(actions(), a.Action), slices.Index(actions(), b.Action)), strings.Compare(a.Type, b.Type), strings.Compare(a.ID, b.ID))
	})
}

// printChanges prints the changes as a table, and their numbers. What is removed or replaced stands first, in capitals.
func printChanges(out io.Writer, width int, color bool, changes []Change) {
	rows := [][]string{{"ACTION", "TYPE", "RESOURCE"}}
	moods := []term.Mood{term.Plain}
	for len(changes) > 0 {
		alike := 1
		for alike < len(changes) && changes[alike].isLike(changes[0]) {
			alike++
		}
		if alike > maxListed {
			rows, moods = append(rows, []string{changes[0].word(), changes[0].service(), fmt.Sprintf("%d resources", alike)}), append(moods, term.Plain)
		} else {
			alike = 1
			rows, moods = append(rows, []string{changes[0].word(), changes[0].service(), changes[0].named()}), append(moods, changes[0].mood())
		}
		changes = changes[alike:]
	}
	if len(rows) > 1 {
		mood := func(row, column int) term.Mood {
			if column == 0 {
				return moods[row]
			}
			return term.Plain
		}
		_ = term.Table{Width: width, Color: color, Mood: mood}.Write(out, rows) // like everything that is told
	}
}

// maxListed limits the resources of a type that are listed, if nothing is taken away.
const maxListed = 2

// isLike reports whether two changes need no lines of their own, if there are many.
func (c Change) isLike(other Change) bool {
	return c.Action == other.Action && c.Type == other.Type && (c.Action == actionAdd || c.Action == actionChange)
}

// word returns the action, in capitals if it takes something away.
func (c Change) word() string {
	switch {
	case c.Kept:
		return "leave"
	case c.takesAway():
		return strings.ToUpper(c.Action)
	}
	return c.Action
}

func (c Change) mood() term.Mood {
	if c.takesAway() {
		return term.Failed
	}
	return term.Plain
}

// service returns the type without what all types share.
func (c Change) service() string { return strings.TrimPrefix(c.Type, "AWS::") }

// hash ends the logical IDs that the CDK makes.
var hash = regexp.MustCompile(`[0-9A-F]{8}$`)

// named returns the name of the resource, or else its logical ID without its hash.
func (c Change) named() string {
	return cmp.Or(c.Name, hash.ReplaceAllString(c.ID, ""))
}

func (c Change) takesAway() bool {
	return !c.Kept && slices.Contains([]string{actionRemove, actionReplace, actionMayReplace}, c.Action)
}

// counts says how many changes of each action there are: 2 to add, 1 to change.
func counts(changes []Change) string {
	var parts []string
	all := actions()
	slices.Reverse(all)
	for _, action := range all {
		n := 0
		for _, c := range changes {
			if c.Action == action {
				n++
			}
		}
		if n > 0 {
			verb := "to " + action
			if action == actionMayReplace {
				verb = "that may be replaced"
			}
			parts = append(parts, fmt.Sprintf("%d %s", n, verb))
		}
	}
	if len(parts) == 0 {
		return "no resource changes, only outputs or tags"
	}
	return strings.Join(parts, ", ")
}
