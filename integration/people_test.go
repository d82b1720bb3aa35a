package integration_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/world"
)

// init adds the command that holds the tool's calls against the policies for people.
func init() {
	worldCommands["allowed"] = worldCommand{"POLICY (fails if the tool made a call that this managed policy of the stack does not allow)", allowedBy}
	worldCommands["refused"] = worldCommand{"POLICY (fails if this managed policy of the stack allows all that the tool called)", func(w *world.World, args []string) error {
		if allowedBy(w, args) == nil {
			return fmt.Errorf("%s allows every call", args[0])
		}
		return nil
	}}
	worldCommands["forget"] = worldCommand{"(the calls so far)", func(w *world.World, _ []string) error {
		w.AWS.Reset()
		return nil
	}}
}

// allowedBy checks the calls of the tool so far.
func allowedBy(w *world.World, args []string) error {
	allowed, err := managedPolicy(w, args[0])
	if err != nil {
		return err
	}
	caller := accessKeyOf(w)
	resources := resourcesOf(w)
	checked := 0
	for _, c := range w.AWS.Calls() {
		if c.Principal != caller || c.Operation == "GetCallerIdentity" { // which needs no permission
			continue
		}
		for _, action := range actionsOf(c) {
			if resources[action] == nil {
				return fmt.Errorf("%s: say here on which resources it needs a permission", action)
			}
			for _, r := range resources[action] {
				r.Action = action
				if checked++; !allowed.Allows(r) {
					return fmt.Errorf("%s does not allow %s on %s", args[0], action, r.Resource)
				}
			}
		}
	}
	if checked == 0 {
		return fmt.Errorf("%s has made no calls", caller)
	}
	return nil
}

// accessKeyOf returns the access key with which the tool calls.
func accessKeyOf(w *world.World) string {
	last := ""
	for _, variable := range w.Variables() {
		if key, found := strings.CutPrefix(variable, "AWS_ACCESS_KEY_ID="); found {
			last = key
		}
	}
	return last
}

// managedPolicy returns a managed policy of the deployed stack by its name.
func managedPolicy(w *world.World, name string) (policy.Policy, error) {
	for _, r := range w.Template.Of("AWS::IAM::ManagedPolicy") {
		if r.Name == name {
			document, err := json.Marshal(r.Properties["PolicyDocument"])
			if err != nil {
				return nil, err
			}
			return policy.Parse(name, document)
		}
	}
	return nil, fmt.Errorf("the stack has no policy %s", name)
}

// actionsOf returns the IAM actions of a call.
func actionsOf(c endpoint.Call) []string {
	service := map[string]string{"monitoring": "cloudwatch"}[c.Service]
	if service == "" {
		service = c.Service
	}
	switch {
	case c.Operation == "TransactWriteItems":
		return []string{"dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"}
	case service == "eks":
		return []string{"eks:" + readOfEKS(c.Operation)}
	case service == "scheduler":
		return []string{"scheduler:" + callOfScheduler(c.Operation)}
	default:
		return []string{service + ":" + c.Operation}
	}
}

// readOfEKS returns the action of a call such as "GET /clusters/production/node-groups/big".
func readOfEKS(operation string) string {
	path := strings.Split(strings.Trim(strings.TrimPrefix(operation, "GET "), "/"), "/")
	return map[int]string{1: "ListClusters", 2: "DescribeCluster", 3: "ListNodegroups", 4: "DescribeNodegroup"}[len(path)]
}

// callOfScheduler returns the action of a call such as "GET /schedules/reconcile".
func callOfScheduler(operation string) string {
	method, path, _ := strings.Cut(operation, " ")
	if method == "GET" && strings.Trim(path, "/") == "schedules" {
		return "ListSchedules"
	}
	return map[string]string{"GET": "GetSchedule", "POST": "CreateSchedule", "PUT": "UpdateSchedule", "DELETE": "DeleteSchedule"}[method]
}

// resourcesOf returns what the tool calls an action on.
func resourcesOf(w *world.World) map[string][]policy.Request {
	of := func(service, resource string) policy.Request {
		return policy.Request{Resource: "arn:aws:" + service + ":" + w.Region + ":" + w.Template.Account + ":" + resource}
	}
	config, logs := of("dynamodb", "table/eks-scaling-config"), of("dynamodb", "table/eks-scaling-logs")
	budget := logs
	budget.Context = map[string][]string{"dynamodb:LeadingKeys": {"budget/" + w.Region}}
	both := []policy.Request{config, logs}
	run, unit := of("states", "execution:eks-scaling:a"), of("states", "execution:eks-scaling/Unit:a")
	cluster, group := of("eks", "cluster/production"), of("eks", "nodegroup/production/big/id")
	static, weekly := of("scheduler", "schedule/eks-scaling/reconcile"), of("scheduler", "schedule/eks-scaling-triggers/weekly")
	role := policy.Request{Resource: "arn:aws:iam::" + w.Template.Account + ":role/" + w.Template.Stack + "-ScaleFunctionRole"}
	all := []policy.Request{{Resource: "*"}}
	found := map[string][]policy.Request{
		"cloudformation:DescribeStacks":           {{Resource: w.Template.ID}},
		"cloudformation:ListStackResources":       {{Resource: w.Template.ID}},
		"cloudwatch:DescribeAlarms":               all,
		"dynamodb:BatchGetItem":                   both,
		"dynamodb:ConditionCheckItem":             {config},
		"dynamodb:DeleteItem":                     {config},
		"dynamodb:DescribeTable":                  both,
		"dynamodb:DescribeTimeToLive":             both,
		"dynamodb:GetItem":                        both,
		"dynamodb:PutItem":                        {config},
		"dynamodb:Query":                          append(slices.Clone(both), of("dynamodb", "table/eks-scaling-logs/index/by-day")),
		"dynamodb:UpdateItem":                     {budget},
		"eks:DescribeCluster":                     {cluster},
		"eks:DescribeNodegroup":                   {group},
		"eks:ListClusters":                        all,
		"eks:ListNodegroups":                      {cluster},
		"iam:GetRole":                             {role},
		"iam:SimulatePrincipalPolicy":             {role},
		"scheduler:CreateSchedule":                {weekly},
		"scheduler:DeleteSchedule":                {weekly},
		"scheduler:GetSchedule":                   {static, weekly},
		"scheduler:ListSchedules":                 {of("scheduler", "schedule/*/*")},
		"scheduler:UpdateSchedule":                {weekly},
		"ec2:DescribeLaunchTemplateVersions":      all,
		"pricing:GetProducts":                     all,
		"servicequotas:GetAWSDefaultServiceQuota": all,
		"servicequotas:GetServiceQuota":           all,
		"sns:ListSubscriptionsByTopic":            {of("sns", "eks-scaling-alerts")},
		"sqs:GetQueueAttributes":                  {of("sqs", "eks-scaling-undelivered")},
		"states:DescribeExecution":                {run, unit},
		"states:DescribeMapRun":                   {of("states", "mapRun:eks-scaling/Unit:a")},
		"states:DescribeStateMachine":             {of("states", "stateMachine:eks-scaling")},
		"states:GetExecutionHistory":              {run, unit},
		"states:ListExecutions":                   {of("states", "stateMachine:eks-scaling")},
		"states:RedriveExecution":                 {run},
		"states:StartExecution":                   {of("states", "stateMachine:eks-scaling")},
		"sts:AssumeRole":                          {{Resource: "arn:aws:iam::210987654321:role/eks-scaling-spoke-viewer"}},
	}
	return found
}
