package explore

import (
	"context"
	"encoding/binary"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
)

// State is the world with the progress of each run.
type State struct {
	world world
	runs  []progress
	// The used parts of the scenario's limits.
	deaths, ghosts, stops, passes, switches int
	// last is the run that moved last, if switches are limited.
	last int
	// history is the path to this state, if that is kept.
	history []happened
}

func (s *State) clone() *State {
	c := *s
	c.runs = make([]progress, len(s.runs))
	for i, r := range s.runs {
		c.runs[i] = r.clone()
	}
	return &c
}

// key identifies a state.
func (s *State) key(b []byte) []byte {
	b = ints(b[:0], s.world.db, s.world.eks, s.world.clock, s.world.config)
	b = append(b, byte(s.deaths), byte(s.ghosts), byte(s.stops), byte(s.passes), byte(s.switches), byte(s.last))
	for _, r := range s.runs {
		b = append(b, byte(len(r.changes)), byte(len(r.ghosts)), byte(r.requests))
		if r.stopped {
			b = append(b, 1)
			continue
		}
		b = r.main.key(b)
		for _, t := range r.changes {
			b = t.key(b)
		}
		for _, t := range r.ghosts {
			b = t.key(b)
		}
	}
	return b
}

func (t thread) key(b []byte) []byte {
	at := int32(-1)
	if t.at != nil {
		at = t.at.id
	}
	b = append(b, byte(len(t.state)), byte(t.retries))
	return ints(append(b, t.state...), at, t.payload, t.seen)
}

func ints(b []byte, all ...int32) []byte {
	for _, n := range all {
		b = binary.AppendVarint(b, int64(n))
	}
	return b
}

// sight is what a step reads: the world, for a unit or for a payload's node group.
type sight struct {
	world   world
	unit    string // empty for a node group
	payload int32
}

// seen identifies what a step reads. While that does not change, the step would return the same result, so its Wait continues.
func (x *exploration) seen(w world, number int, unit bool, payload int32) int32 {
	key := sight{w, "", payload}
	if unit {
		key = sight{w, x.under[number], 0}
	}
	id, known := x.looks[key]
	if !known {
		if unit {
			id = x.text(append(ints(nil, w.clock, w.config, w.eks), encode(x.claimSeen(w, number))...))
		} else {
			id = x.text(append(ints(nil, w.clock, w.config), encode(x.nodegroupSeen(w, payload))...))
		}
		x.looks[key] = id
	}
	return id
}

// claimSeen returns what decide reads while it waits for another run, except the claim's renewal.
func (x *exploration) claimSeen(w world, number int) any {
	u, c := x.recordOf(w, number), claim.Claim{}
	if u.Claim != nil {
		c = *u.Claim
	}
	return []any{c.Order, c.EndedAt, c.Unfinished, c.Goals, u.Intents, u.Orders, u.Under}
}

// nodegroupSeen returns what a change reads while it waits for its node group.
func (x *exploration) nodegroupSeen(w world, payload int32) any {
	var task run.ChangeTask
	decode(x.texts.all[payload], &task)
	m, u := x.models.all[w.eks], x.dbs.all[w.db].units[task.Unit]
	ref := eksmodel.Ref{Cluster: task.Cluster.Name, Nodegroup: task.Decision.Nodegroup}
	out, err := m.Clone().DescribeNodegroup(context.Background(), &eks.DescribeNodegroupInput{
		ClusterName: aws.String(ref.Cluster), NodegroupName: aws.String(ref.Nodegroup),
	})
	order, over := claim.Order(""), true
	if u.Claim != nil {
		order, over = u.Claim.Order, !u.Claim.EndedAt.IsZero()
	}
	nodegroup := task.Decision.Nodegroup
	return []any{order, over, u.Orders[nodegroup], u.Under[nodegroup], out, err != nil, m.Running(ref)}
}

// waiting reports whether a thread is in a Wait.
func (t thread) waiting() bool { return after[t.state] != "" }

// threads returns all active threads of a run.
func (r *progress) threads() []*thread {
	if r.stopped || r.main.over {
		return r.ghostThreads()
	}
	all := []*thread{&r.main}
	for i := range r.changes {
		all = append(all, &r.changes[i])
	}
	return append(all, r.ghostThreads()...)
}

func (r *progress) ghostThreads() []*thread {
	var all []*thread
	for i := range r.ghosts {
		all = append(all, &r.ghosts[i])
	}
	return all
}

// isGhost reports whether the thread with an index in [run.threads] is a ghost.
func (r *progress) isGhost(index int) bool {
	return index >= len(r.threads())-len(r.ghosts)
}

// running returns the node groups with an update in progress.
func (x *exploration) running(w world) []eksmodel.Ref {
	var all []eksmodel.Ref
	m := x.models.all[w.eks]
	for _, g := range x.scenario.Nodegroups {
		if m.Running(g.Ref) != "" {
			all = append(all, g.Ref)
		}
	}
	return all
}

// ended reports whether all runs have ended.
func (s *State) ended() bool {
	return !slices.ContainsFunc(s.runs, func(r progress) bool { return len(r.ghosts) > 0 || !r.stopped && !r.main.over })
}
