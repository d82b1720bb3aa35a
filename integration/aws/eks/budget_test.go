package eks_test

import (
	"net/http"
	"testing"
	"time"

	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
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
	for _, c := range []*awseks.Client{w.in(region), client(w.Server, "eu-west-3")} {
		if _, err := c.ListClusters(t.Context(), &awseks.ListClustersInput{}); err != nil {
			t.Error(err)
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
