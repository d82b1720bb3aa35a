package eks

import (
	"cmp"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/integration/eksmodel"
)

// Sizes are the sizes of a node group, in nodes.
type Sizes = eksmodel.Sizes

// Nodegroup is how a node group is.
type Nodegroup = eksmodel.State

// HealthIssue is why a node group is DEGRADED.
type HealthIssue = eksmodel.Issue

// Behaviour is what EKS does not document. A caller has to be right with all of it.
type Behaviour struct {
	// SizesShownAtEnd has the sizes that an update asks for shown when it has ended, not at once.
	SizesShownAtEnd bool
	// FailureKeepsSizes has an update that failed leave the sizes that it asked for, not those before it.
	FailureKeepsSizes bool
}

const looksOfAnUpdate = 2

// region is EKS in one region.
type region struct {
	model  *eksmodel.Model
	groups map[eksmodel.Ref]*group // also those that have gone
}

// group says how the updates of a node group go.
type group struct {
	model *eksmodel.Model
	ref   eksmodel.Ref
	looks int                        // that an update takes
	takes time.Duration              // that an update takes by the clock; 0 is what all take
	fates []func(*eksmodel.Behavior) // of the next updates
}

func (s *Server) in(name string) *region {
	if s.regions[name] == nil {
		s.regions[name] = &region{eksmodel.New(s.now), map[eksmodel.Ref]*group{}}
		s.regions[name].model.Region = name
		if s.rates != nil {
			s.regions[name].model.Limit(*s.rates)
		}
	}
	return s.regions[name]
}

// now is the time by the clock. Without one, a second passes with every call.
func (s *Server) now() time.Time {
	if s.clock != nil {
		return s.clock()
	}
	return time.Unix(1_767_225_600+int64(len(s.calls)), 0)
}

// behavior is how an update that begins now goes, if it ends well.
func (s *Server) behavior(g *group, looks int) eksmodel.Behavior {
	b := eksmodel.Behavior{Looks: looks}
	if takes := cmp.Or(g.takes, s.updateTime); takes > 0 {
		b = eksmodel.Behavior{Duration: takes, Deletion: takes}
	}
	if s.behaviour.SizesShownAtEnd {
		b.Visible = eksmodel.AtEnd
	}
	b.Ends.KeepsNewSizes = s.behaviour.FailureKeepsSizes
	return b
}

// CreateNodegroup makes a node group that is ACTIVE, and its cluster where that is missing. One of that name is replaced.
func (s *Server) CreateNodegroup(region, cluster, nodegroup string, sizes Sizes) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, ref := s.in(region), eksmodel.Ref{Cluster: cluster, Nodegroup: nodegroup}
	in.model.Add(eksmodel.Nodegroup{Ref: ref, Sizes: sizes})
	in.groups[ref] = &group{model: in.model, ref: ref, looks: looksOfAnUpdate}
}

// Nodegroup says how a node group is. It is not a look: nothing progresses by it.
func (s *Server) Nodegroup(region, cluster, nodegroup string) (Nodegroup, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.in(region).model.State(eksmodel.Ref{Cluster: cluster, Nodegroup: nodegroup})
}

// SetSizes sets sizes at once and without an update, as a person or an autoscaler does.
func (s *Server) SetSizes(region, cluster, nodegroup string, sizes Sizes) {
	s.with(region, cluster, nodegroup, func(g *group) error { return g.model.SetSizes(g.ref, sizes, "") })
}

// SetStatus gives a node group a status and health issues; see [eksmodel.Model.SetStatus].
func (s *Server) SetStatus(region, cluster, nodegroup, status string, issues ...HealthIssue) {
	s.with(region, cluster, nodegroup, func(g *group) error {
		return g.model.SetStatus(g.ref, types.NodegroupStatus(status), issues...)
	})
}

// RemoveNodegroup removes a node group at once.
func (s *Server) RemoveNodegroup(region, cluster, nodegroup string) {
	s.with(region, cluster, nodegroup, func(g *group) error {
		_ = g.model.SetBehavior(g.ref, eksmodel.Behavior{}) // with knows that it is there
		return g.model.Delete(g.ref)
	})
}

// SetLooks sets after how many looks the updates end that begin from now on; 0 has them end at once.
func (s *Server) SetLooks(region, cluster, nodegroup string, looks int) {
	s.setGroup(region, cluster, nodegroup, func(g *group) { g.looks = looks })
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
	s.needClock()
	s.updateTime = long
}

// UpdateTakes is [Server.UpdatesTake] for one node group; 0 is what all take.
func (s *Server) UpdateTakes(region, cluster, nodegroup string, long time.Duration) {
	s.setGroup(region, cluster, nodegroup, func(g *group) {
		s.needClock()
		g.takes = long
	})
}

func (s *Server) needClock() {
	if s.clock == nil {
		panic("eks: there is no clock for updates to take a time by: GoBy first")
	}
}

// Behave sets how the updates that begin from now on behave.
func (s *Server) Behave(b Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaviour = b
}

// ForeignUpdate has somebody else update the node group: it is UPDATING, and refuses updates, for so many looks. Under
// [Server.UpdatesTake] it takes that long, whatever looks are.
func (s *Server) ForeignUpdate(region, cluster, nodegroup string, looks int) {
	s.with(region, cluster, nodegroup, func(g *group) error {
		_ = g.model.SetBehavior(g.ref, s.behavior(g, looks)) // with knows that it is there
		return g.model.StartUpdate(g.ref, "")
	})
}

// FailUpdate lets the next update end as Failed with this error; the sizes are then as [Behaviour] says. As with
// DegradeAfterUpdate and HangUpdate, saying it twice is about the next two updates.
func (s *Server) FailUpdate(region, cluster, nodegroup, code, message string) {
	s.destine(region, cluster, nodegroup, func(b *eksmodel.Behavior) { b.Ends.Failure = HealthIssue{Code: code, Message: message} })
}

// DegradeAfterUpdate lets the next update end as Successful, but the node group is DEGRADED by it, with this health issue,
// until a later scale-out succeeds.
func (s *Server) DegradeAfterUpdate(region, cluster, nodegroup, code, message string) {
	s.destine(region, cluster, nodegroup, func(b *eksmodel.Behavior) { b.Ends.Health = []HealthIssue{{Code: code, Message: message}} })
}

// HangUpdate lets the next update run for ever.
func (s *Server) HangUpdate(region, cluster, nodegroup string) {
	s.destine(region, cluster, nodegroup, func(b *eksmodel.Behavior) {
		b.Looks, b.Duration, b.Deletion = 0, eksmodel.Forever, eksmodel.Forever
	})
}

func (s *Server) destine(region, cluster, nodegroup string, fate func(*eksmodel.Behavior)) {
	s.setGroup(region, cluster, nodegroup, func(g *group) { g.fates = append(g.fates, fate) })
}

func (s *Server) setGroup(region, cluster, nodegroup string, set func(*group)) {
	s.with(region, cluster, nodegroup, func(g *group) error {
		set(g)
		return nil
	})
}

func (s *Server) with(region, cluster, nodegroup string, do func(*group) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, ref := s.in(region), eksmodel.Ref{Cluster: cluster, Nodegroup: nodegroup}
	if _, found := in.model.State(ref); !found {
		panic(fmt.Sprintf("eks: there is no node group %s in %s: CreateNodegroup first", ref, region))
	}
	if err := do(in.groups[ref]); err != nil {
		panic(fmt.Sprintf("eks: %v", err))
	}
}
