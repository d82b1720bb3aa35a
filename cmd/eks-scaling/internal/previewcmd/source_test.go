package previewcmd

import (
	"context"
	"io"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

func TestNowIsThatOfTheStackForTheDeployedConfiguration(t *testing.T) {
	t.Parallel()
	env := clitest.Holding(clitest.Filled(t))
	connected := env.Connect
	env.Connect = func(ctx context.Context, place frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
		s, err := connected(ctx, place, notes, now)
		s.Now = s.Now.AddDate(0, 0, 1)
		return s, err
	}
	clitest.Says(t, clitest.AskIn(t, env, "explain", "--cluster", "berlin").Stdout, "berlin at Tue 2026-11-24 13:00 +01:00")
	clitest.Says(t, clitest.AskIn(t, env, "preview", "--cluster", "berlin").Stdout, "berlin, from Tue 2026-11-24 13:00 +01:00")
	clitest.Says(t, clitest.AskIn(t, env, "explain", "--cluster", "berlin", "--config", clitest.Rich).Stdout, "berlin at Mon 2026-11-23 13:00 +01:00")
}
