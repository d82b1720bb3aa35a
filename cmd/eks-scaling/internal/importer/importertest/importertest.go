// Package importertest helps to test importers.
package importertest

import (
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/shared/config"
)

// Now is the instant of every import, a Monday.
var Now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// Production is the cluster of every import whose file does not name it.
var Production = importer.Cluster{Name: "production", Region: "sa-east-1", Timezone: "America/Sao_Paulo"}

// Body returns the document without its comments, which must all be at the top. The document must be valid.
func Body(t testing.TB, imported importer.Imported) string {
	t.Helper()
	Config(t, imported)
	var lines []string
	for line := range strings.Lines(string(imported.Document)) {
		if !strings.HasPrefix(line, "# ") {
			lines = append(lines, line)
		} else if len(lines) > 0 {
			t.Errorf("found the comment %q below the top", line)
		}
	}
	return strings.Join(lines, "")
}

// TB is what testing and rapid have in common.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Config returns the imported configuration, which must be valid.
func Config(t TB, imported importer.Imported) config.Config {
	t.Helper()
	c, err := config.Parse(imported.Document)
	if err != nil {
		t.Fatalf("%s\ncannot be used: %v", imported.Document, err)
	}
	return c
}

// Warned checks that each part is in a warning.
func Warned(t TB, imported importer.Imported, parts ...string) {
	t.Helper()
	var all strings.Builder
	for _, warning := range imported.Warnings {
		all.WriteString(warning.String() + "\n")
	}
	contains(t, all.String(), parts)
}

// Refused checks that there is no document, and that the error contains each part.
func Refused(t TB, imported importer.Imported, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("imported\n%s\nwant an error with %q", imported.Document, parts)
	}
	if imported.Document != nil || strings.TrimSpace(err.Error()) == "" {
		t.Errorf("found a document beside the error %q", err)
	}
	contains(t, err.Error(), parts)
}

func contains(t TB, text string, parts []string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("found\n  %s\nwant in it %q", text, part)
		}
	}
}
