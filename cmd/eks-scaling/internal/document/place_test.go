package document_test

import (
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/document"
)

func TestAPathHasThePlaceOfItsValue(t *testing.T) {
	t.Parallel()
	text := []byte(`timezone: UTC
clusters:
  - name: production
    nodegroups: &groups {big: {minSize: 0, maxSize: 5}}
  - {name: staging, nodegroups: *groups}
`)
	for _, row := range []struct {
		rule, path   string
		line, column int
	}{
		{"a field", "timezone", 1, 11},
		{"a field of an element", "clusters[1].name", 5, 12},
		{"a key", "clusters[0].nodegroups.big", 4, 31},
		{"behind an alias", "clusters[1].nodegroups.big", 4, 31},
		{"an unknown field", "clusters[0].region", 0, 0},
		{"an unknown element", "clusters[2].name", 0, 0},
		{"below a plain value", "timezone.name", 0, 0},
	} {
		if line, column := document.Place(text, row.path); line != row.line || column != row.column {
			t.Errorf("%s: found %d:%d; want %d:%d", row.rule, line, column, row.line, row.column)
		}
	}
	if line, _ := document.Place(nil, "timezone"); line != 0 {
		t.Errorf("no document: found line %d; want 0", line)
	}
}
