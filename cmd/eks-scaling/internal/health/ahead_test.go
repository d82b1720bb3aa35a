package health_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/config"
)

func TestNodeGroupsThatNeedLongerThanTheTimeAhead(t *testing.T) {
	t.Parallel()
	const spec = `{"name": "a", "region": "sa-east-1", RAMP "nodegroups": {"big": {"minSize": 0, "maxSize": 20}, "small": {"minSize": 0, "maxSize": 5}},
		"profiles": {"low": {"big": 0, "small": 1}, "high": {"big": 12, "small": 2}},
		"schedule": {"default": "low", "periods": [{"name": "peak", "profile": "high", "from": "06:00", "to": "10:00" AHEAD}]}}`
	tenMinutes := `, "ahead": "10m"`
	for rule, row := range map[string]struct {
		ramp, ahead string
		took        map[string]time.Duration
		want        []string
	}{
		"it is enough":      {"", tenMinutes, map[string]time.Duration{"big": 10 * time.Minute, "small": time.Minute}, nil},
		"one needs longer":  {"", tenMinutes, map[string]time.Duration{"big": 601 * time.Second, "small": time.Minute}, []string{"big is scaled up 10 minutes ahead of period peak, but usually needs 11 minutes"}},
		"nothing on record": {"", tenMinutes, nil, nil},
		"nothing is ahead":  {"", "", map[string]time.Duration{"big": time.Hour}, nil},
		"steps take their time": {`"rampUp": {"nodes": 5, "every": "4m"},`, tenMinutes, map[string]time.Duration{"big": 3 * time.Minute, "small": time.Minute}, []string{
			"big is scaled up 10 minutes ahead of period peak, but usually needs 11 minutes",
		}},
	} {
		text := strings.NewReplacer("RAMP", row.ramp, "AHEAD", row.ahead).Replace(spec)
		c, err := config.ParseCluster([]byte(text), config.Settings{Timezone: "America/Sao_Paulo"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		facts := health.ClusterFacts{Name: "a", Cluster: "a", Config: c.Units()[0], Took: row.took}
		var got []string
		for _, s := range facts.ShortLeads(time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)) {
			got = append(got, s.Nodegroup+" "+s.String())
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
}
