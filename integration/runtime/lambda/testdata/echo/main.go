// Command echo is the Lambda function that the tests of the host run. It does
// what its payload tells it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type request struct {
	Do   string
	Text string
}

type response struct {
	Text      string
	Env       []string
	PID       int
	ARN       string
	RequestID string
	Deadline  int64 // Unix milliseconds
}

// namedError shows under its Go type name.
type namedError struct{ text string }

func (e namedError) Error() string { return e.text }

func main() {
	switch os.Getenv("INIT") {
	case "exit":
		os.Exit(7)
	case "error":
		url := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/init/error"
		body := `{"errorType":"Runtime.NoConfig","errorMessage":"no configuration"}`
		if answer, err := http.Post(url, "application/json", strings.NewReader(body)); err == nil {
			_ = answer.Body.Close()
		}
		select {}
	}
	lambda.Start(handle)
}

func handle(ctx context.Context, r request) (any, error) {
	switch r.Do {
	case "fail":
		return nil, namedError{r.Text}
	case "fail wrapped":
		return nil, fmt.Errorf("wrapped: %w", namedError{r.Text})
	case "panic":
		panic(r.Text)
	case "exit":
		os.Exit(3)
	case "hang":
		select {}
	case "print":
		fmt.Print(r.Text)
	case "get":
		return get(r.Text)
	case "break off":
		return io.MultiReader(strings.NewReader(`"half`), broken{}), nil
	}
	lc, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	return response{
		Text: r.Text, Env: os.Environ(), PID: os.Getpid(),
		ARN: lc.InvokedFunctionArn, RequestID: lc.AwsRequestID, Deadline: deadline.UnixMilli(),
	}, nil
}

// get has its effect elsewhere, before the function replies.
func get(url string) (string, error) {
	answer, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("broken off") }
