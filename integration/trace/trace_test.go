package trace_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/trace"
)

func TestATraceIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "traces")
	written := trace.Trace{
		Format: trace.Format, Name: "Busy with somebody else's update, then fine", Definition: `{"ToleratedFailurePercentage": 100.0}`,
		Executions: []trace.Execution{{Name: "r1", Input: []byte(`{"a":"<b>"}`), Path: []trace.Visit{}, Tasks: []trace.Task{}}},
	}
	if err := written.Write(folder); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "busy-with-somebody-else-s-update-then-fine.json")); err != nil {
		t.Error(err)
	}
	if err := written.Write(folder); err == nil {
		t.Error("a second trace of that name took the place of the first")
	}
	read, err := trace.ReadAll(folder)
	if err != nil {
		t.Fatal(err)
	}
	read[0].Executions[0].Input = []byte(strings.Join(strings.Fields(string(read[0].Executions[0].Input)), ""))
	if diff := cmp.Diff([]trace.Trace{written}, read); diff != "" {
		t.Errorf("traces (-written +read):\n%s", diff)
	}
}

func TestWhatIsNoTraceIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, text, want string }{
		{"a folder without traces", "", "", "has no traces: record them with make traces"},
		{"another format", "a.json", `{"format": 1}`, "a.json: format 1 is unknown; want 2"},
		{"no execution that was started", "a.json", `{"format": 2, "executions": [{"of": {}}]}`, "a.json: the first execution is not one that was started"},
		{"no JSON", "a.json", `{`, "a.json: unexpected end of JSON input"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			if test.file != "" {
				if err := os.WriteFile(filepath.Join(folder, test.file), []byte(test.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := trace.ReadAll(folder); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v; want one that says %q", err, test.want)
			}
		})
	}
}
