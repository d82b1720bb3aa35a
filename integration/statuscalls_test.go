package integration_test

import (
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/world"
)

// TestStatusMakesAFixedNumberOfCallsAndOneForEachNodegroup has the real tool look at configurations of several sizes, and
// counts the calls of each operation. The node groups must be asked about at the same time: none is told of before all are.
func TestStatusMakesAFixedNumberOfCallsAndOneForEachNodegroup(t *testing.T) {
	t.Parallel()
	w := begin(t)
	w.Topics.Subscribe(w.Template.Of("AWS::SNS::Topic")[0].ARN, endpoint.Subscription{Protocol: "email", Endpoint: "ops@example.com", Confirmed: true})
	var fixed map[string]int // the calls beside those for node groups, when there are 2 of them
	for _, layout := range []struct{ clusters, groups int }{{1, 2}, {1, 10}, {3, 1}, {3, 3}} {
		name, many := fmt.Sprintf("%d clusters with %d node groups each", layout.clusters, layout.groups), layout.clusters*layout.groups
		cli(t, w, "config", "apply", "--yes", "--prune", "--reason", name, clusters(t, w, layout.clusters, layout.groups))
		together(t, w, many)
		w.AWS.Reset()
		cli(t, w, "status")
		others, nodegroups := calls(w)
		if diff := cmp.Diff(each(layout.clusters, layout.groups), nodegroups); diff != "" {
			t.Errorf("%s: calls of EKS (-want +got):\n%s", name, diff)
		}
		if fixed == nil {
			fixed = others
		}
		if diff := cmp.Diff(fixed, others); diff != "" {
			t.Errorf("%s: the other calls are not as many as with 2 node groups (-with 2 +now):\n%s", name, diff)
		}
		if most := w.AWS.MaxAtOnce(); most < many {
			t.Errorf("%s: found at most %d calls at once; want one for each node group", name, most)
		}
	}
	if len(fixed) == 0 {
		t.Error("found only EKS calls; want calls of the other services")
	}
}

// calls counts those since the last reset: of EKS, and of all other services.
func calls(w *world.World) (others, eks map[string]int) {
	others, eks = map[string]int{}, map[string]int{}
	for _, c := range w.AWS.Calls() {
		if c.Service == "eks" {
			eks[c.Operation]++
		} else {
			others[c.Service+" "+c.Operation]++
		}
	}
	return others, eks
}

// each is one call for every node group.
func each(clusters, groups int) map[string]int {
	wanted := map[string]int{}
	for c := range clusters {
		for g := range groups {
			wanted[fmt.Sprintf("GET /clusters/cluster-%d/node-groups/group-%d", c, g)] = 1
		}
	}
	return wanted
}

// clusters creates node groups in sync, and a file that configures the given number of clusters and node groups.
func clusters(t *testing.T, w *world.World, clusters, groups int) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("timezone: UTC\nclusters:\n")
	for c := range clusters {
		var limits, sizes []string
		for g := range groups {
			w.EKS.CreateNodegroup(world.Region, fmt.Sprint("cluster-", c), fmt.Sprint("group-", g), eks.Sizes{Max: 3, Desired: 1})
			limits = append(limits, fmt.Sprintf("group-%d: {minSize: 0, maxSize: 3}", g))
			sizes = append(sizes, fmt.Sprintf("group-%d: 1", g))
		}
		fmt.Fprintf(&text, "  - name: cluster-%d\n    region: %s\n    nodegroups: {%s}\n    profiles: {normal: {%s}}\n    schedule: {default: normal}\n",
			c, world.Region, strings.Join(limits, ", "), strings.Join(sizes, ", "))
	}
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// together makes EKS wait for the given number of concurrent calls, so that sequential calls get no answer.
func together(t *testing.T, w *world.World, many int) {
	t.Helper()
	eks, err := url.Parse(w.EKS.URL())
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(eks)
	var guard sync.Mutex
	arrived, all := map[string]bool{}, make(chan struct{})
	w.AWS.Handle("eks", http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		guard.Lock()
		if !arrived[r.URL.Path] {
			arrived[r.URL.Path] = true
			if len(arrived) == many {
				close(all)
			}
		}
		guard.Unlock()
		select {
		case <-all:
			proxy.ServeHTTP(to, r)
		case <-r.Context().Done():
		}
	}))
}
