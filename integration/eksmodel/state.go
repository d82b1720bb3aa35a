package eksmodel

import (
	"encoding/binary"
	"time"
)

// AppendState appends the canonical encoding of everything that affects later answers: node groups and updates. It excludes the
// clock and the logs; instants are absolute.
func (m *Model) AppendState(b []byte) []byte {
	m.settle()
	b = appendInts(b, int64(m.created))
	b = appendTexts(binary.AppendUvarint(b, uint64(len(m.clusters))), m.clusters...)
	b = binary.AppendUvarint(b, uint64(len(m.groups)))
	for _, g := range m.groups {
		b = g.appendState(b)
	}
	b = binary.AppendUvarint(b, uint64(len(m.updates)))
	for _, u := range m.updates {
		b = u.appendState(b)
	}
	return m.budget.appendState(b, m.Now())
}

func (g *nodegroup) appendState(b []byte) []byte {
	b = appendTexts(b, g.ref.Cluster, g.ref.Nodegroup, string(g.status))
	b = appendInts(appendSizes(b, g.sizes), int64(g.number), int64(g.nodes), int64(g.maxUnavailable), int64(g.looks))
	b = appendTimes(b, g.gone, g.created, g.modified)
	b = appendIssues(g.behavior.appendState(b), g.health)
	if g.running != nil {
		return appendTexts(b, g.running.ID)
	}
	return appendTexts(b, "")
}

func (u *update) appendState(b []byte) []byte {
	b = appendTexts(b, u.ID, u.Ref.Cluster, u.Ref.Nodegroup, string(u.Kind), string(u.Status), u.By)
	for _, n := range []*int32{u.Asked.Min, u.Asked.Max, u.Asked.Desired} {
		if n == nil {
			b = append(b, 0)
			continue
		}
		b = appendInts(append(b, 1), int64(*n))
	}
	b = appendInts(appendSizes(appendSizes(b, u.Before), u.After), int64(u.of), int64(u.nodesBefore))
	b = appendIssues(appendTimes(u.behavior.appendState(b), u.Created, u.Ended), []Issue{u.Failure})
	return appendBools(b, u.called, u.handled.min, u.handled.max, u.handled.desired)
}

func (b Behavior) appendState(to []byte) []byte {
	to = appendInts(to, int64(b.Duration), int64(b.Looks), int64(b.Visible), int64(b.Lowers), int64(b.StatusLag), int64(b.Deletion))
	to = appendIssues(to, append([]Issue{b.Ends.Failure}, b.Ends.Health...))
	return appendBools(to, b.Ends.KeepsNewSizes)
}

func appendTexts(b []byte, texts ...string) []byte {
	for _, t := range texts {
		b = append(binary.AppendUvarint(b, uint64(len(t))), t...)
	}
	return b
}

func appendInts(b []byte, all ...int64) []byte {
	for _, n := range all {
		b = binary.AppendVarint(b, n)
	}
	return b
}

func appendBools(b []byte, all ...bool) []byte {
	for _, is := range all {
		if is {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	return b
}

func appendSizes(b []byte, z Sizes) []byte {
	return appendInts(b, int64(z.Min), int64(z.Max), int64(z.Desired))
}

func appendTimes(b []byte, all ...time.Time) []byte {
	for _, t := range all {
		b = appendInts(b, t.Unix(), int64(t.Nanosecond()))
	}
	return b
}

func appendIssues(b []byte, all []Issue) []byte {
	b = binary.AppendUvarint(b, uint64(len(all)))
	for _, i := range all {
		b = appendTexts(b, i.Code, i.Message)
	}
	return b
}
