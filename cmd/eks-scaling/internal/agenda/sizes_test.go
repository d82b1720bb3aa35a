package agenda

import (
	"testing"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

func TestSizesInWords(t *testing.T) {
	t.Parallel()
	one, two, four, five := int32(1), int32(2), int32(4), int32(5)
	c := config.Unit{Nodegroups: map[string]scaling.Limits{"big": {MinSize: 1, MaxSize: 5}}}
	tests := []struct {
		name   string
		target scaling.Target
		want   string
	}{
		{"the limits as bounds go without saying", scaling.Desired(2), "big 2"},
		{"also when they are written down", scaling.Target{MinSize: &one, MaxSize: &five, DesiredSize: &two}, "big 2"},
		{"a higher lower bound does not", scaling.Target{MinSize: &two, DesiredSize: &two}, "big 2 (2 to 5)"},
		{"a lower upper bound does not", scaling.Target{MaxSize: &four, DesiredSize: &two}, "big 2 (1 to 4)"},
		{"without a desired size the bounds are all there is", scaling.Target{MinSize: &two}, "big 2 to 5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := InWords(SizesOf(c, []scaling.Demand{{Nodegroup: "big", Target: tt.target}})); got != tt.want {
				t.Errorf("found %q; want %q", got, tt.want)
			}
		})
	}
	if got, want := InWords(SizesOf(c, nil)), "no node group is scaled"; got != want {
		t.Errorf("without any found %q; want %q", got, want)
	}
}
