package action_test

import (
	"strings"
	"testing"
)

func TestTheActionRefuses(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		ref, version string
		wrong        bool
		want         string
	}{
		"a file with another checksum":   {"v1.2.3", "", true, ".tar.gz does not match checksums.txt; nothing was installed"},
		"a release that does not exist":  {"v1.2.3", "v9.9.9", false, "/v9.9.9/checksums.txt: check the version"},
		"a commit in place of a release": {"1f2e3d4c5b6a7f8e9d0c", "", false, `::error::"1f2e3d4c5b6a7f8e9d0c" is not a release: set the input version`},
		"a branch in place of a release": {"main", "", false, `::error::"main" is not a release`},
	} {
		r := newRunner(t, map[string]string{"github.action_ref": row.ref})
		inputs := map[string]string{"downloads": release(t, row.wrong), "version": row.version, "file": "good.yaml", "comment": "false"}
		if failed := r.run(readAction(t), inputs); failed != "Install eks-scaling" || !strings.Contains(r.said, row.want) {
			t.Errorf("%s: step %q failed and said %q; want %q", name, failed, r.said, row.want)
		}
		if r.read("eks-scaling/eks-scaling") != "" {
			t.Errorf("%s: the tool was installed", name)
		}
	}
}
