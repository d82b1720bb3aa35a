package metric_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/functions/step/metric"
)

func TestOneLineHasSeveralMetricsAndFields(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	err := metric.Write(&log, time.UnixMilli(5), map[string]any{"run": "a"}, metric.Value{Name: metric.CallLateness, Number: 1.5}, metric.Value{Name: metric.Runs, Number: 1})
	const want = `{"CallLateness":1.5,"Runs":1,"_aws":{"Timestamp":5,"CloudWatchMetrics":[{"Namespace":"EksScaling","Dimensions":[[]],` +
		`"Metrics":[{"Name":"CallLateness","Unit":"Seconds"},{"Name":"Runs","Unit":"Count"}]}]},"run":"a"}` + "\n"
	if diff := cmp.Diff(want, log.String()); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestThereAreAtMostTenMetrics, as each costs USD 0.30 a month.
func TestThereAreAtMostTenMetrics(t *testing.T) {
	t.Parallel()
	if n := len(metric.Names()); n > 10 {
		t.Errorf("found %d metrics; want at most 10", n)
	}
}

var errClosed = errors.New("closed")

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errClosed }

func TestAMetricThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	err := metric.Write(closed{}, time.Unix(0, 0), nil, metric.Value{Name: metric.Runs, Number: 1})
	if !errors.Is(err, errClosed) || !strings.Contains(err.Error(), "Runs") {
		t.Errorf("found %v; want the writer's error, with the metric's name", err)
	}
}
