package setupcmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// candidate is a cluster that can get a schedule: its first one, or one more beside its named ones.
type candidate struct {
	stackaws.Cluster
	configured config.Cluster // zero if the cluster is new
	// as is its name in the configuration, if its own is taken by a cluster of another account or region.
	as        string
	place     reach.Place
	elsewhere string // where that is, after its name; empty in the stack's region
}

// unit returns the name of its unit with a schedule.
func (c candidate) unit(schedule string) string {
	return scaling.UnitName(cmp.Or(c.as, c.Name), schedule)
}

// isNew reports whether the cluster has no configuration.
func (c candidate) isNew() bool { return c.configured.Name == "" }

// owner returns the unit that a node group belongs to; empty if there is none.
func (c candidate) owner(nodegroup string) string {
	for _, unit := range c.configured.Units() {
		if _, owned := unit.Nodegroups[nodegroup]; owned {
			return unit.Name
		}
	}
	return ""
}

// free returns the node groups that no schedule has.
func (c candidate) free() []stackaws.Nodegroup {
	return slices.DeleteFunc(slices.Clone(c.Nodegroups), func(g stackaws.Nodegroup) bool { return c.owner(g.Name) != "" })
}

// checkSchedule refuses invalid names of schedules, and names that the cluster has already.
func (c candidate) checkSchedule(name string) error {
	if err := config.CheckScheduleName(name); err != nil {
		return err
	}
	return checkUnused(c.configured, name)
}

// proposedSchedule returns a name for the cluster's new schedule: that of its first node group, if it is not taken.
func (c candidate) proposedSchedule() string {
	name := c.free()[0].Name
	for n := 2; checkUnused(c.configured, name) != nil; n++ {
		name = fmt.Sprintf("%s-%d", c.free()[0].Name, n)
	}
	return name
}

// checkNew refuses what is already configured, and invalid settings.
func checkNew(held inventory.Checked, cluster, schedule, region string) error {
	if err := checkSettings(held); err != nil {
		return err
	}
	for _, b := range held.Invalid {
		if schedule != "" && b.Key == "cluster/"+cluster {
			return fmt.Errorf("%s%s", b, frame.FixFirst(b.Err))
		}
	}
	if _, unknown := held.FindCluster(cluster); unknown == nil {
		return checkExtendable(held.ClusterByName[cluster], cluster, schedule, region)
	}
	return nil
}

// checkSettings refuses invalid settings.
func checkSettings(held inventory.Checked) error {
	for _, b := range held.Invalid {
		if b.Key == "settings/"+inventory.GlobalSettings {
			return fmt.Errorf("%s%s", b, frame.FixFirst(b.Err))
		}
	}
	return nil
}

func alreadyConfigured(cluster string) string {
	return "cluster " + cluster + isConfigured + "; edit it with: eks-scaling config edit"
}

// checkExtendable says why a configured cluster cannot get this schedule; nil if it can.
func checkExtendable(c config.Cluster, name, schedule, region string) error {
	switch {
	case schedule == "" && len(c.Schedules) > 0:
		return frame.Taken(fmt.Errorf("%s, or add a schedule with: eks-scaling init --cluster %s:NAME", alreadyConfigured(name), name))
	case schedule == "":
		return frame.Taken(errors.New(alreadyConfigured(name)))
	case len(c.Schedules) == 0:
		return frame.Taken(fmt.Errorf("cluster %s has one schedule; to add another, move its profiles and schedule into schedules with: eks-scaling config edit", name))
	case !isHere(c, region):
		return frame.Taken(fmt.Errorf("cluster %s is in another region or account than the stack; add the schedule with: eks-scaling config edit", name))
	}
	return checkUnused(c, schedule)
}

// isHere reports whether a cluster is in the region and the account that init reads.
func isHere(c config.Cluster, region string) bool {
	return c.Region == region && c.RoleARN == "" && c.Account == ""
}

// checkUnused refuses the name of a schedule that the cluster has.
func checkUnused(c config.Cluster, schedule string) error {
	if unit := scaling.UnitName(c.Name, schedule); slices.Contains(c.UnitNames(), unit) {
		return frame.Taken(fmt.Errorf("schedule %s already exists; edit it with: eks-scaling config edit", unit))
	}
	return nil
}

// nodegroupsOf returns the node groups of a cluster, at least one.
func nodegroupsOf(ctx context.Context, api stackaws.EKSAPI, cluster, region string) ([]stackaws.Nodegroup, error) {
	groups, err := stackaws.Nodegroups(ctx, api, cluster)
	switch {
	case stackaws.IsMissing(err):
		known, _ := stackaws.Clusters(ctx, api) // the error is useful without them
		return nil, frame.NotFound(fmt.Errorf("unknown cluster %q in %s; known: %s%s", cluster, region, english.OrNone(known), english.DidYouMean(cluster, known)))
	case err != nil:
		return nil, err
	case len(groups) == 0:
		return nil, frame.NotFound(fmt.Errorf("cluster %s in %s %s", cluster, region, noNodegroups))
	}
	return groups, nil
}

