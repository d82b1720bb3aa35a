package forecast_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/forecast"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/savings"
)

// monday is the start of a day of 24 hours; until 08:00 the night applies.
var monday = time.Date(2026, time.November, 23, 0, 0, 0, 0, time.UTC)

func units(t *testing.T, nodegroups, profiles string) []config.Unit {
	t.Helper()
	c, err := config.Parse([]byte(`timezone: UTC
clusters:
  - name: shop
    region: sa-east-1
    nodegroups: ` + nodegroups + `
    profiles: ` + profiles + `
    schedule: {default: day, periods: [{name: night, profile: night, from: "00:00", to: "08:00"}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	return c.Units()
}

func web() savings.Key { return savings.Key{Cluster: "shop", Nodegroup: "web"} }

func TestWhatADayAsksFor(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule, nodegroup, profiles string
		want                      int64 // node hours; -1 is unknown
	}{
		{"sizes", "{minSize: 0, maxSize: 9}", "{day: {web: 4}, night: {web: 1}}", 4*16 + 8},
		{"left alone is the baseline", "{minSize: 0, maxSize: 9, baseline: 3}", "{day: {}, night: {web: 0}}", 3 * 16},
		{"left to an autoscaler is the baseline within the bounds", "{minSize: 0, maxSize: 9, baseline: 6}", "{day: {web: {minSize: 2}}, night: {web: {maxSize: 2}}}", 6*16 + 2*8},
		{"equal bounds are a size", "{minSize: 0, maxSize: 9}", "{day: {web: 4}, night: {web: {minSize: 2, maxSize: 2}}}", 4*16 + 2*8},
		{"unknown without a baseline where it counts", "{minSize: 0, maxSize: 9}", "{day: {}, night: {web: 0}}", -1},
	} {
		u := units(t, "{web: "+row.nodegroup+"}", row.profiles)
		plan := forecast.Of(u, forecast.Declared(u), monday, monday.AddDate(0, 0, 1))
		want := forecast.Plan{}
		if row.want >= 0 {
			want[web()] = savings.NodeTime(row.want) * savings.NodeHour
		}
		if diff := cmp.Diff(want, plan); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

func TestWhatAPlanIsComparedWith(t *testing.T) {
	t.Parallel()
	const hour = savings.NodeHour
	price := savings.Rate{Low: 10_000_000_000, High: 20_000_000_000} // USD 1 to 2
	for _, row := range []struct {
		rule      string
		baselines forecast.Baselines
		stored    forecast.Plan
		saved     savings.NodeTime
		usd       string
		left      []string
	}{
		{"with the baseline", forecast.Baselines{web(): 5}, nil, 48 * hour, "48.00 to 96.00", nil},
		{"with what is stored", forecast.Baselines{web(): 5}, forecast.Plan{web(): 80 * hour}, 8 * hour, "8.00 to 16.00", nil},
		{"it costs more than what is stored", nil, forecast.Plan{web(): 60 * hour}, -12 * hour, "-24.00 to -12.00", nil},
		{"with the baseline if it is not stored", forecast.Baselines{web(): 5}, forecast.Plan{}, 48 * hour, "48.00 to 96.00", nil},
		{"with nothing", nil, nil, 0, "", []string{"shop/web: no baseline is known: set nodegroups.web.baseline"}},
	} {
		u := units(t, "{web: {minSize: 0, maxSize: 9}}", "{day: {web: 4}, night: {web: 1}}")
		until := monday.AddDate(0, 0, 1)
		f := forecast.Compare(u, row.baselines, forecast.Of(u, row.baselines, monday, until), row.stored, map[savings.Key]savings.Rate{web(): price}, monday, until)
		usd := ""
		if f.Total.Value != nil {
			usd = f.Total.Value.String()
		}
		if f.Total.Saved != row.saved || usd != row.usd || cmp.Diff(row.left, f.Left) != "" {
			t.Errorf("%s: saved %s, USD %s, left %q; want %s, %s, %q", row.rule, f.Total.Saved, usd, f.Left, row.saved, row.usd, row.left)
		}
	}
}
