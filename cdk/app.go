package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
)

// environment holds the stack's account and region, and the folder for its template.
type environment struct {
	account, region string         // empty: the template fits every account and region
	outdir          string         // empty: where the cdk tool wants it
	context         map[string]any // the cdk tool's context takes precedence
}

// newApp creates the app with its one stack: the hub, or a spoke. An error lists everything that is wrong with the context.
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
	if o.spoke != nil {
		return app, newSpoke(app, *o.spoke)
	}
	newStack(app, d, o)
	return app, nil
}
