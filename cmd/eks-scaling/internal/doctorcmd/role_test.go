package doctorcmd

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/aws/nodegroups"
)

// TestDoctorAssumesARoleOnce: a second call might be refused, after the check has said that the role was assumed.
func TestDoctorAssumesARoleOnce(t *testing.T) {
	t.Parallel()
	var assumed atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			assumed.Add(1)
			_, _ = io.WriteString(w, "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey>"+
				"<SessionToken>c</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>")
			return
		}
		_, _ = io.WriteString(w, `{"nodegroup": {"status": "ACTIVE"}}`)
	}))
	t.Cleanup(server.Close)
	config := aws.Config{Region: "sa-east-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("x", "y", "")}
	from := doctorServices(frame.Session{AWS: config}, time.Now)
	at := nodegroups.Place{Region: "eu-central-1", Role: account.Role{ARN: "arn:aws:iam::999999999999:role/scaler"}}
	if err := from.in(at).assume(t.Context()); err != nil {
		t.Fatal(err)
	}
	at.Cluster = "berlin"
	if _, err := from.Nodegroups.Describe(t.Context(), at, "web"); err != nil || assumed.Load() != 1 {
		t.Errorf("assumed the role %d times (%v); want once", assumed.Load(), err)
	}
}
