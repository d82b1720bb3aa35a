package installcmd

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
)

// The kinds of [Data].
const (
	kindTable  = "table"
	kindBucket = "bucket"
)

// find returns the data that outlives the stack, and the number of resources that go with the stack.
func (u *uninstaller) find(ctx context.Context) (data []Data, resources int, err error) {
	var names []string
	if u.now.exists() {
		if names, resources, err = u.ofStack(ctx); err != nil {
			return nil, 0, err
		}
	}
	for _, name := range []string{deployment.ConfigTable, deployment.LogsTable} {
		if slices.Contains(names, name) {
			continue
		}
		switch owner, err := u.owner(ctx, name); { // a failed stack has lost its tables
		case err != nil:
			return nil, 0, err
		case owner == "":
			names = append(names, name)
		}
	}
	for _, name := range names {
		table, found, err := u.table(ctx, name)
		if err != nil {
			return nil, 0, err
		}
		if found {
			data = append(data, table)
		}
	}
	code, found, err := u.code(ctx)
	if found {
		data = append(data, code)
	}
	return data, resources, err
}

// owner returns the name of the stack that has a table; empty if none has.
func (u *uninstaller) owner(ctx context.Context, table string) (string, error) {
	out, err := u.api.DescribeStackResources(ctx, &cloudformation.DescribeStackResourcesInput{PhysicalResourceId: &table})
	switch {
	case isUnknownStack(err):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("looking for the stack of table %s: %w", table, err)
	case len(out.StackResources) == 0:
		return "", nil
	}
	return aws.ToString(out.StackResources[0].StackName), nil
}

// ofStack returns the tables of the stack that its template retains, and the number of other resources.
func (u *uninstaller) ofStack(ctx context.Context) (tables []string, others int, err error) {
	if u.now.isReview() {
		return nil, 0, nil
	}
	policies, err := u.policies(ctx)
	if err != nil {
		return nil, 0, err
	}
	pages := cloudformation.NewListStackResourcesPaginator(u.api, &cloudformation.ListStackResourcesInput{StackName: &u.now.id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, 0, fmt.Errorf("listing the resources of stack %s: %w", u.stack.name, err)
		}
		for _, r := range page.StackResourceSummaries {
			switch retained := strings.HasPrefix(policies[aws.ToString(r.LogicalResourceId)], "Retain"); {
			case retained && aws.ToString(r.ResourceType) == "AWS::DynamoDB::Table":
				tables = append(tables, aws.ToString(r.PhysicalResourceId))
			case !retained || aws.ToString(r.ResourceType) == "AWS::Lambda::Version": // versions go with their function
				others++
			}
		}
	}
	return tables, others, nil
}

// policies returns the deletion policies of the deployed template, by logical ID.
func (u *uninstaller) policies(ctx context.Context) (map[string]string, error) {
	out, err := u.api.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &u.now.id})
	if err != nil {
		return nil, fmt.Errorf("reading the template of stack %s: %w", u.stack.name, err)
	}
	var t struct {
		Resources map[string]struct{ DeletionPolicy string }
	}
	if err := json.Unmarshal([]byte(aws.ToString(out.TemplateBody)), &t); err != nil {
		return nil, fmt.Errorf("reading the template of stack %s: %w", u.stack.name, err)
	}
	policies := map[string]string{}
	for id, r := range t.Resources {
		policies[id] = r.DeletionPolicy
	}
	return policies, nil
}

// table returns a table, if it exists.
func (u *uninstaller) table(ctx context.Context, name string) (d Data, found bool, err error) {
	out, err := u.tables.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return d, false, nil
	}
	if err != nil {
		return d, false, fmt.Errorf("looking at table %s: %w", name, err)
	}
	d = Data{Kind: kindTable, Name: name, Count: -1}
	if out.Table.TableStatus == types.TableStatusDeleting {
		return d, false, nil
	}
	counted, err := u.tables.Scan(ctx, &dynamodb.ScanInput{TableName: &name, Select: types.SelectCount}) // the description is hours old
	switch {
	case awserr.Denied(err): // the number is nice to have
	case err != nil:
		return d, false, fmt.Errorf("counting the items of table %s: %w", name, err)
	default:
		d.Count, d.More = int64(counted.Count), len(counted.LastEvaluatedKey) > 0
	}
	return d, true, nil
}

// code returns the bucket with the code, if there is one. A stack of the CDK has its code elsewhere.
func (u *uninstaller) code(ctx context.Context) (d Data, found bool, err error) {
	if u.now.exists() && u.now.parameters[parameterBucket] == "" {
		return d, false, nil
	}
	d = Data{Kind: kindBucket, Name: u.bucket.name, stays: u.bucket.name != defaultBucket(u.report.Account, u.stack.region)}
	found, err = u.bucket.find(ctx)
	if !u.now.exists() && frame.ExitCode(err) == frame.ExitNoAccess {
		return d, false, nil // somebody else has the default name
	}
	if err != nil || !found {
		return d, false, err
	}
	keys, err := u.bucket.keys(ctx, u.now.parameters[parameterPrefix])
	d.Count = int64(len(keys))
	return d, true, err
}

// delete deletes the data. What is gone already is no error, so that the command can be repeated.
func (u *uninstaller) delete(ctx context.Context) error {
	for _, d := range u.data {
		err := u.deleteTable
		if d.Kind == kindBucket {
			err = u.deleteCode
		}
		if err := err(ctx, d); err != nil {
			return fmt.Errorf("%w; run uninstall --delete-data again for the rest", frame.WithRemedy(err))
		}
		u.report.Deleted = append(u.report.Deleted, d)
	}
	return nil
}

// deleteTable deletes a table that belongs to no stack.
func (u *uninstaller) deleteTable(ctx context.Context, d Data) error {
	if owner, err := u.owner(ctx, d.Name); err != nil || owner != "" {
		return cmp.Or(err, frame.Taken(fmt.Errorf("table %s belongs to stack %s now, so it was not deleted", d.Name, owner)))
	}
	_, err := u.tables.UpdateTable(ctx, &dynamodb.UpdateTableInput{TableName: &d.Name, DeletionProtectionEnabled: aws.Bool(false)})
	if err == nil {
		_, err = u.tables.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: &d.Name})
	}
	if err != nil && !awserr.Has(err, "ResourceNotFoundException") {
		return fmt.Errorf("deleting table %s: %w", d.Name, err)
	}
	term.Say(u.env.Told, "Deleted %s.\n", d.words())
	return nil
}

// deleteCode deletes the code of all versions, and the bucket if it is the default one and has nothing else.
func (u *uninstaller) deleteCode(ctx context.Context, d Data) error {
	keys, err := u.bucket.keys(ctx, u.now.parameters[parameterPrefix])
	if err == nil {
		err = u.bucket.remove(ctx, keys)
	}
	if err != nil {
		return err
	}
	gone := false
	if !d.stays {
		if gone, err = u.bucket.delete(ctx); err != nil {
			return err
		}
	}
	if gone {
		term.Say(u.env.Told, "Deleted %s.\n", d.words())
		return nil
	}
	term.Say(u.env.Told, "Deleted %s of bucket %s. The bucket stays.\n", english.Count(len(keys), "object"), d.Name)
	return nil
}
