package eks

import (
	"cmp"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/integration/eksmodel"
)

// Sizes holds the sizes of a node group, in nodes.
type Sizes = eksmodel.Sizes

// Nodegroup is the state of a node group.
type Nodegroup = eksmodel.State

// HealthIssue is why a node group is DEGRADED.
type HealthIssue = eksmodel.Issue

// Behaviour selects undocumented behavior of EKS. Callers must be correct with all of it.
type Behaviour struct {
	// SizesShownAtEnd shows an update's sizes when it has ended, not at once.
	SizesShownAtEnd bool
	// FailureKeepsSizes makes a failed update leave its requested sizes, not the previous ones.
	FailureKeepsSizes bool
}

const looksOfAnUpdate = 2

// place is EKS in one region of one account.
type place struct {
	model  *eksmodel.Model
	groups map[eksmodel.Ref]*group // also deleted ones
	tags   map[eksmodel.Ref]map[string]string
}

// group controls the updates of a node group.
type group struct {
	model *eksmodel.Model
	ref   eksmodel.Ref
	looks int                        // that an update takes
	takes time.Duration              // that an update takes by the clock; 0 means the server's default
	fates []func(*eksmodel.Behavior) // of the next updates
}

func (s *Server) in(at Place) *place {
	if s.places[at] == nil {
		model := eksmodel.New(s.now)
		model.Account, model.Region = at.Account, at.Region
		if s.rates != nil {
			model.Limit(*s.rates)
		}
		s.places[at] = &place{model, map[eksmodel.Ref]*group{}, map[eksmodel.Ref]map[string]string{}}
	}
	return s.places[at]
}

// now returns the time by the clock. Without one, a second passes with every call.
func (s *Server) now() time.Time {
	if s.clock != nil {
		return s.clock()
	}
	return time.Unix(1_767_225_600+int64(len(s.calls)), 0)
}

// behavior returns the behavior of an update that begins now and succeeds.
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

// CreateNodegroup creates an ACTIVE node group, and its cluster if that is missing. It replaces a node group of the same name.
func (a *Account) CreateNodegroup(region, cluster, nodegroup string, sizes Sizes) {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	in, ref := a.in(region), eksmodel.Ref{Cluster: cluster, Nodegroup: nodegroup}
	in.model.Add(eksmodel.Nodegroup{Ref: ref, Sizes: sizes})
	in.groups[ref] = &group{model: in.model, ref: ref, looks: looksOfAnUpdate}
}

// Nodegroup returns the state of a node group. It does not count as a look, so nothing progresses.
func (a *Account) Nodegroup(region, cluster, nodegroup string) (Nodegroup, bool) {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	return a.in(region).model.State(eksmodel.Ref{Cluster: cluster, Nodegroup: nodegroup})
}

// SetSizes sets sizes at once and without an update, as a person or an autoscaler does.
func (a *Account) SetSizes(region, cluster, nodegroup string, sizes Sizes) {
	a.with(region, cluster, nodegroup, func(g *group) error { return g.model.SetSizes(g.ref, sizes, "") })
}

// SetStatus gives a node group a status and health issues; see [eksmodel.Model.SetStatus].
func (a *Account) SetStatus(region, cluster, nodegroup, status string, issues ...HealthIssue) {
	a.with(region, cluster, nodegroup, func(g *group) error {
		return g.model.SetStatus(g.ref, types.NodegroupStatus(status), issues...)
	})
}

// SetMachines sets what the nodes of a node group are.
func (a *Account) SetMachines(region, cluster, nodegroup string, machines eksmodel.Machines) {
	a.with(region, cluster, nodegroup, func(g *group) error { return g.model.SetMachines(g.ref, machines) })
}

// RemoveNodegroup deletes a node group at once.
func (a *Account) RemoveNodegroup(region, cluster, nodegroup string) {
	a.with(region, cluster, nodegroup, func(g *group) error {
		_ = g.model.SetBehavior(g.ref, eksmodel.Behavior{}) // with knows that it is there
		return g.model.Delete(g.ref)
	})
}

