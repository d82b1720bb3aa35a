package accountscmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach/reachtest"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

var stack = deployment.Stack{
	Name: "EksScaling", Account: "123456789012", Region: "sa-east-1", FunctionRoles: []string{"arn:aws:iam::123456789012:role/decide", "arn:aws:iam::123456789012:role/scale"},
}

// fleet has clusters in three accounts; the name production is in two of them.
const fleet = `
timezone: UTC
accounts: {externalId: hub}
clusters:
  - {name: production, region: sa-east-1, nodegroups: {n: {minSize: 0, maxSize: 1}}, profiles: {p: {n: 1}}, schedule: {default: p}}
  - {name: payments, clusterName: production, region: sa-east-1, account: "210987654321", nodegroups: {n: {minSize: 0, maxSize: 1}}, profiles: {p: {n: 1}}, schedule: {default: p}}
  - {name: gone, region: sa-east-1, account: "210987654321", nodegroups: {n: {minSize: 0, maxSize: 1}}, profiles: {p: {n: 1}}, schedule: {default: p}}
  - {name: staging, region: sa-east-1, account: "310987654321", nodegroups: {n: {minSize: 0, maxSize: 1}}, profiles: {p: {n: 1}}, schedule: {default: p}}
  - {name: staging-us, region: us-east-1, account: "310987654321", nodegroups: {n: {minSize: 0, maxSize: 1}}, profiles: {p: {n: 1}}, schedule: {default: p}}
`

// holding is the environment with a stack that has a configuration.
func holding(t *testing.T, s deployment.Stack, document string) (frame.Environment, *clitest.Memory) {
	t.Helper()
	m := clitest.NewMemory()
	clitest.Applied(t, clitest.ByAna, m, clitest.Wanted(t, clitest.WriteDocument(t, document)), 0)
	return frame.Environment{Connect: func(_ context.Context, _ frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
		return frame.Session{Stack: s, Config: m, Logs: m, Now: now(), Notes: notes}, nil
	}}, m
}

func looked(t *testing.T) []entry {
	t.Helper()
	_, m := holding(t, stack, fleet)
	snapshot, err := m.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// An invalid cluster is configured all the same.
	snapshot.Clusters = append(snapshot.Clusters, inventory.Item{
		Kind: inventory.KindCluster, Name: "odd", Spec: json.RawMessage(`{"name": "odd", "clusterName": "strange", "region": "sa-east-1", "account": "210987654321"}`),
	})
	held := inventory.Check(snapshot, clitest.Monday)
	world := reachtest.World{
		Own: stack.Account, ExternalIDs: map[string]string{"210987654321": "hub", "310987654321": "other"}, Nodegroups: map[string][]string{
			"123456789012 sa-east-1 production": {"big", "small"}, "123456789012 sa-east-1 lab": {"x"},
			"210987654321 sa-east-1 production": {"big"}, "210987654321 sa-east-1 strange": nil,
		},
		May: map[string]reach.Own{"arn:aws:iam::310987654321:role/eks-scaling-spoke-viewer": reach.Allowed},
	}
	return look(t.Context(), world.Surveyor(), stack, reach.PlacesOf(stack, held.Config(), reach.More{}), held)
}

func TestAccountsInATable(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := printAccounts(&out, 0, false, looked(t)); err != nil {
		t.Fatal(err)
	}
	clitest.Golden(t, "accounts", out.String())
}

func TestAccountsForMachines(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(looked(t)[:3])
	if err != nil {
		t.Fatal(err)
	}
	clitest.WantJSON(t, string(text), `[
		{"account": "123456789012", "region": "sa-east-1", "own": true, "reachable": true, "nodegroups": 3,
		 "configured": [{"name": "production", "clusterName": "production"}], "notConfigured": ["lab"]},
		{"account": "210987654321", "region": "sa-east-1", "own": false, "reachable": true, "nodegroups": 1,
		 "role": "arn:aws:iam::210987654321:role/eks-scaling-spoke-viewer",
		 "configured": [{"name": "gone", "clusterName": "gone", "notFound": true}, {"name": "payments", "clusterName": "production"}], "notConfigured": []},
		{"account": "310987654321", "region": "sa-east-1", "own": false, "reachable": false, "nodegroups": 0,
		 "role": "arn:aws:iam::310987654321:role/eks-scaling-spoke-viewer", "configured": [{"name": "staging", "clusterName": "staging"}], "notConfigured": [],
		 "problem": {"kind": "refused", "cause": "cannot assume arn:aws:iam::310987654321:role/eks-scaling-spoke-viewer: it does not exist, its trust policy does not let you in, or its external id is another",
		  "remedy": "deploy the spoke in account 310987654321: eks-scaling accounts template; if it is there, compare its parameters: aws cloudformation describe-stacks --stack-name EksScalingSpoke --query Stacks[0].Parameters"}}]`)
}

