package frame_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
)

const home, near, far = "sa-east-1", "us-east-1", "eu-west-1"

// with adds clusters of some regions to the table of a hub.
func with(h *clitest.Hubs, hub string, regions ...string) {
	for _, region := range regions {
		name := "c-" + region
		h.Tables[hub].Items["cluster/"+name] = inventory.Item{Kind: inventory.KindCluster, Name: name, Version: 1, Spec: fmt.Appendf(nil, `{"region":%q}`, region)}
	}
}

// call is a command that takes the flags of the root.
func call(t *testing.T, h *clitest.Hubs) (*cobra.Command, frame.Environment, *strings.Builder) {
	t.Helper()
	env := h.Environment()
	env.Place, env.Now = &frame.AWSPlace{Stack: "EksScaling"}, func() time.Time { return clitest.Monday }
	cmd, notes := &cobra.Command{}, &strings.Builder{}
	cmd.SetContext(t.Context())
	cmd.SetErr(notes)
	return cmd, env, notes
}

func TestHubsAreFoundByTheRegionsOfTheirClusters(t *testing.T) {
	t.Parallel()
	down := frame.NoAccess(errors.New("down"))
	for _, row := range []struct {
		rule  string
		hubs  func(*clitest.Hubs)
		given []string
		want  []string
	}{
		{"no cluster yet", func(*clitest.Hubs) {}, nil, []string{"sa-east-1 ok"}},
		{"of the connected table", func(h *clitest.Hubs) { with(h, home, near) }, nil, []string{"sa-east-1 ok", "us-east-1 ok"}},
		{"of another hub's table", func(h *clitest.Hubs) { with(h, home, near); with(h, near, far) }, nil, []string{"eu-west-1 ok", "sa-east-1 ok", "us-east-1 ok"}},
		{"of a document", func(*clitest.Hubs) {}, []string{far, far}, []string{"eu-west-1 ok", "sa-east-1 ok"}},
		{"one is down", func(h *clitest.Hubs) { with(h, home, near, far); h.Down[far] = down }, nil, []string{"eu-west-1 down", "sa-east-1 ok", "us-east-1 ok"}},
		{"the connected one is down", func(h *clitest.Hubs) { h.Down[home] = down }, []string{far}, []string{"eu-west-1 ok", "sa-east-1 down"}},
		{"one has no stack", func(h *clitest.Hubs) { with(h, home, "eu-north-1") }, nil, []string{"eu-north-1 missing", "sa-east-1 ok"}},
		{
			"a hub for all regions needs no other", func(h *clitest.Hubs) { h.All = true; with(h, home, "eu-north-1", far) }, nil,
			[]string{"eu-west-1 ok", "sa-east-1 ok"},
		},
	} {
		hubs := clitest.NewHubs(home, near, far)
		row.hubs(hubs)
		cmd, env, _ := call(t, hubs)
		found, err := env.OpenHubs(cmd, row.given...)
		var got []string
		for _, h := range found {
			state := "ok"
			if h.Missing() {
				state = "missing"
			} else if h.Err != nil {
				state = h.Err.Error()
			}
			got = append(got, h.Region+" "+state)
		}
		if diff := cmp.Diff(row.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", row.rule, err, diff)
		}
	}
}

