package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/jsii-runtime-go"

	stepmetric "eks-scaling-automation/functions/step/metric"
	"eks-scaling-automation/shared/deployment"
)

// The context keys of metrics and of the dashboard that shows them. Both are off by default, because they cost something all the time.
const (
	metricsKey   = "metrics"
	dashboardKey = "dashboard"
)

const (
	switchedOn  = "on"
	switchedOff = "off"
)

// onOff reads a choice that is off by default.
func (r *contextReader) onOff(key string) string {
	found := r.text(key, switchedOff)
	if found != switchedOn && found != switchedOff {
		r.fail(key, "must be on or off, not %s", describe(found))
	}
	return found
}

// metrics reads whether the stack has metrics and a dashboard.
func (r *contextReader) metrics() (metrics, dashboard string) {
	metrics, dashboard = r.onOff(metricsKey), r.onOff(dashboardKey)
	if dashboard == switchedOn && metrics != switchedOn {
		r.fail(dashboardKey, "requires metrics: add -c %s=on", metricsKey)
	}
	return metrics, dashboard
}

// insight is what the stack shows of itself in CloudWatch.
type insight struct{ metrics, dashboard choice }

func newInsight(p *parameters, o options) insight {
	metrics := p.setting(o.metrics, parameter{
		name: "Metrics", group: groupInsight, label: "Metrics", allowed: []string{switchedOff, switchedOn},
		description: fmt.Sprintf("Writes %d metrics. CloudWatch charges USD 0.30 a month for each.", len(stepmetric.Names())),
	}).is(switchedOn)
	dashboard := p.setting(o.dashboard, parameter{
		name: "Dashboard", group: groupInsight, label: "Dashboard", allowed: []string{switchedOff, switchedOn},
		description: "Creates a CloudWatch dashboard of the metrics, for USD 3.00 a month. Requires Metrics.",
	}).is(switchedOn)
	return insight{metrics, dashboard.and(metrics, p.stack, "HasDashboard")}
}

// measuring adds to the environment of a function that it writes the metrics.
func (i insight) measuring(environment map[string]string) map[string]string {
	i.metrics.add(environment, "METRICS", switchedOn)
	return environment
}

// The grid of a dashboard has 24 columns.
const (
	quarter = 6
	half    = 12
	full    = 24
)

// newDashboard creates the dashboard of a week.
func (i insight) newDashboard(stack awscdk.Stack, workflow awsstepfunctions.StateMachine) {
	if !i.dashboard.possible() {
		return
	}
	board := awscloudwatch.NewDashboard(stack, jsii.String("Dashboard"), &awscloudwatch.DashboardProps{
		DashboardName: jsii.String(*stack.StackName() + "-" + deployment.System), DefaultInterval: awscdk.Duration_Days(number(7)),
	})
	board.AddWidgets(totals()...)
	board.AddWidgets(nodesGraph(), runsGraph(workflow))
	board.AddWidgets(latenessGraph(), troubleGraph())
	board.AddWidgets(nodesByUnit(), latestRuns())
	i.dashboard.limit(board)
	newOutput(stack, deployment.OutputDashboard, *board.DashboardName(), "The CloudWatch dashboard.", i.dashboard)
}

// measure returns a metric of the system with a statistic, an hour at a time.
func measure(name stepmetric.Name, statistic, label string) awscloudwatch.IMetric {
	return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
		Namespace: jsii.String(stepmetric.Namespace), MetricName: jsii.String(string(name)), Statistic: &statistic, Label: &label,
		Period: awscdk.Duration_Hours(number(1)),
	})
}

func metricList(all ...awscloudwatch.IMetric) *[]awscloudwatch.IMetric { return &all }

