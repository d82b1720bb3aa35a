package eks

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"eks-scaling-automation/integration/aws/wire"
)

func listClusters(s *Server, r *request) (any, error) {
	var names []string
	for p := range s.clusters {
		if p.region == r.call.Region {
			names = append(names, p.cluster)
		}
	}
	page, next, err := page(names, r)
	return clusterList{page, next}, err
}

func describeCluster(s *Server, r *request) (any, error) {
	c, err := s.cluster(r)
	if err != nil {
		return nil, err
	}
	return clusterAnswer{c.wire()}, nil
}

func listNodegroups(s *Server, r *request) (any, error) {
	c, err := s.cluster(r)
	if err != nil {
		return nil, err
	}
	page, next, err := page(slices.Collect(maps.Keys(c.groups)), r)
	return nodegroupList{page, next}, err
}

func describeNodegroup(s *Server, r *request) (any, error) {
	g, err := s.group(r)
	if err != nil {
		return nil, err
	}
	defer g.look()
	return nodegroupAnswer{g.wire()}, nil
}

// listUpdates lists those of a node group. A cluster itself has none.
func listUpdates(s *Server, r *request) (any, error) {
	if _, err := s.cluster(r); err != nil {
		return nil, err
	}
	var ids []string
	if r.call.Nodegroup != "" {
		g, err := s.group(r)
		if err != nil {
			return nil, err
		}
		ids = slices.Collect(maps.Keys(g.updates))
	}
	page, next, err := page(ids, r)
	return updateList{page, next}, err
}

func describeUpdate(s *Server, r *request) (any, error) {
	if _, err := s.cluster(r); err != nil {
		return nil, err
	}
	if r.call.Nodegroup == "" { // an update of the cluster itself, of which there are none
		return nil, noUpdate(r)
	}
	g, err := s.group(r)
	if err != nil {
		return nil, err
	}
	u := g.updates[r.update]
	if u == nil {
		return nil, noUpdate(r)
	}
	defer g.look()
	return updateAnswer{u.wire()}, nil
}

func noUpdate(r *request) error {
	return wire.NewFailure(http.StatusNotFound, "ResourceNotFoundException", fmt.Sprintf("No update found for ID: %s", r.update))
}

func updateNodegroupConfig(s *Server, r *request) (any, error) {
	g, err := s.group(r)
	if err != nil {
		return nil, err
	}
	if *r.config == (updateRequest{}) {
		return nil, invalidParameter("No changes needed for the nodegroup update")
	}
	if u := s.tokens[r.requestToken()]; u != nil && r.call.Token != "" {
		return u.repeated(g, r)
	}
	if err := g.accepts(); err != nil {
		return nil, err
	}
	after := r.config.Scaling.over(g.sizes)
	r.call.Sizes = &after
	if refusal := after.refusal(*cmp.Or(r.config.Update.MaxUnavailable, &g.maxUnavailable)); refusal != "" {
		return nil, invalidParameter(refusal)
	}
	u := &update{id: s.updateID(), kind: "ConfigUpdate", config: *r.config, created: s.now(), after: after, looks: g.looks}
	if len(g.fates) > 0 {
		u.fate, g.fates = g.fates[0], g.fates[1:]
	}
	s.begin(g, u)
	s.tokens[r.requestToken()] = u
	g.accepted++
	r.call.Accepted = true
	return updateAnswer{u.wire()}, nil
}

// repeated answers a call with the token of an update that was begun before.
func (u *update) repeated(g *group, r *request) (any, error) {
	if u.of != g || !reflect.DeepEqual(u.config, *r.config) {
		return nil, invalidParameter("The clientRequestToken was used before, with other parameters")
	}
	return updateAnswer{u.wire()}, nil
}

// requestToken is what a clientRequestToken is unique by.
func (r *request) requestToken() [2]string { return [2]string{r.call.Region, r.call.Token} }

func invalidParameter(message string) error {
	return wire.Refuse("InvalidParameterException", message)
}

// page is the names that a list shows at once, and the token of those after it.
func page(names []string, r *request) ([]string, *string, error) {
	size, err := strconv.Atoi(cmp.Or(r.query.Get("maxResults"), "100"))
	if err != nil || size < 1 || size > 100 {
		return nil, nil, invalidParameter("maxResults must be a number from 1 to 100")
	}
	last, err := base64.URLEncoding.DecodeString(r.query.Get("nextToken"))
	if err != nil {
		return nil, nil, invalidParameter("nextToken is not one that was given")
	}
	slices.Sort(names)
	names = slices.DeleteFunc(names, func(name string) bool { return name <= string(last) })
	if len(names) <= size {
		return append([]string{}, names...), nil, nil // an empty list is [], not null
	}
	return names[:size], new(base64.URLEncoding.EncodeToString([]byte(names[size-1]))), nil
}
