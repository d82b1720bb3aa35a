package setupcmd

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	ekslocal "eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/shared/inventory"
)

// region has the cluster production with two node groups, the config table, and EKS.
type region struct {
	*clitest.Memory
	eks *ekslocal.Server
}

const here = "sa-east-1"

func newRegion(t *testing.T, entities ...inventory.Item) region {
	t.Helper()
	r := emptyRegion(t, entities...)
	r.eks.CreateNodegroup(here, "production", "big", ekslocal.Sizes{Min: 1, Max: 5, Desired: 3})
	r.eks.CreateNodegroup(here, "production", "small", ekslocal.Sizes{Max: 1})
	return r
}

func emptyRegion(t *testing.T, entities ...inventory.Item) region {
	t.Helper()
	s, err := ekslocal.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return region{clitest.NewMemory(entities...), s}
}

// env is the environment of a tool that works in the region, without a terminal.
func (r region) env() frame.Environment {
	env := clitest.Holding(r.Memory)
	inMemory := env.Connect
	env.Connect = func(ctx context.Context, place frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
		s, err := inMemory(ctx, place, notes, now)
		s.AWS = r.aws()
		return s, err
	}
	return env
}

// aws is for clients that never retry.
func (r region) aws() aws.Config {
	return aws.Config{
		Region: here, BaseEndpoint: aws.String(r.eks.URL()), Credentials: credentials.NewStaticCredentialsProvider("tester", "secret", ""),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	}
}

func clientOf(r region) *eks.Client {
	return eks.NewFromConfig(r.aws())
}

func (r region) init(t *testing.T, args ...string) clitest.Answer {
	t.Helper()
	return clitest.AskIn(t, r.env(), append([]string{"init"}, args...)...)
}

// all are the flags with which nothing is left to be asked.
var all = []string{
	"--cluster", "production", "--timezone", "America/Sao_Paulo", "--days", "mon-fri", "--from", "08:00", "--to", "20:00",
	"--nodegroup", "big=3/0", "--nodegroup", "small=0/1",
}

// but are all flags with others after them, which count when one is there twice.
func but(args ...string) []string {
	return append(append([]string{}, all...), args...)
}

// TestInitOverWhatAnOlderClusterLeftBehind has an override that the new cluster would break over.
func TestInitOverWhatAnOlderClusterLeftBehind(t *testing.T) {
	t.Parallel()
	override := func(name, cluster string) inventory.Item {
		return inventory.Item{Kind: inventory.KindOverride, Name: name, Spec: json.RawMessage(`{"name": "` + name + `", "cluster": "` + cluster +
			`", "profile": "gone", "from": "2026-11-24T00:00:00Z", "until": "2026-11-25T00:00:00Z", "reason": "r", "createdBy": "ana", "createdAt": "2026-11-20T00:00:00Z"}`)}
	}
	r := newRegion(t, override("old", "production"), override("foreign", "shop"))
	clitest.Refuses(t, r.init(t, all...), frame.ExitFailed, `nothing was written: override old, of an older cluster production, does not fit this one: `,
		`unknown profile "gone"`, "; end it first, with: eks-scaling override cancel old")
	clitest.WantCalls(t, r.Memory)
	delete(r.Items, "override/old")
	a := r.init(t, all...)
	if a.Err != nil || strings.Contains(a.Stdout+a.Stderr, "foreign") {
		t.Errorf("%v, and printed\n%s\nwant it to go well, and no word of what is for another cluster", a.Err, a.Stdout)
	}
}

func TestInitUsage(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--timezone", "Local"}, `--timezone: found "Local"; want an IANA time zone`},
		{[]string{"--nodegroup", "=3"}, `--nodegroup: found "=3"; want NAME=INSIDE/OUTSIDE`},
		{[]string{"--nodegroup", "big=3/"}, `--nodegroup: found "big=3/"; want NAME=INSIDE/OUTSIDE`},
		{[]string{"--nodegroup", "big=3/0/1"}, `--nodegroup: found "big=3/0/1"; want NAME=INSIDE/OUTSIDE`},
		{[]string{"--nodegroup", "big=2147483648"}, `--nodegroup: found "big=2147483648"`},
		{[]string{"--nodegroup", "big", "--limits", "big=0..5", "--limits", "big=0..5"}, `--limits: found big twice; want it once`},
		{[]string{"--nodegroup", "big=3", "--limits", "big=0..2"}, `--limits: found 0..2; want limits that hold 3 and 0`},
		{[]string{"--nodegroup", "big=0", "--limits", "big=0..0"}, `--limits: found 0..0; want MIN <= MAX, and MAX at least 1`},
	} {
		clitest.Refuses(t, r.init(t, tt.args...), frame.ExitUsage, tt.want)
	}
	limited := []string{"--nodegroup", "big", "--limits", "big=0..2"}
	clitest.Refuses(t, r.init(t, append(append([]string{}, all[:10]...), limited...)...), frame.ExitUsage, "--limits: node group big: found 0..2; want limits that hold 3 and 0")
	clitest.WantCalls(t, r.Memory)
}

func TestInitRefuses(t *testing.T) {
	t.Parallel()
	unreadable := newRegion(t)
	unreadable.eks.SetAuthorize(func(c ekslocal.Call) error {
		if c.Cluster == "production" {
			return errors.New("ana may not " + c.Operation)
		}
		return nil
	})
	clitest.Refuses(t, unreadable.init(t), frame.ExitFailed,
		"there is no cluster in sa-east-1 to configure: production cannot be read: listing the node groups of cluster production: AWS does not allow it")
	broken := newRegion(t, inventory.Item{
		Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Version: 1, Spec: json.RawMessage(`{"enabled": true, "timezone": "Mars"}`),
	})
	clitest.Refuses(t, broken.init(t, all...), frame.ExitFailed, "mend that first, with: eks-scaling config edit")
	clitest.WantCalls(t, broken.Memory)
}
