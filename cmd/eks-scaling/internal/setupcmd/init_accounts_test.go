package setupcmd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// TestInitAsksForTheExternalID has a stack in a region without STS, so that the other account is left out.
func TestInitAsksForTheExternalID(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	a := r.writes(t, []string{"a b", "hub-1", "", "", "", "", "0", "", "", "", "", "", "", "y"}, "--account", "210987654321")
	clitest.Says(t, a.Stdout, "External id of the spokes [hub-", "use "+account.ExternalIDForm, "cluster production: new\n")
	clitest.Says(t, a.Stderr, "skipped: account 210987654321 in sa-east-1: ")
	if strings.Contains(a.Stdout, "accounts.externalId") {
		t.Errorf("printed\n%s\nwant no settings that the cluster does not need", a.Stdout)
	}
}

func TestANameThatIsTakenGetsItsAccount(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxClusterName)
	held := inventory.Checked{Snapshot: inventory.Snapshot{Clusters: []inventory.Item{
		{Name: "taken"}, {Name: "twice"}, {Name: "twice-210987654321"}, {Name: "often"}, {Name: "often-210987654321"}, {Name: "often-210987654321-sa-east-1"}, {Name: long},
	}}}
	f := finder{held: held}
	for name, want := range map[string]string{
		"free": "", "taken": "taken-210987654321", "twice": "twice-210987654321-sa-east-1", "often": "often-210987654321-sa-east-1-2",
		long: strings.Repeat("x", 87) + "-210987654321",
	} {
		if got := f.freeName(reach.Place{Account: "210987654321", Region: "sa-east-1"}, name); got != want {
			t.Errorf("%s: found %q; want %q", name, got, want)
		}
	}
}

func TestAClusterIsWrittenAsItIsReached(t *testing.T) {
	t.Parallel()
	accounts := config.Accounts{ExternalID: "hub"}
	spoke := account.SpokeRole("sa-east-1", "210987654321", "", "hub")
	other := spoke
	other.ExternalID = "mine"
	for _, row := range []struct {
		rule string
		role account.Role
		want firstDocument
	}{
		{"in the stack's account", account.Role{}, firstDocument{Clusters: []firstCluster{{}}}},
		{"by its spoke", spoke, firstDocument{Accounts: accounts, Clusters: []firstCluster{{Account: "210987654321"}}}},
		{"by a spoke with another id", other, firstDocument{Accounts: accounts, Clusters: []firstCluster{{Account: "210987654321", ExternalID: "mine"}}}},
		{"by another role", account.Role{ARN: "arn:aws:iam::1:role/x"}, firstDocument{Clusters: []firstCluster{{RoleARN: "arn:aws:iam::1:role/x"}}}},
	} {
		d := firstDocument{Clusters: []firstCluster{{}}}
		d.reachedBy(reach.Place{Account: row.role.Account(), Role: row.role}, accounts)
		if diff := cmp.Diff(row.want, d); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}
