package config_test

import (
	"errors"
	"testing"

	"eks-scaling-automation/shared/config"
)

func TestOnlyAFormatThatIsNotKnownYetIsNewer(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule      string
		format    int
		ok, newer bool
	}{
		{"an item that names none, written by hand", 0, true, false},
		{"ours", config.Format, true, false},
		{"the next one", config.Format + 1, false, true},
		{"no number", -1, false, false},
	} {
		err := config.CheckFormat(row.format)
		if (err == nil) != row.ok || errors.Is(err, config.ErrNewer) != row.newer {
			t.Errorf("%s: found %v", row.rule, err)
		}
	}
}
