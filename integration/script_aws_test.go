package integration_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	awseks "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/rogpeppe/go-internal/testscript"

	"eks-scaling-automation/integration/world"
)

// awsCommand is a command of the AWS CLI, which fills the input of an operation from its flags.
type awsCommand func(cfg aws.Config, flags map[string][]string) (any, error)

// through makes a command of an operation of the SDK.
func through[Client, In, Out, Options any](
	connect func(aws.Config, ...func(*Options)) *Client, do func(*Client, context.Context, *In, ...func(*Options)) (*Out, error),
) awsCommand {
	return func(cfg aws.Config, flags map[string][]string) (any, error) {
		in := new(In)
		if err := fillInput(reflect.ValueOf(in).Elem(), flags); err != nil {
			return nil, err
		}
		return do(connect(cfg), context.Background(), in)
	}
}

// awsCommands are all commands of the AWS CLI that the tool prints or docs/signals.md names.
var awsCommands = map[string]awsCommand{
	"cloudformation describe-stack-events":          through(cloudformation.NewFromConfig, (*cloudformation.Client).DescribeStackEvents),
	"cloudformation describe-stack-resources":       through(cloudformation.NewFromConfig, (*cloudformation.Client).DescribeStackResources),
	"cloudformation describe-stacks":                through(cloudformation.NewFromConfig, (*cloudformation.Client).DescribeStacks),
	"cloudtrail lookup-events":                      lookupEvents,
	"cloudwatch disable-alarm-actions":              through(cloudwatch.NewFromConfig, (*cloudwatch.Client).DisableAlarmActions),
	"cloudwatch enable-alarm-actions":               through(cloudwatch.NewFromConfig, (*cloudwatch.Client).EnableAlarmActions),
	"cloudwatch put-metric-alarm":                   through(cloudwatch.NewFromConfig, (*cloudwatch.Client).PutMetricAlarm),
	"cloudwatch set-alarm-state":                    through(cloudwatch.NewFromConfig, (*cloudwatch.Client).SetAlarmState),
	"dynamodb delete-item":                          through(dynamodb.NewFromConfig, (*dynamodb.Client).DeleteItem),
	"dynamodb get-item":                             through(dynamodb.NewFromConfig, (*dynamodb.Client).GetItem),
	"dynamodb list-backups":                         through(dynamodb.NewFromConfig, (*dynamodb.Client).ListBackups),
	"dynamodb restore-table-from-backup":            through(dynamodb.NewFromConfig, (*dynamodb.Client).RestoreTableFromBackup),
	"dynamodb update-time-to-live":                  through(dynamodb.NewFromConfig, (*dynamodb.Client).UpdateTimeToLive),
	"eks describe-cluster":                          through(awseks.NewFromConfig, (*awseks.Client).DescribeCluster),
	"eks describe-nodegroup":                        through(awseks.NewFromConfig, (*awseks.Client).DescribeNodegroup),
	"eks list-clusters":                             through(awseks.NewFromConfig, (*awseks.Client).ListClusters),
	"eks list-nodegroups":                           through(awseks.NewFromConfig, (*awseks.Client).ListNodegroups),
	"iam get-role":                                  through(iam.NewFromConfig, (*iam.Client).GetRole),
	"iam list-attached-role-policies":               through(iam.NewFromConfig, (*iam.Client).ListAttachedRolePolicies),
	"iam list-role-policies":                        through(iam.NewFromConfig, (*iam.Client).ListRolePolicies),
	"scheduler delete-schedule":                     through(awsscheduler.NewFromConfig, (*awsscheduler.Client).DeleteSchedule),
	"secretsmanager create-secret":                  through(secretsmanager.NewFromConfig, (*secretsmanager.Client).CreateSecret),
	"secretsmanager put-secret-value":               through(secretsmanager.NewFromConfig, (*secretsmanager.Client).PutSecretValue),
	"ssm put-parameter":                             through(ssm.NewFromConfig, (*ssm.Client).PutParameter),
	"service-quotas request-service-quota-increase": through(servicequotas.NewFromConfig, (*servicequotas.Client).RequestServiceQuotaIncrease),
	"sns subscribe":                                 through(sns.NewFromConfig, (*sns.Client).Subscribe),
	"sqs purge-queue":                               through(sqs.NewFromConfig, (*sqs.Client).PurgeQueue),
	"sqs receive-message":                           through(sqs.NewFromConfig, (*sqs.Client).ReceiveMessage),
}

