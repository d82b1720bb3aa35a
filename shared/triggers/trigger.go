// Package triggers plans the triggers that start runs: a run must follow every transition, every beginning of scale-ups ahead of
// one, and every override's beginning and end within a minute. It is pure; package shared/aws/scheduler creates the schedules.
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

// Trigger is one schedule of EventBridge Scheduler: when it fires, and the input of the run that it starts.
type Trigger struct {
	Name        string    // at most 64 of the letters, digits, "-", "_" and "."; its schedule adds a fingerprint
	Fixed       bool      // the stack creates its schedule, under the plain name
	Description string    // at most 512 characters
	Expression  string    // cron(...) or at(...), by the wall clock of Zone
	Zone        string    // an IANA time zone
	Once        bool      // it is removed after it has fired
	Input       run.Input // Due is filled in when it fires
}

// EventBridge Scheduler replaces these with its own values.
const (
	executionID   = "<aws.scheduler.execution-id>"
	scheduledTime = "<aws.scheduler.scheduled-time>"
)

// actor is recorded as what started a run.
const actor = "eventbridge-scheduler"

// Reconcile starts the runs that make up for failed triggers. It runs in UTC, which skips no hour.
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

// happening is what a weekly trigger is for.
type happening struct{ transition, lead bool }

// inWords returns the sentence that a time of day ends, and the cause of the run.
func (h happening) inWords() (sentence, cause string) {
	switch {
	case !h.lead:
		return "A period of the configured schedules starts or ends at ", "transition"
	case !h.transition:
		return "Scale-ups ahead of a transition of the configured schedules begin at ", "scale-ups begin ahead of a transition:"
	default:
		return "A period of the configured schedules starts or ends, or scale-ups ahead of a transition begin, at ", "transition, or scale-ups begin ahead of one:"
	}
}

// weekly fires at a transition of some units, or when they begin to scale up ahead of one, on its days, in the zone's local time.
func weekly(zone string, b schedule.Transition, h happening, units []string) Trigger {
	sentence, cause := h.inWords()
	onDays, inWords := daysInCron(b.Days)
	return Trigger{
		Name:        weeklyName + inNames.Replace(zone) + "-" + strings.ReplaceAll(b.At.String(), ":", ""),
		Description: fmt.Sprintf("%s%s %s, %s.", sentence, b.At, zone, inWords),
		Expression:  fmt.Sprintf("cron(%d %d ? * %s *)", b.At%60, b.At/60, onDays),
		Zone:        zone,
		Input:       started(fmt.Sprintf("%s %s %s", cause, b.At, zone), units),
	}
}

// daysInCron returns days as a cron expression has them, and in words.
func daysInCron(days schedule.Days) (cron, inWords string) {
	if days == schedule.EveryDay {
		return "*", "every day"
	}
	return strings.ToUpper(strings.Join(days.Names(), ",")), strings.Join(days.Names(), ", ")
}

var inNames = strings.NewReplacer("/", "-", "+", "plus")

// The prefixes of triggers' names. In names of one-time triggers, the instant follows. Looks have triggers of either kind.
const (
	weeklyName  = "weekly-"
	lookName    = "look-"
	onceName    = "once-"
	changedName = "changed-"
	instantForm = "20060102T150405Z"
)

// WithoutDay returns the name of a weekly trigger without its day. The day is there only if units have the same time on other days. Other
// names stay as they are.
func WithoutDay(name string) string {
	at := strings.LastIndexByte(name, '-')
	if !strings.HasPrefix(name, weeklyName) || !slices.Contains(schedule.EveryDay.Names(), name[at+1:]) {
		return name
	}
	return name[:at]
}

// IsLook reports whether a trigger, by its name, looks at signals.
func IsLook(name string) bool { return strings.HasPrefix(name, lookName) }

func single(name string, at time.Time, cause string, units []string) Trigger {
	at = at.UTC()
	return Trigger{
		Name:        name + at.Format(instantForm),
		Description: cut("Once: "+cause+".", 512),
		Expression:  "at(" + at.Format("2006-01-02T15:04:05") + ")",
		Zone:        "UTC",
		Once:        true,
		Input:       started(cut(cause, 400), units),
	}
}

