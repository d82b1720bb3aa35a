package english_test

import (
	"testing"

	"eks-scaling-automation/shared/english"
)

func TestDidYouMean(t *testing.T) {
	t.Parallel()
	known := []string{"normal", "peak", "sleep"}
	for word, want := range map[string]string{
		"peek":    `; did you mean "peak"?`,
		"slepe":   `; did you mean "sleep"?`, // two letters changed places
		"noraml":  `; did you mean "normal"?`,
		"normals": `; did you mean "normal"?`,
		"peak":    `; did you mean "peak"?`,
		"sle":     `; did you mean "sleep"?`, // its beginning
		"NOR":     `; did you mean "normal"?`,
		"night":   "",
		"":        "",
		"p":       "",
	} {
		if got := english.DidYouMean(word, known); got != want {
			t.Errorf("%s: found %q; want %q", word, got, want)
		}
	}
	if got := english.DidYouMean("min", []string{"minSize", "minimum"}); got != "" {
		t.Errorf("the beginning of two words: found %q; want nothing", got)
	}
	if got := english.DidYouMean("peek", nil); got != "" {
		t.Errorf("without known words: found %q; want nothing", got)
	}
}
