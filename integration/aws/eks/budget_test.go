package eks_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/eksmodel"
)

// TestCallsCountInTheAccountOfTheRoleAndInTheirRegion while the clock stands still.
func TestCallsCountInTheAccountOfTheRoleAndInTheirRegion(t *testing.T) {
	w := start(t)
	w.GoBy(func() time.Time { return time.Unix(1_800_000_000, 0) })
	w.Limit(eks.Rates{Reads: 2, Updates: 1})
	w.looks(2)
	_, err := w.describe()
	if code(err) != "TooManyRequestsException" {
		t.Errorf("the third read: %v", err)
	}
	w.mustUpdate("a", sizes(1, 3))
	if err := w.update("b", sizes(1, 4)); code(err) != "InvalidRequestException" {
		t.Errorf("the second update: %v", err)
	}
	role := "arn:aws:iam::210987654321:role/scaler"
	if _, err := sts.New(sts.Options{
		Region: region, BaseEndpoint: aws.String(w.URL()), Credentials: credentials.NewStaticCredentialsProvider("tester", "secret", ""),
	}).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("night")}); err != nil {
		t.Fatal(err)
	}
	for _, other := range []struct{ principal, region string }{{eks.AccessKeyID(role), region}, {"tester", "eu-west-3"}} {
		c := awseks.New(awseks.Options{
			Region: other.region, BaseEndpoint: aws.String(w.URL()), Retryer: aws.NopRetryer{},
			Credentials: credentials.NewStaticCredentialsProvider(other.principal, "secret", ""),
		})
		if _, err := c.ListClusters(t.Context(), &awseks.ListClustersInput{}); err != nil {
			t.Errorf("%s in %s: %v", other.principal, other.region, err)
		}
	}
	one := eksmodel.Count{Answered: 1, Peak: 1}
	want := map[eks.Place]eks.Usage{
		{Account: "123456789012", Region: region}: {
			Reads: eksmodel.Count{Answered: 2, Throttled: 1, Peak: 2}, Updates: eksmodel.Count{Answered: 1, Throttled: 1, Peak: 1},
		},
		{Account: "210987654321", Region: region}:      {Reads: one},
		{Account: "123456789012", Region: "eu-west-3"}: {Reads: one},
	}
	if diff := cmp.Diff(want, w.Usage()); diff != "" {
		t.Errorf("used (-want +got):\n%s", diff)
	}
	var statuses []int
	for _, c := range w.Calls() {
		if c.Status != http.StatusOK {
			statuses = append(statuses, c.Status)
		}
	}
	if diff := cmp.Diff([]int{http.StatusTooManyRequests, http.StatusBadRequest}, statuses); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}
