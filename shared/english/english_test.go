package english_test

import (
	"testing"

	"eks-scaling-automation/shared/english"
)

func TestOnlyOneIsSingular(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 node groups", 1: "1 node group", 2: "2 node groups", 999: "999 node groups", 1000: "1,000 node groups", 1_234_056: "1,234,056 node groups"} {
		if got := english.Count(n, "node group"); got != want {
			t.Errorf("found %q; want %q", got, want)
		}
	}
}
