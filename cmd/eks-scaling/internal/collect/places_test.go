package collect_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// crowd is an EKS that takes a second for each call, and counts the calls at the same time.
type crowd struct {
	mu        sync.Mutex
	now, most map[string]int // by account and region; all under ""
	calls     int
}

func (c *crowd) Describe(_ context.Context, p nodegroups.Place, _ string) (nodegroups.State, error) {
	account := ""
	if p.Role.ARN != "" {
		account = p.Role.ARN[len("arn:aws:iam::") : len("arn:aws:iam::")+1]
	}
	places := []string{"", p.Region + account}
	c.mu.Lock()
	c.calls++
	for _, place := range places {
		c.now[place]++
		c.most[place] = max(c.most[place], c.now[place])
	}
	c.mu.Unlock()
	time.Sleep(time.Second)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, place := range places {
		c.now[place]--
	}
	return nodegroups.State{}, nil
}

// TestNotAllOfManyNodegroupsAtOnce, so that EKS does not refuse them: it counts the calls in each account and region. Those of
// one do not wait for another's.
func TestNotAllOfManyNodegroupsAtOnce(t *testing.T) {
	t.Parallel()
	for _, w := range []struct {
		rule          string
		places, total int
		time          time.Duration
	}{
		{"in one place", 1, 10, 100 * time.Second},
		{"in two, at the same time", 2, 20, 100 * time.Second},
		{"in very many", 20, 64, 320 * time.Second}, // 20,000 / 64, and the last places end one by one
	} {
		t.Run(w.rule, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var clusters []*health.ClusterFacts
				for i := range 100 * w.places {
					c := config.Unit{Name: fmt.Sprint("c", i), Region: "sa-east-1", Nodegroups: map[string]scaling.Limits{}}
					if place := i / 100; place > 0 { // each account has two roles
						c.Region, c.Role.ARN = fmt.Sprint("region-", place/2), fmt.Sprintf("arn:aws:iam::%d:role/r%d", place%2, i%2)
					}
					for n := range 10 {
						c.Nodegroups[fmt.Sprint("n", n)] = scaling.Limits{}
					}
					clusters = append(clusters, &health.ClusterFacts{Name: c.Name, Config: c, Nodegroups: map[string]health.Fact[health.Nodegroup]{}})
				}
				eks, began := &crowd{now: map[string]int{}, most: map[string]int{}}, time.Now()
				collect.Collector{Nodegroups: eks}.ReadNodegroups(t.Context(), clusters)
				for place, most := range eks.most {
					if place != "" && most > 10 {
						t.Errorf("found %d calls at once in %s; want 10 or less", most, place)
					}
				}
				if took := time.Since(began); eks.most[""] != w.total || eks.calls != 1_000*w.places || took > w.time {
					t.Errorf("found %d calls, %d at once, in %s; want %d, %d and %s", eks.calls, eks.most[""], took, 1_000*w.places, w.total, w.time)
				}
			})
		})
	}
}
