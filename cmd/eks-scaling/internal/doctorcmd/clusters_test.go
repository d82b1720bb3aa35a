package doctorcmd

import (
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/collect/collecttest"
	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// TestDoctorJudgesATimeZone that makes a cluster unusable: its own, or the settings'.
func TestDoctorJudgesATimeZone(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	p.set(t, "cluster/berlin", "timezone", "Europe/Berlim")
	clitest.Says(t, p.examined(t, "berlin").inWords(t), "failed   cluster/berlin", "cluster berlin\n  failed   time zone",
		`unknown time zone "Europe/Berlim": use an IANA name`, "-> fix it: eks-scaling config edit",
		"unknown  cluster                    not checked, because its configuration is invalid\ntriggers")
	p.set(t, "cluster/berlin", "timezone", 7)
	clitest.Says(t, p.examined(t, "berlin").inWords(t), "not checked, because its configuration is invalid: time zone, cluster\n")

	p = healthy(t)
	p.set(t, "settings/global", "timezone", "Local")
	clitest.Says(t, p.examined(t, "production").inWords(t), "failed   settings/global", `unknown time zone "Local"`)
}

// TestDoctorExaminesTheClustersThatAreAskedFor and no others.
func TestDoctorExaminesTheClustersThatAreAskedFor(t *testing.T) {
	t.Parallel()
	p := healthy(t)
	text := p.examined(t, "berlin").inWords(t)
	clitest.Says(t, text, "cluster berlin")
	for _, call := range p.Calls() {
		if strings.Contains(call, "production") {
			t.Errorf("called %s", call)
		}
	}
	if strings.Contains(text, "production") || strings.Contains(text, "paused") {
		t.Errorf("found\n%s\nwant nothing of the other clusters", text)
	}
	_, err := examine(t.Context(), p.session(), p.services(t), filter.Filter{Clusters: []string{"berlin", "paris"}})
	if frame.ExitCode(err) != frame.ExitNotFound || !strings.Contains(err.Error(), `unknown cluster "paris"`) {
		t.Errorf("found %v; want that there is no paris", err)
	}
}

func TestDoctorTriesTheRoleOfACluster(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::999999999999:role/scaler"
	p := healthy(t)
	p.set(t, "cluster/berlin", "roleArn", role)
	clitest.Says(t, p.examined(t, "berlin").inWords(t), role+" can be assumed with your credentials", "ok       web")
	if !slices.Contains(p.Calls(), "AssumeRole "+role+" eu-central-1") {
		t.Errorf("found the calls %v; want that the role was assumed", p.Calls())
	}
	for _, call := range p.Calls() {
		if strings.Contains(call, "SimulatePrincipalPolicy") && strings.Contains(call, "eks:") {
			t.Errorf("called %s; what may be done there is for the role's account to say", call)
		}
	}

	p.Failing["AssumeRole"] = collecttest.Refusal("STS", "AssumeRole", "AccessDenied", "not you")
	p.Forget()
	d := p.examined(t, "berlin")
	clitest.Says(t, d.inWords(t), "warning  role", "access denied (not you)",
		"sts:AssumeRole to arn:aws:iam::123456789012:role/EksScaling-DecideFunctionRole, arn:aws:iam::123456789012:role/EksScaling-ScaleFunctionRole",
		"not checked, because the cluster's role could not be assumed")
	if slices.ContainsFunc(p.Calls(), func(call string) bool { return strings.HasPrefix(call, "DescribeCluster") }) || d.Counts.Failed > 0 {
		t.Errorf("found the calls %v and %+v; want that the cluster is left alone, and nothing failed", p.Calls(), d.Counts)
	}
}
