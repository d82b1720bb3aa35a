package metric_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/functions/step/metric"
)

func TestAMetricIsOneLineOfTheEmbeddedMetricFormat(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	if err := metric.Reconciled(&log, time.Date(2026, 3, 10, 12, 0, 0, 5_000_000, time.UTC)); err != nil {
		t.Fatal(err)
	}
	const want = `{"_aws":{"Timestamp":1773144000005,"CloudWatchMetrics":[{"Namespace":"EksScaling","Dimensions":[[]],` +
		`"Metrics":[{"Name":"ReconcileRunEnded","Unit":"Count"}]}]},"ReconcileRunEnded":1}` + "\n"
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

var errClosed = errors.New("closed")

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errClosed }

func TestAMetricThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	err := metric.Reconciled(closed{}, time.Unix(0, 0))
	if !errors.Is(err, errClosed) || !strings.Contains(err.Error(), "ReconcileRunEnded") {
		t.Errorf("found %v; want the writer's error, with the metric's name", err)
	}
}
