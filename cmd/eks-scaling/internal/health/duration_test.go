package health_test

import (
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/aws/tables"
)

func TestDurationsAreWordedForPeople(t *testing.T) {
	t.Parallel()
	for want, took := range map[string]map[string]int{
		"":                            nil,
		"big usually needs 4 minutes": {"big": 230},
		"big usually needs 1 second":  {"big": 1},
		"big usually needs 119 seconds, small 2 minutes, web 3 minutes": {"web": 121, "small": 120, "big": 119},
	} {
		if got := health.DurationsInWords(health.DurationsOf(tables.Applied{Took: took})); got != want {
			t.Errorf("%v: found %q; want %q", took, got, want)
		}
	}
	if got := health.DurationsOf(tables.Applied{Took: map[string]int{"big": 90}}); got["big"] != 90*time.Second {
		t.Errorf("found %v; want 90 seconds", got)
	}
}
