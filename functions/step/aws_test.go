package step_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eks"

	"eks-scaling-automation/functions/step"
)

// TestClientsShareConnections although each session of a role has a client of its own: a function may have hundreds of them in a run.
func TestClientsShareConnections(t *testing.T) {
	var connections atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_REGION": "sa-east-1", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_ENDPOINT_URL_EKS": server.URL,
	} {
		t.Setenv(name, value)
	}
	config := step.AWS()
	for range 3 {
		if _, err := eks.NewFromConfig(config.Copy()).ListClusters(t.Context(), &eks.ListClustersInput{}); err != nil {
			t.Fatal(err)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("3 clients opened %d connections; want 1", n)
	}
}
