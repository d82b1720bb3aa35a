package wire_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/integration/aws/wire"
)

// TestPagesGiveEverythingOnce reads a list of any length in pages of any size.
func TestPagesGiveEverythingOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Int(), 0, 30).Draw(t, "all")
		size := rapid.IntRange(0, 12).Draw(t, "size")
		var read []int
		for token := ""; ; {
			page, next, err := wire.Page(all, wire.Paging{Token: token, Size: size, Default: 5, Most: 12})
			if err != nil {
				t.Fatal(err)
			}
			read = append(read, page...)
			if next == "" {
				break
			}
			if want := map[bool]int{true: 5, false: size}[size == 0]; len(page) != want {
				t.Fatalf("a page that is not the last has %d; want %d", len(page), want)
			}
			token = next
		}
		if !cmp.Equal(append([]int{}, read...), append([]int{}, all...)) {
			t.Fatalf("found %v; want %v", read, all)
		}
	})
}

func TestPagesThatCannotBe(t *testing.T) {
	t.Parallel()
	all := []int{1, 2, 3}
	_, next, err := wire.Page(all, wire.Paging{Size: 2, Most: 2})
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		all  []int
		p    wire.Paging
		want string
	}{
		"too large":                   {all, wire.Paging{Size: 3, Most: 2, BadSize: "Size", BadToken: "Token"}, "Size: a page of 3: want from 1 to 2"},
		"negative":                    {all, wire.Paging{Size: math.MinInt, Most: 2, BadToken: "Token"}, "Token: a page of"},
		"no token":                    {all, wire.Paging{Token: "x", Default: 1, Most: 1, BadSize: "Size", BadToken: "Token"}, `Token: the token "x" is not one that was given`},
		"the token of something else": {all[:1], wire.Paging{Token: next, Default: 1, Most: 1, BadToken: "Token"}, "is not one that was given"},
	} {
		if _, _, err := wire.Page(row.all, row.p); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: found %v; want %q", name, err, row.want)
		}
	}
}
