package setupcmd

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	ekslocal "eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/shared/config"
)

// autoScaling answers DescribeScheduledActions with one action a page, and remembers which group was asked for how often.
type autoScaling struct {
	actions map[string][]string // the XML of each action, by group

	mu    sync.Mutex
	asked map[string]int
}

func (a *autoScaling) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	group, page := r.FormValue("AutoScalingGroupName"), 0
	if _, err := fmt.Sscan(r.FormValue("NextToken"), &page); err != nil {
		page = 0
	}
	a.mu.Lock()
	a.asked[group]++
	a.mu.Unlock()
	body, next := "", ""
	if all := a.actions[group]; page < len(all) {
		body = "<member><AutoScalingGroupName>" + group + "</AutoScalingGroupName>" + all[page] + "</member>"
		if page+1 < len(all) {
			next = fmt.Sprintf("<NextToken>%d</NextToken>", page+1)
		}
	}
	_, _ = io.WriteString(w, "<DescribeScheduledActionsResponse><DescribeScheduledActionsResult><ScheduledUpdateGroupActions>"+body+
		"</ScheduledUpdateGroupActions>"+next+"</DescribeScheduledActionsResult></DescribeScheduledActionsResponse>")
}

func action(name, desired, recurrence, more string) string {
	return "<ScheduledActionName>" + name + "</ScheduledActionName><MinSize>0</MinSize><MaxSize>5</MaxSize><DesiredCapacity>" + desired +
		"</DesiredCapacity><Recurrence>" + recurrence + "</Recurrence>" + more
}

// atScaledRegion makes every AWS client talk to EKS with the cluster shop, and to Auto Scaling with these actions.
func atScaledRegion(t *testing.T, a *autoScaling) *ekslocal.Server {
	t.Helper()
	s, err := ekslocal.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.CreateNodegroup(here, "shop", "web", ekslocal.Sizes{Max: 5, Desired: 2})
	s.CreateNodegroup(here, "shop", "batch", ekslocal.Sizes{Max: 5})
	a.asked = map[string]int{}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	clitest.AtServer(t, s.URL())
	t.Setenv("AWS_ENDPOINT_URL_AUTO_SCALING", server.URL)
	return s
}

func TestImportASGReadsEveryPageOfEveryGroup(t *testing.T) {
	const brazil = "<TimeZone>America/Sao_Paulo</TimeZone><StartTime>2026-11-23T23:00:00Z</StartTime>"
	scaling := &autoScaling{actions: map[string][]string{
		"eks-shop-web": {action("work", "3", "0 8 * * MON-FRI", brazil), action("rest", "0", "0 20 * * MON-FRI", brazil)},
	}}
	atScaledRegion(t, scaling)
	a := clitest.Ask(t, "import", "asg-schedules", "--cluster", "shop")
	if a.Err != nil {
		t.Fatal(a.Err)
	}
	c, err := config.Parse([]byte(a.Stdout))
	if err != nil {
		t.Fatalf("printed\n%s\nwhich cannot be used: %v", a.Stdout, err)
	}
	shop := c.Clusters[0]
	if shop.Name != "shop" || shop.Region != here || shop.Timetable().Location().String() != "America/Sao_Paulo" || len(shop.Nodegroups) != 1 {
		t.Errorf("printed\n%s\nwant the cluster shop with web", a.Stdout)
	}
	if got := agenda.InWords(agenda.SizesOf(shop, shop.Timeline().Demands(clitest.Monday))); got != "web 3" {
		t.Errorf("found %q on Monday morning; want web 3", got)
	}
	const left = `eks-shop-batch: node group "batch" is left out: it has no scheduled actions` + "\n"
	if a.Stderr != "remark: "+left {
		t.Errorf("printed to stderr %q; want a remark on batch", a.Stderr)
	}
	clitest.Says(t, a.Stdout, "# remark: "+left)
	if scaling.asked["eks-shop-web"] != 2 || scaling.asked["eks-shop-batch"] != 1 {
		t.Errorf("asked %v; want each page once", scaling.asked)
	}
	clitest.Refuses(t, clitest.Ask(t, "import", "asg-schedules", "--cluster", "shop", "--timezone", "Europe/Berlin"), frame.ExitFailed, "found no node group whose scheduled actions can be imported")
}

func TestNodegroupsInWords(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	for i := range 10 {
		r.eks.CreateNodegroup(here, "production", fmt.Sprintf("ng%d", i), ekslocal.Sizes{Max: 1})
	}
	groups, err := nodegroupsOf(t.Context(), clientOf(r), "production", here)
	if err != nil {
		t.Fatal(err)
	}
	for longest, want := range map[int]string{
		50: "big 3 (1..5), ng0 0 (0..1) and 10 more",
		1:  "big 3 (1..5) and 11 more",
	} {
		if got := nodegroupsInWords(groups, longest); got != want {
			t.Errorf("found %q for %d characters; want %q", got, longest, want)
		}
	}
	if got := nodegroupsInWords(groups, 0); strings.Count(got, ", ") != 11 || strings.Contains(got, "more") {
		t.Errorf("found %q; want all of them", got)
	}
}
