package datakey_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/datakey"
)

// TestDocumentedKeyPolicy compares the statements in docs/private.md.
func TestDocumentedKeyPolicy(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/private.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(text), "```json\n")
	block, _, _ = strings.Cut(block, "```")
	var want []string
	for _, s := range datakey.Statements("aws", "REGION", "ACCOUNT") {
		want = append(want, s.JSON())
	}
	if diff := cmp.Diff(want, strings.Split(strings.TrimSpace(block), "\n")); diff != "" {
		t.Errorf("(-needed +documented):\n%s", diff)
	}
}

func TestUsesFollowThePermissions(t *testing.T) {
	t.Parallel()
	reads, sends := []string{"kms:Decrypt", "kms:DescribeKey"}, []string{"kms:Decrypt", "kms:GenerateDataKey"}
	writes := append(slices.Clone(reads), "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")
	for _, row := range []struct {
		name    string
		actions []string
		want    []datakey.Use
	}{
		{"reading a table", []string{"dynamodb:GetItem", "dynamodb:Query"}, []datakey.Use{{Service: "dynamodb", Actions: reads}}},
		{"following its stream", []string{"dynamodb:GetRecords"}, []datakey.Use{{Service: "dynamodb", Actions: reads}}},
		{"reading and writing", []string{"dynamodb:GetItem", "dynamodb:UpdateItem"}, []datakey.Use{{Service: "dynamodb", Actions: writes}}},
		{"sending", []string{"sqs:SendMessage", "sns:Publish"}, []datakey.Use{{Service: "sns", Actions: sends}, {Service: "sqs", Actions: sends}}},
		{"looking at a queue", []string{"sqs:GetQueueAttributes"}, nil},
		{"nothing with data", []string{"eks:DescribeNodegroup", "logs:PutLogEvents"}, nil},
	} {
		if diff := cmp.Diff(row.want, datakey.UsesOf(row.actions)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.name, diff)
		}
	}
}
