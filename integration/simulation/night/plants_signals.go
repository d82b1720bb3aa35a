package night

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"time"

	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/signal"
)

// rewritten returns the configuration that a planted fault makes decide read.
func rewritten(s inventory.Snapshot, rewrite func(settings map[string]any, periods []map[string]any)) inventory.Snapshot {
	settings := map[string]any{}
	if err := json.Unmarshal(s.Settings.Spec, &settings); err != nil {
		panic(err)
	}
	clusters := append([]inventory.Item(nil), s.Clusters...)
	for i := range clusters {
		fields := map[string]any{}
		if err := json.Unmarshal(clusters[i].Spec, &fields); err != nil {
			panic(err)
		}
		rewrite(settings, conditionalPeriods(fields))
		clusters[i].Spec = spec(fields)
	}
	changed := *s.Settings
	changed.Spec = spec(settings)
	s.Settings, s.Clusters = &changed, clusters
	return s
}

// conditionalPeriods returns the periods with a condition of all schedules of a cluster.
func conditionalPeriods(cluster map[string]any) (all []map[string]any) {
	schedules, _ := cluster["schedules"].([]any)
	if one, ok := cluster["schedule"]; ok {
		schedules = append(schedules, one)
	}
	for _, s := range schedules {
		for _, p := range s.(map[string]any)["periods"].([]any) {
			if period := p.(map[string]any); period["when"] != nil {
				all = append(all, period)
			}
		}
	}
	return all
}

// ofConditions changes the conditions that decide reads.
func ofConditions(change func(when map[string]any)) func(map[string]any, []map[string]any) {
	return func(_ map[string]any, periods []map[string]any) {
		for _, p := range periods {
			change(p["when"].(map[string]any))
		}
	}
}

// without drops a field of the conditions.
func without(field string) func(map[string]any, []map[string]any) {
	return ofConditions(func(when map[string]any) { delete(when, field) })
}

// ofSignals changes the signals that decide reads.
func ofSignals(change func(signal map[string]any)) func(map[string]any, []map[string]any) {
	return func(settings map[string]any, _ []map[string]any) {
		signals, _ := settings["signals"].(map[string]any)
		for _, s := range signals {
			change(s.(map[string]any))
		}
	}
}

// otherwiseFalse takes a signal without a value for false.
func otherwiseFalse(signal map[string]any) {
	if signal["otherwise"] == true {
		signal["otherwise"] = false
	}
}

// longerWindows lets a condition apply for ten minutes after its window.
func longerWindows(_ map[string]any, periods []map[string]any) {
	for _, p := range periods {
		to, err := time.Parse("15:04", p["to"].(string))
		if err != nil {
			panic(err)
		}
		p["to"] = to.Add(10 * time.Minute).Format("15:04")
	}
}

// alwaysReduces lets every condition replace the schedule.
func alwaysReduces(_ map[string]any, periods []map[string]any) {
	for _, p := range periods {
		p["mayReduce"] = true
	}
}

// raisesNothing lets a condition ask for no more than the schedule does by day.
func raisesNothing(_ map[string]any, periods []map[string]any) {
	for _, p := range periods {
		p["profile"] = "normal"
	}
}

// errorsAreZero takes a reading that failed for the number 0.
func errorsAreZero(_ *invocation, next decideStep) decideStep {
	return func(ctx context.Context, log *slog.Logger, t run.UnitTask) (run.UnitTask, error) {
		for name, r := range t.Readings {
			if r.Error != "" {
				t.Readings[name] = signal.Reading{Value: "0", At: r.At}
			}
		}
		return next(ctx, log, t)
	}
}

// needsReadings fails a unit whose run could not read its signals.
func needsReadings(i *invocation, next decideStep) decideStep {
	return func(ctx context.Context, log *slog.Logger, t run.UnitTask) (run.UnitTask, error) {
		if len(t.Readings) == 0 && t.Round == 0 && len(i.place.signals) > 0 {
			return t, run.Errorf(run.UnitInvalidError, "unit %s: no readings", t.Unit)
		}
		return next(ctx, log, t)
	}
}

// readAnew lets the run's own readings replace newer ones.
func readAnew(i *invocation, units planted.Units) planted.Units {
	return planted.ChangedUnits{Units: units, Change: func(u *claim.Unit) {
		u.Conditions = maps.Clone(u.Conditions)
		for name, m := range u.Conditions {
			if h := i.signals.heard[i.run].at; !h.IsZero() && h.Before(m.At) {
				m.At = h.Add(-time.Millisecond) // or nothing would be new
				u.Conditions[name] = m
			}
		}
	}}
}

// flapping forgets that a condition is on, unless its value says so.
func flapping(_ *invocation, units planted.Units) planted.Units {
	return planted.ChangedUnits{Units: units, Change: func(u *claim.Unit) {
		u.Conditions = maps.Clone(u.Conditions)
		for name, m := range u.Conditions {
			m.On = false
			u.Conditions[name] = m
		}
	}}
}

// remembersAnyway writes what a run has judged also if another run has the claim.
func remembersAnyway(i *invocation, next decideStep) decideStep {
	return func(ctx context.Context, log *slog.Logger, t run.UnitTask) (run.UnitTask, error) {
		t, err := next(ctx, log, t)
		logs := tables.NewLogs(dynamo{i}, deployment.LogsTable)
		u, readErr := logs.Unit(ctx, t.Unit)
		if err != nil || readErr != nil || t.Run.DryRun || u.Claim == nil || u.Claim.Order == t.Run.Order() {
			return t, err
		}
		round := tables.Round{Unfinished: u.Claim.Unfinished, Goals: u.Claim.Goals, Relied: u.Relied, Conditions: map[string]signal.Memory{}}
		for _, s := range t.Signals {
			round.Conditions[s.Period] = signal.Memory{On: s.On, Since: s.Since, Value: s.Value, At: s.At, Signal: s.Signal}
		}
		_ = logs.Decided(ctx, u, u.Claim.Order, i.now(), round)
		return t, err
	}
}

// forgetfulOfConditions never writes what conditions were.
type forgetfulOfConditions struct{ planted.Units }

func (f forgetfulOfConditions) Decided(ctx context.Context, u claim.Unit, me claim.Order, now time.Time, r tables.Round) error {
	r.Conditions = u.Conditions
	return f.Units.Decided(ctx, u, me, now, r)
}

func remembersNothing(_ *invocation, units planted.Units) planted.Units {
	return forgetfulOfConditions{units}
}
