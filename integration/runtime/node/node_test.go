package node_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/node"
	"eks-scaling-automation/integration/testkit/leaktest"
)

func script(name string) node.Script {
	return node.Script{Path: "integration/runtime/node/testdata/" + name, Package: "dynalite"}
}

func TestLinesGoBothWaysInOrder(t *testing.T) {
	var got []string
	third := make(chan struct{})
	echo := script("echo.mjs")
	echo.Opening = map[string]string{"word": "hello"}
	echo.Receive = func(line json.RawMessage) {
		if got = append(got, strings.TrimSpace(string(line))); len(got) == 3 {
			close(third)
		}
	}
	child, err := node.Start(t.Context(), echo)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"word":"hello"}`, string(child.Ready())); diff != "" {
		t.Errorf("greeting (-want +got):\n%s", diff)
	}
	for _, n := range []int{1, 2, 3} {
		if err := child.Send(n); err != nil {
			t.Fatal(err)
		}
	}
	<-third
	if err := child.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := child.Close(); err != nil {
		t.Errorf("close a second time: %v", err)
	}
	if diff := cmp.Diff([]string{`{"echo":1}`, `{"echo":2}`, `{"echo":3}`}, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestStandardErrorGoesToTheLog(t *testing.T) {
	var log bytes.Buffer
	echo := script("echo.mjs")
	echo.Opening, echo.Log = map[string]string{"word": "hello"}, &log
	child, err := node.Start(t.Context(), echo)
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("the word is hello\n", log.String()); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

// serving starts a child that can follow another one in its process, and says which process that is.
func serving(t *testing.T, receive func(json.RawMessage)) (*node.Child, int) {
	t.Helper()
	s := script("serving.mjs")
	s.Opening, s.Reused, s.Receive = map[string]string{}, true, receive
	child, err := node.Start(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	var ready struct{ Process int }
	if err := json.Unmarshal(child.Ready(), &ready); err != nil {
		t.Fatal(err)
	}
	return child, ready.Process
}

func TestAProcessServesOneChildAfterAnother(t *testing.T) {
	first, process := serving(t, nil)
	meanwhile, other := serving(t, nil)
	if other == process {
		t.Fatal("a second child shares the process of one that is not closed")
	}
	for _, child := range []*node.Child{first, meanwhile} {
		if err := child.Close(); err != nil {
			t.Fatal(err)
		}
		<-child.Ended()
		if err := child.Send("anything"); err == nil {
			t.Error("send to a closed child: no error")
		}
	}
	echoed := make(chan string, 1)
	next, again := serving(t, func(line json.RawMessage) { echoed <- strings.TrimSpace(string(line)) })
	if again != other {
		t.Errorf("the next child is served by process %d; want %d, which served the one that was closed last", again, other)
	}
	if err := next.Send("hello"); err != nil {
		t.Fatal(err)
	}
	if got := <-echoed; got != `{"echo":"hello"}` {
		t.Errorf("found %s", got)
	}
	if err := next.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAProcessWithAMessServesNobodyElse(t *testing.T) {
	echoed := make(chan json.RawMessage, 1)
	first, process := serving(t, func(line json.RawMessage) { echoed <- line })
	if err := first.Send(map[string]bool{"mess": true}); err != nil {
		t.Fatal(err)
	}
	<-echoed
	if err := first.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	next, again := serving(t, nil)
	if again == process {
		t.Error("a process that says it is not clean was used again")
	}
	if err := next.Close(); err != nil {
		t.Error(err)
	}
}

func TestARefusalLeavesTheProcessForTheNextChild(t *testing.T) {
	first, process := serving(t, nil)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	s := script("serving.mjs")
	s.Opening, s.Reused = map[string]string{"refused": "no"}, true
	if _, err := node.Start(t.Context(), s); err == nil || !strings.Contains(err.Error(), "start serving.mjs: no") {
		t.Errorf("found %v; want the refusal", err)
	}
	next, again := serving(t, nil)
	if again != process {
		t.Errorf("the next child is served by process %d; want %d", again, process)
	}
	if err := next.Close(); err != nil {
		t.Error(err)
	}
}

func TestADeathIsReportedWithItsReason(t *testing.T) {
	echo := script("echo.mjs")
	echo.Opening = map[string]string{"word": "hello"}
	child, err := node.Start(t.Context(), echo)
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Send(map[string]string{"fail": "dead on purpose"}); err != nil {
		t.Fatal(err)
	}
	<-child.Ended()
	for when, err := range map[string]error{"Err": child.Err(), "Close": child.Close()} {
		if err == nil || !strings.Contains(err.Error(), "dead on purpose") {
			t.Errorf("%s: got %v, want the reason", when, err)
		}
	}
	if err := child.Send("anything"); err == nil {
		t.Error("send to a dead child: no error")
	}
}

func TestAStartThatFailsSaysWhyAndWhatToDo(t *testing.T) {
	tests := []struct {
		name   string
		script node.Script
		want   string
	}{
		{"the script refuses", script("refusing.mjs"), "start refusing.mjs: it does not like mornings"},
		{"the script dies first", script("broken.mjs"), "broken on purpose"},
		{"the script is not there", script("absent.mjs"), "the Node script is missing"},
		{"the package is not installed", node.Script{Path: "x.mjs", Package: "no-such-package"}, "no-such-package is not installed: run npm ci in "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := node.Start(t.Context(), test.script)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestAStartWithoutNodeSaysToInstallIt(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := node.Start(t.Context(), script("echo.mjs"))
	if err == nil || !strings.Contains(err.Error(), "install Node 20 or newer") {
		t.Errorf("got %v", err)
	}
}

func TestAStartOutsideTheCheckoutSaysSo(t *testing.T) {
	t.Chdir(filepath.Clean(os.TempDir()))
	_, err := node.Start(t.Context(), script("echo.mjs"))
	if err == nil || !strings.Contains(err.Error(), "run this inside the checkout") {
		t.Errorf("got %v", err)
	}
}

func TestTheContextBoundsTheStart(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := node.Start(ctx, script("mute.mjs")); err == nil {
		t.Error("a script that never gets ready was waited for")
	}
}

func TestAChildNeverOutlivesItsParent(t *testing.T) {
	leaktest.NoneAfter(t, func() error {
		echo := script("echo.mjs")
		echo.Opening = map[string]string{"word": "hello"}
		_, err := node.Start(context.Background(), echo)
		return err
	})
}
