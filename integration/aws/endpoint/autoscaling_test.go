package endpoint_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/endpoint/endpointtest"
)

func TestAutoScalingTellsOfScheduledActions(t *testing.T) {
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
