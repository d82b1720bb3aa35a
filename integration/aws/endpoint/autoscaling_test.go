package endpoint_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
)

func TestAutoScalingDescribesScheduledActions(t *testing.T) {
	t.Parallel()
	groups := new(endpoint.AutoScaling)
	groups.PutScheduledAction(endpoint.ScheduledAction{
		Name: "night", Region: region, Group: "eks-big", ARN: "arn:night", Recurrence: "0 22 * * *", TimeZone: "America/Sao_Paulo",
		Start: noon, Min: new(0), Desired: new(0),
	})
	groups.PutScheduledAction(endpoint.ScheduledAction{Name: "day", Region: region, Group: "eks-big", End: noon.Add(time.Hour), Max: new(9)})
	groups.PutScheduledAction(endpoint.ScheduledAction{Name: "night", Region: region, Group: "eks-small"})
	groups.PutScheduledAction(endpoint.ScheduledAction{Name: "night", Region: region, Group: "eks-small", Recurrence: "0 20 * * *"})
	c := autoscaling.NewFromConfig(endpointtest.At(t, region, "autoscaling", groups))

	out, err := c.DescribeScheduledActions(t.Context(), &autoscaling.DescribeScheduledActionsInput{
		AutoScalingGroupName: aws.String("eks-big"), ScheduledActionNames: []string{"night"},
	})
	if err != nil || len(out.ScheduledUpdateGroupActions) != 1 {
		t.Fatalf("found %v, %v; want one action", out, err)
	}
	a := out.ScheduledUpdateGroupActions[0]
	endpointtest.Same(t, "the action", []string{"night", "eks-big", "arn:night", "0 22 * * *", "America/Sao_Paulo"},
		[]string{*a.ScheduledActionName, *a.AutoScalingGroupName, *a.ScheduledActionARN, *a.Recurrence, *a.TimeZone})
	if !a.StartTime.Equal(noon) || a.EndTime != nil || *a.MinSize != 0 || a.MaxSize != nil || *a.DesiredCapacity != 0 {
		t.Errorf("found %+v; want one from noon on that leaves the maximum as it is", a)
	}

	for _, row := range []struct {
		name, region string
		in           autoscaling.DescribeScheduledActionsInput
		want         string
		error        string
	}{
		{"all", region, autoscaling.DescribeScheduledActionsInput{}, "eks-big/day eks-big/night eks-small/night", ""},
		{"of a group", region, autoscaling.DescribeScheduledActionsInput{AutoScalingGroupName: aws.String("eks-small")}, "eks-small/night", ""},
		{"of no group", region, autoscaling.DescribeScheduledActionsInput{AutoScalingGroupName: aws.String("none")}, "", ""},
		{"of another region", "us-east-1", autoscaling.DescribeScheduledActionsInput{}, "", ""},
		{"names without a group", region, autoscaling.DescribeScheduledActionsInput{ScheduledActionNames: []string{"night"}}, "", "ValidationError"},
		{"what is not known here", region, autoscaling.DescribeScheduledActionsInput{StartTime: &noon}, "", "ValidationError"},
	} {
		out, err := autoscaling.NewFromConfig(endpointtest.At(t, row.region, "autoscaling", groups)).DescribeScheduledActions(t.Context(), &row.in)
		endpointtest.MustCode(t, row.name, err, row.error)
		if err != nil {
			continue
		}
		var names []string
		for _, a := range out.ScheduledUpdateGroupActions {
			names = append(names, *a.AutoScalingGroupName+"/"+*a.ScheduledActionName)
		}
		endpointtest.Same(t, row.name, row.want, strings.Join(names, " "))
	}
}

func TestAutoScalingDescribesGroups(t *testing.T) {
	t.Parallel()
	groups := new(endpoint.AutoScaling)
	groups.PutGroup(endpoint.AutoScalingGroup{
		Name: "eks-big", Region: region, Min: 1, Max: 9, Desired: 2, Created: noon, Tags: map[string]string{"eks:nodegroup-name": "big", "a": "b"},
	})
	groups.PutGroup(endpoint.AutoScalingGroup{Name: "eks-big", Region: "us-east-1", Max: 1})
	c := autoscaling.NewFromConfig(endpointtest.At(t, region, "autoscaling", groups))
	out, err := c.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{
		AutoScalingGroupNames: []string{"eks-big", "none"},
	})
	if err != nil || len(out.AutoScalingGroups) != 1 {
		t.Fatalf("found %v, %v; want one group", out, err)
	}
	g := out.AutoScalingGroups[0]
	endpointtest.Same(t, "sizes", [3]int32{1, 9, 2}, [3]int32{*g.MinSize, *g.MaxSize, *g.DesiredCapacity})
	if len(g.Tags) != 2 || *g.Tags[1].Key != "eks:nodegroup-name" || *g.Tags[1].Value != "big" || !g.CreatedTime.Equal(noon) {
		t.Errorf("found %+v, of %v; want two tags", g.Tags, g.CreatedTime)
	}
}

func TestAutoScalingPages(t *testing.T) {
	t.Parallel()
	groups := new(endpoint.AutoScaling)
	for i := range 60 {
		groups.PutGroup(endpoint.AutoScalingGroup{Name: strconv.Itoa(i), Region: region, Max: 1})
		groups.PutScheduledAction(endpoint.ScheduledAction{Name: strconv.Itoa(i), Region: region, Group: "g"})
	}
	c := autoscaling.NewFromConfig(endpointtest.At(t, region, "autoscaling", groups))
	var sizes []int
	actions := autoscaling.NewDescribeScheduledActionsPaginator(c, &autoscaling.DescribeScheduledActionsInput{})
	for actions.HasMorePages() {
		page, err := actions.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(page.ScheduledUpdateGroupActions))
	}
	all := autoscaling.NewDescribeAutoScalingGroupsPaginator(c, &autoscaling.DescribeAutoScalingGroupsInput{MaxRecords: aws.Int32(40)})
	for all.HasMorePages() {
		page, err := all.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(page.AutoScalingGroups))
	}
	endpointtest.Same(t, "sizes of pages", []int{50, 10, 40, 20}, sizes)
	_, err := c.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{NextToken: aws.String("x")})
	endpointtest.MustCode(t, "a token that was not given", err, "InvalidNextToken")
}
