package loadconfig

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

func cluster(name, spec string) inventory.Item {
	return inventory.Item{Kind: inventory.KindCluster, Name: name, Spec: json.RawMessage(spec)}
}

func TestAccountsAndRegionsTakeTurns(t *testing.T) {
	t.Parallel()
	const role = `"roleArn": "arn:aws:iam::123456789012:role/path/scaler"`
	clusters := []inventory.Item{
		cluster("d", `{"region": "sa-east-1"}`),
		cluster("a", `{"region": "sa-east-1"}`),
		cluster("c", `{"region": "sa-east-1"}`),
		cluster("b", `{"region": "eu-central-1"}`),
		cluster("f", `{"region": "sa-east-1", `+role+`}`),
		cluster("e", `{"region": "sa-east-1", `+role+`}`),
		cluster("no spec", `null`),
		cluster("oops", `"oops"`),
		cluster("region is no text", `{"region": 7, "roleArn": "scaler"}`),
	}
	want := []string{"no spec", "b", "a", "e", "oops", "c", "f", "region is no text", "d"}
	if diff := cmp.Diff(want, takingTurns(clusters, new(run.Input).Selects)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNoPlaceGetsAheadOfAnother checks each beginning of the order: two places that have units left have had equally many, or one
// has had one more. The order is the same however the clusters are listed.
func TestNoPlaceGetsAheadOfAnother(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var clusters []inventory.Item
		left, of := map[string]int{}, map[string]string{}
		for i := range rapid.IntRange(0, 40).Draw(t, "clusters") {
			account, region := rapid.IntRange(0, 2).Draw(t, "account"), rapid.IntRange(1, 3).Draw(t, "region")
			spec := fmt.Sprintf(`{"region": "sa-east-%d", "roleArn": "arn:aws:iam::%012d:role/r%d"}`, region, account, i)
			if account == 0 {
				spec = fmt.Sprintf(`{"region": "sa-east-%d"}`, region)
			}
			name := fmt.Sprintf("c%d", i)
			clusters = append(clusters, cluster(name, spec))
			of[name] = fmt.Sprintf("%d %d", account, region)
			left[of[name]]++
		}
		order := takingTurns(rapid.Permutation(clusters).Draw(t, "listed"), new(run.Input).Selects)
		if again := takingTurns(clusters, new(run.Input).Selects); !slices.Equal(order, again) {
			t.Fatalf("found %v and %v", order, again)
		}
		had, last := map[string]int{}, map[string]string{}
		for i, name := range order {
			place := of[name]
			if name <= last[place] {
				t.Fatalf("%s comes after %s in %v", name, last[place], order)
			}
			last[place] = name
			left[place]--
			had[place]++
			for one, n := range left {
				for other, m := range left {
					if n > 0 && m > 0 && had[one] > had[other]+1 {
						t.Fatalf("after %s: %d of %s and %d of %s", strings.Join(order[:i+1], " "), had[one], one, had[other], other)
					}
				}
			}
		}
		if len(order) != len(of) {
			t.Fatalf("found %d names for %d clusters", len(order), len(of))
		}
	})
}
