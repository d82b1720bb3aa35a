package deployment

import (
	"runtime/debug"
	"testing"
)

func TestBuild(t *testing.T) {
	t.Parallel()
	vcs := []debug.BuildSetting{{Key: "vcs.revision", Value: "1f2e3d4c5b6a7f8e9d0c"}, {Key: "vcs.time", Value: "2026-11-28T12:00:00Z"}, {Key: "vcs.modified", Value: "true"}}
	for name, row := range map[string]struct {
		stamped Build
		version string
		vcs     []debug.BuildSetting
		want    string
	}{
		"make build stamps it":       {Build{Version: "v1.2.0-3-gabc", Commit: "abc", Date: "2026-11-01"}, "(devel)", vcs, "v1.2.0-3-gabc (commit abc, 2026-11-01)"},
		"go install records it":      {Build{}, "v1.2.0", nil, "v1.2.0 (commit unknown, unknown)"},
		"go build in a changed tree": {Build{}, "(devel)", vcs, "1f2e3d4c5b6a-dirty (commit 1f2e3d4c5b6a, 2026-11-28T12:00:00Z)"},
		"nothing tells":              {Build{}, "(devel)", nil, "unknown (commit unknown, unknown)"},
	} {
		if got := buildOf(row.stamped, &debug.BuildInfo{Main: debug.Module{Version: row.version}, Settings: row.vcs}).String(); got != row.want {
			t.Errorf("%s: found %q; want %q", name, got, row.want)
		}
	}
}
