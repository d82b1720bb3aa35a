package setupcmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"charm.land/huh/v2"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// otherPlaces returns the stack's region and other places to look into; none if there are no others. Accounts has the settings by which
// their spokes are reached. A schedule is added to a cluster of the stack's region only.
func (o *initOptions) otherPlaces(
	cmd *cobra.Command, env frame.Environment, s frame.Session, held inventory.Checked,
) (places []reach.Place, accounts config.Accounts, err error) {
	c := held.Config()
	accounts = c.Accounts
	stack := s.Stack
	stack.Region = s.AWS.Region
	if err := o.checkPlaces(accounts); err != nil {
		return nil, accounts, frame.Usage(cmd, err)
	}
	if err := o.more.CheckPartition(cmd, stack); err != nil {
		return nil, accounts, err
	}
	if o.schedule != "" {
		return nil, accounts, nil
	}
	foreign := slices.ContainsFunc(o.more.Accounts, func(id string) bool { return id != stack.Account })
	if foreign && accounts.ExternalID == "" {
		if accounts.ExternalID, err = o.askExternalID(cmd, env); err != nil {
			return nil, accounts, err
		}
	}
	c.Clusters = slices.DeleteFunc(c.Clusters, func(c config.Cluster) bool { return c.Role().ARN == "" })
	c.Accounts = accounts
	if places = reach.PlacesOf(stack, c, o.more); len(places) == 1 {
		return nil, accounts, nil
	}
	return places, accounts, nil
}

// checkPlaces refuses flags about other places that contradict each other or the configuration.
func (o *initOptions) checkPlaces(accounts config.Accounts) error {
	switch {
	case o.schedule != "" && len(o.more.Accounts)+len(o.more.Regions) > 0:
		return errors.New("--account and --in-region add clusters; add a schedule to one with: eks-scaling config edit")
	case o.externalID != "" && !account.IsExternalID(o.externalID):
		return fmt.Errorf("--external-id: invalid external id: use %s", account.ExternalIDForm)
	case o.externalID != "" && accounts.ExternalID != "" && o.externalID != accounts.ExternalID:
		return errors.New("--external-id: the configuration has another one; change it with: eks-scaling config edit")
	}
	return nil
}

// askExternalID returns the external id of the spokes: the flag's, or the answer. A new one is for spokes that are not deployed yet.
func (o *initOptions) askExternalID(cmd *cobra.Command, env frame.Environment) (string, error) {
	switch {
	case o.externalID != "":
		return o.externalID, nil
	case !env.Interactive:
		return "", frame.Usage(cmd, errors.New("--external-id is required: the configuration has none, and --account needs that of the spokes; make one with: openssl rand -hex 16"))
	}
	form, id := frame.NewForm(cmd, env), term.Entry{ByDefault: reach.NewExternalID()}
	err := form.Ask(cmd.Context(), huh.NewGroup(form.Line("External id of the spokes",
		"The parameter ExternalId of their stacks. The default is a new one, for spokes that are not deployed yet.", &id, func(text string) error {
			if !account.IsExternalID(text) {
				return errors.New("use " + account.ExternalIDForm)
			}
			return nil
		})))
	return id.Text(), err
}

// findEverywhere returns the clusters of all places that are not configured, or the named one of them.
func (o *initOptions) findEverywhere(cmd *cobra.Command, s frame.Session, held inventory.Checked, places []reach.Place) ([]candidate, error) {
	if err := checkSettings(held); err != nil {
		return nil, err
	}
	done := s.Progress("finding clusters and node groups in other accounts and regions")
	found := make([][]stackaws.Cluster, len(places))
	problems := reach.New(s.AWS, collect.PaceOf(s, held.Global.Budget)).Look(cmd.Context(), places, func(ctx context.Context, api stackaws.EKSAPI, i int) (err error) {
		found[i], err = stackaws.Discover(ctx, api)
		return err
	})
	done()
	f := finder{o, s, held, reach.Configured(s.Stack, held), nil, nil, nil}
	for i, p := range places {
		if problems[i] != nil {
			f.skipped = append(f.skipped, fmt.Sprintf("account %s in %s: %s", p.Account, p.Region, problems[i]))
		}
		for _, c := range found[i] {
			f.add(p, c)
		}
	}
	for _, why := range f.skipped {
		term.Say(s.Notes, "skipped: %s\n", why)
	}
	return f.chosen(cmd)
}