func TestAProblemOfSeveralAccountsNamesNoneOfThem(t *testing.T) {
	t.Parallel()
	var all []entry
	for _, id := range []string{"210987654321", "310987654321"} {
		all = append(all, entry{Account: id, Region: "sa-east-1", Problem: &reach.Problem{Found: "cannot assume " + id, Remedy: "deploy the spoke in account " + id}})
	}
	var out bytes.Buffer
	if err := printAccounts(&out, 0, false, all); err != nil {
		t.Fatal(err)
	}
	clitest.Says(t, out.String(), "\n210987654321 sa-east-1, 310987654321 sa-east-1: cannot assume ACCOUNT\n  -> deploy the spoke in account ACCOUNT\n")
}

// TestTheTemplateHasTheStacksValues reads the parameters of the template, and the commands.
func TestTheTemplateHasTheStacksValues(t *testing.T) {
	t.Parallel()
	old := stack
	old.FunctionRoles = nil
	hubs := stack
	hubs.FunctionRoles = slices.Repeat([]string{"arn:aws:iam::123456789012:role/" + strings.Repeat("x", 50)}, 20)
	none := strings.Replace(fleet, "accounts: {externalId: hub}", "", 1)
	none = strings.ReplaceAll(none, `account: "`, `roleArn: "arn:aws:iam::210987654321:role/x", externalId: "x`)
	many := "timezone: UTC\naccounts: {externalId: hub}\nclusters:\n"
	for i := range 190 {
		id := "21098765" + string(rune('0'+i/100)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10)) + "0"
		many += "  - {name: " + strings.Repeat("long", 20) + id + `, region: sa-east-1, account: "` + id + "\", nodegroups: {n: {minSize: 0, maxSize: 1}}, profiles: {p: {n: 1}}, schedule: {default: p}}\n"
	}
	for _, row := range []struct {
		rule     string
		stack    deployment.Stack
		document string
		args     []string
		defaults map[string]string
		says     []string
	}{
		{"all are known", stack, fleet, nil, map[string]string{
			"HubAccount": "123456789012", "FunctionRoles": "arn:aws:iam::123456789012:role/decide,arn:aws:iam::123456789012:role/scale", "ExternalId": "hub",
		}, []string{
			"aws cloudformation deploy --stack-name EksScalingSpoke --template-file spoke.json --capabilities CAPABILITY_NAMED_IAM --region sa-east-1 " +
				"--parameter-overrides HubAccount=123456789012 FunctionRoles=arn:aws:iam::123456789012:role/decide,arn:aws:iam::123456789012:role/scale ExternalId=hub\n",
			"aws cloudformation create-stack-set --stack-set-name EksScalingSpoke --template-body file://spoke.json --capabilities CAPABILITY_NAMED_IAM\n",
			"aws cloudformation create-stack-instances --stack-set-name EksScalingSpoke --accounts 210987654321 310987654321 --regions sa-east-1\n",
		}},
		{"an old stack has no roles", old, fleet, nil, map[string]string{"HubAccount": "123456789012", "ExternalId": "hub"}, []string{
			"warning: stack EksScaling has no output FunctionRoleArns: it is older than spokes. Deploy it again first: make deploy",
			" FunctionRoles=... ExternalId=hub\n", " --parameters ParameterKey=FunctionRoles,ParameterValue=...\n",
		}},
		{"a trust policy that is too long", hubs, fleet, nil, map[string]string{
			"HubAccount": "123456789012", "FunctionRoles": strings.Join(hubs.FunctionRoles, ","), "ExternalId": "hub",
		}, []string{
			`warning: the trust policy has `, ` characters, as it names the functions of several stacks: first raise the IAM quota "Role trust policy length" ` +
				"of each account, which is 2048 by default, to 4096\n",
		}},
		{"without an external id", stack, none, []string{"--tag", "team=web"}, map[string]string{
			"HubAccount": "123456789012", "FunctionRoles": "arn:aws:iam::123456789012:role/decide,arn:aws:iam::123456789012:role/scale",
		}, []string{"warning: the configuration has no external id", "\n  accounts: {externalId: hub-", " ExternalId=...\n", "--accounts ACCOUNT --regions"}},
		{"a template that is too large for a call", stack, many, nil, map[string]string{
			"HubAccount": "123456789012", "FunctionRoles": "arn:aws:iam::123456789012:role/decide,arn:aws:iam::123456789012:role/scale", "ExternalId": "hub",
		}, []string{"bytes, more than 51200: ", "--s3-bucket BUCKET --parameter-overrides", "--template-url https://BUCKET.s3.amazonaws.com/spoke.json"}},
	} {
		env, _ := holding(t, row.stack, row.document)
		a := clitest.AskIn(t, env, append([]string{"accounts", "template"}, row.args...)...)
		if a.Err != nil {
			t.Fatalf("%s: %v", row.rule, a.Err)
		}
		clitest.Says(t, a.Stderr, row.says...)
		if !slices.ContainsFunc(row.says, func(s string) bool { return strings.HasPrefix(s, "warning") }) && strings.Contains(a.Stderr, "warning") {
			t.Errorf("%s: found a warning in %q", row.rule, a.Stderr)
		}
		var template struct {
			Parameters map[string]struct{ Default string }
		}
		if err := json.Unmarshal([]byte(a.Stdout), &template); err != nil {
			t.Fatal(err)
		}
		defaults := map[string]string{}
		for _, name := range []string{"HubAccount", "FunctionRoles", "ExternalId"} {
			if value := template.Parameters[name].Default; value != "" {
				defaults[name] = value
			}
		}
		if diff := cmp.Diff(row.defaults, defaults); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

func TestTheTemplateOfAFile(t *testing.T) {
	t.Parallel()
	env, m := holding(t, stack, strings.Replace(fleet, "production, region", "lab, region", 1))
	file := clitest.WriteDocument(t, strings.Replace(fleet, `name: gone,`, `name: coming,`, 1))
	if a := clitest.AskIn(t, env, "accounts", "template", "--config", file); a.Err != nil || !strings.Contains(a.Stdout, "cluster/coming") {
		t.Errorf("found %v and\n%s\nwant the clusters of the file", a.Err, a.Stdout)
	}
	m.Items["cluster/odd"] = inventory.Item{Kind: inventory.KindCluster, Name: "odd", Version: 1, Spec: json.RawMessage(`{"name": "odd"}`)}
	clitest.Refuses(t, clitest.AskIn(t, env, "accounts", "template"), frame.ExitFailed, "odd", "the template would lack its clusters")
	clitest.Refuses(t, clitest.AskIn(t, env, "accounts", "template", "--config", file, "--tag", "team"), frame.ExitUsage, `invalid --tag "team": use KEY=VALUE`)
}

func TestAccountsAndRegionsAreChecked(t *testing.T) {
	t.Parallel()
	env, _ := holding(t, stack, fleet)
	clitest.Refuses(t, clitest.AskIn(t, env, "accounts", "--account", "210987654321,12"), frame.ExitUsage, `--account: invalid account "12": use 12 digits`)
	clitest.Refuses(t, clitest.AskIn(t, env, "accounts", "--in-region", "here"), frame.ExitUsage, "--in-region: ", "here")
	clitest.Refuses(t, clitest.AskIn(t, env, "accounts", "--in-region", "cn-north-1"), frame.ExitUsage, "--in-region: cn-north-1 is in partition aws-cn, but the stack is in aws")
}

func TestTheTemplateLetsInTheStacksOfAllRegions(t *testing.T) {
	t.Parallel()
	hubs := clitest.NewHubs("sa-east-1", "us-east-1", "eu-west-1")
	document := strings.Replace(fleet, "name: gone, region: sa-east-1", "name: gone, region: eu-west-1", 1)
	clitest.Applied(t, clitest.ByAna, hubs.Tables["sa-east-1"], clitest.Wanted(t, clitest.WriteDocument(t, document)), 0)
	hubs.Down["eu-west-1"] = errors.New("it is down")
	env := hubs.Environment()
	connect := env.Connect
	env.Connect = func(ctx context.Context, place frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
		s, err := connect(ctx, place, notes, now)
		s.Stack.Account, s.Stack.FunctionRoles = stack.Account, []string{"arn:aws:iam::123456789012:role/" + s.Stack.Region}
		return s, err
	}
	a := clitest.AskIn(t, env, "accounts", "template")
	if a.Err != nil || !strings.Contains(a.Stdout, `"Default": "arn:aws:iam::123456789012:role/sa-east-1,arn:aws:iam::123456789012:role/us-east-1"`) {
		t.Errorf("found %v and\n%s\nwant the roles of both stacks", a.Err, a.Stdout)
	}
	clitest.Says(t, a.Stderr, "warning: the functions of the stack in eu-west-1 are missing in the template, and will be refused: it is down")
}
