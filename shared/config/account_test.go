package config_test

import (
	"strings"
	"testing"

	"eks-scaling-automation/shared/account"
)

// in returns the valid document with these lines of its cluster, and these settings.
func in(settings, cluster string) string {
	return strings.Replace(settings+valid, "    region: sa-east-1\n", cluster, 1)
}

// beside returns the valid document with a second cluster with these fields.
func beside(first, second string) string {
	text := in("accounts: {externalId: hub}\n", first)
	other := strings.Replace(text[strings.Index(text, "  - name: production"):], first, second, 1)
	return text + strings.Replace(other, "  - name: production", "  - ^name: second", 1)
}

func TestTheRoleOfACluster(t *testing.T) {
	t.Parallel()
	const settings = "accounts: {externalId: hub}\n"
	for _, row := range []struct {
		rule, settings, cluster string
		want                    account.Role
		eks                     string
	}{
		{"none in the stack's account", "", "    region: sa-east-1\n", account.Role{}, "production"},
		{
			"the spoke's in another account", settings, "    region: sa-east-1\n    account: \"210987654321\"\n    clusterName: prod\n",
			account.Role{ARN: "arn:aws:iam::210987654321:role/eks-scaling-spoke", ExternalID: "hub", Spoke: true},
			"prod",
		},
		{
			"under the name of the settings, in the partition of the region", "accounts: {externalId: hub, role: night}\n", "    region: cn-north-1\n    account: \"210987654321\"\n",
			account.Role{ARN: "arn:aws-cn:iam::210987654321:role/night", ExternalID: "hub", Spoke: true},
			"production",
		},
		{
			"roleArn wins, with the external id of the settings", settings, "    region: sa-east-1\n    account: \"210987654321\"\n    roleArn: arn:aws:iam::210987654321:role/own\n",
			account.Role{ARN: "arn:aws:iam::210987654321:role/own", ExternalID: "hub"},
			"production",
		},
		{
			"the cluster's external id wins", settings, "    region: sa-east-1\n    account: \"210987654321\"\n    externalId: mine\n",
			account.Role{ARN: "arn:aws:iam::210987654321:role/eks-scaling-spoke", ExternalID: "mine", Spoke: true},
			"production",
		},
	} {
		unit := parse(t, in(row.settings, row.cluster)).Clusters[0].Units()[0]
		if unit.Role != row.want || unit.EKSName != row.eks || unit.Cluster != "production" {
			t.Errorf("%s: found %v and %s; want %v and %s", row.rule, unit.Role, unit.EKSName, row.want, row.eks)
		}
	}
}

func TestAccountsAreRefused(t *testing.T) {
	const (
		region  = "    region: sa-east-1\n"
		cluster = "clusters[0]"
	)
	for _, row := range []struct{ rule, text, want string }{
		{"a number", in("", region+"    account: ^210987654321\n"), cluster + ".account: must be a string: quote it"},
		{"too short", in("", region+"    account: ^\"21098765432\"\n"), cluster + `.account: invalid account "21098765432": use 12 digits in quotes, for example "123456789012"`},
		{
			"without an external id", in("", region+"    account: ^\"210987654321\"\n"),
			cluster + ".account: needs the external id of its spoke: add accounts: {externalId: ...} to the settings, with the parameter ExternalId of the spoke stack",
		},
		{"an external id that STS refuses", in("accounts: {externalId: ^a b}\n", region), `accounts.externalId: invalid external id "a b": use 2 to 1224 letters, digits and any of +=,.@:/-_`},
		{"a role with a path", in("accounts: {role: ^a/b}\n", region), `accounts.role: invalid role name "a/b": use at most 57 letters, digits and any of +=,.@-_`},
		{"an external id without a role", in("", region+"    externalId: ^mine\n"), cluster + ".externalId: is only for a cluster in another account: add account or roleArn, or remove it"},
		{
			"a role in another account", in("", region+"    account: \"210987654321\"\n    roleArn: ^arn:aws:iam::123456789012:role/own\n"),
			cluster + ".roleArn: is a role in account 123456789012, but account is 210987654321: fix one of them, or remove account",
		},
		{
			"a role in another partition", in("", region+"    roleArn: ^arn:aws-cn:iam::123456789012:role/own\n"),
			cluster + ".roleArn: is a role in partition aws-cn, but region sa-east-1 is in aws",
		},
		{
			"a region that no partition has", in("", "    region: ^xa-east-1\n"), cluster + `.region: unknown region "xa-east-1"; did you mean "sa-east-1"?`,
		},
		{
			"a region that its partition does not have", in("", "    region: ^us-gov-eest-1\n"),
			`warning: clusters[0].region: partition aws-us-gov has no region us-gov-eest-1 that this version knows; did you mean "us-gov-east-1"?`,
		},
		{
			"the same name in two accounts", strings.Replace(beside(region, region+"    account: \"210987654321\"\n"), "name: second", "name: production", 1),
			`clusters[1]: duplicate cluster "production": use each name once; give one another name, and add clusterName: production`,
		},
		{
			"one cluster of EKS under two names", beside(region, region+"    clusterName: production\n"),
			"clusters[1]: is the same EKS cluster as production: production in sa-east-1; use one cluster with schedules",
		},
		{
			"one cluster of EKS by two roles", beside(region+"    account: \"210987654321\"\n    clusterName: x\n", region+"    roleArn: arn:aws:iam::210987654321:role/own\n    clusterName: x\n"),
			"clusters[1]: is the same EKS cluster as production: x in sa-east-1, account 210987654321; use one cluster with schedules",
		},
		{
			"two partitions", beside(region, "    region: cn-north-1\n"),
			"clusters[1]: region: cn-north-1 is in partition aws-cn, but sa-east-1 of cluster production is in aws: use a deployment for each partition",
		},
	} {
		t.Run(strings.ReplaceAll(row.rule, " ", "_"), func(t *testing.T) { expect(t, plain, row.text, row.want) })
	}
	for _, elsewhere := range []string{"    region: us-east-1\n", region + "    account: \"210987654321\"\n"} {
		parse(t, strings.Replace(beside(region, elsewhere+"    clusterName: production\n"), "^", "", 1))
	}
}