// finder sorts the clusters of all places.
type finder struct {
	*initOptions
	session    frame.Session
	held       inventory.Checked
	known      map[reach.Cluster]bool
	free       []candidate
	configured []string // the names of those that are asked for and configured already
	skipped    []string // places and clusters that cannot be configured, and why
}

// add adds a cluster, unless another one is asked for.
func (f *finder) add(p reach.Place, c stackaws.Cluster) {
	found := candidate{Cluster: c, place: p, elsewhere: f.elsewhere(p)}
	switch {
	case f.cluster != "" && (c.Name != f.cluster || !among(f.more.Accounts, p.Account) || !among(f.more.Regions, p.Region)):
	case f.known[reach.Cluster{Account: p.Account, Region: p.Region, Name: c.Name}]:
		f.configured = append(f.configured, c.Name+found.elsewhere)
	case c.Err != nil:
		f.skipped = append(f.skipped, c.Name+found.elsewhere+" cannot be read: "+frame.Sentence(c.Err))
	case len(c.Nodegroups) == 0:
		f.skipped = append(f.skipped, c.Name+found.elsewhere+" "+noNodegroups)
	default:
		found.as = f.freeName(p, c.Name)
		f.free = append(f.free, found)
	}
}

// among reports whether a name is one of those that are given, if any are.
func among(given []string, name string) bool { return len(given) == 0 || slices.Contains(given, name) }

// freeName returns another name for a cluster whose name is taken; empty if it is free. The account tells clusters apart, or else the
// region.
func (f *finder) freeName(p reach.Place, name string) string {
	taken := func(name string) bool {
		_, unknown := f.held.FindCluster(name)
		return unknown == nil
	}
	if !taken(name) {
		return ""
	}
	for n, end := 0, "-"+p.Account; ; n++ {
		switch {
		case n == 1:
			end += "-" + p.Region
		case n > 1:
			end = fmt.Sprintf("-%s-%s-%d", p.Account, p.Region, n)
		}
		if other := name[:min(len(name), maxClusterName-len(end))] + end; !taken(other) {
			return other
		}
	}
}

// maxClusterName is the length of the longest name of a cluster.
const maxClusterName = 100

// chosen returns what can be configured. A name that is in several places must be told apart, as its node groups may differ.
func (f *finder) chosen(cmd *cobra.Command) ([]candidate, error) {
	switch {
	case len(f.free) == 0 && len(f.configured) > 0:
		return nil, frame.Taken(fmt.Errorf("already configured: %s; edit them with: eks-scaling config edit", strings.Join(f.configured, ", ")))
	case len(f.free) == 0 && f.cluster != "":
		return nil, frame.NotFound(fmt.Errorf("unknown cluster %q; see the clusters of all accounts with: eks-scaling accounts", f.cluster))
	case len(f.free) == 0:
		return nil, frame.NotFound(errors.New("no cluster can be configured; see the clusters of all accounts with: eks-scaling accounts"))
	case f.cluster != "" && len(f.free) > 1:
		var places []string
		for _, c := range f.free {
			places = append(places, c.place.Account+" "+c.place.Region)
		}
		return nil, frame.Usage(cmd, fmt.Errorf("cluster %s is in several places: %s; name one with --account and --in-region",
			f.cluster, strings.Join(places, ", ")))
	}
	if c := f.free[0]; f.cluster != "" && c.as != "" {
		term.Say(f.session.Notes, "cluster %s%s gets the name %s, as %s is taken\n", c.Name, c.elsewhere, c.as, c.Name)
	}
	return f.free, nil
}

// elsewhere returns where a place is, after the name of a cluster; empty in the stack's region.
func (f *finder) elsewhere(p reach.Place) string {
	switch {
	case p.Account != f.session.Stack.Account:
		return " in account " + p.Account + ", " + p.Region
	case p.Region != f.session.AWS.Region:
		return " in " + p.Region
	default:
		return ""
	}
}

// flags returns the flags that tell a cluster apart from others of its name.
func (c candidate) flags() string {
	if c.elsewhere == "" {
		return ""
	}
	return " --account " + c.place.Account + " --in-region " + c.place.Region
}

// reachedBy adds how the cluster is reached: by the role that looks into its place.
func (d *firstDocument) reachedBy(p reach.Place, accounts config.Accounts) {
	cluster := &d.Clusters[0]
	switch {
	case p.Role.ARN == "":
		return
	case p.Role.Spoke:
		cluster.Account, d.Accounts = p.Account, accounts
	default:
		cluster.RoleARN = p.Role.ARN
	}
	if p.Role.ExternalID != d.Accounts.ExternalID {
		cluster.ExternalID = p.Role.ExternalID
	}
}
