package agenda

import (
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
)

// maxNamed limits the units that are named of those alike.
const maxNamed = 3

// Alike returns one unit for all that have the same changes at the same local times, in the same zone. It has the names of the first few
// of them. The units that most are like come first.
func (s Span) Alike(settings config.Settings, units []config.Unit) []config.Unit {
	var first []config.Unit
	index, names := map[string]int{}, [][]string{}
	for _, u := range units {
		key := s.keyOf(settings, u)
		i, known := index[key]
		if !known {
			i = len(first)
			index[key], first, names = i, append(first, u), append(names, nil)
		}
		names[i] = append(names[i], u.Name)
	}
	order := make([]int, len(first))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(names[b]) - len(names[a]) })
	alike := make([]config.Unit, len(first))
	for i, at := range order {
		alike[i] = first[at]
		alike[i].Name = health.FirstFew(names[at], maxNamed)
	}
	return alike
}

// keyOf is the same for units alike.
func (s Span) keyOf(settings config.Settings, u config.Unit) string {
	var text strings.Builder
	term.SayLine(&text, u.Timetable().Location(), Idle(settings, u))
	for _, step := range s.Steps(u) {
		term.SayLine(&text, step.At, step.Profile, step.Cause(), InWords(step.Nodegroups))
		for _, c := range step.Conditional {
			term.SayLine(&text, c.Profile, c.Period, c.Condition, c.changes)
		}
	}
	return text.String()
}
