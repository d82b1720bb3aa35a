package cli

import (
	"runtime/debug"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		version  string
		settings []debug.BuildSetting
		want     string
	}{
		"a release":           {"v1.2.0", []debug.BuildSetting{{Key: "vcs.revision", Value: "1f2e3d4c5b6a7f8e9d0c"}, {Key: "vcs.modified", Value: "false"}}, "v1.2.0 (revision 1f2e3d4c5b6a)"},
		"a tree with changes": {"(devel)", []debug.BuildSetting{{Key: "vcs.revision", Value: "1f2e3d4c5b6a7f8e9d0c"}, {Key: "vcs.modified", Value: "true"}}, "(devel) (revision 1f2e3d4c5b6a, with changes)"},
		"no repository":       {"", nil, "(devel)"},
	} {
		if got := versionOf(&debug.BuildInfo{Main: debug.Module{Version: tt.version}, Settings: tt.settings}); got != tt.want {
			t.Errorf("%s: found %q; want %q", name, got, tt.want)
		}
	}
	if got := clitest.MustSay(t, "--version"); got != "eks-scaling "+version()+"\n" {
		t.Errorf("found %q; want the name and the version in a line", got)
	}
}
