package page_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/page"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/savings"
	"eks-scaling-automation/shared/scaling"
)

// tuesday is when the samples are written: 07:10 in São Paulo.
var tuesday = time.Date(2026, time.November, 24, 10, 10, 0, 0, time.UTC)

// document is a configuration of some clusters, each with the week of the reference schedule and three node groups.
func document(clusters int) string {
	var text strings.Builder
	text.WriteString("timezone: America/Sao_Paulo\nclusters:\n")
	for i := range clusters {
		fmt.Fprintf(&text, `  - name: production-%d
    region: sa-east-1
    nodegroups: {small: {minSize: 0, maxSize: 1}, big: {minSize: 0, maxSize: 5}, batch: {minSize: 0, maxSize: 40}}
    profiles: {sleep: {small: 1, big: 0, batch: 0}, normal: {small: 0, big: 1, batch: 8}, peak: {small: 0, big: 3, batch: 24}}
    schedule:
      default: normal
      periods:
        - {name: weekend-midnight, profile: sleep, days: [sat, sun], from: "00:00", to: "01:00"}
        - {name: night,            profile: sleep, from: "01:00", to: "06:30"}
        - {name: tuesday-peak,     profile: peak, days: [tue], from: "06:30", to: "11:30"}
`, i)
	}
	return text.String()
}

// sample is the report of some clusters after a week with a failure.
func sample(t *testing.T, clusters int) page.Report {
	t.Helper()
	c, err := config.Parse([]byte(document(clusters)))
	if err != nil {
		t.Fatal(err)
	}
	zone := c.Units()[0].Timetable().Location()
	r := page.Report{
		At: tuesday, Since: tuesday.AddDate(0, 0, -7), Until: tuesday.AddDate(0, 0, 7), Timezone: zone.String(), Version: "v1.2.0",
		Status: report.Unwell, Summary: "Unhealthy: production-0/big has drifted", Stack: report.Stack{Name: "EksScaling", Region: "sa-east-1", Account: "123456789012"},
		Units: report.Units{Total: clusters}, Nodes: page.Nodes{Nodegroups: 3 * clusters, InSync: 3*clusters - 1, Current: 27*clusters + 2, Desired: 27 * clusters},
		Problems:  []report.Finding{{Kind: report.NodegroupDrifted, Subject: "production-0/big", Message: "set to 3 at Tue 06:30, now 5. Will not be corrected until the next transition.", Remedies: []string{`eks-scaling run --cluster production-0 --nodegroup big --force --reason "..."`}}},
		Overrides: []agenda.ListedOverride{{State: agenda.Coming, Override: scaling.Override{Name: "launch", Cluster: "production-0", From: tuesday, Until: tuesday.Add(30 * time.Hour), CreatedBy: "ana", Reason: "product launch"}}},
	}
	span := agenda.Span{From: r.At, Until: r.Until}
	for i, u := range c.Units() {
		u = u.WithOverrides([]scaling.Override{{Name: "launch", Cluster: "production-0", From: tuesday.Add(24 * time.Hour), Until: tuesday.Add(30 * time.Hour), Sizes: map[string]scaling.Target{"big": {DesiredSize: new(int32(4))}}}})
		r.Week = append(r.Week, page.Plan{Cluster: u.Name, Timezone: zone.String(), Steps: span.Steps(u)})
		r.Clusters = append(r.Clusters, clusterAt(u, i == 0, zone))
	}
	r.Runs, r.Savings = runsOf(clusters), savingsOf()
	return r
}

func clusterAt(u config.Unit, drifted bool, zone *time.Location) report.Cluster {
	c := report.Cluster{
		Name: u.Name, State: report.UnitInSync, Region: "sa-east-1", Timezone: zone.String(), LocalTime: tuesday.In(zone),
		NextChange: &report.Change{At: tuesday.Add(80 * time.Minute), LocalTime: tuesday.Add(80 * time.Minute).In(zone), Nodegroups: []report.Resize{{Name: "big", Goal: goal(5, 1)}, {Name: "batch", Goal: goal(40, 8)}}},
	}
	why := scaling.Wanted{Profile: "peak", Period: "tuesday-peak", Reason: "period tuesday-peak (profile peak) until Tue 2026-11-24 11:30"}
	for _, n := range []struct {
		name string
		most int32
		size int32
	}{{"batch", 40, 24}, {"big", 5, 3}, {"small", 1, 0}} {
		desired, state, current := goal(n.most, n.size), report.InSync, scaling.Sizes{MaxSize: n.most, DesiredSize: n.size}
		if drifted && n.name == "big" {
			state, current.DesiredSize, c.State = report.Drifted, 5, report.UnitDrifted
		}
		c.Nodegroups = append(c.Nodegroups, report.Nodegroup{Name: n.name, State: state, Status: "ACTIVE", Current: &current, Desired: &desired, Scheduled: &desired, Why: &why})
	}
	return c
}

