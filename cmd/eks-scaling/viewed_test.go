package main

import (
	"context"
	"io"
	"testing"
	"time"
)

func TestNowIsThatOfTheStackForTheDeployedConfiguration(t *testing.T) {
	t.Parallel()
	env := holding(filled(t))
	connected := env.connect
	env.connect = func(ctx context.Context, place awsPlace, notes io.Writer, now func() time.Time) (session, error) {
		s, err := connected(ctx, place, notes, now)
		s.now = s.now.AddDate(0, 0, 1)
		return s, err
	}
	says(t, askIn(t, env, "explain", "--cluster", "berlin").stdout, "berlin at Tue 2026-11-24 13:00 +01:00")
	says(t, askIn(t, env, "preview", "--cluster", "berlin").stdout, "berlin, from Tue 2026-11-24 13:00 +01:00")
	says(t, askIn(t, env, "explain", "--cluster", "berlin", "--config", rich).stdout, "berlin at Mon 2026-11-23 13:00 +01:00")
}