// TestAHubThatDoesNotAnswerDelaysTheOthersByAFewSeconds, by a clock of the test's own.
func TestAHubThatDoesNotAnswerDelaysTheOthersByAFewSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hubs := clitest.NewHubs(home, near, far)
		with(hubs, home, near, far)
		cmd, env, _ := call(t, hubs)
		connect := env.Connect
		env.Connect = func(ctx context.Context, place frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
			if place.Region == far {
				<-ctx.Done()
				return frame.Session{}, ctx.Err()
			}
			return connect(ctx, place, notes, now)
		}
		before := time.Now()
		_, regions, err := frame.AskAll(cmd, env, func(frame.Hub) (int, error) { return 1, nil })
		want := frame.Regions{
			Regions:     []string{home, near},
			Unreachable: []frame.Unreachable{{Region: far, Error: "no answer within 4s; the region may be down; try again, or look at its hub alone: --region eu-west-1"}},
		}
		if diff := cmp.Diff(want, regions); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if took := time.Since(before); took > 5*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestAnswersOfHubsAreMerged(t *testing.T) {
	t.Parallel()
	unknown := &inventory.NotFoundError{What: "cluster", Name: "x"}
	elsewhere := &inventory.ElsewhereError{Cluster: "x", Region: far, This: home}
	failed := frame.NoAccess(errors.New("throttled"))
	for _, row := range []struct {
		rule             string
		home, near       error
		answers, missing string
		exit             int
		err              error
	}{
		{"both answer", nil, nil, "sa-east-1 us-east-1", "", 0, nil},
		{"one fails", nil, failed, "sa-east-1", "us-east-1", 0, nil},
		{"both fail", failed, failed, "", "sa-east-1 us-east-1", frame.ExitNoAccess, failed},
		{"a name that one knows", nil, unknown, "sa-east-1", "", 0, nil},
		{"a name that none knows", elsewhere, unknown, "", "", frame.ExitNotFound, unknown},
		{"a name that none knows, and one fails", failed, unknown, "", "sa-east-1", frame.ExitNotFound, unknown},
		{"a name of the one that fails", failed, elsewhere, "", "sa-east-1", frame.ExitNoAccess, failed},
		{"units of the one that fails", failed, frame.Elsewhere(errors.New("no unit matches")), "", "sa-east-1", frame.ExitNoAccess, failed},
		{"findings", nil, frame.ErrFindings, "sa-east-1 us-east-1", "", frame.ExitFailed, frame.ErrFindings},
		{"findings count more than what is unread", frame.ErrCouldNotLook, frame.ErrFindings, "sa-east-1 us-east-1", "", frame.ExitFailed, frame.ErrFindings},
	} {
		hubs := clitest.NewHubs(home, near)
		with(hubs, home, near)
		cmd, env, _ := call(t, hubs)
		parts, regions, err := frame.AskAll(cmd, env, func(h frame.Hub) (string, error) {
			return h.Region, map[string]error{home: row.home, near: row.near}[h.Region]
		})
		var answers, missing []string
		for _, p := range parts {
			answers = append(answers, p.Answer)
		}
		for _, u := range regions.Unreachable {
			missing = append(missing, u.Region)
		}
		if strings.Join(answers, " ") != row.answers || strings.Join(missing, " ") != row.missing || frame.ExitCode(err) != row.exit || !errors.Is(err, row.err) {
			t.Errorf("%s: answers %v, missing %v, %v; want %s, %s, %v", row.rule, answers, missing, err, row.answers, row.missing, row.err)
		}
	}
}

func TestARemedyNamesItsRegion(t *testing.T) {
	t.Parallel()
	for remedy, want := range map[string]string{
		"eks-scaling triggers sync   # all of them":      "eks-scaling --region eu-west-1 triggers sync   # all of them",
		"eks-scaling status --region sa-east-1":          "eks-scaling status --region sa-east-1",
		"eks-scaling config apply FILE --all-regions":    "eks-scaling config apply FILE --all-regions",
		"aws sns subscribe --region eu-west-1 --topic t": "aws sns subscribe --region eu-west-1 --topic t",
		"": "",
	} {
		if got := frame.InRegion(remedy, far); got != want {
			t.Errorf("%q: found %q; want %q", remedy, got, want)
		}
	}
}

// TestNotesNameTheirRegion because those of several hubs come together.
func TestNotesNameTheirRegion(t *testing.T) {
	t.Parallel()
	hubs := clitest.NewHubs(home, near)
	with(hubs, home, near)
	cmd, env, notes := call(t, hubs)
	_, _, err := frame.AskAll(cmd, env, func(h frame.Hub) (int, error) {
		_, err := fmt.Fprintln(h.Session.Notes, "paused")
		return 0, err
	})
	if want := "sa-east-1: paused\nus-east-1: paused\n"; err != nil || notes.String() != want {
		t.Errorf("%v, noted %q; want %q", err, notes, want)
	}
}
