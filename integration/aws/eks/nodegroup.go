package eks

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/http"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// Sizes are the sizes of a node group, in nodes.
type Sizes struct{ Min, Max, Desired int32 }

// Nodegroup is how a node group is.
type Nodegroup struct {
	Sizes   Sizes
	Status  string // as EKS has it
	Health  []HealthIssue
	Updates int // accepted so far; somebody else's are not among them
}

// HealthIssue is why a node group is DEGRADED.
type HealthIssue struct{ Code, Message string }

type place struct{ region, cluster string }

type cluster struct {
	place
	created int64
	groups  map[string]*group
}

type group struct {
	place
	name           string
	id             string // at the end of its ARN
	sizes          Sizes
	maxUnavailable int32
	health         []HealthIssue
	byHand         string        // the status that was set; empty if none was
	looks          int           // that an update takes
	takes          time.Duration // that an update takes by the clock; 0 is what all take
	running        *update
	deletion       *update            // nil unless it is being deleted
	updates        map[string]*update // by id
	fates          []fate             // of the next updates
	behaviour      Behaviour
	accepted       int
	created        int64
	modified       int64
}

type update struct {
	id      string
	kind    string
	status  string
	of      *group
	config  updateRequest
	created int64
	before  Sizes
	after   Sizes
	looks   int       // until it ends
	ends    time.Time // when it ends, whoever looks; zero if it ends by looks
	fate    fate
}

// Behaviour is what EKS does not document. A caller has to be right with all of it.
type Behaviour struct {
	// SizesShownAtEnd has the sizes that an update asks for shown when it has ended, not at once.
	SizesShownAtEnd bool
	// FailureKeepsSizes has an update that failed leave the sizes that it asked for, not those before it.
	FailureKeepsSizes bool
}

// fate is how an update ends. The zero value is: well.
type fate struct {
	hangs    bool
	fails    *HealthIssue
	degrades *HealthIssue
}

// refusal says what is wrong with sizes, where so many nodes may be unavailable in a version update, in the words of EKS; empty
// when nothing.
func (z Sizes) refusal(maxUnavailable int32) string {
	switch {
	case z.Min < 0:
		return fmt.Sprintf("Minimum capacity %d can't be less than 0", z.Min)
	case z.Desired < 0:
		return fmt.Sprintf("Desired capacity %d can't be less than 0", z.Desired)
	case z.Max < 1:
		return fmt.Sprintf("Maximum capacity %d can't be less than 1", z.Max)
	case z.Min > z.Desired:
		return fmt.Sprintf("Minimum capacity %d can't be greater than desired size %d", z.Min, z.Desired)
	case z.Desired > z.Max:
		return fmt.Sprintf("Desired capacity %d can't be greater than max size %d", z.Desired, z.Max)
	case maxUnavailable < 1 || maxUnavailable > z.Max:
		return "max-unavailable must be within the range 1 and max size"
	}
	return ""
}

// begin starts an update.
func (g *group) begin(u *update) {
	u.status, u.before, u.of = "InProgress", g.sizes, g
	g.modified, g.running, g.updates[u.id] = u.created, u, u
	if !g.behaviour.SizesShownAtEnd {
		g.apply(u)
	}
	if u.ends.IsZero() && u.looks <= 0 && !u.fate.hangs {
		g.end(u)
	}
}

// apply sets what an update asks for. What it leaves out is as somebody else may have set it meanwhile.
func (g *group) apply(u *update) {
	g.sizes = u.config.Scaling.over(g.sizes)
	if sent := u.config.Update.MaxUnavailable; sent != nil {
		g.maxUnavailable = *sent
	}
}

// look lets the running update, or the deletion, progress. What the looker is told is how things were before.
func (g *group) look() {
	for _, u := range []*update{g.running, g.deletion} {
		if u == nil || u.fate.hangs || !u.ends.IsZero() {
			continue
		}
		if u.looks--; u.looks <= 0 {
			g.end(u)
		}
	}
}

// pass ends what is running if its time has come.
func (g *group) pass(now time.Time) {
	for _, u := range []*update{g.running, g.deletion} {
		if u != nil && !u.fate.hangs && !u.ends.IsZero() && !now.Before(u.ends) {
			g.end(u)
		}
	}
}

func (g *group) end(u *update) {
	if u == g.deletion {
		u.status = "Successful"
		return
	}
	g.running = nil
	if u.fate.fails != nil {
		u.status = "Failed"
		switch b := g.behaviour; {
		case b.FailureKeepsSizes && b.SizesShownAtEnd:
			g.apply(u)
		case !b.FailureKeepsSizes && !b.SizesShownAtEnd:
			g.sizes = u.before
		}
		return
	}
	u.status = "Successful"
	if g.behaviour.SizesShownAtEnd {
		g.apply(u)
	}
	if u.after.Desired > u.before.Desired {
		g.heal() // only a scale-out proves that nodes can be had again
	}
	if u.fate.degrades != nil {
		g.health = []HealthIssue{*u.fate.degrades}
	}
}

// now is in seconds since 1970. Without a clock, a second passes with every call.
func (s *Server) now() int64 {
	if s.clock != nil {
		return s.clock().Unix()
	}
	return 1_767_225_600 + int64(len(s.calls))
}

// begin starts an update of a node group.
func (s *Server) begin(g *group, u *update) {
	u.ends, g.behaviour = s.endOf(g), s.behaviour
	g.begin(u)
}

// endOf is when what begins now ends; zero if it ends by looks.
func (s *Server) endOf(g *group) time.Time {
	if takes := cmp.Or(g.takes, s.updateTime); takes > 0 {
		return s.clock().Add(takes)
	}
	return time.Time{}
}

func (s *Server) updateID() string {
	s.updates++
	return freshID("update", s.updates)
}

// freshID looks like the ids of EKS: the order in which they are given cannot be told from them.
func freshID(kind string, n int) string {
	sum := fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%s %d", kind, n)))
	return fmt.Sprintf("%s-%s-4%s-8%s-%s", sum[:8], sum[8:12], sum[12:15], sum[15:18], sum[18:30])
}

// find returns nil when there is no such node group, or no longer.
func (s *Server) find(p place, nodegroup string) *group {
	c := s.clusters[p]
	if c == nil {
		return nil
	}
	s.pass(c)
	return c.groups[nodegroup]
}

// pass ends what has ended in a cluster by now.
func (s *Server) pass(c *cluster) {
	for name, g := range c.groups {
		if s.clock != nil {
			g.pass(s.clock())
		}
		if g.deletion != nil && g.deletion.status == "Successful" {
			delete(c.groups, name)
		}
	}
}

func (s *Server) cluster(r *request) (*cluster, error) {
	if c := s.clusters[r.place()]; c != nil {
		s.pass(c)
		return c, nil
	}
	return nil, wire.NewFailure(http.StatusNotFound, "ResourceNotFoundException", fmt.Sprintf("No cluster found for name: %s.", r.call.Cluster))
}

func (s *Server) group(r *request) (*group, error) {
	if _, err := s.cluster(r); err != nil {
		return nil, err
	}
	if g := s.find(r.place(), r.call.Nodegroup); g != nil {
		return g, nil
	}
	return nil, wire.NewFailure(http.StatusNotFound, "ResourceNotFoundException", fmt.Sprintf("No node group found for name: %s.", r.call.Nodegroup))
}
