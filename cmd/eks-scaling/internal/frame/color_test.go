package frame_test

import (
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

func TestTheFlagForColorsWins(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		mode string
		auto bool
		want bool
	}{{"auto", true, true}, {"auto", false, false}, {"always", false, true}, {"never", true, false}} {
		mode := frame.NewColorMode()
		if err := mode.Set(row.mode); err != nil {
			t.Fatal(err)
		}
		if got := (frame.Environment{AutoColor: row.auto, ColorMode: mode}).Color(); got != row.want {
			t.Errorf("--color %s, by itself %t: found %t; want %t", row.mode, row.auto, got, row.want)
		}
	}
	if err := frame.NewColorMode().Set("maybe"); err == nil {
		t.Error("found no error for --color maybe; want one")
	}
}
