// Package triggers plans when runs are started: what EventBridge Scheduler has to hold so that a run follows every change
// of a configuration's schedules and overrides within a minute. It is pure; shared/aws/scheduler makes it so.
package triggers

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/schedule"
)

// Trigger is one schedule of EventBridge Scheduler: when it fires, and what it starts a run with.
type Trigger struct {
	Name        string    // at most 64 of the letters, digits, "-", "_" and "."; its schedule adds a fingerprint
	Fixed       bool      // the stack makes its schedule, under the plain name
	Description string    // at most 512 characters
	Expression  string    // cron(...) or at(...), by the wall clock of Zone
	Zone        string    // an IANA time zone
	Once        bool      // it is removed after it has fired
	Input       run.Input // Due is filled in when it fires
}

// EventBridge Scheduler puts its own values in the place of these.
const (
	executionID   = "<aws.scheduler.execution-id>"
	scheduledTime = "<aws.scheduler.scheduled-time>"
)

// actor goes on record as what started a run.
const actor = "eventbridge-scheduler"

// Reconcile starts the runs that make up for a trigger that came to nothing. It runs in UTC, which skips no hour.
func Reconcile(expression string) Trigger {
	return Trigger{
		Name:        "reconcile",
		Fixed:       true,
		Description: "Corrects what lost or late triggers missed, and repairs the triggers.",
		Expression:  expression,
		Zone:        "UTC",
		Input:       run.Input{Trigger: run.ReconcileTrigger, Actor: actor, Reason: "reconcile, due " + scheduledTime},
	}
}

// weekly fires at a transition of some clusters, on its days, by the clock of the zone.
func weekly(zone string, b schedule.Transition, clusters []string) Trigger {
	onDays, inWords := "*", "every day"
	if b.Days != schedule.EveryDay {
		onDays, inWords = strings.ToUpper(strings.Join(b.Days.Names(), ",")), strings.Join(b.Days.Names(), ", ")
	}
	return Trigger{
		Name:        weeklyName + inNames.Replace(zone) + "-" + strings.ReplaceAll(b.At.String(), ":", ""),
		Description: fmt.Sprintf("A period of the configured schedules starts or ends at %s %s, %s.", b.At, zone, inWords),
		Expression:  fmt.Sprintf("cron(%d %d ? * %s *)", b.At%60, b.At/60, onDays),
		Zone:        zone,
		Input:       started(fmt.Sprintf("transition %s %s", b.At, zone), clusters),
	}
}

var inNames = strings.NewReplacer("/", "-", "+", "plus")

// The beginnings of the names of triggers. Behind those that fire once stands the instant.
const (
	weeklyName  = "weekly-"
	onceName    = "once-"
	changedName = "changed-"
	instantForm = "20060102T150405Z"
)

func single(name string, at time.Time, cause string, clusters []string) Trigger {
	at = at.UTC()
	return Trigger{
		Name:        name + at.Format(instantForm),
		Description: cut("Once: "+cause+".", 512),
		Expression:  "at(" + at.Format("2006-01-02T15:04:05") + ")",
		Zone:        "UTC",
		Once:        true,
		Input:       started(cut(cause, 400), clusters),
	}
}

// started is the input of a run for some clusters.
func started(cause string, clusters []string) run.Input {
	return run.Input{Trigger: run.ScheduleTrigger, Actor: actor, Reason: cause + ", due " + scheduledTime, Clusters: thatFit(clusters)}
}

// thatFit returns names that fit into an input; nil, which means all, if they do not. The input travels beside the run's state.
func thatFit(names []string) []string {
	if limits.NamesBytes(names) > limits.MostNamesBytes {
		return nil
	}
	return names
}

// Names says whether the trigger's run takes a cluster.
func (t Trigger) Names(cluster string) bool {
	return t.Input.Clusters == nil || slices.Contains(t.Input.Clusters, cluster)
}

// Changed starts a run for some clusters, nil for all, soon after the configuration has changed, at the second full minute after now:
// EventBridge Scheduler is exact to a minute. Changes of the same minute to other clusters are other triggers, with names of their
// own. To put them into one would be to overwrite what another invocation has put there meanwhile, and its clusters would miss
// their run.
func Changed(now time.Time, clusters []string) Trigger {
	clusters = slices.Compact(slices.Sorted(slices.Values(clusters)))
	t := single(changedName, now.Truncate(time.Minute).Add(2*time.Minute), "the configuration has changed", clusters)
	if len(t.Input.Clusters) > 0 {
		sum := sha256.Sum256([]byte(strings.Join(clusters, " ")))
		t.Name += "-" + hex.EncodeToString(sum[:5])
	}
	return t
}

// notice is how long before its instant a trigger that fires once must be made: EventBridge Scheduler is exact to a minute,
// and refuses what is past.
const notice = time.Minute

// TooLate says whether it is too late to make the trigger. The run that follows a change makes up for it.
func (t Trigger) TooLate(now time.Time) bool {
	_, at, once := instantIn(t.Name)
	return once && at.Before(now.Add(notice))
}

// Over says whether the trigger would fire in the past, which EventBridge Scheduler refuses.
func (t Trigger) Over(now time.Time) bool {
	_, at, once := instantIn(t.Name)
	return once && !at.After(now)
}

// grace is how long a trigger that has come due is left to EventBridge Scheduler, which delivers it, perhaps after some
// attempts, and then removes it.
const grace = 30 * time.Minute

// Removable says whether an existing schedule may be removed, by its name alone, when the plan does not have it. One
// that has just come due is still being delivered, and one that follows a change is in no later plan.
func Removable(name string, now time.Time) bool {
	prefix, at, once := instantIn(name)
	comesUp := at.After(now) && prefix == onceName
	return !once || comesUp || at.Add(grace).Before(now)
}

// instantIn reads when the trigger of a name fires, if it does so once.
func instantIn(name string) (prefix string, at time.Time, once bool) {
	for _, prefix := range []string{onceName, changedName} {
		if text, found := strings.CutPrefix(WithoutFingerprint(name), prefix); found {
			text, _, _ = strings.Cut(text, "-") // what is behind it tells changes of one minute apart
			at, err := time.Parse(instantForm, text)
			return prefix, at, err == nil
		}
	}
	return "", time.Time{}, false
}

func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most-len(" ...")], "") + " ..."
}

// TargetARN is the universal target that starts an execution, and not the simpler one for state machines, because that
// one cannot name the execution. A delivery that comes twice has the same name and so starts one run.
func TargetARN(partition string) string {
	return "arn:" + partition + ":scheduler:::aws-sdk:sfn:startExecution"
}

// A run decides for the instant at which it starts, so a late trigger does no harm, but one that is later than the next
// reconcile run is of no use either.
const (
	MaxAgeSeconds = 30 * 60
	MaxAttempts   = 10
)

// StartExecution is the request of Step Functions' StartExecution. The run's own input is a JSON text inside.
func (t Trigger) StartExecution(stateMachineARN string) string {
	return verbatimJSON(struct {
		StateMachineARN string `json:"StateMachineArn"`
		Name            string
		Input           string
	}{stateMachineARN, executionID, verbatimJSON(firing{t.Input, scheduledTime})})
}

// firing is a run's input with the scheduled time as EventBridge Scheduler fills it in. Its field hides that of the input.
type firing struct {
	run.Input
	Due string `json:"due"`
}

// verbatimJSON leaves "<" and ">" as they are: EventBridge Scheduler would not know its own values in an escaped form.
func verbatimJSON(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // the values are structs of texts
	}
	return strings.TrimSpace(text.String())
}
