package previewcmd

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/shared/config"
)

// tuesday is a moment in the reference schedule's peak.
var tuesday = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// reference is the reference schedule on as many clusters of ten node groups each.
func reference(tb testing.TB, clusters int) config.Config {
	tb.Helper()
	limits, sizes := make([]string, 10), make([]string, 10)
	for i := range limits {
		limits[i] = fmt.Sprintf("ng%d: {minSize: 0, maxSize: 5}", i)
		sizes[i] = fmt.Sprintf("ng%d: %d", i, i%5)
	}
	text := strings.NewReplacer("LIMITS", strings.Join(limits, ", "), "SIZES", strings.Join(sizes, ", ")).Replace(`
timezone: America/Sao_Paulo
clusters:
  - name: c
    region: sa-east-1
    nodegroups: {LIMITS}
    profiles: {sleep: {SIZES}, normal: {SIZES}, peak: {SIZES}}
    schedule:
      default: normal
      periods:
        - {name: weekend-midnight, profile: sleep, days: [sat, sun], from: "00:00", to: "01:00"}
        - {name: night, profile: sleep, from: "01:00", to: "06:30"}
        - {name: tuesday-peak, profile: peak, days: [tue], from: "06:30", to: "11:30"}
`)
	c, err := config.Parse([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	one := c.Clusters[0]
	c.Clusters = make([]config.Cluster, clusters)
	for i := range c.Clusters {
		c.Clusters[i] = one
		c.Clusters[i].Name = fmt.Sprintf("c%d", i)
	}
	return c
}

// BenchmarkExplain is one question about 1,000 clusters of ten node groups; it is to take less than 100 ms.
func BenchmarkExplain(b *testing.B) {
	c := reference(b, 1000)
	for b.Loop() {
		if all := explainAll(c, []time.Time{tuesday}); all[0].Clusters[999].Profile != "peak" {
			b.Fatalf("found %+v; want the peak", all[0].Clusters[999])
		}
	}
}

// BenchmarkPreviewYear is every change of one cluster in a year; it is to take less than 50 ms.
func BenchmarkPreviewYear(b *testing.B) {
	cluster := reference(b, 1).Clusters[0]
	year := agenda.Span{From: tuesday, Until: tuesday.AddDate(1, 0, 0)}
	for b.Loop() {
		if steps := year.Steps(cluster); len(steps) != 888 {
			b.Fatalf("found %d steps; want 888", len(steps))
		}
	}
}