func goal(most, desired int32) scaling.Goal {
	return scaling.Goal{MaxSize: most, DesiredSize: &desired}
}

// runsOf is a week of 20 runs with two changes each. The third run failed.
func runsOf(clusters int) page.Runs {
	r := page.Runs{
		Total: 196, Outcomes: map[run.Outcome]int{run.Succeeded: 195, run.Failed: 1}, Changes: 55, Failed: 1, LeftOut: 7,
		Lateness: &page.Lateness{Changes: 55, MedianCall: 4, LongestCall: 31, MedianReady: 96, LongestReady: 233},
	}
	for day := range 8 {
		d := page.Day{Date: tuesday.AddDate(0, 0, day-7).Format(time.DateOnly), Runs: 24, Changes: 6 + day%3*2}
		if day == 5 {
			d.Failed = 1
		}
		r.Days = append(r.Days, d)
	}
	for i := range 20 {
		begun := tuesday.Add(-time.Duration(i) * 7 * time.Hour)
		one := page.Run{Name: fmt.Sprintf("production-%d", i), Outcome: run.Succeeded, StartedAt: begun.Add(2 * time.Second), Due: begun, Trigger: run.ScheduleTrigger, Message: "2 scaled, 1 unchanged", Console: "https://sa-east-1.console.aws.amazon.com/states/home"}
		before, after := scaling.Sizes{MaxSize: 5, DesiredSize: 1}, scaling.Sizes{MaxSize: 5, DesiredSize: 3}
		for j, name := range []string{"big", "small"} {
			c := page.Change{Unit: fmt.Sprintf("production-%d", i%clusters), Nodegroup: name, Outcome: run.Succeeded, Before: &before, After: &after, Goal: goal(5, 3), StartedAt: begun.Add(time.Duration(4+60*j) * time.Second), EndedAt: begun.Add(time.Duration(58+70*j) * time.Second)}
			if i == 2 && j == 1 {
				one.Outcome, one.Message, c.Outcome, c.After, c.Error = run.Failed, "node group small: EKS ended the update", run.Failed, nil, "NodegroupFailedError: EKS ended the update: no capacity"
				r.Failures = append(r.Failures, page.Failure{Run: one.Name, At: begun, Subject: "node group " + c.Unit + "/small", Error: "NodegroupFailedError", Cause: "EKS ended the update: no capacity", Remedy: run.NodegroupFailedError.Remedy(), Console: one.Console})
			}
			one.Changes = append(one.Changes, c)
		}
		r.Latest = append(r.Latest, one)
	}
	return r
}

// savingsOf is a week in which nodes ran for half of the baseline, and on its last day for more.
func savingsOf() (s page.Savings) {
	total := savings.Part{}
	for day := range 8 {
		part := savings.Part{Baseline: 72 * savings.NodeHour, Ran: 40 * savings.NodeHour, Below: 32 * savings.NodeHour}
		if day == 7 {
			part = savings.Part{Baseline: 72 * savings.NodeHour, Ran: 90 * savings.NodeHour, Above: 18 * savings.NodeHour}
		}
		s.Days = append(s.Days, page.SavedDay{Date: tuesday.AddDate(0, 0, day-7).Format(time.DateOnly), Part: part, Ours: part.Saved()})
		total = total.Plus(part)
	}
	s.Total.By = map[savings.Cause]savings.Part{savings.Ours: total}
	s.Lines = []string{"Saved by eks-scaling: 206.0 of 576.0 node hours (35 %).", "Savings Plans and reservations save nothing when a node stops: they may already pay for these hours."}
	return s
}

// written is a report as a page.
func written(t *testing.T, r page.Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := page.Write(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
