package step

import (
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// AWS is the SDK's configuration as Lambda sets it up: region and credentials are in environment variables, for as long as
// the function's sandbox lives. The SDK's own loader would also link profiles, SSO and sign-in, which no function needs.
// Nothing is retried here: retries are the definition's, where people can see them. Only calls that EKS throttles are made again,
// AWS_MAX_ATTEMPTS times if that is set; see package nodegroups.
func AWS() aws.Config {
	attempts, _ := strconv.Atoi(os.Getenv("AWS_MAX_ATTEMPTS")) // 0 leaves it to the client
	return aws.Config{
		Region:           Env("AWS_REGION"),
		Credentials:      aws.CredentialsProviderFunc(credentials),
		Retryer:          func() aws.Retryer { return aws.NopRetryer{} },
		RetryMaxAttempts: attempts,
		ConfigSources:    []any{endpoints{}},
	}
}

func credentials(context.Context) (aws.Credentials, error) {
	return aws.Credentials{
		AccessKeyID: Env("AWS_ACCESS_KEY_ID"), SecretAccessKey: Env("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
		Source: "environment",
	}, nil
}

// endpoints are those that AWS_ENDPOINT_URL_SERVICE and AWS_ENDPOINT_URL name, as for every AWS client.
type endpoints struct{}

// GetServiceBaseEndpoint is how the SDK's clients ask for the endpoint of a service.
func (endpoints) GetServiceBaseEndpoint(_ context.Context, sdkID string) (url string, found bool, err error) {
	service := strings.ToUpper(strings.ReplaceAll(sdkID, " ", "_"))
	for _, name := range []string{"AWS_ENDPOINT_URL_" + service, "AWS_ENDPOINT_URL"} {
		if url := os.Getenv(name); url != "" {
			return url, true, nil
		}
	}
	return "", false, nil
}
