package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// environment is where the stack goes and where its template is written.
type environment struct {
	account, region string         // empty: the template fits every account and region
	outdir          string         // empty: where the cdk tool wants it
	context         map[string]any // beside the context that the cdk tool hands over, which has precedence
}

// newApp makes the app with its one stack. An error lists everything that is wrong with the context.
func newApp(d environment) (awscdk.App, error) {
	props := &awscdk.AppProps{Context: &d.context}
	if d.outdir != "" {
		props.Outdir = &d.outdir
	}
	app := awscdk.NewApp(props)
	given, _ := app.Node().GetAllContext(nil).(map[string]any)
	o, err := readOptions(given)
	if err != nil {
		return nil, err
	}
	newStack(app, d, o)
	return app, nil
}
