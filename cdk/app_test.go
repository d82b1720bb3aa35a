package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// app runs the app as the cdk tool would, and returns what it wrote to standard error.
func app(t *testing.T, outdir string, context map[string]any) (stderr string, err error) {
	t.Helper()
	text, err := json.Marshal(context)
	if err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = []string{
		asApp + "=1", "CDK_OUTDIR=" + outdir, "CDK_CONTEXT_JSON=" + string(text),
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TMPDIR=" + t.TempDir(), // and nothing of AWS
	}
	command.Stderr = &written
	err = command.Run()
	return written.String(), err
}

func TestAppSaysWhatIsWrong(t *testing.T) {
	stderr, err := app(t, t.TempDir(), map[string]any{functionsDirKey: builtFunctions, configKey: "nowhere.yaml"})
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("found %v; want exit code 1", err)
	}
	if !strings.HasPrefix(stderr, `context config: cannot read "nowhere.yaml"`) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("found:\n%s", stderr)
	}
}
