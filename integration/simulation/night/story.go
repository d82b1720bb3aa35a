package night

import (
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/integration/eksmodel"
)

// line is one line of the story.
type line struct {
	at   time.Time
	text string
}

func (l line) String() string { return l.at.In(local).Format("Mon 15:04:05.000") + "  " + l.text }

// tell adds a line to the story, if one is recorded.
func (n *night) tell(format string, args ...any) {
	if n.Story {
		n.story = append(n.story, line{n.Now(), fmt.Sprintf(format, args...)})
	}
}

// violate records a violated invariant.
func (n *night) violate(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	n.violations = append(n.violations, n.Now().In(local).Format("15:04:05")+" "+text)
	n.tell("VIOLATION: %s", text)
}

// timeline returns the story with the changes of node groups inserted.
func (n *night) timeline() []string {
	if !n.Story {
		return nil
	}
	lines := slices.Clone(n.story)
	for _, c := range n.eks.Changes() {
		if c.Cause != eksmodel.CauseCreated {
			lines = append(lines, line{c.At, "    " + n.inWords(c)})
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	var texts []string
	for _, l := range lines {
		texts = append(texts, l.String())
	}
	return texts
}

// inWords describes a change of a node group, with its sizes and nodes before and after.
func (n *night) inWords(c eksmodel.Change) string {
	what := map[eksmodel.Cause]string{
		eksmodel.CauseAccepted: "an update begins", eksmodel.CauseEnded: "the update has ended", eksmodel.CauseByHand: "changed by hand",
		eksmodel.CauseDeleted: "it is being deleted", eksmodel.CauseGone: "it is gone",
	}[c.Cause]
	by := c.By
	if ours, ok := n.asked[c.By]; ok {
		by = "run " + ours.run
	}
	if by != "" {
		by = " (" + by + ")"
	}
	text := fmt.Sprintf("%s: %s%s: nodes %d -> %d", c.Ref.Nodegroup, what, by, c.NodesBefore, c.NodesAfter)
	if c.SizesBefore != c.SizesAfter {
		text += fmt.Sprintf(", sizes %s -> %s", c.SizesBefore, c.SizesAfter)
	}
	return text
}
