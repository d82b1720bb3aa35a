package checks

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/datakey"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/permissions"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/statemachine"
)

// Roles returns the names of the stack's roles: one for each function, the scheduler's and the state machine's.
func Roles() []string {
	return append(deployment.Functions(), deployment.SchedulerRole, deployment.MachineRole)
}

// RolesOf returns the ARNs of the stack's roles by name.
func RolesOf(s deployment.Stack, resources []Resource) map[string]string {
	found := map[string]string{}
	for _, name := range Roles() {
		if role := find(resources, roleType, deployment.RoleID(name)); role != "" {
			found[name] = arn(s, "iam", "", "role/"+role)
		}
	}
	return found
}

// KeyOf returns the ARN of the key that encrypts the alerts; empty if there is none.
func KeyOf(s deployment.Stack, resources []Resource) string {
	key := find(resources, keyType, "AlertKey")
	if key == "" {
		return ""
	}
	return arn(s, "kms", s.Region, "key/"+key)
}

// Permission is a required permission of a role: each action on each resource.
type Permission struct {
	Role      string
	Actions   []string
	Resources []string          // ARNs with * for unknown parts; "*" for an action without a resource
	Context   map[string]string // the condition keys of the request
}

// Deployment is everything that the roles act on. Permissions on an empty ARN are left out.
type Deployment struct {
	deployment.Stack
	StreamARN string // of the config table
	KeyARN    string // of the alerts
	VPC       string // of the functions; empty if they run in Lambda's own network, or if it is unknown
	Clusters  []config.Unit
	Signals   map[string]config.Signal
}

// permission returns one of the roles that RequiredPermissions gives it to.
func permission(resource string, actions ...string) Permission {
	return Permission{Actions: actions, Resources: []string{resource}}
}

