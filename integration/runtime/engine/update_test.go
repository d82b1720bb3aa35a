package engine_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"eks-scaling-automation/integration/runtime/engine"
)

// waits is a definition that calls a function twice, around a Map.
func waits(function string) string {
	return strings.ReplaceAll(`{"StartAt":"First","States":{
		"First":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"F"},"ResultSelector":{"items":[1]},"Next":"Each"},
		"Each":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"Last","States":{
			"Last":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"F"},"End":true}}},"End":true}}}`,
		`"F"`, `"`+function+`"`)
}

// gate blocks the first Task of the old definition until it is opened, and reports every call.
type gate struct {
	called chan string
	open   chan struct{}
}

func (g gate) handle(ctx context.Context, task engine.Task) (json.RawMessage, error) {
	var in struct{ FunctionName string }
	if err := json.Unmarshal(task.Input, &in); err != nil {
		return nil, err
	}
	if in.FunctionName == "old" && task.State == "First" {
		g.called <- "old waits"
		select {
		case <-g.open:
		case <-ctx.Done():
		}
	}
	g.called <- task.State + " " + in.FunctionName
	return json.RawMessage(`{}`), nil
}

func (g gate) expect(t *testing.T, calls ...string) {
	t.Helper()
	for _, want := range calls {
		if got := <-g.called; got != want {
			t.Errorf("found %s; want %s", got, want)
		}
	}
}

// begun starts an execution.
func begun(t *testing.T, e *engine.Engine, name string) *engine.Execution {
	t.Helper()
	x, err := e.StartExecution(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func succeeds(t *testing.T, x *engine.Execution) {
	t.Helper()
	if result, err := x.Wait(t.Context()); err != nil || result.Status != engine.Succeeded {
		t.Errorf("%s: found %+v, %v", x.Name, result, err)
	}
}

func TestAnExecutionKeepsTheDefinitionThatItBeganWith(t *testing.T) {
	t.Parallel()
	g := gate{make(chan string, 8), make(chan struct{})}
	e := start(t, waits("old"), g.handle)
	old := begun(t, e, "old")
	g.expect(t, "old waits")
	if err := e.Update(waits("new")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"new", "newer"} {
		succeeds(t, begun(t, e, name))
		g.expect(t, "First new", "Last new")
	}
	close(g.open)
	succeeds(t, old)
	g.expect(t, "First old", "Last old")
	if err := e.Update("{"); err == nil || !strings.Contains(err.Error(), "the definition is no JSON") {
		t.Errorf("found %v; want the definition to be refused", err)
	}
}
