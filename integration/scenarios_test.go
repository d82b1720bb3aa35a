package integration_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScenarios(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := begin(t)
			if !s.empty {
				apply(t, w, s.config...)
			}
			if s.given != nil {
				if err := s.given(w); err != nil {
					t.Fatal(err)
				}
			}
			result := runWorld(t, w, "test-run", s.input)
			if result.Status != s.status {
				t.Errorf("status %s (%s: %s); want %s", result.Status, result.Error, result.Cause, s.status)
			}
			if diff := cmp.Diff(strings.Fields(s.path), fold(result.Path)); s.path != "" && diff != "" {
				t.Errorf("path (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(s.updates, accepted(w)); diff != "" {
				t.Errorf("accepted updates (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(s.end, desired(w)); diff != "" {
				t.Errorf("desired sizes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(s.records, records(t, w)); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			checkMessage(t, w, result, s.says)
		})
	}
}
