package config_test

import (
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/config"
)

func TestNamesByThemselves(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text, want string
		check            func(string) error
	}{
		{"a cluster", "production-2", "", config.CheckClusterName},
		{"a cluster with a space", "a b", `invalid cluster name "a b": use at most 100 letters, digits, - and _, with a letter or digit first`, config.CheckClusterName},
		{"a region", "us-gov-west-1", "", config.CheckRegion},
		{"a place that is no region", "somewhere", `invalid region "somewhere": use an AWS region, for example "sa-east-1"`, config.CheckRegion},
		{"an override", "black-friday.2026", "", config.CheckOverrideName},
		{"an override without a name", "", `invalid override name "": use at most 100 letters, digits, ., - and _, with a letter or digit first`, config.CheckOverrideName},
		{"a schedule", "office.2026", "", config.CheckScheduleName},
		{"a schedule with a colon", "a:b", `invalid schedule name "a:b": use at most 100 letters`, config.CheckScheduleName},
		{"an override with a long name", strings.Repeat("x", 101), "at most 100", config.CheckOverrideName},
	} {
		err := tt.check(tt.text)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: found %v; want %q", tt.name, err, tt.want)
		}
	}
}

func TestDurationsOmitZeroUnits(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0s", 45 * time.Second: "45s", 20 * time.Minute: "20m", 90 * time.Second: "1m30s", 10 * time.Minute: "10m", 10 * time.Second: "10s",
		3 * time.Hour: "3h", 90 * time.Minute: "1h30m", 20 * time.Hour: "20h", time.Hour + 5*time.Second: "1h0m5s", -time.Hour: "-1h",
	} {
		if got := config.Duration(d).String(); got != want {
			t.Errorf("found %q; want %q", got, want)
		}
		if back, err := time.ParseDuration(want); err != nil || back != d {
			t.Errorf("%q is read as %s (%v); want %s", want, back, err, d)
		}
	}
}

func TestTextsThatNeedQuotes(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"on", "Off", "YES", "no", "y", "N", "22:00", "1:30", "2026-12-24 20:00"} {
		if !config.NeedsQuotes(text) {
			t.Errorf("%q: found none needed; want quotes, as YAML 1.1 takes it for something else", text)
		}
	}
	for _, text := range []string{"", "only", "offer", "yesterday", "north", "night-off", "a:b", "1:2:three"} {
		if config.NeedsQuotes(text) {
			t.Errorf("%q: found quotes needed; want none", text)
		}
	}
}
