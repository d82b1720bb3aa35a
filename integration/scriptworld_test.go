package integration_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/weather"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/spoke"
)

// init adds the commands that run other commands.
func init() {
	worldCommands["region"] = worldCommand{"REGION (starts a hub in the region; followed by DO ARGS..., does something to that hub)", inRegion}
}

// inRegion starts the hub of a region, or does something to it.
func inRegion(w *world.World, args []string) error {
	if len(args) == 1 {
		_, err := w.Hub(context.Background(), args[0])
		return err
	}
	hub, found := w.HubIn(args[0])
	if !found {
		return fmt.Errorf("there is no hub in %s", args[0])
	}
	return worldCommands[args[1]].do(hub, args[2:])
}

// worldCommand is what a script can do to its world.
type worldCommand struct {
	usage string
	do    func(w *world.World, args []string) error
}

// worldCommands are what a script can do to its world. The cluster is production, unless a command names another.
var worldCommands = map[string]worldCommand{
	"deliver": {"(hands the changes of the configuration on, as the table's stream does)", func(w *world.World, _ []string) error {
		return errors.Join(w.DeliverChanges(context.Background()), w.DeliverEvents(context.Background()))
	}},
	"down": {"REGION (its services answer 503, for a DURATION or until world up)", func(w *world.World, args []string) error {
		until := time.Time{}
		if len(args) > 1 {
			outage, err := time.ParseDuration(args[1])
			if err != nil {
				return err
			}
			until = w.Now().Add(outage)
		}
		w.Down(args[0], until)
		return nil
	}},
	"own-region": {"(deploys the stack again with -c region=own; hubs that start later have it too)", func(w *world.World, _ []string) error {
		return w.TakeOwnRegion()
	}},
	"up": {"REGION (is no longer down)", func(w *world.World, args []string) error {
		w.Up(args[0])
		return nil
	}},
	"sizes": {"NODEGROUP MIN MAX DESIRED (as if a person had set them)", func(w *world.World, args []string) error {
		sizes, err := numbers(args[1:4])
		if err == nil {
			w.EKS.SetSizes(w.Region, "production", args[0], eks.Sizes{Min: sizes[0], Max: sizes[1], Desired: sizes[2]})
		}
		return err
	}},
	"nodegroup": {"CLUSTER NODEGROUP MIN MAX DESIRED (makes it, and the cluster)", func(w *world.World, args []string) error {
		sizes, err := numbers(args[2:5])
		if err == nil {
			w.EKS.CreateNodegroup(w.Region, args[0], args[1], eks.Sizes{Min: sizes[0], Max: sizes[1], Desired: sizes[2]})
		}
		return err
	}},
	"account-nodegroup": {"ACCOUNT CLUSTER NODEGROUP MIN MAX DESIRED (makes it, and the cluster, in another account)", func(w *world.World, args []string) error {
		sizes, err := numbers(args[3:6])
		if err == nil {
			w.EKS.Of(args[0]).CreateNodegroup(w.Region, args[1], args[2], eks.Sizes{Min: sizes[0], Max: sizes[1], Desired: sizes[2]})
		}
		return err
	}},
	"spoke": {"ACCOUNT FILE (deploys the spoke for the clusters of a document; PARAMETER=VALUE... sets its parameters)", func(w *world.World, args []string) error {
		return deploySpoke(w, args[0], args[1], args[2:])
	}},
	"remove-role": {"ARN (of any account)", func(w *world.World, args []string) error {
		w.Roles.Delete(args[0])
		return nil
	}},
	"fail-update": {"NODEGROUP CODE MESSAGE (the next update of it fails)", func(w *world.World, args []string) error {
		w.EKS.FailUpdate(w.Region, "production", args[0], args[1], args[2])
		return nil
	}},
	"degrade": {"NODEGROUP CODE MESSAGE (the next update of it leaves it DEGRADED)", func(w *world.World, args []string) error {
		w.EKS.DegradeAfterUpdate(w.Region, "production", args[0], args[1], args[2])
		return nil
	}},
	"hang-update": {"NODEGROUP (the next update of it never ends)", func(w *world.World, args []string) error {
		w.EKS.HangUpdate(w.Region, "production", args[0])
		return nil
	}},
	"alarm": {"NAME STATE REASON", func(w *world.World, args []string) error {
		alarm, found := w.Alarms.Get(w.Region, args[0])
		if !found {
			return fmt.Errorf("there is no alarm %s", args[0])
		}
		alarm.State, alarm.Reason = args[1], args[2]
		w.Alarms.Put(alarm)
		return nil
	}},
	"signal-alarm": {"NAME STATE (an alarm that people own; it is created if it does not exist, as a composite alarm if the third word is composite)", func(w *world.World, args []string) error {
		return w.SetAlarm(args[0], args[1], len(args) > 2 && args[2] == "composite")
	}},
	"parameter": {"NAME VALUE (of Parameter Store)", func(w *world.World, args []string) error {
		w.SetParameter(args[0], args[1])
		return nil
	}},
	"calendar-state": {"ARN OPEN|CLOSED (of a change calendar)", func(w *world.World, args []string) error {
		return w.SetCalendar(args[0], args[1])
	}},
	"secret": {"NAME VALUE (of Secrets Manager)", func(w *world.World, args []string) error {
		w.SetSecret(args[0], args[1])
		return nil
	}},
	"weather": {"JSON|STATUS|hangs (the answer of the weather service from now on: an object, an HTTP status, or none)", func(w *world.World, args []string) error {
		return setWeather(w, args[0])
	}},
	"source-fault": {"SERVICE OPERATION TIMES CODE MESSAGE (a call of read-signals fails)", func(w *world.World, args []string) error {
		times, err := strconv.Atoi(args[2])
		w.Sources.Fail(args[0], args[1], times, endpoint.Failure{Status: http.StatusBadRequest, Type: args[3], Message: args[4]})
		return err
	}},
	"silence": {"NAME (the actions of an alarm are disabled)", func(w *world.World, args []string) error {
		alarm, found := w.Alarms.Get(w.Region, args[0])
		if !found {
			return fmt.Errorf("there is no alarm %s", args[0])
		}
		alarm.ActionsEnabled = false
		w.Alarms.Put(alarm)
		return nil
	}},
	"remove-alarm": {"NAME", func(w *world.World, args []string) error {
		w.Alarms.Delete(w.Region, args[0])
		return nil
	}},
	"undelivered": {"BODY MESSAGE (a message in the dead-letter queue)", func(w *world.World, args []string) error {
		w.Queues.Put(w.Template.Of("AWS::SQS::Queue")[0].ARN, endpoint.QueueMessage{
			Body: args[0], Attributes: map[string]string{"ERROR_MESSAGE": args[1]}, Sent: peakHour,
		})
		return nil
	}},
	"alerts": {"COUNT (fails if another number of alerts was sent)", func(w *world.World, args []string) error {
		if sent := len(w.Alerts()); strconv.Itoa(sent) != args[0] {
			return fmt.Errorf("%d alerts were sent; want %s", sent, args[0])
		}
		return nil
	}},
	"subscribe": {"ADDRESS (to the alerts, and confirms it)", func(w *world.World, args []string) error {
		w.Topics.Subscribe(w.Template.Of("AWS::SNS::Topic")[0].ARN, endpoint.Subscription{Protocol: "email", Endpoint: args[0], Confirmed: true})
		return nil
	}},
	"confirm": {"(the owners of all subscriptions confirm them)", func(w *world.World, _ []string) error {
		w.Topics.Confirm()
		return nil
	}},
	"quota": {"SERVICE CODE VALUE (AWS allows so much)", func(w *world.World, args []string) error {
		value, err := strconv.ParseFloat(args[2], 64)
		w.Quotas.Set(w.Region, args[0], args[1], value)
		return err
	}},
	"item": {"KIND NAME SPEC (puts an item into the config table by hand, with a text for its spec)", func(w *world.World, args []string) error {
		_, err := w.Console().PutItem(context.Background(), &dynamodb.PutItemInput{
			TableName: aws.String(deployment.ConfigTable), Item: map[string]types.AttributeValue{
				"kind": &types.AttributeValueMemberS{Value: args[0]}, "name": &types.AttributeValueMemberS{Value: args[1]},
				"spec": &types.AttributeValueMemberS{Value: args[2]},
			},
		})
		return err
	}},
	"remove-item": {"KIND NAME (removes an item from the config table by hand)", func(w *world.World, args []string) error {
		_, err := w.Console().DeleteItem(context.Background(), &dynamodb.DeleteItemInput{
			TableName: aws.String(deployment.ConfigTable), Key: map[string]types.AttributeValue{
				"kind": &types.AttributeValueMemberS{Value: args[0]}, "name": &types.AttributeValueMemberS{Value: args[1]},
			},
		})
		return err
	}},
	"format": {"KIND NAME FORMAT (an item of the config table is in this format)", func(w *world.World, args []string) error {
		update := "SET #format = :format"
		_, err := w.DynamoDB().UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
			TableName: aws.String(deployment.ConfigTable), UpdateExpression: &update,
			Key:                       map[string]types.AttributeValue{"kind": &types.AttributeValueMemberS{Value: args[0]}, "name": &types.AttributeValueMemberS{Value: args[1]}},
			ExpressionAttributeNames:  map[string]string{"#format": "format"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":format": &types.AttributeValueMemberN{Value: args[2]}},
		})
		return err
	}},
	"disable-schedule": {"NAME (of those that follow the configuration)", func(w *world.World, args []string) error {
		for _, s := range w.Scheduler.Schedules(world.ScheduleGroup) {
			if s.Name == scheduleOf(w, world.ScheduleGroup, args[0]) {
				s.State = "DISABLED"
				w.Scheduler.Put(s)
				return nil
			}
		}
		return fmt.Errorf("there is no schedule %s", args[0])
	}},
	"fault": {"SERVICE OPERATION TIMES CODE MESSAGE (a call of people fails; the services are called as in signatures)", func(w *world.World, args []string) error {
		times, err := strconv.Atoi(args[2])
		w.AWS.Fail(args[0], args[1], times, endpoint.Failure{Status: http.StatusBadRequest, Type: args[3], Message: args[4]})
		return err
	}},
	"hang": {"SERVICE OPERATION (a call of people is never answered)", func(w *world.World, args []string) error {
		w.AWS.Hang(args[0], args[1])
		return nil
	}},
	"has": {"NODEGROUP MIN MAX DESIRED (fails if it has other sizes)", func(w *world.World, args []string) error {
		sizes, err := numbers(args[1:4])
		if err != nil {
			return err
		}
		found, _ := w.EKS.Nodegroup(w.Region, "production", args[0])
		if want := (eks.Sizes{Min: sizes[0], Max: sizes[1], Desired: sizes[2]}); found.Sizes != want {
			return fmt.Errorf("%s has %+v; want %+v", args[0], found.Sizes, want)
		}
		return nil
	}},
	"start": {"NAME INPUT (a run, not by the tool, and waits for its end)", func(w *world.World, args []string) error {
		_, err := w.Run(context.Background(), args[0], json.RawMessage(args[1]))
		return err
	}},
	"wait": {"(until no run is active)", func(w *world.World, _ []string) error {
		for _, x := range w.Engine.Executions() {
			if _, err := x.Wait(context.Background()); err != nil {
				return err
			}
		}
		return nil
	}},
	"abort": {"(stops every active run, as the console does)", func(w *world.World, _ []string) error {
		for _, x := range w.Engine.Executions() {
			if x.Describe().Status == engine.Running {
				if err := x.Stop(); err != nil {
					return err
				}
			}
		}
		return nil
	}},
	"age": {"DURATION (the configuration was written so long ago)", func(w *world.World, args []string) error {
		ago, err := time.ParseDuration(args[0])
		if err != nil {
			return err
		}
		return rewrite(w, peakHour.Add(-ago))
	}},
	"schedule": {"GROUP NAME JSON (makes one, or sets fields of one)", func(w *world.World, args []string) error {
		s := scheduler.Schedule{
			Group: args[0], Name: scheduleOf(w, args[0], args[1]),
			TargetArn: "arn:aws:lambda:sa-east-1:123456789012:function:own", RoleArn: "arn:aws:iam::123456789012:role/own",
		}
		for _, each := range w.Scheduler.Schedules(args[0]) {
			if each.Name == s.Name {
				s = each
			}
		}
		err := json.Unmarshal([]byte(args[2]), &s)
		if err == nil {
			w.Scheduler.Put(s)
		}
		return err
	}},
	"remove-schedule": {"GROUP NAME", func(w *world.World, args []string) error {
		client := awsscheduler.New(awsscheduler.Options{
			Region: w.Region, BaseEndpoint: aws.String(w.Scheduler.URL()),
			Credentials: credentials.NewStaticCredentialsProvider("console", "local", ""),
		})
		name := scheduleOf(w, args[0], args[1])
		_, err := client.DeleteSchedule(context.Background(), &awsscheduler.DeleteScheduleInput{GroupName: &args[0], Name: &name})
		return err
	}},
	"deployed": {"STATUS (of the stack, and the version that make deploy tagged it with, if any)", func(w *world.World, args []string) error {
		s := endpoint.Deployed(w.Template, peakHour)
		s.Status = args[0]
		for _, version := range args[1:] {
			s.Tags = append(s.Tags, endpoint.Tag{Key: deployment.TagVersion, Value: version})
		}
		w.Stacks.Put(s)
		return nil
	}},
	"private": {"FILE (the stack is deployed in the VPC, or with the key, of a JSON file)", func(w *world.World, args []string) error {
		text, err := os.ReadFile(args[0])
		if err != nil {
			return err
		}
		var private world.Private
		if err := json.Unmarshal(text, &private); err != nil {
			return err
		}
		w.SetPrivate(private, peakHour)
		return nil
	}},
	"deny": {"ROLE ACTION (to the role with a logical id that begins so)", func(w *world.World, args []string) error {
		for _, role := range w.Template.Roles {
			if strings.HasPrefix(role.LogicalID, args[0]) {
				w.Roles.Deny(role.ARN, args[1])
				return nil
			}
		}
		return fmt.Errorf("there is no role %s", args[0])
	}},
	"behave": {"(takes back what fault and hang have said)", func(w *world.World, _ []string) error {
		w.AWS.Behave()
		return nil
	}},
	"keep": {"FILE (writes to this absolute path what is in the config table, as it lies there)", func(w *world.World, args []string) error {
		there, err := itemsOfConfig(w)
		return errors.Join(err, os.WriteFile(args[0], []byte(there), 0o600))
	}},
	"unchanged": {"FILE (fails if the config table has anything else than when it was kept in the file)", func(w *world.World, args []string) error {
		before, err := os.ReadFile(args[0])
		there, unread := itemsOfConfig(w)
		if err := errors.Join(err, unread); err != nil {
			return err
		}
		if changed := cmp.Diff(string(before), there); changed != "" {
			return fmt.Errorf("the config table has changed (-before +now):\n%s", changed)
		}
		return nil
	}},
	"scheduled-action": {"GROUP NAME JSON (of an Auto Scaling group; a node group's group is named eks-CLUSTER-NODEGROUP)", func(w *world.World, args []string) error {
		a := endpoint.ScheduledAction{Region: w.Region, Group: args[0], Name: args[1]}
		err := json.Unmarshal([]byte(args[2]), &a)
		if err == nil {
			w.AutoScaling.PutScheduledAction(a)
		}
		return err
	}},
	"bare-clusters": {"(NAMES... are from now on all clusters that people see, and none has a node group)", func(w *world.World, args []string) error {
		w.AWS.Handle("eks", bareClusters(args))
		return nil
	}},
	"faster": {"CLUSTER WHO (writes the cluster again just before the tool writes several items together)", func(w *world.World, args []string) error {
		w.Tables.Ahead(func() { _ = writeAnew(w, args[0], args[1]) })
		return nil
	}},
	"faster-by-hand": {"CLUSTER (somebody edits the cluster's spec just before the tool writes several items together)", func(w *world.World, args []string) error {
		w.Tables.Ahead(func() { _ = editByHand(w, args[0]) })
		return nil
	}},
	"edit-by-hand": {"CLUSTER (somebody edits the cluster's spec: its concurrency becomes 9)", func(w *world.World, args []string) error {
		return editByHand(w, args[0])
	}},
	"undeploy": {"(the stack is gone)", func(w *world.World, _ []string) error {
		w.Stacks.Delete(w.Region, deployment.DefaultName)
		return nil
	}},
}

// deploySpoke deploys the spoke that a document needs in an account.
func deploySpoke(w *world.World, account, file string, parameters []string) error {
	document, err := os.ReadFile(file) //nolint:gosec // a file that a test names
	if err != nil {
		return err
	}
	c, err := config.Parse(document)
	if err != nil {
		return err
	}
	values := map[string]string{}
	for _, each := range parameters {
		name, value, _ := strings.Cut(each, "=")
		values[name] = value
	}
	return w.DeploySpoke(account, spoke.Of(c), values)
}

// setWeather sets the answer of the weather service.
func setWeather(w *world.World, text string) error {
	answer, err := weather.Parse(text)
	if err == nil {
		w.Weather.Set(answer)
	}
	return err
}
