package lambda_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/runtime/lambda/lambdatest"
)

// setting is the function of these tests with a setting by which its versions can be told apart.
func setting(value string) lambda.Function {
	return lambda.Function{Name: "scale", Binary: echo, Timeout: time.Minute, Env: map[string]string{"SETTING": value}}
}

// called is what a version says of itself.
func called(t *testing.T, host *lambda.Host, name string) response {
	t.Helper()
	var r response
	if err := json.Unmarshal(lambdatest.Invoke(t, host, name, payload("", "hello")), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func publish(t *testing.T, host *lambda.Host, want int) {
	t.Helper()
	if n, err := host.Publish("scale"); err != nil || n != want {
		t.Fatalf("Publish: found %d, %v; want %d", n, err, want)
	}
}

func TestAVersionStaysAsItWasPublished(t *testing.T) {
	host := lambdatest.Start(t, lambda.Config{Now: time.Now, Region: "sa-east-1"})
	if err := host.Register(setting("old")); err != nil {
		t.Fatal(err)
	}
	publish(t, host, 1)
	publish(t, host, 1) // nothing has changed
	first := called(t, host, "scale:1")
	if err := host.Update(setting("new")); err != nil {
		t.Fatal(err)
	}
	publish(t, host, 2)
	const arn = "arn:aws:lambda:sa-east-1:123456789012:function:scale"
	for _, row := range []struct{ name, version, setting, arn string }{
		{"scale:1", "1", "old", arn + ":1"},
		{arn + ":1", "1", "old", arn + ":1"},
		{"scale:2", "2", "new", arn + ":2"},
		{"scale", "$LATEST", "new", arn},
		{"scale:$LATEST", "$LATEST", "new", arn},
	} {
		got := called(t, host, row.name)
		if !slices.Contains(got.Env, "SETTING="+row.setting) || !slices.Contains(got.Env, "AWS_LAMBDA_FUNCTION_VERSION="+row.version) || got.ARN != row.arn {
			t.Errorf("%s: found %s and %v; want version %s with %s", row.name, got.ARN, got.Env, row.version, row.setting)
		}
		all := host.Invocations()
		if last := all[len(all)-1]; last.Version != row.version || last.Result.Version != row.version || last.Function != "scale" {
			t.Errorf("%s: found version %s of %s in the records", row.name, last.Version, last.Function)
		}
	}
	if again := called(t, host, "scale:1"); again.PID != first.PID {
		t.Errorf("the sandbox %d of the old version was not kept: %d answered", first.PID, again.PID)
	}
}

func TestFaultsMeetEveryVersion(t *testing.T) {
	host := lambdatest.Start(t, lambda.Config{Now: time.Now})
	if err := host.Register(setting("old")); err != nil {
		t.Fatal(err)
	}
	publish(t, host, 1)
	if err := host.FailNext("scale", 1, lambda.TooManyRequests()); err != nil {
		t.Fatal(err)
	}
	_, err := host.Invoke(t.Context(), "scale:1", nil)
	if no, ok := errors.AsType[*lambda.ServiceError](err); !ok || no.Type != "Lambda.TooManyRequestsException" {
		t.Errorf("found %v; want the version to be throttled", err)
	}
	before := called(t, host, "scale:1").PID
	if err := host.Cool("scale"); err != nil {
		t.Fatal(err)
	}
	if after := called(t, host, "scale:1").PID; after == before {
		t.Error("the sandbox of the version was not cooled")
	}
}

func TestOnlyWhatIsThereHasVersions(t *testing.T) {
	host := lambdatest.Start(t, lambda.Config{Now: time.Now})
	if err := host.Update(setting("new")); err == nil {
		t.Error("a function that is not there was updated")
	}
	if _, err := host.Publish("scale"); err == nil {
		t.Error("a version of nothing was published")
	}
	if err := host.Register(setting("old")); err != nil {
		t.Fatal(err)
	}
	_, err := host.Invoke(t.Context(), "scale:1", nil)
	if no, ok := errors.AsType[*lambda.ServiceError](err); !ok || no.Type != "Lambda.ResourceNotFoundException" {
		t.Errorf("found %v; want a version that was not published to be missing", err)
	}
	bad := setting("bad")
	bad.Env["AWS_REGION"] = "x"
	if err := host.Update(bad); err == nil {
		t.Error("a setting that Lambda refuses was taken")
	}
}
