package endpoint_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
	localsts "eks-scaling-automation/integration/aws/sts"
	"eks-scaling-automation/integration/aws/template"
)

const (
	spokeAccount = "210987654321"
	spokeRole    = "arn:aws:iam::" + spokeAccount + ":role/spoke"
)

// lookUp returns the events of a name that a caller sees: who called, and the record in JSON.
func lookUp(t *testing.T, trail http.Handler, accessKeyID, name string) (users, records []string) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/",
		strings.NewReader(`{"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "`+name+`"}]}`))
	request.Header.Set("X-Amz-Target", "CloudTrail_20131101.LookupEvents")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+accessKeyID+"/20261124/"+region+"/cloudtrail/aws4_request, Signature=local")
	answer := httptest.NewRecorder()
	trail.ServeHTTP(answer, request)
	var found struct {
		Events []struct{ Username, CloudTrailEvent string }
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &found); err != nil {
		t.Fatalf("%v: %s", err, answer.Body)
	}
	for _, e := range found.Events {
		users, records = append(users, e.Username), append(records, e.CloudTrailEvent)
	}
	return users, records
}

func TestCloudTrailShowsEachAccountItsOwnCalls(t *testing.T) {
	t.Parallel()
	roles := new(endpoint.Roles)
	roles.Put(template.Role{Name: "spoke", ARN: spokeRole, Trust: `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:*"}]}`})
	service := localsts.New(roles, func() time.Time { return noon })
	session := localsts.SessionOf(spokeRole, "night-run")
	service.Register("there", localsts.User(spokeAccount, "auditor"))
	assumed := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(
		"Action=AssumeRole&Version=2011-06-15&RoleArn="+spokeRole+"&RoleSessionName=night-run&ExternalId=secret"+
			"&Tags.member.1.Key=eks-scaling:run&Tags.member.1.Value=night-run"))
	assumed.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	assumed.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=somebody/20261124/"+region+"/sts/aws4_request, Signature=local")
	answer := httptest.NewRecorder()
	service.ServeHTTP(answer, assumed)
	if answer.Code != http.StatusOK {
		t.Fatal(answer.Body)
	}
	call := func(account string, who localsts.Identity) eks.Event {
		return eks.Event{At: noon, Call: eks.Call{Operation: "UpdateNodegroupConfig", Region: region, Account: account, Caller: who, Cluster: "shop", Nodegroup: "web", Principal: "key"}}
	}
	trail := endpoint.Trail{STS: service, EKS: func() []eks.Event {
		return []eks.Event{call(endpointtest.Account, localsts.User(endpointtest.Account, "ana")), call(spokeAccount, session)}
	}}
	for _, row := range []struct {
		key, event string
		want       []string
	}{
		{"somebody", "UpdateNodegroupConfig", []string{"ana"}},
		{"there", "UpdateNodegroupConfig", []string{"night-run"}},
		{"somebody", "AssumeRole", []string{"somebody"}},
		{"there", "AssumeRole", []string{"somebody"}}, // the account of the role sees it, too
		{"somebody", "DescribeNodegroup", nil},
	} {
		if users, _ := lookUp(t, trail, row.key, row.event); !cmp.Equal(row.want, users) {
			t.Errorf("%s, %s: found %v; want %v", row.key, row.event, users, row.want)
		}
	}
	_, updates := lookUp(t, trail, "there", "UpdateNodegroupConfig")
	_, sessions := lookUp(t, trail, "there", "AssumeRole")
	want := []string{
		`{"eventName":"UpdateNodegroupConfig","awsRegion":"sa-east-1","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::210987654321:assumed-role/spoke/night-run","accountId":"210987654321","accessKeyId":"key"},"requestParameters":{"name":"shop","nodegroupName":"web"},"recipientAccountId":"210987654321"}`,
		`{"eventName":"AssumeRole","awsRegion":"sa-east-1","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/somebody","accountId":"123456789012","accessKeyId":"somebody"},"requestParameters":{"roleArn":"arn:aws:iam::210987654321:role/spoke","roleSessionName":"night-run","externalId":"secret","tags":[{"key":"eks-scaling:run","value":"night-run"}]},"recipientAccountId":"210987654321"}`,
	}
	if diff := cmp.Diff(want, append(updates, sessions...)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}
