package main

import (
	"testing"
	"time"
)

// TestWhatIsWrittenBearsTheInstantOfTheWriting has a clock that goes on for ten minutes with each reading of the table, as it
// does while somebody looks at what would change.
func TestWhatIsWrittenBearsTheInstantOfTheWriting(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		item string
		args []string
	}{
		{"cluster/production", []string{"config", "apply", "--yes", "../../examples/sao-paulo.yaml"}},
		{"settings/global", []string{"config", "disable", "--reason", "r"}},
		{"override/load", []string{"override", "set", "production", "--profile", "peak", "--for", "3h", "--name", "load", "--reason", "r", "--yes"}},
		{"override/keep-big", []string{"override", "cancel", "keep-big", "--yes"}},
	} {
		t.Run(tt.args[0]+" "+tt.args[1], func(t *testing.T) {
			t.Parallel()
			m := filled(t)
			now := monday.Add(50 * time.Hour) // while keep-big is in force
			env := holding(m)
			env.now = func() time.Time { return now }
			m.before = func(call string) error {
				if call == "read" {
					now = now.Add(10 * time.Minute)
				}
				return nil
			}
			if a := askIn(t, env, tt.args...); a.err != nil {
				t.Fatal(a.err)
			}
			if got, want := m.items[tt.item].UpdatedAt, now.Truncate(time.Second); !got.Equal(want) {
				t.Errorf("found %s written at %s; want %s", tt.item, got, want)
			}
		})
	}
}
