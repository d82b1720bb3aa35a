package endpoint_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
	"eks-scaling-automation/integration/aws/template"
)

// deployed is this product's template at a place.
func deployed(t *testing.T) *template.Template {
	t.Helper()
	data, err := os.ReadFile("../../../cdk/testdata/template.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	read, err := template.Read(data, template.Place{Stack: "EksScaling", Region: region, Account: account})
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestCloudFormationDescribesTheDeployedStack(t *testing.T) {
	t.Parallel()
	stacks := new(endpoint.Stacks)
	stacks.Put(endpoint.Deployed(deployed(t), noon))
	c := cloudformation.NewFromConfig(endpointtest.At(t, region, "cloudformation", stacks))

	out, err := c.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String("EksScaling")})
	if err != nil || len(out.Stacks) != 1 {
		t.Fatalf("found %v, %v; want one stack", out, err)
	}
	stack := out.Stacks[0]
	if stack.StackStatus != types.StackStatusCreateComplete || !stack.CreationTime.Equal(noon) || stack.LastUpdatedTime != nil {
		t.Errorf("found a stack that is %s, of %v, changed at %v", stack.StackStatus, stack.CreationTime, stack.LastUpdatedTime)
	}
	values := map[string]string{}
	for _, o := range stack.Outputs {
		values[*o.OutputKey] = *o.OutputValue
	}
	if values["ConfigTableName"] != "eks-scaling-config" {
		t.Errorf("found the outputs %v", values)
	}
}

func TestCloudFormationListsResources(t *testing.T) {
	t.Parallel()
	stacks, stack := new(endpoint.Stacks), endpoint.Deployed(deployed(t), noon)
	stacks.Put(stack)
	c := cloudformation.NewFromConfig(endpointtest.At(t, region, "cloudformation", stacks))
	byID, err := c.DescribeStackResources(t.Context(), &cloudformation.DescribeStackResourcesInput{StackName: &stack.ID})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	for _, r := range byID.StackResources {
		kinds[*r.PhysicalResourceId] = *r.ResourceType
	}
	if kinds["eks-scaling-decide"] != "AWS::Lambda::Function" {
		t.Errorf("found the resources %v", kinds)
	}
	listed, err := c.ListStackResources(t.Context(), &cloudformation.ListStackResourcesInput{StackName: &stack.Name})
	if err != nil || len(listed.StackResourceSummaries) != len(byID.StackResources) {
		t.Errorf("found %d resources, %v; want %d", len(listed.StackResourceSummaries), err, len(byID.StackResources))
	}
	one, err := c.DescribeStackResources(t.Context(), &cloudformation.DescribeStackResourcesInput{
		StackName: &stack.Name, LogicalResourceId: aws.String("ScheduleGroup"),
	})
	if err != nil || len(one.StackResources) != 1 || *one.StackResources[0].PhysicalResourceId != "eks-scaling" {
		t.Errorf("found %v, %v; want the schedule group", one, err)
	}
}

func TestCloudFormationKnowsAStackInItsRegionOnly(t *testing.T) {
	t.Parallel()
	stacks := new(endpoint.Stacks)
	stacks.Put(endpoint.Stack{Name: "s", ID: "arn:s", Region: region, Status: "UPDATE_ROLLBACK_COMPLETE", Reason: "why", Created: noon, Updated: noon.Add(time.Hour)})
	for _, row := range []struct{ name, region, stack, want string }{
		{"by name", region, "s", ""},
		{"by id", region, "arn:s", ""},
		{"another name", region, "t", "ValidationError"},
		{"another region", "us-east-1", "s", "ValidationError"},
	} {
		c := cloudformation.NewFromConfig(endpointtest.At(t, row.region, "cloudformation", stacks))
		_, err := c.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: &row.stack})
		endpointtest.MustCode(t, row.name+": DescribeStacks", err, row.want)
		_, err = c.DescribeStackResources(t.Context(), &cloudformation.DescribeStackResourcesInput{StackName: &row.stack})
		endpointtest.MustCode(t, row.name+": DescribeStackResources", err, row.want)
		_, err = c.ListStackResources(t.Context(), &cloudformation.ListStackResourcesInput{StackName: &row.stack})
		endpointtest.MustCode(t, row.name+": ListStackResources", err, row.want)
	}
	elsewhere, err := cloudformation.NewFromConfig(endpointtest.At(t, "us-east-1", "cloudformation", stacks)).DescribeStacks(t.Context(), nil)
	if err != nil || len(elsewhere.Stacks) != 0 {
		t.Errorf("another region has %v, %v", elsewhere, err)
	}
	here := cloudformation.NewFromConfig(endpointtest.At(t, region, "cloudformation", stacks))
	all, err := here.DescribeStacks(t.Context(), nil)
	if err != nil || len(all.Stacks) != 1 || *all.Stacks[0].StackStatusReason != "why" || !all.Stacks[0].LastUpdatedTime.Equal(noon.Add(time.Hour)) {
		t.Errorf("found the stacks %v, %v", all, err)
	}
	_, err = here.DescribeStackResources(t.Context(), &cloudformation.DescribeStackResourcesInput{
		StackName: aws.String("s"), LogicalResourceId: aws.String("None"),
	})
	endpointtest.MustCode(t, "a resource that is not there", err, "ValidationError")
	stacks.Delete(region, "s")
	_, err = here.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String("s")})
	endpointtest.MustCode(t, "after Delete", err, "ValidationError")
}

func TestCloudFormationListsAHundredResourcesAtATime(t *testing.T) {
	t.Parallel()
	stack := endpoint.Stack{Name: "large", Region: region, Status: "CREATE_COMPLETE", Created: noon}
	for i := range 150 {
		stack.Resources = append(stack.Resources, endpoint.Resource{LogicalID: "R" + strconv.Itoa(i), Type: "T", Status: "CREATE_COMPLETE"})
	}
	stacks := new(endpoint.Stacks)
	stacks.Put(stack)
	c := cloudformation.NewFromConfig(endpointtest.At(t, region, "cloudformation", stacks))
	var sizes []int
	pages := cloudformation.NewListStackResourcesPaginator(c, &cloudformation.ListStackResourcesInput{StackName: &stack.Name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(page.StackResourceSummaries))
	}
	endpointtest.Same(t, "sizes of pages", []int{100, 50}, sizes)
	_, err := c.ListStackResources(t.Context(), &cloudformation.ListStackResourcesInput{StackName: &stack.Name, NextToken: aws.String("x")})
	endpointtest.MustCode(t, "a token that was not given", err, "ValidationError")
	first, err := c.DescribeStackResources(t.Context(), &cloudformation.DescribeStackResourcesInput{StackName: &stack.Name})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(first.StackResources); n != 100 {
		t.Errorf("DescribeStackResources shows %d; want 100", n)
	}
}