// totals are numbers: nodes now, and the sums of the week.
func totals() []awscloudwatch.IWidget {
	const sum = "Sum"
	show := func(title string, shownPeriod bool, all ...awscloudwatch.IMetric) awscloudwatch.IWidget {
		return awscloudwatch.NewSingleValueWidget(&awscloudwatch.SingleValueWidgetProps{
			Title: &title, Width: number(quarter), Height: number(4), Metrics: &all, SetPeriodToTimeRange: &shownPeriod,
		})
	}
	return []awscloudwatch.IWidget{
		show("Nodes now", false, measure(stepmetric.NodesCurrent, "Maximum", "current"), measure(stepmetric.NodesDesired, "Maximum", "desired")),
		show("Runs and failures", true, measure(stepmetric.Runs, sum, "runs"), measure(stepmetric.Failures, sum, "failures")),
		show("Saved node hours", true, measure(stepmetric.SavedNodeHours, sum, "saved")),
		show("Held back and drifted", true, measure(stepmetric.HeldBack, sum, "held back"), measure(stepmetric.Drift, sum, "drifted")),
	}
}

// graph is a graph of a half of the width, from 0 up.
func graph(title string, stacked bool, left *[]awscloudwatch.IMetric) awscloudwatch.IWidget {
	return awscloudwatch.NewGraphWidget(&awscloudwatch.GraphWidgetProps{
		Title: &title, Width: number(half), Height: number(6), Left: left, Stacked: &stacked,
		LeftYAxis: &awscloudwatch.YAxisProps{Min: number(0), ShowUnits: jsii.Bool(false)},
	})
}

func nodesGraph() awscloudwatch.IWidget {
	return graph("Nodes: what the schedules asked for, and what was", false, metricList(
		measure(stepmetric.NodesDesired, "Maximum", "desired"), measure(stepmetric.NodesCurrent, "Maximum", "current")))
}

// runsGraph uses metrics of Step Functions, which are free. A run that has begun and not ended is running.
func runsGraph(workflow awsstepfunctions.StateMachine) awscloudwatch.IWidget {
	of := func(name, label string) awscloudwatch.IMetric {
		return awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace: jsii.String("AWS/States"), MetricName: &name, Statistic: jsii.String("Sum"), Label: &label, Period: awscdk.Duration_Minutes(number(5)),
			DimensionsMap: textMap(map[string]string{"StateMachineArn": *workflow.StateMachineArn()}),
		})
	}
	return graph("Runs: started, succeeded and failed", false, metricList(
		of("ExecutionsStarted", "started"), of("ExecutionsSucceeded", "succeeded"), of("ExecutionsFailed", "failed"), of("ExecutionsTimedOut", "timed out")))
}

func latenessGraph() awscloudwatch.IWidget {
	return graph("Seconds from a transition to the call and to ACTIVE", false, metricList(
		measure(stepmetric.CallLateness, "p50", "call, median"), measure(stepmetric.CallLateness, "Maximum", "call, longest"),
		measure(stepmetric.ActiveLateness, "p50", "ACTIVE, median"), measure(stepmetric.ActiveLateness, "Maximum", "ACTIVE, longest")))
}

func troubleGraph() awscloudwatch.IWidget {
	return graph("Failures, held back and drifted node groups", true, metricList(
		measure(stepmetric.Failures, "Sum", "failures"), measure(stepmetric.HeldBack, "Sum", "held back"), measure(stepmetric.Drift, "Sum", "drifted")))
}

// query shows the answer of a query of the audit function's log. Fields of the log are no metrics, so that detail costs only the query.
func query(title string, width int, view awscloudwatch.LogQueryVisualizationType, lines ...string) awscloudwatch.IWidget {
	text := strings.Join(lines, " | ")
	return awscloudwatch.NewLogQueryWidget(&awscloudwatch.LogQueryWidgetProps{
		Title: &title, Width: number(width), Height: number(8), View: view, QueryString: &text,
		LogGroupNames: jsii.Strings("/aws/lambda/" + deployment.System + "-audit"),
	})
}

func nodesByUnit() awscloudwatch.IWidget {
	return query("What runs now, by unit", half, awscloudwatch.LogQueryVisualizationType_TABLE,
		`filter msg = "unit"`, "stats latest(current) as nodes, latest(desired) as desiredNodes, latest(outcome) as lastOutcome by cluster, schedule",
		"sort cluster asc, schedule asc", "limit 100")
}

func latestRuns() awscloudwatch.IWidget {
	return query("Latest runs", half, awscloudwatch.LogQueryVisualizationType_TABLE,
		"fields @timestamp, execution, outcome, message", `filter msg = "run"`, "sort @timestamp desc", "limit 20")
}
