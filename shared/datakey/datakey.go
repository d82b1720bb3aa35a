// Package datakey says what a customer's KMS key must allow when it encrypts the data of a stack: what each role does with it, and which
// services of AWS use it for themselves. The CDK app grants the first. The second belongs to the key's policy, which is the customer's,
// and doctor looks for it. The package calls nothing.
package datakey

import (
	"encoding/json"
	"slices"
	"strings"

	"eks-scaling-automation/shared/deployment"
)

// Use is what a role does with the key through a service.
type Use struct {
	Service string // such as dynamodb
	Actions []string
}

// Via returns the pattern of kms:ViaService for a use. The host's end differs between partitions.
func (u Use) Via(region string) string { return u.Service + "." + region + ".amazonaws.com*" }

// Lambda is the use of a function's role: Lambda decrypts its environment.
func Lambda() Use { return Use{"lambda", []string{"kms:Decrypt"}} }

// UsesOf returns what a role with these permissions does with the key.
func UsesOf(actions []string) (uses []Use) {
	reads, writes, sends := false, false, map[string]bool{}
	for _, action := range actions {
		service, operation, _ := strings.Cut(action, ":")
		switch service {
		case "dynamodb":
			reads = true
			writes = writes || slices.Contains([]string{"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}, operation)
		case "sns", "sqs":
			sends[service] = sends[service] || operation == "Publish" || operation == "SendMessage"
		}
	}
	if reads {
		table := Use{"dynamodb", []string{"kms:Decrypt", "kms:DescribeKey"}}
		if writes {
			table.Actions = append(table.Actions, "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")
		}
		uses = append(uses, table)
	}
	for _, service := range []string{"sns", "sqs"} {
		if sends[service] {
			uses = append(uses, Use{service, []string{"kms:Decrypt", "kms:GenerateDataKey"}})
		}
	}
	return uses
}

// Statement is a statement of the key's policy that lets a service use the key.
type Statement struct {
	Sid       string
	Effect    string
	Principal struct{ Service string }
	Action    []string
	Resource  string
	Condition map[string]map[string]string
}

// Statements returns what the key's policy must have besides the statement for the account.
func Statements(partition, region, account string) []Statement {
	logs := Statement{
		Sid:    "LogsOfEksScaling",
		Action: []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"},
		Condition: map[string]map[string]string{"ArnLike": {
			"kms:EncryptionContext:aws:logs:arn": strings.Join([]string{"arn", partition, "logs", region, account, "log-group:/aws/*/" + deployment.System + "*"}, ":"),
		}},
	}
	logs.Principal.Service = "logs." + region + ".amazonaws.com"
	all := []Statement{logs}
	for _, each := range []struct{ sid, service string }{
		{"AlarmsOfEksScaling", "cloudwatch.amazonaws.com"}, // to the topic
		{"EventsOfEksScaling", "events.amazonaws.com"},     // to the dead-letter queue, and to topics
	} {
		s := Statement{
			Sid: each.sid, Action: []string{"kms:Decrypt", "kms:GenerateDataKey*"},
			Condition: map[string]map[string]string{"StringEquals": {"aws:SourceAccount": account}},
		}
		s.Principal.Service = each.service
		all = append(all, s)
	}
	for i := range all {
		all[i].Effect, all[i].Resource = "Allow", "*"
	}
	return all
}

// JSON returns the statement as a policy has it, in one line.
func (s Statement) JSON() string {
	text, _ := json.Marshal(s) // only texts
	return string(text)
}

// LogGroups returns the ARNs of two log groups that CloudWatch Logs must be able to encrypt: of a function, and of the state machine.
func LogGroups(partition, region, account string) []string {
	arn := strings.Join([]string{"arn", partition, "logs", region, account, "log-group:"}, ":")
	return []string{arn + "/aws/lambda/" + deployment.System + "-decide", arn + "/aws/vendedlogs/states/" + deployment.System}
}