// noNodegroups follows the name of a cluster.
const noNodegroups = "has no managed node groups; eks-scaling does not scale self-managed nodes, Fargate or Auto Mode"

// survey sorts the clusters of a region.
type survey struct {
	free       []candidate // new
	extendable []candidate // with named schedules, and node groups in none
	others     []string    // why the new ones cannot be configured, and which are configured
	configured int
	unread     error // of a new one
}

// clustersOf returns the clusters of a region that can be configured, and why the others cannot. If there is no new one, it returns
// those with named schedules that have node groups in no schedule.
func clustersOf(ctx context.Context, api stackaws.EKSAPI, region string, held inventory.Checked) (free []candidate, others []string, err error) {
	all, err := stackaws.Discover(ctx, api)
	if err != nil {
		return nil, nil, err
	}
	if len(all) == 0 {
		return nil, nil, frame.NotFound(fmt.Errorf("no EKS clusters in %s; create one with managed node groups, or use another --region or --profile", region))
	}
	s := sorted(all, region, held)
	switch {
	case len(s.free) > 0:
		return s.free, s.others, nil
	case len(s.extendable) > 0:
		return s.extendable, without(s.others, s.extendable), nil
	case s.configured == len(all):
		return nil, nil, frame.NotFound(fmt.Errorf("all clusters in %s are already configured; edit them with: eks-scaling config edit", region))
	}
	none := frame.Remedied{Found: fmt.Sprintf("no cluster in %s can be configured: %s", region, strings.Join(s.others, "; ")), Err: s.unread}
	if s.unread != nil {
		return nil, nil, none // one of the unread clusters may do
	}
	return nil, nil, frame.NotFound(none)
}

func sorted(all []stackaws.Cluster, region string, held inventory.Checked) (s survey) {
	for _, c := range all {
		_, unknown := held.FindCluster(c.Name)
		switch {
		case unknown == nil:
			s.others = append(s.others, c.Name+isConfigured)
			s.configured++
			found := candidate{Cluster: c, configured: held.ClusterByName[c.Name], place: reach.Place{Region: region}}
			if len(found.configured.Schedules) > 0 && isHere(found.configured, region) && len(found.free()) > 0 {
				s.extendable = append(s.extendable, found)
			}
		case c.Err != nil:
			s.others = append(s.others, c.Name+" cannot be read: "+frame.Sentence(c.Err))
			s.unread = c.Err
		case len(c.Nodegroups) == 0:
			s.others = append(s.others, c.Name+" "+noNodegroups)
		default:
			s.free = append(s.free, candidate{Cluster: c, place: reach.Place{Region: region}})
		}
	}
	return s
}

// isConfigured follows the name of a cluster.
const isConfigured = " is already configured"

// without omits the clusters that can get one more schedule.
func without(others []string, extendable []candidate) []string {
	return slices.DeleteFunc(others, func(why string) bool {
		return slices.ContainsFunc(extendable, func(c candidate) bool { return why == c.Name+isConfigured })
	})
}

func namesOf(groups []stackaws.Nodegroup) (names []string) {
	for _, g := range groups {
		names = append(names, g.Name)
	}
	return names
}

// inWords describes a candidate in one line. A longest of 0 is no limit.
func (c candidate) inWords(longest int) string {
	if c.isNew() {
		name := c.Name + c.elsewhere
		return name + ": " + nodegroupsInWords(c.Nodegroups, longest-len(name))
	}
	text := c.Name + " (node groups in no schedule: "
	return text + inOneLine(namesOf(c.free()), longest-len(text)) + ")"
}

// nodegroupsInWords lists node groups with their sizes in one line. A longest of 0 or less is no limit.
func nodegroupsInWords(groups []stackaws.Nodegroup, longest int) string {
	texts := make([]string, len(groups))
	for i, g := range groups {
		texts[i] = g.String()
	}
	return inOneLine(texts, longest)
}

// inOneLine joins texts, and counts those that are beyond the longest line. A longest of 0 or less is no limit.
func inOneLine(texts []string, longest int) string {
	line := ""
	for i, next := range texts {
		if i > 0 {
			next = line + ", " + next
		}
		if rest := fmt.Sprintf(" and %d more", len(texts)-i); longest > 0 && i > 0 && len(next)+len(rest) > longest {
			return line + rest
		}
		line = next
	}
	return line
}