// awsCLI is the command "aws" of the scripts: it prints the answer as JSON.
func awsCLI(ts *testscript.TestScript, neg bool, args []string) {
	w, _ := ts.Value(worldKey{}).(*world.World)
	answer, err := callAWS(w.URL(), args)
	switch {
	case neg && err == nil:
		ts.Fatalf("aws %s did not fail", strings.Join(args, " "))
	case neg:
		_, _ = fmt.Fprintln(ts.Stderr(), err)
	case err != nil:
		ts.Fatalf("aws %s: %v", strings.Join(args, " "), err)
	default:
		text, err := json.MarshalIndent(answer, "", "  ")
		ts.Check(err)
		_, _ = fmt.Fprintln(ts.Stdout(), string(text))
	}
}

// callAWS does what the AWS CLI does with arguments.
func callAWS(url string, args []string) (answer any, err error) {
	if len(args) < 2 || awsCommands[args[0]+" "+args[1]] == nil {
		return nil, errors.New("unknown command")
	}
	flags := map[string][]string{}
	name := ""
	for _, arg := range args[2:] {
		if flag, isFlag := strings.CutPrefix(arg, "--"); isFlag {
			name = flag
			flags[name] = []string{}
			continue
		}
		if file, isFile := strings.CutPrefix(arg, "file://"); isFile {
			text, err := os.ReadFile(file) //nolint:gosec // a file that a test names
			if err != nil {
				return nil, err
			}
			arg = string(text)
		}
		flags[name] = append(flags[name], arg)
	}
	cfg := aws.Config{
		Region: world.Region, BaseEndpoint: aws.String(url), Credentials: credentials.NewStaticCredentialsProvider("operator", "local", ""),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	}
	if region := flags["region"]; len(region) == 1 {
		cfg.Region = region[0]
	}
	delete(flags, "region")
	delete(flags, "query") // selects a part of the answer
	return awsCommands[args[0]+" "+args[1]](cfg, flags)
}

// fillInput fills the input of an operation. An unknown flag is an error.
func fillInput(in reflect.Value, flags map[string][]string) error {
	for flag, values := range flags {
		name := strings.TrimPrefix(strings.ReplaceAll(flag, "-", ""), "notification") // which SNS calls its Endpoint
		field := in.FieldByNameFunc(func(field string) bool { return strings.EqualFold(field, name) })
		if !field.IsValid() {
			return fmt.Errorf("unknown flag --%s", flag)
		}
		if err := fillField(field, values); err != nil {
			return fmt.Errorf("--%s: %w", flag, err)
		}
	}
	return nil
}

func fillField(field reflect.Value, values []string) error {
	switch {
	case field.Type() == reflect.TypeFor[[]string]():
		field.Set(reflect.ValueOf(values))
		return nil
	case field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct:
		field.Set(reflect.MakeSlice(field.Type(), len(values), len(values)))
		var all []error
		for i, value := range values {
			all = append(all, fillInput(field.Index(i), membersOf(value)))
		}
		return errors.Join(all...)
	case len(values) == 0 && field.Type() == reflect.TypeFor[*bool]():
		field.Set(reflect.ValueOf(aws.Bool(true)))
		return nil
	case len(values) != 1:
		return fmt.Errorf("found %d values; want 1", len(values))
	default:
		return fillOne(field, values[0])
	}
}

