package setupcmd

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	ekslocal "eks-scaling-automation/integration/aws/eks"
)

var importFence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// TestDocumentedImports does what docs/importing.md shows: in each section that is about files a file, a command and what it
// prints.
func TestDocumentedImports(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/importing.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(text), "\n## ")[1:]
	if len(sections) != 3 {
		t.Fatalf("found %d sections; want one for each verb", len(sections))
	}
	for _, section := range sections[:2] { // the last one is about what is in AWS
		title, _, _ := strings.Cut(section, "\n")
		t.Run(title, func(t *testing.T) {
			blocks := importFence.FindAllStringSubmatch(section, -1)
			if len(blocks) != 3 || blocks[1][1] != "console" || blocks[2][1] != "yaml" {
				t.Fatalf("found the blocks %q; want a file, a command and what it prints", blocks)
			}
			args := strings.Fields(strings.TrimPrefix(blocks[1][2], "$ eks-scaling import "))
			t.Chdir(t.TempDir())
			clitest.Write(t, args[len(args)-1], blocks[0][2])
			a := clitest.Ask(t, append([]string{"import"}, args...)...)
			if a.Err != nil {
				t.Fatal(a.Err)
			}
			if diff := cmp.Diff(blocks[2][2], a.Stdout); diff != "" {
				t.Errorf("prints other than documented:\n%s", diff)
			}
			warningsAreTheSame(t, a)
		})
	}
}

// warningsAreTheSame checks that stderr has the warnings of the document, which are at least one, and nothing else.
func warningsAreTheSame(t *testing.T, a clitest.Answer) {
	t.Helper()
	var want strings.Builder
	for line := range strings.Lines(a.Stdout) {
		if warning, ok := strings.CutPrefix(line, "# warning: "); ok {
			want.WriteString("warning: " + warning)
		}
	}
	if diff := cmp.Diff(want.String(), a.Stderr); diff != "" || a.Stderr == "" {
		t.Errorf("found in stderr %q; want the document's warnings:\n%s", a.Stderr, diff)
	}
}

const importDir = "testdata/import/"

// TestImportTerraformLooksAtTheInstant has a schedule that ended the second before.
func TestImportTerraformLooksAtTheInstant(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(importDir + "eks.tf")
	if err != nil {
		t.Fatal(err)
	}
	ended := strings.Replace(string(text), `"0 20 * * *"`, `"0 20 * * *", end_time = "`+clitest.Monday.Add(-time.Second).UTC().Format(time.RFC3339)+`"`, 1)
	file := clitest.Write(t, filepath.Join(t.TempDir(), "eks.tf"), ended)
	if a := clitest.Ask(t, "import", "terraform", file, "--region", "sa-east-1"); a.Err != nil || !strings.Contains(a.Stderr, `schedule "off" is skipped: it ended at `) {
		t.Errorf("found %v and %q; want a warning about what has ended", a.Err, a.Stderr)
	}
}

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
	out := clitest.Ask(t, "import", "asg-schedules", "--cluster", "shop").Stdout
	clitest.Says(t, out, "desiredSize: 0}", "desiredSize: 3}", `# warning: eks-shop-batch: node group "batch" is skipped: it has no scheduled actions`+"\n")
	if scaling.asked["eks-shop-web"] != 2 || scaling.asked["eks-shop-batch"] != 1 {
		t.Errorf("asked %v; want each page once", scaling.asked)
	}
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
