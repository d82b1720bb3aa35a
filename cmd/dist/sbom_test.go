package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheBillHasWhatIsLinkedAndNothingElse(t *testing.T) {
	t.Parallel()
	whole := func() *bill {
		return &bill{
			Metadata: billMetadata{Component: billComponent{Ref: "root"}},
			Components: []billComponent{
				{Ref: "a", Name: "example.com/a", Version: "v1"}, {Ref: "test", Name: "example.com/test", Version: "v2"}, {Ref: "c", Name: "example.com/c", Version: "v3"},
			},
			Dependencies: []billDependency{{"root", []string{"a", "test"}}, {"a", []string{"c"}}, {"test", []string{"c"}}, {"c", nil}},
		}
	}
	b := whole()
	if err := b.keep(map[string]bool{"example.com/a@v1": true, "example.com/c@v3": true}); err != nil {
		t.Fatal(err)
	}
	var refs []string
	for _, c := range b.Components {
		refs = append(refs, c.Ref)
	}
	if diff := cmp.Diff([]string{"a", "c"}, refs); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]billDependency{{"root", []string{"a"}}, {"a", []string{"c"}}, {"c", nil}}, b.Dependencies); diff != "" {
		t.Errorf("dependencies (-want +got):\n%s", diff)
	}
	if err := whole().keep(map[string]bool{"example.com/windows@v1": true}); err == nil {
		t.Error("found no error for a linked module that the bill lacks")
	}
}

// TestTheBillIsTheSameWithAndWithoutGit, as the second build of a release has no repository.
func TestTheBillIsTheSameWithAndWithoutGit(t *testing.T) {
	t.Parallel()
	with := bill{
		Metadata:     billMetadata{Component: billComponent{Ref: "pkg:x@v0.0.0-1", Name: "x", Version: "v0.0.0-1", PURL: "pkg:x@v0.0.0-1", Links: []byte(`["origin"]`)}},
		Dependencies: []billDependency{{"pkg:x@v0.0.0-1", []string{"a"}}},
	}
	without := bill{
		Metadata:     billMetadata{Component: billComponent{Ref: "pkg:x", Name: "x", PURL: "pkg:x"}},
		Dependencies: []billDependency{{"pkg:x", []string{"a"}}},
	}
	with.name("v1.2.3")
	without.name("v1.2.3")
	if diff := cmp.Diff(with, without); diff != "" {
		t.Errorf("(-with +without):\n%s", diff)
	}
}
