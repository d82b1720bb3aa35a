package clitest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// FitsTheTerminal checks that no line of a verb's tables is wider than the terminal.
func FitsTheTerminal(t *testing.T, env frame.Environment, args ...string) {
	t.Helper()
	for _, width := range []int{40, 60, 80, 100, 132, 200} {
		env.Width = width
		a := AskIn(t, env, args...)
		if a.Err != nil && !errors.Is(a.Err, frame.ErrFindings) {
			t.Fatal(a.Err)
		}
		for line := range strings.Lines(a.Stdout) {
			if strings.HasPrefix(line, "Scaling ") || strings.HasPrefix(line, "weekly-") {
				continue // which is no table
			}
			if n := utf8.RuneCountInString(strings.TrimRight(line, " \n")); n > width {
				t.Errorf("%q at %d columns: found a line of %d:\n%s", args, width, n, line)
			}
		}
	}
}

// BrokenTable is a table in which some items cannot be used.
func BrokenTable(t *testing.T) *Memory {
	t.Helper()
	m := Filled(t)
	for kind, specs := range map[string]map[string]string{
		inventory.KindCluster:  {"berlin": `{"name": "berlin", "regoin": "eu-central-1"}`, "text": `"oops"`},
		inventory.KindOverride: {"oops": `{"cluster": "production", "profile": "peek"}`},
	} {
		for name, spec := range specs {
			e := inventory.Item{Kind: kind, Name: name, Version: 1, Spec: json.RawMessage(spec)}
			m.Items[inventory.DisplayKey(e)] = e
		}
	}
	return m
}

// Wanted returns the configuration of a document, read on Monday.
func Wanted(t *testing.T, file string) config.Config {
	t.Helper()
	cmd := &cobra.Command{}
	cmd.SetContext(t.Context())
	c, findings, _ := document.Check(cmd, file, frame.Environment{Now: func() time.Time { return Monday }}, Monday)
	if len(findings) > 0 {
		t.Fatalf("found %v in %s; want nothing", findings, file)
	}
	return c
}

// Applied is apply on Monday or so much later, when it goes well.
func Applied(t *testing.T, o change.Options, m *Memory, c config.Config, later time.Duration) string {
	t.Helper()
	m.Writes = nil
	out, err := apply(t, o, m, c, Monday.Add(later))
	if err != nil {
		t.Fatalf("failed: %v, after it printed\n%s", err, out)
	}
	return out
}

// WantCalls compares what was written to the table, in order.
func WantCalls(t *testing.T, m *Memory, want ...string) {
	t.Helper()
	writes := slices.DeleteFunc(slices.Clone(m.Writes), func(call string) bool { return call == "read" })
	if diff := gocmp.Diff(want, writes, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("calls to the table (-want +got):\n%s", diff)
	}
}

// SameSpecs says in what two tables differ, if they do.
func SameSpecs(a, b *Memory) string {
	for key := range a.Items {
		if string(a.Items[key].Spec) != string(b.Items[key].Spec) {
			return fmt.Sprintf("%s is %s; want %s", key, b.Items[key].Spec, a.Items[key].Spec)
		}
	}
	if len(a.Items) != len(b.Items) {
		return fmt.Sprintf("found %d items; want %d", len(b.Items), len(a.Items))
	}
	return ""
}

// ByAna are the options of a write that nobody is asked about.
var ByAna = change.Options{Intent: frame.Intent{By: "ana"}}
