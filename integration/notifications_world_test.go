package integration_test

import (
	"context"
	"encoding/json"
	"net"
	"testing"

	"eks-scaling-automation/integration/aws/eventbridge"
	"eks-scaling-automation/integration/aws/template"
)

// dialing returns a dialer that reaches one address, whatever it is asked for.
func dialing(address string) func(ctx context.Context, network, _ string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}

// ruleOf returns the only rule of a template.
func ruleOf(t *testing.T, made *template.Template) eventbridge.Rule {
	t.Helper()
	r := made.Of("AWS::Events::Rule")[0]
	p, err := template.Properties[struct {
		EventPattern json.RawMessage
		Targets      []eventbridge.Target
	}](r)
	if err != nil {
		t.Fatal(err)
	}
	return eventbridge.Rule{Name: r.Name, ARN: r.ARN, Pattern: p.EventPattern, Targets: p.Targets}
}

// destinationOf returns the only API destination of a template, with its connection.
func destinationOf(t *testing.T, made *template.Template) eventbridge.Destination {
	t.Helper()
	d, err := template.Properties[struct{ HttpMethod, InvocationEndpoint string }](made.Of("AWS::Events::ApiDestination")[0]) //nolint:revive,staticcheck // the property's name
	if err != nil {
		t.Fatal(err)
	}
	c, err := template.Properties[struct {
		AuthParameters struct {
			ApiKeyAuthParameters     struct{ ApiKeyName, ApiKeyValue string } //nolint:revive,staticcheck // the properties' names
			InvocationHttpParameters struct {                                 //nolint:revive,staticcheck // the property's name
				BodyParameters []struct{ Key, Value string }
			}
		}
	}](made.Of("AWS::Events::Connection")[0])
	if err != nil {
		t.Fatal(err)
	}
	key := c.AuthParameters.ApiKeyAuthParameters
	destination := eventbridge.Destination{URL: d.InvocationEndpoint, Method: d.HttpMethod, Header: key.ApiKeyName, Value: key.ApiKeyValue, Body: map[string]string{}}
	for _, p := range c.AuthParameters.InvocationHttpParameters.BodyParameters {
		destination.Body[p.Key] = p.Value
	}
	return destination
}