// RequiredPermissions returns exactly what cdk grants the stack's roles. A cluster's own role only needs to be assumed.
func (e Deployment) RequiredPermissions() []Permission {
	var all []Permission
	give := func(role string, needs ...Permission) {
		for _, n := range needs {
			if len(n.Resources) > 0 && n.Resources[0] != "" {
				n.Role = role
				all = append(all, n)
			}
		}
	}
	configTable, logsTable := e.table(e.ConfigTable), e.table(e.LogsTable)
	for _, name := range deployment.Functions() {
		give(name, permission(e.own("logs", "log-group:/aws/lambda/"+deployment.System+"-"+name+":*"), "logs:CreateLogStream", "logs:PutLogEvents"), permission("*", tracing...))
		give(name, e.attaching()...)
	}
	give("load-config", permission(configTable, "dynamodb:GetItem", "dynamodb:Query"))
	give("read-signals", append(e.onSources(), permission(configTable, "dynamodb:GetItem"))...)
	readUnit := permission(configTable, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem")
	updateUnit := permission(logsTable, "dynamodb:GetItem", "dynamodb:UpdateItem")
	for _, name := range permissions.Functions() {
		give(name, append(e.onGroups(permissions.OnNodegroups(name)...), e.onClusters(permissions.OnClusters(name)...)...)...)
	}
	give("decide", readUnit, updateUnit)
	give("scale", readUnit, updateUnit)
	give("wait-for-nodegroup-active", updateUnit)
	give("audit", permission(logsTable, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"))
	give("sync-triggers", slices.Concat(e.following(), []Permission{
		permission(configTable, "dynamodb:GetItem", "dynamodb:Query"),
		permission(e.own("scheduler", "schedule/"+e.TriggersGroup+"/*"),
			"scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:GetSchedule", "scheduler:UpdateSchedule"),
		permission(e.own("scheduler", "schedule/*/*"), "scheduler:ListSchedules"),
		{
			Actions: []string{"iam:PassRole"}, Resources: []string{e.SchedulerRoleARN},
			Context: map[string]string{"iam:PassedToService": "scheduler.amazonaws.com"},
		},
		permission(e.DeadLetterARN, "sqs:SendMessage"),
	})...)
	give(deployment.AuditConfig, slices.Concat(e.following(), e.alerting(), []Permission{
		permission(configTable, "dynamodb:GetItem", "dynamodb:Query"), permission(logsTable, "dynamodb:PutItem"), permission(e.DeadLetterARN, "sqs:SendMessage"),
	})...)
	give(deployment.WeeklySummary, append(e.alerting(), permission(configTable, "dynamodb:GetItem", "dynamodb:Query"),
		permission(logsTable, "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Query"),
		permission(logsTable+"/index/by-day", "dynamodb:Query"))...)
	e.giveEvents(give)
	give(deployment.SchedulerRole, permission(e.StateMachineARN, "states:StartExecution"), permission(e.DeadLetterARN, "sqs:SendMessage"))
	give(deployment.MachineRole, e.startingUnits()...)
	give(deployment.MachineRole, append(e.alerting(), Permission{Actions: []string{"lambda:InvokeFunction"}, Resources: e.called()}, permission("*", slices.Concat(tracing, machineLogging)...))...)
	all = append(all, e.onDataKey(all)...)
	slices.SortStableFunc(all, func(a, b Permission) int { return slices.Index(Roles(), a.Role) - slices.Index(Roles(), b.Role) })
	return all
}

// attaching returns the permissions by which Lambda attaches functions to their subnets.
func (e Deployment) attaching() []Permission {
	if e.VPC == "" {
		return nil
	}
	interfaces := e.own("ec2", "network-interface/*")
	creates := permission(interfaces, "ec2:CreateNetworkInterface")
	for _, id := range e.Subnets {
		creates.Resources = append(creates.Resources, e.own("ec2", "subnet/"+id))
	}
	for _, id := range e.SecurityGroups {
		creates.Resources = append(creates.Resources, e.own("ec2", "security-group/"+id))
	}
	creates.Context = map[string]string{"ec2:Vpc": e.own("ec2", "vpc/"+e.VPC)}
	return []Permission{
		creates,
		permission(interfaces, "ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"),
		permission("*", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
	}
}

// onDataKey returns what roles with other permissions need on the customer's key.
func (e Deployment) onDataKey(others []Permission) (all []Permission) {
	if e.DataKeyARN == "" {
		return nil
	}
	for _, role := range Roles() {
		var actions []string
		for _, p := range others {
			if p.Role == role {
				actions = append(actions, p.Actions...)
			}
		}
		uses := datakey.UsesOf(actions)
		if slices.Contains(deployment.Functions(), role) {
			uses = append(uses, datakey.Lambda())
		}
		for _, use := range uses {
			all = append(all, Permission{
				Role: role, Actions: use.Actions, Resources: []string{e.DataKeyARN},
				Context: map[string]string{"kms:ViaService": use.Service + "." + e.Region + ".amazonaws.com"},
			})
		}
	}
	return all
}

// giveEvents gives the permissions to send events, if the stack does.
func (e Deployment) giveEvents(give func(role string, needs ...Permission)) {
	if e.EventBusARN == "" {
		return
	}
	for _, role := range []string{"audit", deployment.AuditConfig, deployment.SchedulerRole} {
		give(role, permission(e.EventBusARN, "events:PutEvents"))
	}
	give("sync-triggers",
		permission(e.own("scheduler", "schedule/"+deployment.EventsGroup+"/*"), "scheduler:CreateSchedule", "scheduler:DeleteSchedule"),
		permission(e.DeadLetterARN, "sqs:GetQueueAttributes"))
	give(deployment.WeeklySummary, permission(e.ChatTopicARN, "sns:Publish"))
	give(deployment.Notify,
		permission(e.table(e.ConfigTable), "dynamodb:GetItem"), permission(e.ChatTopicARN, "sns:Publish"), permission(e.KeyARN, "kms:Decrypt", "kms:GenerateDataKey"),
		permission(e.DeadLetterARN, "sqs:SendMessage"))
}

// Actions without a resource, for traces and for the delivery of the state machine's logs.
var (
	tracing        = []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}
	machineLogging = []string{
		"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:GetLogDelivery",
		"logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery", "xray:GetSamplingRules", "xray:GetSamplingTargets",
	}
)

// own returns the ARN of a resource in the stack's account and region.
func (e Deployment) own(service, resource string) string {
	return arn(e.Stack, service, e.Region, resource)
}

func (e Deployment) table(name string) string {
	return e.own("dynamodb", "table/"+name)
}

// following returns the permissions to receive the changes of the config table.
func (e Deployment) following() []Permission {
	return []Permission{
		permission(e.StreamARN, "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
		permission(e.table(e.ConfigTable)+"/stream/*", "dynamodb:ListStreams"),
	}
}

// alerting returns the permissions to publish to the encrypted topic.
func (e Deployment) alerting() []Permission {
	return []Permission{permission(e.AlertTopicARN, "sns:Publish"), permission(e.KeyARN, "kms:Decrypt", "kms:GenerateDataKey")}
}

// startingUnits returns the permissions to run each unit in an execution of its own, and to continue or end them with the run.
func (e Deployment) startingUnits() []Permission {
	machine := e.own("states", "execution:"+e.StateMachineARN[strings.LastIndex(e.StateMachineARN, ":")+1:])
	runs, units := machine+":*", machine+"/"+run.UnitLabel+":*"
	return []Permission{
		permission(e.StateMachineARN, "states:StartExecution"),
		permission(runs, "states:DescribeExecution", "states:StopExecution"),
		permission(units, "states:DescribeExecution", "states:RedriveExecution", "states:StopExecution"),
	}
}

// maxResources is how many resources one required permission has: the simulator tries each of a call, and there may be thousands.
const maxResources = 100

// onGroups returns EKS actions on the configured node groups, and the permission to assume the clusters' roles.
func (e Deployment) onGroups(actions ...string) []Permission {
	var groups []string
	roles := map[bool][]string{} // of spokes, and others
	for _, c := range e.Clusters {
		if role := c.Role; role.ARN != "" {
			if !slices.Contains(roles[role.Spoke], role.ARN) {
				roles[role.Spoke] = append(roles[role.Spoke], role.ARN)
			}
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(c.Nodegroups)) {
			groups = append(groups, arn(e.Stack, "eks", c.Region, fmt.Sprintf("nodegroup/%s/%s/*", c.EKSName, name)))
		}
	}
	spokes, others := inParts(roles[true], account.Role{Spoke: true}.Actions()), inParts(roles[false], account.Role{}.Actions())
	return slices.Concat(others, spokes, inParts(groups, actions))
}

// onClusters returns EKS actions on the configured clusters.
func (e Deployment) onClusters(actions ...string) []Permission {
	if len(actions) == 0 {
		return nil
	}
	var clusters []string
	for _, c := range e.Clusters {
		if own := arn(e.Stack, "eks", c.Region, "cluster/"+c.EKSName); c.Role.ARN == "" && !slices.Contains(clusters, own) {
			clusters = append(clusters, own)
		}
	}
	return inParts(clusters, actions)
}

// Targets returns the clusters and node groups of a permission, whose tags the simulator does not know; none if it is about others.
func (n Permission) Targets() []Target {
	var targets []Target
	for _, resource := range n.Resources {
		const parts = 6
		arn := strings.SplitN(resource, ":", parts)
		if len(arn) != parts || arn[2] != "eks" {
			return nil
		}
		t := Target{ARN: resource, Region: arn[3]}
		name := strings.Split(arn[5], "/")
		if t.Cluster = name[1]; name[0] == "nodegroup" {
			t.Nodegroup = name[2]
		}
		targets = append(targets, t)
	}
	return targets
}

// onSources returns the actions on the sources of the configured signals. A composite alarm needs the permission on all alarms.
func (e Deployment) onSources() []Permission {
	var needs []Permission
	add := func(action, resource string) { needs = append(needs, permission(resource, action)) }
	for _, name := range slices.Sorted(maps.Keys(e.Signals)) {
		s := e.Signals[name]
		switch s.Source() {
		case config.FromAlarm:
			alarm := "*"
			if !s.Composite {
				alarm = e.own("cloudwatch", "alarm:"+s.Alarm)
			}
			add("cloudwatch:DescribeAlarms", alarm)
		case config.FromParameter:
			add("ssm:GetParameter", e.own("ssm", "parameter/"+strings.TrimPrefix(s.Parameter, "/")))
		case config.FromCalendar:
			document := s.Calendar
			if !strings.HasPrefix(document, "arn:") {
				document = e.own("ssm", "document/"+document)
			}
			add("ssm:GetCalendarState", document)
		case config.FromHTTP:
			for _, secret := range s.HTTP.Secrets() {
				add("secretsmanager:GetSecretValue", e.own("secretsmanager", "secret:"+secret+"-??????"))
			}
		}
	}
	return unique(needs)
}

// unique removes repeated permissions: two signals may share a source or a secret.
func unique(needs []Permission) []Permission {
	slices.SortFunc(needs, func(a, b Permission) int {
		return cmp.Or(strings.Compare(a.Actions[0], b.Actions[0]), strings.Compare(a.Resources[0], b.Resources[0]))
	})
	return slices.CompactFunc(needs, func(a, b Permission) bool { return a.Actions[0] == b.Actions[0] && a.Resources[0] == b.Resources[0] })
}

func inParts(resources, actions []string) (needs []Permission) {
	for part := range slices.Chunk(resources, maxResources) {
		needs = append(needs, Permission{Actions: actions, Resources: part})
	}
	return needs
}

// called returns the ARNs of the functions that the state machine calls. Active runs call earlier versions.
func (e Deployment) called() []string {
	var arns []string
	for _, name := range slices.Sorted(maps.Keys(statemachine.Functions())) {
		arns = append(arns, FunctionARN(e.Stack, name)+":*")
	}
	return arns
}
