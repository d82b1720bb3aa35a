package cloudwatch_test

import (
	"fmt"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/cloudwatch"
)

func TestMetricsAreTakenOutOfALog(t *testing.T) {
	t.Parallel()
	line := func(namespace, dimensions, rest string) string {
		return fmt.Sprintf(`{"_aws":{"Timestamp":%d,"CloudWatchMetrics":[{"Namespace":%q,"Dimensions":%s,"Metrics":[{"Name":"Ended","Unit":"Count"}]}]},%s}`,
			noon.UnixMilli(), namespace, dimensions, rest) + "\n"
	}
	for _, row := range []struct {
		name, log string
		metric    cloudwatch.Metric
		want      float64
		found     bool
	}{
		{"without dimensions", line("N", "[[]]", `"Ended":1`), cloudwatch.Metric{Namespace: "N", Name: "Ended"}, 1, true},
		{"twice", line("N", "[[]]", `"Ended":1`) + "text\n" + line("N", "[[]]", `"Ended":2`), cloudwatch.Metric{Namespace: "N", Name: "Ended"}, 3, true},
		{
			"with a dimension", line("N", `[["System"]]`, `"System":"a","Ended":1`),
			cloudwatch.Metric{Namespace: "N", Name: "Ended", Dimensions: map[string]string{"System": "a"}},
			1, true,
		},
		{"another value of the dimension", line("N", `[["System"]]`, `"System":"a","Ended":1`), cloudwatch.Metric{Namespace: "N", Name: "Ended"}, 0, false},
		{"another namespace", line("M", "[[]]", `"Ended":1`), cloudwatch.Metric{Namespace: "N", Name: "Ended"}, 0, false},
		{"no dimension set", line("N", "[]", `"Ended":1`), cloudwatch.Metric{Namespace: "N", Name: "Ended"}, 0, false},
		{"no number", line("N", "[[]]", `"Ended":"1"`), cloudwatch.Metric{Namespace: "N", Name: "Ended"}, 0, false},
		{"something before it", "INFO " + line("N", "[[]]", `"Ended":1`), cloudwatch.Metric{Namespace: "N", Name: "Ended"}, 0, false},
		{"other JSON", `{"level":"INFO","Ended":1}` + "\n", cloudwatch.Metric{Namespace: "N", Name: "Ended"}, 0, false},
	} {
		metrics := new(cloudwatch.Metrics)
		log := metrics.Log()
		for _, part := range []string{row.log[:len(row.log)/2], row.log[len(row.log)/2:]} {
			if n, err := log.Write([]byte(part)); n != len(part) || err != nil {
				t.Fatal(n, err)
			}
		}
		if got, found := metrics.Sum(row.metric, noon.Add(-time.Second), noon); got != row.want || found != row.found {
			t.Errorf("%s: found %v, %v; want %v, %v", row.name, got, found, row.want, row.found)
		}
		if got, found := metrics.Sum(row.metric, noon, noon.Add(time.Hour)); found {
			t.Errorf("%s: found %v in the hour that follows", row.name, got)
		}
	}
}

func TestAnAlarmIsRaisedWhenEveryPeriodBreaches(t *testing.T) {
	t.Parallel()
	failures := cloudwatch.Rule{Statistic: "Sum", Period: 5 * time.Minute, Periods: 1, Threshold: 1, Comparison: cloudwatch.AtLeast, Missing: cloudwatch.NotBreaching}
	silence := cloudwatch.Rule{Statistic: "Sum", Period: time.Hour, Periods: 2, Threshold: 1, Comparison: cloudwatch.LessThan, Missing: cloudwatch.Breaching}
	metric := cloudwatch.Metric{Namespace: "N", Name: "Ended"}
	for _, row := range []struct {
		name string
		rule cloudwatch.Rule
		ago  []time.Duration // when there was a data point
		want string
	}{
		{"nothing happened", failures, nil, "OK"},
		{"a failure", failures, []time.Duration{time.Minute}, "ALARM"},
		{"a failure that is over", failures, []time.Duration{5 * time.Minute}, "OK"},
		{"silence from the beginning", silence, nil, "ALARM"},
		{"silence in the last period", silence, []time.Duration{time.Hour}, "OK"},
		{"silence in the one before", silence, []time.Duration{0}, "OK"},
		{"silence in both", silence, []time.Duration{2 * time.Hour}, "ALARM"},
	} {
		if err := row.rule.Check(); err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		metrics, alarms := new(cloudwatch.Metrics), new(cloudwatch.Alarms)
		for _, ago := range row.ago {
			metrics.Put(metric, noon.Add(-ago), 1)
		}
		alarms.Put(cloudwatch.Alarm{Name: "a", Region: region, State: "INSUFFICIENT_DATA", Rule: row.rule})
		alarms.Put(cloudwatch.Alarm{Name: "by hand", Region: region, State: "ALARM"})
		alarms.Evaluate(noon, func(_ cloudwatch.Alarm, after, until time.Time) (float64, bool) {
			return metrics.Sum(metric, after, until)
		})
		if a, _ := alarms.Get(region, "a"); a.State != row.want || !a.Updated.Equal(noon) || a.Reason == "" {
			t.Errorf("%s: found %s since %v (%s); want %s", row.name, a.State, a.Updated, a.Reason, row.want)
		}
		if a, _ := alarms.Get(region, "by hand"); a.State != "ALARM" {
			t.Errorf("%s: an alarm without a rule is %s", row.name, a.State)
		}
	}
}

func TestAnAlarmThatCloudWatchRefusesIsRefused(t *testing.T) {
	t.Parallel()
	good := cloudwatch.Rule{Statistic: "Sum", Period: time.Hour, Periods: 2, Threshold: 1, Comparison: cloudwatch.AtLeast, Missing: cloudwatch.Breaching}
	for name, change := range map[string]func(*cloudwatch.Rule){
		"half a minute":              func(r *cloudwatch.Rule) { r.Period = 90 * time.Second },
		"no period":                  func(r *cloudwatch.Rule) { r.Periods = 0 },
		"more than a week":           func(r *cloudwatch.Rule) { r.Periods = 169 },
		"short periods for a day":    func(r *cloudwatch.Rule) { r.Period, r.Periods = 15*time.Minute, 97 },
		"an unknown comparison":      func(r *cloudwatch.Rule) { r.Comparison = "LessThanLowerThreshold" },
		"an unknown treatment":       func(r *cloudwatch.Rule) { r.Missing = "ignore" },
		"an unknown statistic":       func(r *cloudwatch.Rule) { r.Statistic = "p99" },
		"nothing said about silence": func(r *cloudwatch.Rule) { r.Missing = "" },
	} {
		rule := good
		change(&rule)
		if rule.Check() == nil {
			t.Errorf("%s: %+v was taken", name, rule)
		}
	}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
}
