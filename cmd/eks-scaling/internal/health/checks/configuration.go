package checks

import (
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

// newer is the remedy for an item of a newer version. Editing it with this version would lose fields.
const newer = "install the newer version of eks-scaling, and deploy the stack with that: " + deploy

// Configured checks that the configuration is valid as of now and that nothing is paused.
func Configured(f health.System, now time.Time) []Check {
	const group = "configuration"
	whole := subject{group, "configuration"}
	if f.Configuration.Unread != nil {
		return []Check{whole.unknown(f.Configuration.Unread)}
	}
	found := f.Configuration.Value
	if !found.Configured {
		return []Check{whole.failed(nothing(found.Items()), "eks-scaling init, or: eks-scaling config apply FILE")}
	}
	usable := slices.DeleteFunc(slices.Clone(found.Runnable), func(u config.Unit) bool { return !f.Asked(u.Name) })
	checks := []Check{}
	for _, b := range health.UnusableFirst(found) {
		c := subject{group, b.Item}.warning(b.Message, "eks-scaling config edit")
		if b.Fails {
			c.Outcome = Failed
		}
		if b.Newer {
			c.Remedy = newer
		}
		checks = append(checks, c)
	}
	if len(checks) == 0 {
		checks = append(checks, whole.ok("valid: %s", english.Count(health.CountClusters(usable, func(u config.Unit) string { return u.Cluster }), "cluster")))
	}
	for _, ending := range f.EndingCalendars(now) {
		checks = append(checks, subject{group, "calendar " + ending.Calendar}.warning(ending.String(),
			"eks-scaling config edit, or, if its dates come from a file: eks-scaling config apply FILE"))
	}
	checks = append(checks, systemState(f, subject{group, "scaling"}))
	for _, c := range usable {
		own := subject{group, "scaling of " + c.Name}
		state := own.ok("active")
		if c.Paused {
			state = own.warning("paused: it is not scaled", "eks-scaling resume "+c.Name)
		}
		checks = append(checks, state)
	}
	return checks
}

// SignalHosts checks that signals may be read from their hosts. It has no check without such signals.
func SignalHosts(f health.System, s deployment.Stack) []Check {
	signals := f.Configuration.Value.Global.Signals
	hosts := config.Hosts(signals)
	if len(hosts) == 0 {
		return nil
	}
	c := subject{"configuration", "signal hosts"}
	var unlisted []string
	for _, name := range config.UnlistedHosts(signals, s.SignalHosts) {
		unlisted = append(unlisted, signals[name].HTTP.Host()+" of signal "+name)
	}
	if len(unlisted) > 0 {
		return []Check{c.failed("the deployment does not list "+firstFew(unlisted)+", so they are never read", s.ListHosts(hosts))}
	}
	return []Check{c.ok("%s, listed by the deployment", english.Count(len(hosts), "host"))}
}

// systemState reports whether scaling is paused for all clusters.
func systemState(f health.System, system subject) Check {
	switch {
	case f.Hold != nil && f.Hold.Interrupted:
		return system.failed("paused, as the configuration is written only in part"+f.Hold.String()+": nothing is scaled", inventory.HoldRemedy)
	case f.Hold != nil:
		return system.warning("paused while config apply is writing the configuration"+f.Hold.String()+": nothing is scaled", "wait until that has ended")
	case f.Paused != nil:
		return system.warning("paused"+f.Paused.String()+": nothing is scaled", "eks-scaling resume")
	default:
		return system.ok("active")
	}
}

// nothing says that there is no configuration, though items of one may be left.
func nothing(left []inventory.Item) string {
	if len(left) == 0 {
		return "nothing is configured yet, so every run is skipped"
	}
	keys := make([]string, len(left))
	for i, item := range left {
		keys[i] = inventory.DisplayKey(item)
	}
	return "there is no configuration, so every run is skipped: no settings and no clusters, only what is left of one: " + firstFew(keys)
}