// started returns the input of a run for some units. Names that do not fit into an input are left out, which means all: the input
// travels beside the run's state.
func started(cause string, units []string) run.Input {
	in := run.Input{Trigger: run.ScheduleTrigger, Actor: actor, Reason: cause + ", due " + scheduledTime}
	if limits.NamesBytes(units) <= limits.MaxNamesBytes {
		in.Select(units)
	}
	return in
}

// Names reports whether the trigger's run includes a unit.
func (t Trigger) Names(unit string) bool { return t.Input.Selects(unit) }

// Changed starts a run for some units, nil for all, soon after the configuration has changed: at the second full minute after
// now, as EventBridge Scheduler is precise to a minute. Changes to other units within the same minute get their own triggers.
// A shared trigger could be overwritten by a concurrent invocation, and units would miss their run. A cluster's name stands for
// all its units.
func Changed(now time.Time, units []string) Trigger {
	units = slices.Compact(slices.Sorted(slices.Values(units)))
	t := single(changedName, now.Truncate(time.Minute).Add(2*time.Minute), "the configuration has changed", units)
	if !t.Input.SelectsAll() {
		sum := sha256.Sum256([]byte(strings.Join(units, " ")))
		t.Name += "-" + hex.EncodeToString(sum[:5])
	}
	return t
}

// notice is how long before its instant a one-time trigger must be created: EventBridge Scheduler is precise to a minute, and
// refuses past times.
const notice = time.Minute

// TooLate reports whether it is too late to create the trigger. The run that follows a change makes up for it.
func (t Trigger) TooLate(now time.Time) bool {
	_, at, once := instantIn(t.Name)
	return once && at.Before(now.Add(notice))
}

// Over reports whether the trigger would fire in the past, which EventBridge Scheduler refuses.
func (t Trigger) Over(now time.Time) bool {
	_, at, once := instantIn(t.Name)
	return once && !at.After(now)
}

// grace is how long a due trigger is left alone: EventBridge Scheduler delivers it, perhaps after retries, and then removes it.
const grace = 30 * time.Minute

// Removable reports, from its name alone, whether an unplanned schedule may be removed. A schedule that is just due is still
// being delivered, and one that follows a change is in no later plan.
func Removable(name string, now time.Time) bool {
	prefix, at, once := instantIn(name)
	comesUp := at.After(now) && prefix != changedName
	return !once || comesUp || at.Add(grace).Before(now)
}

// instantIn reads the instant from the name of a one-time trigger.
func instantIn(name string) (prefix string, at time.Time, once bool) {
	for _, prefix := range []string{onceName, lookName, changedName} {
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

// TargetARN returns the universal target that starts an execution. The simpler target for state machines cannot name the
// execution; with a name, a duplicate delivery starts only one run.
func TargetARN(partition string) string {
	return "arn:" + partition + ":scheduler:::aws-sdk:sfn:startExecution"
}

// A run decides for the instant at which it starts, so a late trigger is harmless. A trigger later than the next reconcile run is
// useless.
const (
	MaxAgeSeconds = 30 * 60
	MaxAttempts   = 10
)

// StartExecution returns the request of Step Functions' StartExecution. The run's input is a JSON string inside.
func (t Trigger) StartExecution(stateMachineARN string) string {
	return verbatimJSON(struct {
		StateMachineARN string `json:"StateMachineArn"`
		Name            string
		Input           string
	}{stateMachineARN, executionID, verbatimJSON(firing{t.Input, scheduledTime})})
}

// firing is a run's input with a placeholder for the scheduled time. Its field hides the input's own.
type firing struct {
	run.Input
	Due string `json:"due"`
}

// verbatimJSON does not escape "<" and ">": EventBridge Scheduler would not recognize its placeholders.
func verbatimJSON(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // the values are structs of texts
	}
	return strings.TrimSpace(text.String())
}
