package ekslocal

import (
	"fmt"
	"net/http"
	"time"

	"eks-scaling-automation/integration/awslocal/wire"
)

// Sizes are the sizes of a node group, in nodes.
type Sizes struct{ Min, Max, Desired int32 }

// Nodegroup is how a node group is.
type Nodegroup struct {
	Sizes   Sizes
	Status  string // ACTIVE, UPDATING or DEGRADED
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
	name     string
	sizes    Sizes
	health   []HealthIssue
	looks    int
	running  *update
	updates  map[string]*update // by id
	tokens   map[string]*update // by clientRequestToken
	fates    []fate             // of the next updates
	accepted int
	created  int64
	modified int64
}

type update struct {
	id      string
	kind    string
	status  string
	config  scalingConfig
	created int64
	before  Sizes
	after   Sizes
	looks   int       // until it ends
	ends    time.Time // when it ends, whoever looks; zero if it ends by looks
	fate    fate
}

// fate is how an update ends. The zero value is: well.
type fate struct {
	hangs    bool
	fails    *HealthIssue
	degrades *HealthIssue
}

// refusal says what is wrong with sizes, in the words of EKS; empty when nothing.
func (z Sizes) refusal() string {
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
	}
	return ""
}

func (g *group) status() string {
	switch {
	case g.running != nil:
		return "UPDATING"
	case len(g.health) > 0:
		return "DEGRADED"
	}
	return "ACTIVE"
}

// begin starts an update. The new sizes are seen at once, as EKS shows them.
func (g *group) begin(u *update) {
	u.status, u.before = "InProgress", g.sizes
	g.sizes, g.modified, g.running, g.updates[u.id] = u.after, u.created, u, u
	if u.ends.IsZero() && u.looks <= 0 && !u.fate.hangs {
		g.end(u)
	}
}

// look lets the running update progress. What the looker is told is how things were before.
func (g *group) look() {
	u := g.running
	if u == nil || u.fate.hangs || !u.ends.IsZero() {
		return
	}
	if u.looks--; u.looks <= 0 {
		g.end(u)
	}
}

// pass ends the running update if its time has come.
func (g *group) pass(now time.Time) {
	if u := g.running; u != nil && !u.fate.hangs && !u.ends.IsZero() && !now.Before(u.ends) {
		g.end(u)
	}
}

func (g *group) end(u *update) {
	g.running = nil
	if u.fate.fails != nil {
		u.status, g.sizes = "Failed", u.before
		return
	}
	u.status = "Successful"
	if u.after.Desired > u.before.Desired {
		g.health = nil // only a scale-out proves that nodes can be had again
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
	if s.updateTime > 0 {
		u.ends = s.clock().Add(s.updateTime)
	}
	g.begin(u)
}

func (s *Server) updateID() string {
	s.updates++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", s.updates)
}

func (s *Server) find(p place, nodegroup string) *group {
	c := s.clusters[p]
	if c == nil || c.groups[nodegroup] == nil {
		return nil
	}
	g := c.groups[nodegroup]
	if s.clock != nil {
		g.pass(s.clock())
	}
	return g
}

func (s *Server) cluster(r *request) (*cluster, error) {
	if c := s.clusters[r.place()]; c != nil {
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
