package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	stepmetric "eks-scaling-automation/functions/step/metric"
)

// widget is a part of a dashboard.
type widget struct {
	Type                string
	X, Y, Width, Height int
	Properties          struct {
		Region, Query string
		Metrics       [][]any
	}
}

// dashboardOf returns the widgets of the only dashboard.
func dashboardOf(t *testing.T, from template) []widget {
	t.Helper()
	made := single[struct{ DashboardName, DashboardBody string }](t, from, "AWS::CloudWatch::Dashboard")
	var body struct {
		Start   string
		Widgets []widget
	}
	if err := json.Unmarshal([]byte(made.DashboardBody), &body); err != nil {
		t.Fatalf("%v in %s", err, made.DashboardBody)
	}
	if body.Start != "-P7D" || !strings.HasSuffix(made.DashboardName, "-eks-scaling") {
		t.Errorf("dashboard %s begins at %q; want the last week", made.DashboardName, body.Start)
	}
	return body.Widgets
}

// TestTheDashboardShowsEveryMetric of the system, and no other but those of Step Functions, which are free.
func TestTheDashboardShowsEveryMetric(t *testing.T) {
	shown := map[string]bool{}
	for _, w := range dashboardOf(t, customized(t)) {
		if w.Properties.Region != "${AWS::Region}" {
			t.Errorf("a widget is bound to %q; want the stack's own region", w.Properties.Region)
		}
		for _, m := range w.Properties.Metrics {
			switch namespace, name := m[0], m[1].(string); namespace {
			case stepmetric.Namespace:
				shown[name] = true
			case "AWS/States":
			default:
				t.Errorf("found a metric of %v", namespace)
			}
		}
	}
	for _, name := range stepmetric.Names() {
		if !shown[string(name)] {
			t.Errorf("metric %s is not shown", name)
		}
		delete(shown, string(name))
	}
	if len(shown) > 0 {
		t.Errorf("found metrics that no function writes: %v", shown)
	}
}

func TestWidgetsFitBesideEachOther(t *testing.T) {
	widgets := dashboardOf(t, customized(t))
	for i, a := range widgets {
		if a.X < 0 || a.Width < 1 || a.X+a.Width > full {
			t.Errorf("widget %d lies from column %d to %d; want at most %d", i, a.X, a.X+a.Width, full)
		}
		for j, b := range widgets[:i] {
			if a.X < b.X+b.Width && b.X < a.X+a.Width && a.Y < b.Y+b.Height && b.Y < a.Y+a.Height {
				t.Errorf("widgets %d and %d overlap", j, i)
			}
		}
	}
}

func TestMetricsAreOffByDefault(t *testing.T) {
	if _, measures := byName(t, reference(t))["audit"].Environment.Variables["METRICS"]; measures {
		t.Error("the function audit writes metrics")
	}
	if byName(t, customized(t))["audit"].Environment.Variables["METRICS"] != "on" {
		t.Error("the function audit writes no metrics, although the context asks for them")
	}
	for _, r := range reference(t).Resources {
		if r.Type == "AWS::CloudWatch::Dashboard" {
			t.Error("there is a dashboard")
		}
	}
}

// TestADashboardRequiresMetrics, as it would be empty without them.
func TestADashboardRequiresMetrics(t *testing.T) {
	context := goodContext()
	context[dashboardKey] = "on"
	if _, err := readOptions(context); err == nil || !strings.Contains(err.Error(), "context dashboard: requires metrics: add -c metrics=on") {
		t.Errorf("found %v", err)
	}
	context[metricsKey] = "yes"
	if _, err := readOptions(context); err == nil || !strings.Contains(err.Error(), `context metrics: must be on or off, not "yes"`) {
		t.Errorf("found %v", err)
	}
	conditions := release(t).raw["Conditions"].(map[string]any)
	if _, found := conditions["HasDashboard"]; !found {
		t.Errorf("the released template has no condition of both; found %v", slices.Sorted(maps.Keys(conditions)))
	}
}
