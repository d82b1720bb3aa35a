package configcmd

import (
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
)

// TestWhatIsWrittenBearsTheInstantOfTheWriting has a clock that goes on for ten minutes with each reading of the table, as it
// does while somebody looks at what would change.
func TestWhatIsWrittenBearsTheInstantOfTheWriting(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		item string
		args []string
	}{
		{"cluster/production", []string{"config", "apply", "--yes", "../../../../examples/sao-paulo.yaml"}},
		{"settings/global", []string{"config", "disable", "--reason", "r"}},
		{"override/load", []string{"override", "set", "production", "--profile", "peak", "--for", "3h", "--name", "load", "--reason", "r", "--yes"}},
		{"override/keep-big", []string{"override", "cancel", "keep-big", "--yes"}},
	} {
		t.Run(tt.args[0]+" "+tt.args[1], func(t *testing.T) {
			t.Parallel()
			m := clitest.Filled(t)
			now := clitest.Monday.Add(50 * time.Hour) // while keep-big is in force
			env := clitest.Holding(m)
			env.Now = func() time.Time { return now }
			m.Before = func(call string) error {
				if call == "read" {
					now = now.Add(10 * time.Minute)
				}
				return nil
			}
			if a := clitest.AskIn(t, env, tt.args...); a.Err != nil {
				t.Fatal(a.Err)
			}
			if got, want := m.Items[tt.item].UpdatedAt, now.Truncate(time.Second); !got.Equal(want) {
				t.Errorf("found %s written at %s; want %s", tt.item, got, want)
			}
		})
	}
}