// SetLooks sets after how many looks future updates end; 0 means at once.
func (a *Account) SetLooks(region, cluster, nodegroup string, looks int) {
	a.setGroup(region, cluster, nodegroup, func(g *group) { g.looks = looks })
}

// GoBy sets the server's clock.
func (s *Server) GoBy(now func() time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = now
}

// UpdatesTake sets the duration of future updates by the clock of [Server.GoBy], regardless of looks. 0 makes them end by looks
// again.
func (s *Server) UpdatesTake(long time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.needClock()
	s.updateTime = long
}

// UpdateTakes is [Server.UpdatesTake] for one node group; 0 means the server's default.
func (a *Account) UpdateTakes(region, cluster, nodegroup string, long time.Duration) {
	a.setGroup(region, cluster, nodegroup, func(g *group) {
		a.server.needClock()
		g.takes = long
	})
}

func (s *Server) needClock() {
	if s.clock == nil {
		panic("eks: there is no clock for updates to take a time by: GoBy first")
	}
}

// Behave sets the behavior of future updates.
func (s *Server) Behave(b Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaviour = b
}

// ForeignUpdate starts an update by somebody else: the node group is UPDATING, and refuses updates, for the given number of looks
// or the time of [Server.UpdatesTake].
func (a *Account) ForeignUpdate(region, cluster, nodegroup string, looks int) {
	a.with(region, cluster, nodegroup, func(g *group) error {
		_ = g.model.SetBehavior(g.ref, a.server.behavior(g, looks)) // with knows that it is there
		return g.model.StartUpdate(g.ref, "")
	})
}

// FailUpdate makes the next update end as Failed with this error; [Behaviour] determines the sizes. As with DegradeAfterUpdate
// and HangUpdate, calling it twice affects the next two updates.
func (a *Account) FailUpdate(region, cluster, nodegroup, code, message string) {
	a.destine(region, cluster, nodegroup, func(b *eksmodel.Behavior) { b.Ends.Failure = HealthIssue{Code: code, Message: message} })
}

// DegradeAfterUpdate makes the next update end as Successful but leave the node group DEGRADED, with this health issue, until a
// later scale-up succeeds.
func (a *Account) DegradeAfterUpdate(region, cluster, nodegroup, code, message string) {
	a.destine(region, cluster, nodegroup, func(b *eksmodel.Behavior) { b.Ends.Health = []HealthIssue{{Code: code, Message: message}} })
}

// HangUpdate makes the next update run forever.
func (a *Account) HangUpdate(region, cluster, nodegroup string) {
	a.destine(region, cluster, nodegroup, func(b *eksmodel.Behavior) {
		b.Looks, b.Duration, b.Deletion = 0, eksmodel.Forever, eksmodel.Forever
	})
}

func (a *Account) destine(region, cluster, nodegroup string, fate func(*eksmodel.Behavior)) {
	a.setGroup(region, cluster, nodegroup, func(g *group) { g.fates = append(g.fates, fate) })
}

func (a *Account) setGroup(region, cluster, nodegroup string, set func(*group)) {
	a.with(region, cluster, nodegroup, func(g *group) error {
		set(g)
		return nil
	})
}

func (a *Account) with(region, cluster, nodegroup string, do func(*group) error) {
	a.server.mu.Lock()
	defer a.server.mu.Unlock()
	in, ref := a.in(region), eksmodel.Ref{Cluster: cluster, Nodegroup: nodegroup}
	if _, found := in.model.State(ref); !found {
		panic(fmt.Sprintf("eks: there is no node group %s in %s of %s: CreateNodegroup first", ref, region, a.id))
	}
	if err := do(in.groups[ref]); err != nil {
		panic(fmt.Sprintf("eks: %v", err))
	}
}
