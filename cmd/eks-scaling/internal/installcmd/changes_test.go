package installcmd

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"
)

func TestWhatIsTakenAwayStandsOut(t *testing.T) {
	t.Parallel()
	change := func(action types.ChangeAction, id, kind string, more func(*types.ResourceChange)) Change {
		r := types.ResourceChange{Action: action, LogicalResourceId: &id, ResourceType: &kind}
		if more != nil {
			more(&r)
		}
		return changeOf(r)
	}
	replaced := func(how types.Replacement) func(*types.ResourceChange) {
		return func(r *types.ResourceChange) { r.Replacement = how }
	}
	all := []Change{
		change(types.ChangeActionAdd, "One01234567", "AWS::IAM::Role", nil),
		change(types.ChangeActionAdd, "Two01234567", "AWS::IAM::Role", nil),
		change(types.ChangeActionAdd, "Three0123456", "AWS::IAM::Role", nil),
		change(types.ChangeActionModify, "Topic", "AWS::SNS::Topic", replaced(types.ReplacementFalse)),
		change(types.ChangeActionModify, "Group", "AWS::Scheduler::ScheduleGroup", replaced(types.ReplacementConditional)),
		change(types.ChangeActionModify, "Queue89ABCDEF", "AWS::SQS::Queue", replaced(types.ReplacementTrue)),
		change(types.ChangeActionImport, "Table", "AWS::DynamoDB::Table", func(r *types.ResourceChange) { r.PhysicalResourceId = aws.String("eks-scaling-config") }),
		change(types.ChangeActionRemove, "Alarm", "AWS::CloudWatch::Alarm", func(r *types.ResourceChange) { r.PolicyAction = types.PolicyActionDelete }),
		change(types.ChangeActionRemove, "Version", "AWS::Lambda::Version", func(r *types.ResourceChange) { r.PolicyAction = types.PolicyActionRetain }),
	}
	sortChanges(all)
	var out strings.Builder
	printChanges(&out, 0, false, all)
	want := `ACTION       TYPE                      RESOURCE
REMOVE       CloudWatch::Alarm         Alarm
leave        Lambda::Version           Version
REPLACE      SQS::Queue                Queue
MAY REPLACE  Scheduler::ScheduleGroup  Group
import       DynamoDB::Table           eks-scaling-config
change       SNS::Topic                Topic
add          IAM::Role                 3 resources
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := counts(all), "3 to add, 1 to change, 1 to import, 1 that may be replaced, 1 to replace, 2 to remove"; got != want {
		t.Errorf("found %q; want %q", got, want)
	}
	if got := counts(nil); got != "no resource changes, only outputs or tags" {
		t.Errorf("without a change: found %q", got)
	}
}

func TestTheReasonOfAFailedChangeSet(t *testing.T) {
	t.Parallel()
	for _, unchanged := range []string{
		"The submitted information didn't contain changes. Submit different information to create a change set.", "No updates are to be performed.",
	} {
		if err := whyFailed(unchanged); !errors.Is(err, errUnchanged) {
			t.Errorf("%s: found %v; want that nothing changes", unchanged, err)
		}
	}
	existing, ok := errors.AsType[existingError](whyFailed("CloudFormation is attempting to import some resources because they already exist in your account. The resources must have the " +
		"DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful import. The affected resources are Logs12 ({LogGroupName=/aws/a}), Role ({RoleName=MyRole})"))
	if diff := cmp.Diff([]string{"Logs12", "Role"}, existing.ids); !ok || diff != "" {
		t.Errorf("existing resources (-want +got):\n%s", diff)
	}
	if err := whyFailed("Transform failed"); err.Error() != "CloudFormation refuses the change set: Transform failed" {
		t.Errorf("found %v", err)
	}
}
