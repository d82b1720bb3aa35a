package eks

import (
	"fmt"
	"slices"
	"time"
)

const looksOfAnUpdate = 2

// CreateNodegroup makes a node group that is ACTIVE, and its cluster where that is missing. One of that name is replaced.
func (s *Server) CreateNodegroup(region, clusterName, nodegroup string, sizes Sizes) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := place{region, clusterName}
	if s.clusters[p] == nil {
		s.clusters[p] = &cluster{place: p, created: s.now(), groups: map[string]*group{}}
	}
	s.created++
	s.clusters[p].groups[nodegroup] = &group{
		place: p, name: nodegroup, id: freshID("nodegroup", s.created), sizes: sizes, maxUnavailable: 1, looks: looksOfAnUpdate,
		created: s.now(), modified: s.now(), updates: map[string]*update{},
	}
}

// Nodegroup says how a node group is. It is not a look: nothing progresses by it.
func (s *Server) Nodegroup(region, cluster, nodegroup string) (Nodegroup, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.find(place{region, cluster}, nodegroup)
	if g == nil {
		return Nodegroup{}, false
	}
	return Nodegroup{Sizes: g.sizes, Status: g.status(), Health: slices.Clone(g.health), Updates: g.accepted}, true
}

// SetSizes sets sizes at once and without an update, as if a person had done it some time ago.
func (s *Server) SetSizes(region, cluster, nodegroup string, sizes Sizes) {
	s.with(region, cluster, nodegroup, func(g *group) { g.sizes = sizes })
}

// SetLooks says how many looks an update of the node group takes from now on; 0 is done at once. Without it, it takes 2.
func (s *Server) SetLooks(region, cluster, nodegroup string, looks int) {
	s.with(region, cluster, nodegroup, func(g *group) { g.looks = looks })
}

// GoBy gives the server a clock, which its times are then of.
func (s *Server) GoBy(now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = now
}

// UpdatesTake has the updates that begin from now on take so long by the clock of [Server.GoBy], however often anybody looks.
// 0 has them end by looks again.
func (s *Server) UpdatesTake(long time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clock == nil && long > 0 {
		panic("eks: there is no clock for updates to take a time by: GoBy first")
	}
	s.updateTime = long
}

// UpdateTakes is [Server.UpdatesTake] for one node group; 0 is what all take.
func (s *Server) UpdateTakes(region, cluster, nodegroup string, long time.Duration) {
	s.with(region, cluster, nodegroup, func(g *group) {
		if s.clock == nil {
			panic("eks: there is no clock for updates to take a time by: GoBy first")
		}
		g.takes = long
	})
}

// SetMaxUnavailable sets, as if a person had done it some time ago, how many nodes may be unavailable in a version update.
func (s *Server) SetMaxUnavailable(region, cluster, nodegroup string, nodes int32) {
	s.with(region, cluster, nodegroup, func(g *group) { g.maxUnavailable = nodes })
}

// Behave sets how the updates that begin from now on behave.
func (s *Server) Behave(b Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaviour = b
}

// ForeignUpdate has somebody else update the node group: it is UPDATING, and refuses updates, for so many looks. An update
// that runs already takes so many looks longer. Under [Server.UpdatesTake] it takes that long, whatever looks are.
func (s *Server) ForeignUpdate(region, cluster, nodegroup string, looks int) {
	s.with(region, cluster, nodegroup, func(g *group) {
		if g.running != nil {
			g.running.looks += looks
			return
		}
		s.begin(g, &update{id: s.updateID(), kind: "VersionUpdate", created: s.now(), after: g.sizes, looks: looks})
	})
}

// FailUpdate lets the next update end as Failed with this error; the sizes are then as [Behaviour] says. As with
// DegradeAfterUpdate and HangUpdate, saying it twice is about the next two updates.
func (s *Server) FailUpdate(region, cluster, nodegroup, code, message string) {
	s.destine(region, cluster, nodegroup, fate{fails: &HealthIssue{code, message}})
}

// DegradeAfterUpdate lets the next update end as Successful, but the node group is DEGRADED by it, with this health issue,
// until a later scale-out succeeds.
func (s *Server) DegradeAfterUpdate(region, cluster, nodegroup, code, message string) {
	s.destine(region, cluster, nodegroup, fate{degrades: &HealthIssue{code, message}})
}

// HangUpdate lets the next update run for ever.
func (s *Server) HangUpdate(region, cluster, nodegroup string) {
	s.destine(region, cluster, nodegroup, fate{hangs: true})
}

func (s *Server) destine(region, cluster, nodegroup string, f fate) {
	s.with(region, cluster, nodegroup, func(g *group) { g.fates = append(g.fates, f) })
}

func (s *Server) with(region, cluster, nodegroup string, do func(*group)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.find(place{region, cluster}, nodegroup)
	if g == nil {
		panic(fmt.Sprintf("eks: there is no node group %s in cluster %s in %s: CreateNodegroup first", nodegroup, cluster, region))
	}
	do(g)
}
