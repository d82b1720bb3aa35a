package world

import (
	"cmp"
	"context"
	"io"
	"os"

	"eks-scaling-automation/integration/awslocal"
)

// startEndpoint serves all services at one address. Those that the functions call are there a second time, at addresses of
// their own: so the calls of people can be told from those of the functions, and can be made to fail alone.
func (w *World) startEndpoint(ctx context.Context, o Options) error {
	w.AWS = awslocal.NewEndpoint(w.now)
	w.AWS.Proxy("eks", w.EKS.URL())
	w.AWS.Proxy("sts", w.EKS.URL())
	w.AWS.Proxy("scheduler", w.Scheduler.URL())
	w.AWS.Proxy("dynamodb", w.meter.url)
	w.AWS.Handle("cloudformation", &w.Stacks)
	w.AWS.Handle("sns", &w.Topics)
	w.AWS.Handle("sqs", &w.Queues)
	w.AWS.Handle("monitoring", &w.Alarms)
	url, closing, err := w.AWS.Listen(ctx, cmp.Or(o.Address, "127.0.0.1:0"))
	if err != nil {
		return err
	}
	w.url = url
	w.closers = append(w.closers, closing)
	return nil
}

// URL is the endpoint of this world: what AWS_ENDPOINT_URL has to be.
func (w *World) URL() string { return w.url }

// endpoints are where the functions find what they call.
func (w *World) endpoints() map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB":  w.meter.url,
		"AWS_ENDPOINT_URL_EKS":       w.EKS.URL(),
		"AWS_ENDPOINT_URL_STS":       w.EKS.URL(),
		"AWS_ENDPOINT_URL_SCHEDULER": w.Scheduler.URL(),
		"AWS_ENDPOINT_URL_SNS":       w.url,
	}
}

// Variables are what tells any AWS client of this world, as NAME=value.
func (w *World) Variables() []string {
	return []string{
		"AWS_ENDPOINT_URL=" + w.url, "AWS_REGION=" + Region, "AWS_ACCESS_KEY_ID=operator", "AWS_SECRET_ACCESS_KEY=local",
	}
}

// Env is the environment of a command line tool that works on this world.
func (w *World) Env() []string {
	return append(w.Variables(), "PATH="+os.Getenv("PATH"), "HOME="+os.TempDir(), "USER=operator")
}

// logOf is where a function logs to.
func (*World) logOf(o Options, _ string) io.Writer {
	return o.Log
}
