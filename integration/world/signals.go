package world

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"eks-scaling-automation/integration/aws/cloudwatch"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/secretsmanager"
	"eks-scaling-automation/integration/aws/ssm"
	"eks-scaling-automation/integration/aws/wire"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/weather"
)

// readSignals is the function that reads signals.
const readSignals = prefix + "read-signals"

// startSources starts what signals are read from. The function reaches AWS at an address of its own, see [World.Sources].
func (w *World) startSources(ctx context.Context) (err error) {
	w.Alarms.Now = w.now
	w.Parameters, w.Secrets = ssm.New(Account, w.now), secretsmanager.New(Account, w.now)
	if w.Weather, err = weather.Start(ctx); err != nil {
		return err
	}
	w.closers = append(w.closers, w.Weather.Close)
	w.Sources = endpoint.NewEndpoint(w.now)
	w.Sources.Handle("monitoring", &w.Alarms)
	w.Sources.Handle("ssm", w.Parameters)
	w.Sources.Handle("secretsmanager", w.Secrets)
	url, closing, err := w.Sources.Listen(ctx, "127.0.0.1:0")
	w.sources = url
	if err == nil {
		w.closers = append(w.closers, closing)
	}
	return err
}

// handleByHand lets people set with curl what AWS has no command for: the answer of the weather service, and the state of a change
// calendar.
func (w *World) handleByHand() {
	w.AWS.HandlePlain("POST "+endpoint.PlainPath+"weather", byHand(func(_ *http.Request, text string) (string, error) {
		answer, err := weather.Parse(text)
		if err == nil {
			w.Weather.Set(answer)
		}
		return fmt.Sprintf("https://%s answers: %s", weather.Host, answer), err
	}))
	w.AWS.HandlePlain("POST "+endpoint.PlainPath+"calendar/{name}", byHand(func(r *http.Request, text string) (string, error) {
		name, state := r.PathValue("name"), strings.TrimSpace(text)
		if state != ssm.Open && state != ssm.Closed {
			return "", fmt.Errorf("invalid state %q: use OPEN or CLOSED", state)
		}
		return fmt.Sprintf("Change calendar %s is %s", name, state), w.SetCalendar(name, state)
	}))
}

// byHand answers with a line that says what was done, or why not.
func byHand(do func(r *http.Request, text string) (done string, err error)) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		done := ""
		if err == nil {
			done, err = do(r, string(text))
		}
		if err != nil {
			http.Error(rw, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = fmt.Fprintln(rw, done) // the caller may be gone
	}
}

// AuthorizeSources makes the sources of signals ask a policy before they answer read-signals. People may read everything.
func (w *World) AuthorizeSources(role policy.Policy) {
	ask := func(c wire.Caller, action, resource string) error {
		if c.Principal != lambda.AccessKeyID(readSignals)+w.unique() || role.Allows(policy.Request{Action: action, Resource: resource}) {
			return nil
		}
		return fmt.Errorf("%s is not authorized to perform: %s on resource: %s", c.Principal, action, resource)
	}
	w.Alarms.SetAuthorize(ask)
	w.Parameters.SetAuthorize(ask)
	w.Secrets.SetAuthorize(ask)
}

// SetAlarm sets the state of an alarm that people own, and creates it first if it does not exist.
func (w *World) SetAlarm(name, state string, composite bool) error {
	if !slices.Contains([]string{"OK", "ALARM", "INSUFFICIENT_DATA"}, state) {
		return fmt.Errorf("found the state %q; want OK, ALARM or INSUFFICIENT_DATA", state)
	}
	alarm, found := w.Alarms.Get(w.Region, name)
	if !found {
		alarm = cloudwatch.Alarm{Name: name, Region: w.Region, ARN: "arn:aws:cloudwatch:" + w.Region + ":" + Account + ":alarm:" + name}
		if composite {
			alarm.Composite = "ALARM(" + name + "-cause)"
		}
	}
	alarm.State, alarm.Reason, alarm.Updated = state, "set by hand", w.now()
	w.Alarms.Put(alarm)
	return nil
}

// SetParameter sets the value of a parameter of the type String.
func (w *World) SetParameter(name, value string) {
	w.Parameters.Put(ssm.Parameter{Region: w.Region, Name: name, Type: "String", Value: value, Modified: w.now()})
}

// SetCalendar sets the state of a change calendar, given by its ARN or name.
func (w *World) SetCalendar(calendar, state string) error {
	if !strings.HasPrefix(calendar, "arn:") {
		calendar = "arn:aws:ssm:" + w.Region + ":" + Account + ":document/" + calendar
	}
	return w.Parameters.SetCalendar(calendar, state)
}

// SetSecret sets the value of a secret.
func (w *World) SetSecret(name, value string) {
	w.Secrets.Put(w.Region, name, value)
}
