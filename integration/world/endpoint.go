package world

import (
	"cmp"
	"context"
	"io"
	"os"

	"eks-scaling-automation/integration/aws/endpoint"
)

// startEndpoint serves all services at one address. Services that the functions call have a second address, so that tests can
// distinguish people's calls from the functions' calls and make either fail.
func (w *World) startEndpoint(ctx context.Context, o Options) error {
	w.AWS = endpoint.NewEndpoint(w.now)
	w.AWS.Proxy("eks", w.EKS.URL())
	w.AWS.Handle("sts", w.STS)
	w.AWS.Proxy("scheduler", w.Scheduler.URL())
	var err error
	if w.details, err = w.Tables.Describing(w.Template.Of("AWS::DynamoDB::Table")); err != nil {
		return err
	}
	w.AWS.Handle("dynamodb", w.onlyHere(w.details))
	w.Stacks.Now, w.Stacks.Deployer = w.now, deployer{w, ctx}
	w.AWS.Handle("cloudformation", &w.Stacks)
	w.startBuckets()
	w.AWS.Handle("s3", w.Buckets)
	w.AWS.Handle("sns", &w.Topics)
	w.AWS.Handle("sqs", &w.Queues)
	w.AWS.Handle("monitoring", &w.Alarms)
	w.AWS.Handle("ssm", w.Parameters)
	w.AWS.Handle("secretsmanager", w.Secrets)
	w.AWS.Handle("logs", w.Logs)
	w.AWS.Handle("events", w.Events)
	w.AWS.Handle("iam", w.Roles)
	w.AWS.Handle("autoscaling", &w.AutoScaling)
	w.AWS.Handle("servicequotas", &w.Quotas)
	w.AWS.Handle("pricing", &w.Prices)
	w.AWS.Handle("ec2", &w.Templates)
	w.AWS.Handle("kms", &w.Keys)
	w.AWS.Handle("cloudtrail", endpoint.Trail{EKS: w.EKS.Events, STS: w.STS})
	w.AWS.SetDown(w.fleet.isDown)
	if first := w.fleet.first(); first != w {
		first.AWS.Route(w.Region, w.AWS)
		w.url = first.url
		return nil
	}
	w.handleByHand()
	url, closing, err := w.AWS.Listen(ctx, cmp.Or(o.Address, "127.0.0.1:0"))
	if err != nil {
		return err
	}
	w.url = url
	w.closers = append(w.closers, closing)
	return nil
}

// URL returns the endpoint of this world, the value of AWS_ENDPOINT_URL.
func (w *World) URL() string { return w.url }

// endpoints returns the functions' endpoints.
func (w *World) endpoints() map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB":        w.Tables.URL(),
		"AWS_ENDPOINT_URL_EKS":             w.EKS.URL(),
		"AWS_ENDPOINT_URL_STS":             w.stsURL,
		"AWS_ENDPOINT_URL_SCHEDULER":       w.Scheduler.URL(),
		"AWS_ENDPOINT_URL_SNS":             w.url,
		"AWS_ENDPOINT_URL_EVENTBRIDGE":     w.eventsURL,
		"AWS_ENDPOINT_URL_SQS":             w.url,
		"AWS_ENDPOINT_URL_CLOUDWATCH":      w.sources,
		"AWS_ENDPOINT_URL_SSM":             w.sources,
		"AWS_ENDPOINT_URL_SECRETS_MANAGER": w.sources,
	}
}

// Variables returns the environment that points AWS clients to this world, and the command line tool to its clock, as NAME=value.
func (w *World) Variables() []string {
	variables := []string{
		"AWS_ENDPOINT_URL=" + w.url, "AWS_REGION=" + w.Region, "AWS_DEFAULT_REGION=" + w.Region,
		"AWS_ACCESS_KEY_ID=operator", "AWS_SECRET_ACCESS_KEY=local",
	}
	for name, value := range w.clock.Env() {
		variables = append(variables, name+"="+value)
	}
	return variables
}

// Env returns the environment of a command line tool for this world.
func (w *World) Env() []string {
	return append(w.Variables(), "PATH="+os.Getenv("PATH"), "HOME="+os.TempDir(), "USER=operator")
}

// logOf returns a function's log writer: its log group, from which CloudWatch reads metrics, and the options' log.
func (w *World) logOf(o Options, function string) io.Writer {
	group := io.MultiWriter(w.Logs.Writer("/aws/lambda/"+function, "local"), w.Metrics.Log())
	if o.Log == nil {
		return group
	}
	return io.MultiWriter(group, o.Log)
}
