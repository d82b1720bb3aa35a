package endpoint_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/smithy-go"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
)

func TestProxyDropsWhatItsServerDrops(t *testing.T) {
	t.Parallel()
	clusters, err := eks.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clusters.Close)
	clusters.LoseReply("ListClusters", "", "", 1)
	e := endpointtest.New()
	e.Proxy("eks", clusters.URL())
	url, closing, err := e.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = closing() })
	c := awseks.NewFromConfig(endpointtest.Config(url, region))

	if _, err = c.ListClusters(t.Context(), nil); err == nil {
		t.Error("the reply was not lost")
	} else if refused, ok := errors.AsType[smithy.APIError](err); ok {
		t.Errorf("found the answer %v; want no answer", refused)
	}
	if _, err = c.ListClusters(t.Context(), nil); err != nil {
		t.Error(err)
	}
	clusters.Close()
	_, err = c.ListClusters(t.Context(), nil)
	endpointtest.MustCode(t, "a server that has ended", err, "ServiceUnavailable")
	var statuses []int
	for _, call := range e.Calls() {
		statuses = append(statuses, call.Status)
	}
	endpointtest.Same(t, "statuses", []int{0, http.StatusOK, http.StatusBadGateway}, statuses)
}

func TestProxyOfNoURLPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if text := fmt.Sprint(recover()); !strings.Contains(text, `found the URL "127.0.0.1:80"`) {
			t.Errorf("found the panic %s; want one that names the URL", text)
		}
	}()
	endpoint.NewEndpoint(time.Now).Proxy("eks", "127.0.0.1:80")
}
