package endpoint_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
)

func TestARegionMayHaveAnEndpointOfItsOwn(t *testing.T) {
	t.Parallel()
	main, other := endpointtest.New(), endpointtest.New()
	topics := map[string]*endpoint.Topics{"sa-east-1": new(endpoint.Topics), "us-east-1": new(endpoint.Topics)}
	for region, of := range topics {
		of.Create("arn:aws:sns:"+region+":123456789012:alerts", nil)
	}
	main.Handle("sns", topics["sa-east-1"])
	other.Handle("sns", topics["us-east-1"])
	main.Route("us-east-1", other)
	c := endpointtest.Client(t, main, "sa-east-1")
	for _, in := range []string{"sa-east-1", "us-east-1"} {
		c.Region = in
		_, err := sns.NewFromConfig(c).Publish(t.Context(), &sns.PublishInput{TopicArn: aws.String("arn:aws:sns:" + in + ":123456789012:alerts"), Message: aws.String("m")})
		if err != nil || len(topics[in].Published()) != 1 {
			t.Errorf("%s: %d messages, %v; want one in its own region", in, len(topics[in].Published()), err)
		}
	}
	if len(main.Calls()) != 1 || len(other.Calls()) != 1 {
		t.Errorf("found the calls %v and %v; want one of each region", main.Calls(), other.Calls())
	}
}

func TestARegionThatIsDownAnswers503(t *testing.T) {
	t.Parallel()
	var down []string
	e := endpointtest.New()
	e.Handle("sns", new(endpoint.Topics))
	e.SetDown(func(region string) bool { return slices.Contains(down, region) })
	c := endpointtest.Client(t, e, "us-east-1")
	list := func(region string) error {
		c.Region = region
		_, err := sns.NewFromConfig(c).ListTopics(t.Context(), nil)
		return err
	}
	down = []string{"us-east-1"}
	endpointtest.MustCode(t, "down", list("us-east-1"), "ServiceUnavailableException")
	if code := endpointtest.Code(t, list("sa-east-1")); code == "ServiceUnavailableException" {
		t.Error("another region is down, too")
	}
	down = nil
	if code := endpointtest.Code(t, list("us-east-1")); code == "ServiceUnavailableException" {
		t.Error("it is still down")
	}
}
