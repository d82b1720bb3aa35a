package step

import (
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// AWS returns the SDK's configuration from the environment variables that Lambda sets. The SDK's own loader would also link
// profiles, SSO and sign-in, which no function needs. Nothing is retried here: the state machine's definition has the retries,
// where people can see them. Only throttled EKS calls are repeated, up to AWS_MAX_ATTEMPTS attempts if that is set; see package
// nodegroups.
func AWS() aws.Config {
	attempts, _ := strconv.Atoi(os.Getenv("AWS_MAX_ATTEMPTS")) // 0 leaves it to the client
	return aws.Config{
		Region:           Env("AWS_REGION"),
		Credentials:      aws.CredentialsProviderFunc(credentials),
		HTTPClient:       awshttp.NewBuildableClient(), // otherwise each client opens connections of its own
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

// endpoints reads AWS_ENDPOINT_URL_SERVICE and AWS_ENDPOINT_URL, as every AWS client does.
type endpoints struct{}

// GetServiceBaseEndpoint returns the endpoint of a service; the SDK's clients call it.
func (endpoints) GetServiceBaseEndpoint(_ context.Context, sdkID string) (url string, found bool, err error) {
	service := strings.ToUpper(strings.ReplaceAll(sdkID, " ", "_"))
	for _, name := range []string{"AWS_ENDPOINT_URL_" + service, "AWS_ENDPOINT_URL"} {
		if url := os.Getenv(name); url != "" {
			return url, true, nil
		}
	}
	return "", false, nil
}
