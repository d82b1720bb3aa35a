// Package endpoints lists the services of AWS that the functions call, and the VPC endpoints by which functions in private subnets
// reach them. The CDK app makes these endpoints, and doctor looks for them. A test compares the list with the clients that the
// functions link.
package endpoints

import (
	"slices"
	"strings"

	"eks-scaling-automation/shared/config"
)

// Service is a service of AWS that the functions call.
type Service struct {
	// Name is the end of the service name of the endpoint: monitoring for com.amazonaws.REGION.monitoring.
	Name    string
	Client  string // the package of the AWS SDK
	Gateway bool   // the endpoint is a gateway in route tables, and free; otherwise it is an interface in subnets
	Purpose string // what the functions do with it
	needed  func(Uses) bool
}

// All returns all services, in alphabetical order of their names.
func All() []Service {
	always := func(Uses) bool { return true }
	return []Service{
		{"dynamodb", "dynamodb", true, "the configuration and the records", always},
		{"eks", "eks", false, "node groups", always},
		{"events", "eventbridge", false, "events", always},
		{"monitoring", "cloudwatch", false, "signals from alarms", func(u Uses) bool { return u.Alarms }},
		{"scheduler", "scheduler", false, "triggers", always},
		{"secretsmanager", "secretsmanager", false, "secrets of signals over HTTPS", func(u Uses) bool { return u.Secrets }},
		{"sns", "sns", false, "alerts", always},
		{"sqs", "sqs", false, "the dead-letter queue", always},
		{"ssm", "ssm", false, "signals from parameters and calendars", func(u Uses) bool { return u.SystemsManager }},
		{"sts", "sts", false, "roles of clusters", func(u Uses) bool { return u.Roles }},
	}
}

// Uses is what a configuration makes the functions call, beyond what they always call.
type Uses struct {
	Roles          bool     // of clusters in other accounts, or with a role
	Alarms         bool     // as signals
	SystemsManager bool     // parameters and calendars, as signals
	Secrets        bool     // in headers of signals over HTTPS
	Regions        []string // of clusters that are elsewhere, in alphabetical order
	Hosts          []string // of signals over HTTPS, in alphabetical order
}

// Of returns what the functions of a stack in a region call for these clusters and signals.
func Of(clusters []config.Cluster, signals map[string]config.Signal, region string) Uses {
	var u Uses
	for _, c := range clusters {
		u.Roles = u.Roles || c.Role().ARN != ""
		if c.Region != region {
			u.Regions = append(u.Regions, c.Region)
		}
	}
	for _, s := range signals {
		switch s.Source() {
		case config.FromAlarm:
			u.Alarms = true
		case config.FromParameter, config.FromCalendar:
			u.SystemsManager = true
		case config.FromHTTP:
			u.Hosts = append(u.Hosts, s.HTTP.Host())
			u.Secrets = u.Secrets || len(s.HTTP.Secrets()) > 0
		}
	}
	u.Regions, u.Hosts = unique(u.Regions), unique(u.Hosts)
	return u
}

func unique(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// Needed returns the services that the functions call.
func (u Uses) Needed() []Service {
	return slices.DeleteFunc(All(), func(s Service) bool { return !s.needed(u) })
}

// Names returns the names of services.
func Names(services []Service) []string {
	var names []string
	for _, s := range services {
		names = append(names, s.Name)
	}
	return names
}

// Is reports whether a service name of an endpoint, such as com.amazonaws.eu-west-1.eks, is of the service in a region. The prefix
// differs between partitions.
func (s Service) Is(serviceName, region string) bool {
	return strings.HasSuffix(serviceName, "amazonaws."+region+"."+s.Name)
}
