package integration_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/rogpeppe/go-internal/testscript"

	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/triggers"
)

// editByHand changes the spec of a cluster as a person does in the console, who leaves its version as it is.
func editByHand(w *world.World, cluster string) error {
	update := "SET spec.concurrency = :nine"
	_, err := w.Console().UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
		TableName: aws.String(deployment.ConfigTable), UpdateExpression: &update,
		Key:                       map[string]types.AttributeValue{"kind": &types.AttributeValueMemberS{Value: inventory.KindCluster}, "name": &types.AttributeValueMemberS{Value: cluster}},
		ExpressionAttributeValues: map[string]types.AttributeValue{":nine": &types.AttributeValueMemberN{Value: "9"}},
	})
	return err
}

// rewrite has every item of the configuration be written at an instant.
func rewrite(w *world.World, at time.Time) error {
	found, err := w.DynamoDB().Scan(context.Background(), &dynamodb.ScanInput{TableName: aws.String(deployment.ConfigTable)})
	if err != nil {
		return err
	}
	for _, item := range found.Items {
		item["updatedAt"] = &types.AttributeValueMemberS{Value: at.Format(time.RFC3339)}
		_, err := w.DynamoDB().PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String(deployment.ConfigTable), Item: item})
		if err != nil {
			return err
		}
	}
	return nil
}

// itemsOfConfig is every item of the config table, one a line, by its key.
func itemsOfConfig(w *world.World) (string, error) {
	found, err := w.Console().Scan(context.Background(), &dynamodb.ScanInput{TableName: aws.String(deployment.ConfigTable)})
	if err != nil {
		return "", err
	}
	var lines []string
	for _, item := range found.Items {
		var fields map[string]any
		if err := attributevalue.UnmarshalMap(item, &fields); err != nil {
			return "", err
		}
		text, err := json.Marshal(fields)
		if err != nil {
			return "", err
		}
		lines = append(lines, fmt.Sprintf("%v/%v: %s\n", fields["kind"], fields["name"], text))
	}
	slices.Sort(lines)
	return strings.Join(lines, ""), nil
}

// bareClusters is EKS with clusters that have no node groups.
func bareClusters(names []string) http.Handler {
	mux := http.NewServeMux()
	answer := func(pattern string, body map[string][]string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(body) })
	}
	answer("GET /clusters", map[string][]string{"clusters": names})
	for _, name := range names {
		answer("GET /clusters/"+name+"/node-groups", map[string][]string{"nodegroups": {}})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Errortype", "ResourceNotFoundException")
		http.Error(w, `{"message": "No cluster found."}`, http.StatusNotFound)
	})
	return mux
}

// writeAnew counts a cluster's version up, and makes one where there is none.
func writeAnew(w *world.World, cluster, who string) error {
	db, key := w.Console(), map[string]types.AttributeValue{
		"kind": &types.AttributeValueMemberS{Value: inventory.KindCluster}, "name": &types.AttributeValueMemberS{Value: cluster},
	}
	_, err := db.UpdateItem(context.Background(), &dynamodb.UpdateItemInput{
		TableName: aws.String(deployment.ConfigTable), Key: key,
		UpdateExpression:         aws.String("ADD #version :one SET updatedBy = :who, updatedAt = :now"),
		ExpressionAttributeNames: map[string]string{"#version": "version"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":one": &types.AttributeValueMemberN{Value: "1"}, ":who": &types.AttributeValueMemberS{Value: who},
			":now": &types.AttributeValueMemberS{Value: peakHour.Format(time.RFC3339)},
		},
	})
	return err
}

func numbers(texts []string) ([]int32, error) {
	all := make([]int32, len(texts))
	for i, text := range texts {
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return nil, err
		}
		all[i] = int32(n)
	}
	return all, nil
}

// inWorld is the command "world" of the scripts.
func inWorld(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 || worldCommands[args[0]].do == nil {
		ts.Fatalf("usage: world DO ARGS..., where DO is one of: %s", strings.Join(slices.Sorted(maps.Keys(worldCommands)), ", "))
	}
	w, _ := ts.Value(worldKey{}).(*world.World)
	command := worldCommands[args[0]]
	if wanted := strings.Fields(command.usage); len(args[1:]) < slices.IndexFunc(append(wanted, "("), func(f string) bool { return strings.HasPrefix(f, "(") }) {
		ts.Fatalf("usage: world %s %s", args[0], command.usage)
	}
	ts.Check(command.do(w, args[1:]))
}

// scheduleOf is the name of the schedule of a trigger, or else the name itself.
func scheduleOf(w *world.World, group, name string) string {
	for _, s := range w.Scheduler.Schedules(group) {
		if triggers.WithoutFingerprint(s.Name) == name {
			return s.Name
		}
	}
	return name
}
