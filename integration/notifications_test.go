package integration_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"eks-scaling-automation/integration/aws/eventbridge"
	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
)

// notificationExample reads a template in examples/notifications, with its parameters.
func notificationExample(t *testing.T, name string, parameters map[string]string) *template.Template {
	t.Helper()
	text, err := os.ReadFile("../examples/notifications/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var document map[string]any
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	made, err := template.Read(data, template.Place{Stack: "chat", Region: "sa-east-1", Account: "123456789012", Parameters: parameters})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// TestTheChatExamplesShowTheChatTopic and let the channel do nothing else.
func TestTheChatExamplesShowTheChatTopic(t *testing.T) {
	t.Parallel()
	const topic = "arn:aws:sns:sa-east-1:123456789012:eks-scaling-chat"
	for file, kind := range map[string]string{
		"slack.yaml": "AWS::Chatbot::SlackChannelConfiguration", "teams.yaml": "AWS::Chatbot::MicrosoftTeamsChannelConfiguration",
	} {
		parameters := map[string]string{"ChatTopicArn": topic, "ChannelId": "C0123456789"}
		if file == "slack.yaml" {
			parameters["WorkspaceId"] = "T0123456789"
		} else {
			parameters["TenantId"], parameters["TeamId"] = "tenant", "team"
		}
		made := notificationExample(t, file, parameters)
		channels := made.Of(kind)
		if len(channels) != 1 {
			t.Fatalf("%s: found %d channels; want one", file, len(channels))
		}
		p, err := template.Properties[struct {
			SnsTopicArns, GuardrailPolicies []string
			IamRoleArn                      string
		}](channels[0])
		if err != nil {
			t.Fatal(err)
		}
		want := []string{topic, "arn:aws:iam::aws:policy/AWSDenyAll"}
		if diff := cmp.Diff(want, append(p.SnsTopicArns, p.GuardrailPolicies...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
		if len(made.Roles) != 1 || made.Roles[0].ARN != p.IamRoleArn || len(made.Roles[0].Policy) > 0 {
			t.Errorf("%s: found the roles %v; want one without permissions", file, made.Roles)
		}
	}
}

// finished returns the event of a failed run, as EventBridge has it.
func finished(t *testing.T, outcome run.Outcome, dryRun bool) eventbridge.Event {
	t.Helper()
	of := run.Run{Execution: run.Execution{ARN: "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:night", Name: "night"}}
	e := event.Of(event.RunFinished, of, event.Finished{
		Header: event.HeaderOf(of, tuesday("02:00:00"), "", event.RunFinished), Run: event.RunOf(of), Outcome: outcome, DryRun: dryRun,
		Message: `node group production/big: "no" capacity`, Error: "NodegroupFailedError",
	})
	text, err := e.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return eventbridge.Event{Source: event.Source, DetailType: string(e.Kind), Time: e.At, Resources: e.Resources, Detail: json.RawMessage(text)}
}

// received is a call that a service got.
type received struct {
	URL, Key string
	Body     map[string]any
}

// delivered deploys the rule, the destination and the connection of an example, sends events, and returns the calls that a service gets.
func delivered(t *testing.T, made *template.Template, header string, events ...eventbridge.Event) (calls []received) {
	t.Helper()
	service := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		call := received{URL: "https://" + r.Host + r.URL.Path, Key: r.Header.Get(header)}
		if err := json.Unmarshal(body, &call.Body); err != nil {
			t.Error(err)
		}
		calls = append(calls, call)
	}))
	t.Cleanup(service.Close)
	client := service.Client()
	client.Transport.(*http.Transport).DialContext = dialing(strings.TrimPrefix(service.URL, "https://"))
	client.Transport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true //nolint:gosec // the service has the name of another
	bus := eventbridge.New("sa-east-1", "123456789012", time.Now)
	if err := bus.PutRule(ruleOf(t, made)); err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		bus.Send("default", e)
	}
	deliveries, err := bus.Deliveries()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range deliveries {
		if err := destinationOf(t, made).Call(t.Context(), client, d.Payload); err != nil {
			t.Error(err)
		}
	}
	return calls
}

func TestAFailedRunOpensAnIncidentInPagerDuty(t *testing.T) {
	t.Parallel()
	made := notificationExample(t, "pagerduty.yaml", map[string]string{"RoutingKey": "secret"})
	failed := finished(t, run.Failed, false)
	calls := delivered(t, made, "X-Source", failed, finished(t, run.Succeeded, false))
	var detail event.Finished
	if err := json.Unmarshal(failed.Detail, &detail); err != nil {
		t.Fatal(err)
	}
	want := []received{{URL: "https://events.pagerduty.com/v2/enqueue", Key: "eks-scaling", Body: map[string]any{
		"routing_key": "secret", "event_action": "trigger", "dedup_key": detail.ID, "client": "eks-scaling", "client_url": detail.ConsoleURL,
		"payload": map[string]any{
			"summary": `EKS scaling failed: node group production/big: "no" capacity`, "source": "123456789012/sa-east-1", "severity": "error",
			"class":          "NodegroupFailedError",
			"custom_details": map[string]any{"run": "night", "next": "eks-scaling runs show night --region sa-east-1"},
		},
	}}}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAWebhookGetsEveryEventButDryRuns(t *testing.T) {
	t.Parallel()
	made := notificationExample(t, "webhook.yaml", map[string]string{"Url": "https://hooks.example.com/eks", "Token": "Bearer secret"})
	calls := delivered(t, made, "Authorization", finished(t, run.Succeeded, false), finished(t, run.Planned, true))
	if len(calls) != 1 || calls[0].URL != "https://hooks.example.com/eks" || calls[0].Key != "Bearer secret" || calls[0].Body["detail-type"] != "Run Finished" {
		t.Errorf("found %v; want one call with the event", calls)
	}
}