// fillOne fills a field with one value.
func fillOne(field reflect.Value, value string) error {
	switch {
	case field.Type() == reflect.TypeFor[map[string]types.AttributeValue]():
		key := map[string]struct{ S string }{}
		err := json.Unmarshal([]byte(value), &key)
		item := map[string]types.AttributeValue{}
		for name, value := range key {
			item[name] = &types.AttributeValueMemberS{Value: value.S}
		}
		field.Set(reflect.ValueOf(item))
		return err
	case field.Kind() == reflect.Pointer && field.Type().Elem().Kind() == reflect.Struct:
		field.Set(reflect.New(field.Type().Elem()))
		return fillInput(field.Elem(), membersOf(value))
	case field.Kind() == reflect.Pointer:
		field.Set(reflect.New(field.Type().Elem()))
		return fillOne(field.Elem(), value)
	case field.Kind() == reflect.String:
		field.SetString(value)
		return nil
	default:
		return json.Unmarshal([]byte(value), field.Addr().Interface())
	}
}

// membersOf reads members as Name=a,Value=b.
func membersOf(text string) map[string][]string {
	members := map[string][]string{}
	for member := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(member, "=")
		members[name] = []string{value}
	}
	return members
}

// lookupEvents calls CloudTrail, for which this module has no SDK.
func lookupEvents(cfg aws.Config, flags map[string][]string) (any, error) {
	attribute := map[string]string{}
	for member := range strings.SplitSeq(strings.Join(flags["lookup-attributes"], ","), ",") {
		name, value, _ := strings.Cut(member, "=")
		attribute[name] = value
	}
	body, err := json.Marshal(map[string]any{"LookupAttributes": []any{attribute}})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, *cfg.BaseEndpoint, strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	request.Header.Set("X-Amz-Target", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=operator/20261124/"+cfg.Region+"/cloudtrail/aws4_request, Signature=local")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %v", strconv.Itoa(response.StatusCode), answer)
	}
	return answer, nil
}

// printedCommand finds commands of the AWS CLI in string literals.
var printedCommand = regexp.MustCompile("[\"`][^\"`\n]*?\\baws ([a-z0-9-]+ [a-z]+(?:-[a-z]+)+)")

// TestEveryPrintedCommandOfTheAWSCLIWorksLocally reads the sources of the tool. The script remedies.txtar runs the commands.
func TestEveryPrintedCommandOfTheAWSCLIWorksLocally(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("testdata/scripts/remedies.txtar")
	if err != nil {
		t.Fatal(err)
	}
	printed, err := printedCommands("../cmd/eks-scaling", "../shared")
	if err != nil {
		t.Fatal(err)
	}
	// The first one reads a file. The local world has no stack sets, no rollback that gets stuck and no tags on clusters, and all regions are enabled.
	others := []string{
		"configure list-profiles", "cloudformation create-stack-set", "cloudformation create-stack-instances", "cloudformation continue-update-rollback",
		"eks tag-resource", "account enable-region",
	}
	printed = slices.DeleteFunc(printed, func(command string) bool { return slices.Contains(others, command) })
	if len(printed) < 20 {
		t.Fatalf("found only %d commands: %v", len(printed), printed)
	}
	for _, command := range printed {
		if awsCommands[command] == nil || !strings.Contains(string(script), "aws "+command+" --") {
			t.Errorf("aws %s is printed by the tool, and testdata/scripts/remedies.txtar does not run it", command)
		}
	}
}

// printedCommands returns the commands of the AWS CLI in the string literals of all sources under these directories.
func printedCommands(roots ...string) (printed []string, err error) {
	for _, root := range roots {
		err = errors.Join(err, filepath.WalkDir(root, func(path string, _ os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for line := range strings.Lines(string(source)) {
				for found := printedCommand.FindStringSubmatchIndex(line); found != nil; found = printedCommand.FindStringSubmatchIndex(line) {
					printed = append(printed, line[found[2]:found[3]])
					line = `"` + line[found[1]:]
				}
			}
			return err
		}))
	}
	return printed, err
}
