package sts_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/sts"
	"eks-scaling-automation/integration/aws/template"
)

const (
	hub    = "123456789012"
	spoke  = "210987654321"
	decide = "arn:aws:iam::" + hub + ":role/decide"
	scaler = "arn:aws:iam::" + spoke + ":role/scaling/scaler"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// world is an STS with the role decide, which the key "decide" has, and the role scaler in another account.
type world struct {
	*sts.Service
	roles *endpoint.Roles
	t     *testing.T
	url   string
}

// mayAssume allows decide to assume and tag every role.
var mayAssume = policy.Policy{{Actions: []string{"sts:AssumeRole", "sts:TagSession"}, Resources: []string{"arn:aws:iam::*:role/*"}}}

func start(t *testing.T, may policy.Policy, trust string) world {
	t.Helper()
	roles := new(endpoint.Roles)
	roles.Put(template.Role{Name: "decide", ARN: decide, Trust: `{}`, Policy: may})
	roles.Put(template.Role{Name: "scaler", ARN: scaler, Trust: `{"Statement": [` + trust + `]}`})
	w := world{sts.New(roles, func() time.Time { return noon }), roles, t, ""}
	w.Register("decide", sts.SessionOf(decide, "eks-scaling-decide"))
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

func (w world) as(key string) *awssts.Client {
	return awssts.New(awssts.Options{
		Region: "sa-east-1", BaseEndpoint: aws.String(w.url), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""),
	})
}

// assume assumes scaler as decide, in the session "night", after changes to the request.
func (w world) assume(changes ...func(*awssts.AssumeRoleInput)) (*awssts.AssumeRoleOutput, error) {
	in := &awssts.AssumeRoleInput{RoleArn: aws.String(scaler), RoleSessionName: aws.String("night")}
	for _, change := range changes {
		change(in)
	}
	return w.as("decide").AssumeRole(w.t.Context(), in)
}

func externalID(id string) func(*awssts.AssumeRoleInput) {
	return func(in *awssts.AssumeRoleInput) { in.ExternalId = &id }
}

func tagged(tags ...string) func(*awssts.AssumeRoleInput) {
	return func(in *awssts.AssumeRoleInput) {
		for _, tag := range tags {
			key, value, _ := strings.Cut(tag, "=")
			in.Tags = append(in.Tags, types.Tag{Key: &key, Value: &value})
		}
	}
}

func code(err error) string {
	if api, is := errors.AsType[smithy.APIError](err); is {
		return api.ErrorCode()
	}
	return fmt.Sprint(err)
}

func message(err error) string {
	if api, is := errors.AsType[smithy.APIError](err); is {
		return api.ErrorMessage()
	}
	return ""
}

// trusting trusts the hub's account under a condition.
func trusting(condition string, actions ...string) string {
	return fmt.Sprintf(`{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::%s:root"}, "Action": ["%s"], "Condition": {%s}}`,
		hub, strings.Join(append(actions, "sts:AssumeRole"), `", "`), condition)
}

func TestARoleTrustsWhomItsPolicySays(t *testing.T) {
	t.Parallel()
	byID := trusting(`"StringEquals": {"sts:ExternalId": "secret"}`)
	for _, row := range []struct {
		name    string
		may     policy.Policy
		trust   string
		request func(*awssts.AssumeRoleInput)
		want    bool
	}{
		{"its account", mayAssume, trusting(""), nil, true},
		{"nobody", mayAssume, "", nil, false},
		{"another account", mayAssume, strings.Replace(trusting(""), hub, "111111111111", 1), nil, false},
		{"this role", mayAssume, trusting(`"ArnEquals": {"aws:PrincipalArn": "` + decide + `"}`), nil, true},
		{"another role", mayAssume, trusting(`"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::` + hub + `:role/scale"}`), nil, false},
		{"the external id", mayAssume, byID, externalID("secret"), true},
		{"another external id", mayAssume, byID, externalID("Secret"), false},
		{"no external id", mayAssume, byID, nil, false},
		{"its organization", mayAssume, trusting(`"StringEquals": {"aws:PrincipalOrgID": "o-abc"}`), nil, true},
		{"another organization", mayAssume, trusting(`"StringEquals": {"aws:PrincipalOrgID": "o-other"}`), nil, false},
		{"the name of the session", mayAssume, trusting(`"StringLike": {"sts:RoleSessionName": "ni*"}`), nil, true},
		{"another name of the session", mayAssume, trusting(`"StringLike": {"sts:RoleSessionName": "day*"}`), nil, false},
		{"an account, and the caller may not", nil, trusting(""), nil, false},
		{"everyone, and the caller may not", nil, `{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}`, nil, false},
		{"it, and the caller may assume another role", policy.Policy{{Actions: []string{"sts:AssumeRole"}, Resources: []string{"arn:aws:iam::*:role/other"}}}, trusting(""), nil, false},
	} {
		w := start(t, row.may, row.trust)
		w.SetOrganization("o-abc", hub, spoke)
		if row.request == nil {
			row.request = func(*awssts.AssumeRoleInput) {}
		}
		_, err := w.assume(row.request)
		if (err == nil) != row.want {
			t.Errorf("%s: found %v", row.name, err)
		}
		const refused = "User: arn:aws:sts::123456789012:assumed-role/decide/eks-scaling-decide is not authorized to perform: sts:AssumeRole on resource: " + scaler
		if err != nil && (code(err) != "AccessDenied" || message(err) != refused) {
			t.Errorf("%s: found %s: %s", row.name, code(err), message(err))
		}
	}
}

func TestWithinAnAccountARoleThatNamesTheCallerNeedsNoMore(t *testing.T) {
	t.Parallel()
	own := "arn:aws:iam::" + hub + ":role/own"
	for _, row := range []struct {
		name, principal string
		may             policy.Policy
		want            bool
	}{
		{"the role's name", `{"AWS": "` + decide + `"}`, nil, true},
		{"the account", `{"AWS": "` + hub + `"}`, nil, false},
		{"the account, with a permission", `{"AWS": "` + hub + `"}`, mayAssume, true},
		{"the role's name, but it is denied", `{"AWS": "` + decide + `"}`, policy.Policy{{Deny: true, Actions: []string{"sts:*"}, Resources: []string{"*"}}}, false},
	} {
		w := start(t, row.may, "")
		w.roles.Put(template.Role{Name: "own", ARN: own, Trust: `{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": ` + row.principal + `}]}`})
		_, err := w.assume(func(in *awssts.AssumeRoleInput) { in.RoleArn = &own })
		if (err == nil) != row.want {
			t.Errorf("%s: found %v", row.name, err)
		}
	}
}

func TestARoleThatDoesNotExistIsRefusedInTheSameWords(t *testing.T) {
	t.Parallel()
	w := start(t, mayAssume, trusting(""))
	_, err := w.assume(func(in *awssts.AssumeRoleInput) { in.RoleArn = aws.String("arn:aws:iam::210987654321:role/none") })
	if code(err) != "AccessDenied" || !strings.HasSuffix(message(err), "sts:AssumeRole on resource: arn:aws:iam::210987654321:role/none") {
		t.Error(err)
	}
}

func TestTagsNeedTagSessionOnBothSides(t *testing.T) {
	t.Parallel()
	onlyKeys := `{"Effect": "Allow", "Principal": {"AWS": "` + hub + `"}, "Action": "sts:TagSession", "Condition": {
		"ForAllValues:StringEquals": {"aws:TagKeys": ["eks-scaling:run", "eks-scaling:cluster"]}}}`
	byID := trusting(`"StringEquals": {"sts:ExternalId": "secret"}`, "sts:TagSession")
	for _, row := range []struct {
		name  string
		may   policy.Policy
		trust string
		tags  []string
		want  string // the refused action
	}{
		{"allowed on both", mayAssume, trusting("", "sts:TagSession"), []string{"team=a"}, ""},
		{"no tags", mayAssume, trusting(""), nil, ""},
		{"the trust does not allow it", mayAssume, trusting(""), []string{"team=a"}, "sts:TagSession"},
		{"the caller may not", policy.Policy{{Actions: []string{"sts:AssumeRole"}, Resources: []string{"*"}}}, trusting("", "sts:TagSession"), []string{"team=a"}, "sts:TagSession"},
		{"these keys", mayAssume, trusting("") + "," + onlyKeys, []string{"eks-scaling:run=night", "eks-scaling:cluster=shop"}, ""},
		{"another key", mayAssume, trusting("") + "," + onlyKeys, []string{"eks-scaling:run=night", "team=a"}, "sts:TagSession"},
		{"a value", mayAssume, trusting(`"StringEquals": {"aws:RequestTag/team": "a"}`, "sts:TagSession"), []string{"team=a"}, ""},
		{"another value", mayAssume, trusting(`"StringEquals": {"aws:RequestTag/team": "a"}`, "sts:TagSession"), []string{"team=b"}, "sts:AssumeRole"},
		{"an external id is no key of TagSession", mayAssume, byID, []string{"team=a"}, "sts:TagSession"},
	} {
		w := start(t, row.may, row.trust)
		_, err := w.assume(externalID("secret"), tagged(row.tags...))
		if row.want == "" && err != nil || row.want != "" && !strings.Contains(message(err), "to perform: "+row.want+" on") {
			t.Errorf("%s: found %v; want %s refused", row.name, err, row.want)
		}
	}
}

func TestRequestsThatAWSRefuses(t *testing.T) {
	t.Parallel()
	session := func(name string) func(*awssts.AssumeRoleInput) {
		return func(in *awssts.AssumeRoleInput) { in.RoleSessionName = &name }
	}
	seconds := func(n int32) func(*awssts.AssumeRoleInput) {
		return func(in *awssts.AssumeRoleInput) { in.DurationSeconds = &n }
	}
	many := make([]string, 51)
	for i := range many {
		many[i] = fmt.Sprintf("k%d=v", i)
	}
	w := start(t, mayAssume, trusting("", "sts:TagSession"))
	for _, row := range []struct {
		name string
		in   func(*awssts.AssumeRoleInput)
		want string
	}{
		{"a session of one character", session("n"), "ValidationError"},
		{"a session of two", session("ni"), "<nil>"},
		{"a session of 64", session(strings.Repeat("n", 64)), "<nil>"},
		{"a session of 65", session(strings.Repeat("n", 65)), "ValidationError"},
		{"a session with all signs", session("a_9+=,.@-"), "<nil>"},
		{"a session with a colon", session("a:b"), "ValidationError"},
		{"an external id of one character", externalID("n"), "ValidationError"},
		{"an external id of 1,224", externalID(strings.Repeat("n", 1224)), "<nil>"},
		{"an external id of 1,225", externalID(strings.Repeat("n", 1225)), "ValidationError"},
		{"an external id with all signs", externalID("a_9+=,.@:/-"), "<nil>"},
		{"an external id with a space", externalID("a b"), "ValidationError"},
		{"50 tags", tagged(many[:50]...), "<nil>"},
		{"51 tags", tagged(many...), "ValidationError"},
		{"the same key twice", tagged("team=a", "Team=b"), "InvalidParameterValue"},
		{"a key of AWS", tagged("aws:team=a"), "InvalidParameterValue"},
		{"a key of 128", tagged(strings.Repeat("k", 128) + "=v"), "<nil>"},
		{"a key of 129", tagged(strings.Repeat("k", 129) + "=v"), "ValidationError"},
		{"a key without characters", tagged("=v"), "ValidationError"},
		{"a value of 256", tagged("k=" + strings.Repeat("v", 256)), "<nil>"},
		{"a value of 257", tagged("k=" + strings.Repeat("v", 257)), "ValidationError"},
		{"a value with an asterisk", tagged("k=*"), "ValidationError"},
		{"a value with all signs", tagged("k=ä _.:/=+-@"), "<nil>"},
		{"a transitive key that is no tag", func(in *awssts.AssumeRoleInput) { in.TransitiveTagKeys = []string{"k"} }, "InvalidParameterValue"},
		{"15 minutes", seconds(900), "<nil>"},
		{"less", seconds(899), "ValidationError"},
		{"an hour, by a session", seconds(3600), "<nil>"},
		{"more, by a session", seconds(3601), "ValidationError"},
		{"a short ARN", func(in *awssts.AssumeRoleInput) { in.RoleArn = aws.String("arn:x") }, "ValidationError"},
		{"an ARN of a user", func(in *awssts.AssumeRoleInput) { in.RoleArn = aws.String("arn:aws:iam::210987654321:user/me") }, "ValidationError"},
		{"what the stand-in does not do", func(in *awssts.AssumeRoleInput) { in.Policy = aws.String("{}") }, "ValidationError"},
	} {
		if _, err := w.assume(row.in); code(err) != row.want {
			t.Errorf("%s: found %v; want %s", row.name, err, row.want)
		}
	}
}

func TestASessionIsWhoCalls(t *testing.T) {
	t.Parallel()
	w := start(t, mayAssume, trusting("", "sts:TagSession"))
	w.SetOrganization("o-abc", spoke)
	w.roles.Put(template.Role{Name: "scaler", ARN: scaler, Trust: `{"Statement": [` + trusting("", "sts:TagSession") + `]}`, Policy: policy.Policy{{
		Actions: []string{"eks:*"}, Resources: []string{"arn:aws:eks:*:" + spoke + ":cluster/${aws:PrincipalTag/eks-scaling:cluster}"},
		Conditions: []policy.Condition{
			{Operator: "StringEquals", Key: "aws:PrincipalOrgID", Values: []string{"o-abc"}},
			{Operator: "StringEquals", Key: "aws:RequestedRegion", Values: []string{"sa-east-1"}},
		},
	}}})
	out, err := w.assume(tagged("eks-scaling:cluster=shop"))
	if err != nil {
		t.Fatal(err)
	}
	key := *out.Credentials.AccessKeyId
	who, err := w.as(key).GetCallerIdentity(t.Context(), nil)
	if err != nil || *who.Arn != "arn:aws:sts::210987654321:assumed-role/scaler/night" || *who.Account != spoke || *out.AssumedRoleUser.Arn != *who.Arn {
		t.Errorf("found %+v, %v", who, err)
	}
	for _, row := range []struct {
		cluster, region string
		want            bool
	}{{"shop", "sa-east-1", true}, {"web", "sa-east-1", false}, {"shop", "us-east-1", false}} {
		err := w.Authorize(key, row.region, policy.Request{Action: "eks:DescribeCluster", Resource: "arn:aws:eks:" + row.region + ":" + spoke + ":cluster/" + row.cluster})
		if (err == nil) != row.want {
			t.Errorf("%s in %s: found %v", row.cluster, row.region, err)
		}
	}
	other, err := w.assume(tagged("eks-scaling:cluster=web"))
	if err != nil || *other.Credentials.AccessKeyId == key {
		t.Errorf("found %v, %v; want another session for other tags", other, err)
	}
	w.roles.Delete(scaler)
	if err := w.Authorize(key, "sa-east-1", policy.Request{Action: "eks:DescribeCluster", Resource: "arn:aws:eks:sa-east-1:" + spoke + ":cluster/shop"}); err == nil {
		t.Error("the session of a deleted role may still do something")
	}
}

func TestEveryCallIsRecordedAsCloudTrailDoes(t *testing.T) {
	t.Parallel()
	tagging := `{"Effect": "Allow", "Principal": "*", "Action": "sts:TagSession"}`
	w := start(t, mayAssume, trusting(`"StringEquals": {"sts:ExternalId": "secret"}`)+","+tagging)
	if _, err := w.assume(externalID("secret"), tagged("eks-scaling:run=night")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.as("people").AssumeRole(t.Context(), &awssts.AssumeRoleInput{RoleArn: aws.String(scaler), RoleSessionName: aws.String("me")}); err == nil {
		t.Error("people may assume the role")
	}
	w.Fail("AssumeRole", scaler, 1, sts.Failure{Status: 400, Type: "Throttling", Message: "Rate exceeded"})
	if _, err := w.assume(); code(err) != "Throttling" {
		t.Error(err)
	}
	w.SetDown(func(region string) bool { return region == "sa-east-1" })
	if _, err := w.assume(); code(err) != "ServiceUnavailableException" {
		t.Error(err)
	}
	call := sts.Call{Operation: "AssumeRole", Region: "sa-east-1", Principal: "decide", RoleARN: scaler, Session: "night", At: noon}
	call.Caller = sts.SessionOf(decide, "eks-scaling-decide")
	made, throttled, down, people := call, call, call, call
	made.ExternalID, made.Tags = "secret", map[string]string{"eks-scaling:run": "night"}
	throttled.ErrorType, down.ErrorType = "Throttling", "ServiceUnavailableException"
	people.Principal, people.Session, people.ErrorType, people.Caller = "people", "me", "AccessDenied", sts.User(hub, "people")
	if diff := cmp.Diff([]sts.Call{made, people, throttled, down}, w.Calls(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
