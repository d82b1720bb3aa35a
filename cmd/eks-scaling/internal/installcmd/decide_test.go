package installcmd

import (
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/deployment"
)

var here = stackName{"EksScaling", "sa-east-1"}

// ours is a stack of this tool.
func ours(status string, by deployment.Installer) current {
	return current{id: "arn", status: status, description: deployment.Title + ": scales", version: "v1.2.0", installer: by}
}

func TestInstallDecidesByTheStack(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		now      current
		takeOver bool
		want     step
		refused  string // empty: it is not
	}{
		"no stack":                             {current{}, false, create, ""},
		"a stack with only a change set":       {current{id: "arn", status: "REVIEW_IN_PROGRESS"}, false, create, ""},
		"a first deployment that failed":       {ours("ROLLBACK_COMPLETE", deployment.ByInstall), false, replaceFailed, ""},
		"a rollback that failed":               {ours("ROLLBACK_FAILED", deployment.ByInstall), false, replaceFailed, ""},
		"a deletion that failed":               {ours("DELETE_FAILED", deployment.ByInstall), false, replaceFailed, ""},
		"a failed stack of something else":     {current{id: "arn", status: "ROLLBACK_COMPLETE", description: "Shop"}, false, 0, `its description is "Shop"`},
		"a failed stack that says nothing":     {current{id: "arn", status: "ROLLBACK_COMPLETE"}, false, 0, "it has no description"},
		"an installed stack":                   {ours("CREATE_COMPLETE", deployment.ByInstall), false, 0, "update it with: eks-scaling upgrade"},
		"an installed stack is not taken over": {ours("CREATE_COMPLETE", deployment.ByInstall), true, 0, "update it with: eks-scaling upgrade"},
		"a stack of the CDK":                   {ours("UPDATE_COMPLETE", deployment.ByCDK), false, 0, "make deploy"},
		"a stack of Terraform":                 {ours("UPDATE_COMPLETE", deployment.ByTemplate), false, 0, "Terraform"},
		"a stack of the CDK is taken over":     {ours("UPDATE_COMPLETE", deployment.ByCDK), true, update, ""},
		"taken over while it is stuck":         {ours("UPDATE_ROLLBACK_FAILED", deployment.ByCDK), true, 0, "continue-update-rollback"},
		"a deployment is running":              {ours("UPDATE_IN_PROGRESS", deployment.ByInstall), true, 0, "another operation is running"},
		"a deletion is running":                {ours("DELETE_IN_PROGRESS", deployment.ByInstall), false, 0, "another operation is running"},
	} {
		got, err := decideInstall(here, row.now, row.takeOver)
		check(t, name, err, row.refused)
		if err == nil && got != row.want {
			t.Errorf("%s: found %d; want %d", name, got, row.want)
		}
	}
}

// check wants an error with a text, which is a conflict, or none.
func check(t *testing.T, name string, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: found %v; want none", name, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: found %v; want %q", name, err, want)
	case want != "" && frame.ExitCode(err) != frame.ExitConflict:
		t.Errorf("%s: found the exit code %d; want a conflict", name, frame.ExitCode(err))
	}
}

func TestUpgradeDecidesByTheStack(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		now     current
		to      string
		allow   bool
		refused string
	}{
		"a newer version":                {ours("CREATE_COMPLETE", deployment.ByInstall), "v1.3.0", false, ""},
		"the same version":               {ours("CREATE_COMPLETE", deployment.ByInstall), "v1.2.0", false, ""},
		"after a rollback":               {ours("UPDATE_ROLLBACK_COMPLETE", deployment.ByInstall), "v1.3.0", false, ""},
		"an older version":               {ours("CREATE_COMPLETE", deployment.ByInstall), "v1.1.9", false, "--allow-downgrade"},
		"an older version that is meant": {ours("CREATE_COMPLETE", deployment.ByInstall), "v1.1.9", true, ""},
		"a version that is only a commit": {
			ours("CREATE_COMPLETE", deployment.ByInstall), "0123abc", false, "",
		},
		"a stack of the CDK":             {ours("CREATE_COMPLETE", deployment.ByCDK), "v1.3.0", false, "make deploy"},
		"a first deployment that failed": {ours("ROLLBACK_COMPLETE", deployment.ByInstall), "v1.3.0", false, "eks-scaling install"},
		"a rollback that failed":         {ours("UPDATE_ROLLBACK_FAILED", deployment.ByInstall), "v1.3.0", false, "continue-update-rollback"},
		"a stack of something else":      {current{id: "arn", status: "CREATE_COMPLETE", description: "Shop"}, "v1.3.0", false, "not one of this tool"},
	} {
		check(t, name, decideUpgrade(here, row.now, row.to, row.allow), row.refused)
	}
	if err := decideUpgrade(here, current{}, "v1", false); frame.ExitCode(err) != frame.ExitNotFound {
		t.Errorf("without a stack: found %v; want that it is not found", err)
	}
}

func TestVersionsAreOrdered(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b       string
		order      int
		comparable bool
	}{
		{"v1.2.3", "v1.2.3", 0, true},
		{"v1.2.10", "v1.2.9", 1, true},
		{"v2.0.0", "v10.0.0", -1, true},
		{"1.2.3", "v1.2.3", 0, true},
		{"v1.2.3-14-g0123abc", "v1.2.3", 1, true},
		{"v1.2.3-14-g0123abc", "v1.2.3-2-gabcdef0", 1, true},
		{"v1.2.3-14-g0123abc", "v1.2.4", -1, true},
		{"v1.2.3-rc.1", "v1.2.3", -1, true},
		{"v1.2.3", "v1.2.3-rc.1", 1, true},
		{"v1.2.3-rc.1", "v1.2.3-rc.2", -1, true},
		{"v1.2.3-dirty", "v1.2.3", 0, true},
		{"v1.2.3-14-g0123abc-dirty", "v1.2.3-14-g0123abc", 0, true},
		{"0123abc", "v1.2.3", 0, false},
		{"v1.2.3", "", 0, false},
		{"unknown", "unknown", 0, false},
	} {
		if order, comparable := compareVersions(row.a, row.b); order != row.order || comparable != row.comparable {
			t.Errorf("%s and %s: found %d, %t; want %d, %t", row.a, row.b, order, comparable, row.order, row.comparable)
		}
	}
}
