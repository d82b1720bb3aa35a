package eks

import (
	"fmt"
	"net/http"
	"slices"

	"eks-scaling-automation/integration/aws/wire"
)

// statuses are those of EKS.
var statuses = []string{"CREATING", "ACTIVE", "UPDATING", "DELETING", "CREATE_FAILED", "DELETE_FAILED", "DEGRADED"}

func (g *group) status() string {
	switch {
	case g.byHand != "":
		return g.byHand
	case g.deletion != nil:
		return "DELETING"
	case g.running != nil:
		return "UPDATING"
	case len(g.health) > 0:
		return "DEGRADED"
	}
	return "ACTIVE"
}

// heal makes a node group healthy.
func (g *group) heal() {
	g.health = nil
	if g.byHand == "DEGRADED" {
		g.byHand = ""
	}
}

// accepts says why no update of the node group can begin, if none can.
func (g *group) accepts() error {
	const refusal = "Nodegroup cannot be updated as it is currently not in Active State"
	switch status := g.status(); status {
	case "ACTIVE", "DEGRADED":
		return nil
	case "CREATE_FAILED", "DELETE_FAILED":
		return wire.Refuse("InvalidRequestException", refusal+": it is "+status)
	case "UPDATING":
		if g.running != nil {
			return inUse(fmt.Sprintf("%s: update %s is in progress", refusal, g.running.id))
		}
		return inUse(refusal)
	default:
		return inUse(refusal + ": it is " + status)
	}
}

func inUse(message string) error {
	return wire.NewFailure(http.StatusConflict, "ResourceInUseException", message)
}

// SetStatus gives a node group a status and health issues, whatever becomes of its updates, until it is given another one:
// ACTIVE is healthy, and follows the updates again. A node group that is DEGRADED by it recovers as any other.
func (s *Server) SetStatus(region, cluster, nodegroup, status string, issues ...HealthIssue) {
	if !slices.Contains(statuses, status) {
		panic(fmt.Sprintf("eks: EKS has no status %q; it has %v", status, statuses))
	}
	s.with(region, cluster, nodegroup, func(g *group) {
		if g.byHand = status; status == "ACTIVE" {
			g.byHand = ""
		}
		g.health = slices.Clone(issues)
	})
}

// DeleteNodegroup begins to delete a node group, as if a person had called the operation: it is DELETING for as long as an update
// takes, and then gone.
func (s *Server) DeleteNodegroup(region, cluster, nodegroup string) {
	s.with(region, cluster, nodegroup, s.beginDeletion)
}

// RemoveNodegroup removes a node group at once.
func (s *Server) RemoveNodegroup(region, cluster, nodegroup string) {
	s.with(region, cluster, nodegroup, func(g *group) { delete(s.clusters[g.place].groups, g.name) })
}

func (s *Server) beginDeletion(g *group) {
	g.byHand, g.modified = "", s.now()
	g.deletion = &update{status: "InProgress", looks: g.looks, ends: s.endOf(g)}
	if g.deletion.ends.IsZero() && g.deletion.looks <= 0 {
		g.end(g.deletion)
	}
}

func deleteNodegroup(s *Server, r *request) (any, error) {
	g, err := s.group(r)
	if err != nil {
		return nil, err
	}
	if status := g.status(); status == "UPDATING" || status == "DELETING" {
		return nil, inUse("Nodegroup cannot be deleted as it is currently " + status)
	}
	s.beginDeletion(g)
	return nodegroupAnswer{g.wire()}, nil
}
