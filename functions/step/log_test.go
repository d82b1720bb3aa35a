package step

import (
	"bytes"
	"strings"
	"testing"
)

func TestEveryLineTellsTheVersion(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	newLog(&lines).Info("working")
	if !strings.Contains(lines.String(), `"version":"unknown"`) {
		t.Errorf("found %s; want the version of a build without one", lines.String())
	}
}
