package states_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/states"
)

// wantError wants an error of this name and message, of its own type where the SDK has one for every operation.
func wantError(t *testing.T, err error, code, message string) {
	t.Helper()
	refusal, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		t.Errorf("got %v, want %s", err, code)
		return
	}
	if diff := cmp.Diff(code+": "+message, refusal.ErrorCode()+": "+refusal.ErrorMessage()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	_, generic := refusal.(*smithy.GenericAPIError)
	if unmodelled := []string{"AccessDeniedException", "ValidationException"}; generic && !slices.Contains(unmodelled, code) {
		t.Errorf("%s arrives as an error that the SDK does not know", code)
	}
}

func TestWhatAWSRefusesIsRefusedWithTheSameError(t *testing.T) {
	w := start(t, oneTask, failing("Work", nil, bad).handle)
	w.begins("done", `{}`)
	w.ends("done", types.ExecutionStatusSucceeded)
	w.begins("failed", `{}`)
	w.ends("failed", types.ExecutionStatusFailed)
	_, historyToken := w.historyPage("done")
	_, listToken := w.list(sfn.ListExecutionsInput{MaxResults: 1})
	type refusal struct {
		call          func(context.Context) error
		code, message string
	}
	startWith := func(in sfn.StartExecutionInput) func(context.Context) error {
		return func(ctx context.Context) error {
			if in.StateMachineArn == nil {
				in.StateMachineArn = aws.String(machineARN)
			}
			_, err := w.StartExecution(ctx, &in)
			return err
		}
	}
	describe := func(arn string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := w.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: aws.String(arn)})
			return err
		}
	}
	list := func(in sfn.ListExecutionsInput) func(context.Context) error {
		return func(ctx context.Context) error {
			if in.StateMachineArn == nil && in.MapRunArn == nil {
				in.StateMachineArn = aws.String(machineARN)
			}
			_, err := w.ListExecutions(ctx, &in)
			return err
		}
	}
	history := func(in sfn.GetExecutionHistoryInput) func(context.Context) error {
		return func(ctx context.Context) error {
			if in.ExecutionArn == nil {
				in.ExecutionArn = aws.String(executionARN("done"))
			}
			_, err := w.GetExecutionHistory(ctx, &in)
			return err
		}
	}
	redrive := func(name, token string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := w.RedriveExecution(ctx, &sfn.RedriveExecutionInput{ExecutionArn: aws.String(executionARN(name)), ClientToken: aws.String(token)})
			return err
		}
	}
	const noMapRun = "arn:aws:states:sa-east-1:123456789012:mapRun:eks-scaling/Unit:x"
	const other = "arn:aws:states:sa-east-1:123456789012:stateMachine:other"
	violated := func(value, member, rule string) string {
		return fmt.Sprintf("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must %s", value, member, rule)
	}
	long := strings.Repeat("x", 300)
	large := `"` + strings.Repeat("x", 256<<10) + `"`
	for name, test := range map[string]refusal{
		"start_of_another_machine": {
			startWith(sfn.StartExecutionInput{StateMachineArn: aws.String(other)}), "StateMachineDoesNotExist", "State Machine Does Not Exist: '" + other + "'",
		},
		"start_of_an_execution": {
			startWith(sfn.StartExecutionInput{StateMachineArn: aws.String(executionARN("done"))}), "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: execution'",
		},
		"start_with_a_name_that_is_taken": {
			startWith(sfn.StartExecutionInput{Name: aws.String("done")}), "ExecutionAlreadyExists", "Execution Already Exists: '" + executionARN("done") + "'",
		},
		"start_with_a_bad_name": {startWith(sfn.StartExecutionInput{Name: aws.String("a b")}), "InvalidName", "Invalid Name: 'a b'"},
		"start_with_no_name": {
			startWith(sfn.StartExecutionInput{Name: aws.String("")}), "ValidationException", violated("", "name", "have length greater than or equal to 1"),
		},
		"start_with_a_long_name": {
			startWith(sfn.StartExecutionInput{Name: aws.String(long)}), "ValidationException", violated(long, "name", "have length less than or equal to 80"),
		},
		"start_with_an_empty_input": {
			startWith(sfn.StartExecutionInput{Input: aws.String("")}), "InvalidExecutionInput", "Invalid State Machine Execution Input: 'Invalid execution input.'",
		},
		"start_with_an_input_that_is_no_JSON": {
			startWith(sfn.StartExecutionInput{Input: aws.String("{")}), "InvalidExecutionInput", `Invalid State Machine Execution Input: 'the input is no JSON: "{"'`,
		},
		"start_with_a_large_input": {
			startWith(sfn.StartExecutionInput{Input: aws.String(large)}), "ValidationException", violated(large, "input", "have length less than or equal to 262144"),
		},
		"describe_what_is_no_ARN":        {describe("r1"), "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: r1'"},
		"describe_an_ARN_that_is_short":  {describe("arn:aws:states"), "InvalidArn", "Invalid Arn: 'Invalid ARN: arn:aws:states'"},
		"describe_a_machine":             {describe(machineARN), "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: stateMachine'"},
		"describe_what_does_not_exist":   {describe(executionARN("r0")), "ExecutionDoesNotExist", "Execution Does Not Exist: '" + executionARN("r0") + "'"},
		"describe_what_has_too_long_ARN": {describe(executionARN(long)), "ValidationException", violated(executionARN(long), "executionArn", "have length less than or equal to 256")},
		"describe_in_another_account": {
			describe("arn:aws:states:sa-east-1:999999999999:execution:eks-scaling:r1"), "AccessDeniedException",
			"User: tester is not authorized to perform: states:DescribeExecution on resource: arn:aws:states:sa-east-1:999999999999:execution:eks-scaling:r1",
		},
		"list_of_another_machine": {
			list(sfn.ListExecutionsInput{StateMachineArn: aws.String(other)}), "StateMachineDoesNotExist", "State Machine Does Not Exist: '" + other + "'",
		},
		"list_of_what_is_no_map_run": {list(sfn.ListExecutionsInput{MapRunArn: aws.String("arn:m")}), "InvalidArn", "Invalid Arn: 'Invalid ARN: arn:m'"},
		"list_of_an_execution_as_a_map_run": {
			list(sfn.ListExecutionsInput{MapRunArn: aws.String(executionARN("done"))}), "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: execution'",
		},
		"list_of_a_map_run_that_does_not_exist": {list(sfn.ListExecutionsInput{MapRunArn: aws.String(noMapRun)}), "ResourceNotFound", "Resource not found: '" + noMapRun + "'"},
		"description_of_a_map_run_that_does_not_exist": {
			func(ctx context.Context) error {
				_, err := w.DescribeMapRun(ctx, &sfn.DescribeMapRunInput{MapRunArn: aws.String(noMapRun)})
				return err
			}, "ResourceNotFound", "Resource not found: '" + noMapRun + "'",
		},
		"map_runs_of_what_does_not_exist": {
			func(ctx context.Context) error {
				_, err := w.ListMapRuns(ctx, &sfn.ListMapRunsInput{ExecutionArn: aws.String(executionARN("r0"))})
				return err
			}, "ExecutionDoesNotExist", "Execution Does Not Exist: '" + executionARN("r0") + "'",
		},
		"map_runs_from_another_list": {
			func(ctx context.Context) error {
				_, err := w.ListMapRuns(ctx, &sfn.ListMapRunsInput{ExecutionArn: aws.String(executionARN("done")), NextToken: listToken})
				return err
			}, "InvalidToken", "Invalid Token: 'Invalid token'",
		},
		"list_of_a_machine_and_a_map_run": {
			list(sfn.ListExecutionsInput{StateMachineArn: aws.String(machineARN), MapRunArn: aws.String("arn:m")}), "ValidationException",
			"Must specify exactly one of stateMachineArn and mapRunArn",
		},
		"list_by_an_unknown_status": {
			list(sfn.ListExecutionsInput{StatusFilter: "failed"}), "ValidationException",
			violated("failed", "statusFilter", "satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]"),
		},
		"list_by_a_status_of_map_runs": {
			list(sfn.ListExecutionsInput{StatusFilter: types.ExecutionStatusPendingRedrive}), "ValidationException",
			"statusFilter must not be PENDING_REDRIVE with a stateMachineArn: it takes a mapRunArn",
		},
		"list_by_redrives": {
			list(sfn.ListExecutionsInput{RedriveFilter: types.ExecutionRedriveFilterRedriven}), "ValidationException",
			"redriveFilter must be left out with a stateMachineArn: it takes a mapRunArn",
		},
		"list_of_too_many":            {list(sfn.ListExecutionsInput{MaxResults: 1001}), "ValidationException", violated("1001", "maxResults", "have value less than or equal to 1000")},
		"list_of_less_than_none":      {list(sfn.ListExecutionsInput{MaxResults: -1}), "ValidationException", violated("-1", "maxResults", "have value greater than or equal to 0")},
		"list_from_nowhere":           {list(sfn.ListExecutionsInput{NextToken: aws.String("x")}), "InvalidToken", "Invalid Token: 'Invalid token'"},
		"list_from_inside_a_history":  {list(sfn.ListExecutionsInput{NextToken: historyToken}), "InvalidToken", "Invalid Token: 'Invalid token'"},
		"list_from_another_list":      {list(sfn.ListExecutionsInput{NextToken: listToken, StatusFilter: "FAILED"}), "InvalidToken", "Invalid Token: 'Invalid token'"},
		"history_from_inside_a_list":  {history(sfn.GetExecutionHistoryInput{NextToken: listToken}), "InvalidToken", "Invalid Token: 'Invalid token'"},
		"history_the_other_way_round": {history(sfn.GetExecutionHistoryInput{NextToken: historyToken, ReverseOrder: true}), "InvalidToken", "Invalid Token: 'Invalid token'"},
		"history_of_another_execution": {
			history(sfn.GetExecutionHistoryInput{NextToken: historyToken, ExecutionArn: aws.String(executionARN("failed"))}), "InvalidToken", "Invalid Token: 'Invalid token'",
		},
		"history_of_what_does_not_exist": {
			history(sfn.GetExecutionHistoryInput{ExecutionArn: aws.String(executionARN("r0"))}), "ExecutionDoesNotExist", "Execution Does Not Exist: '" + executionARN("r0") + "'",
		},
		"redrive_of_what_has_succeeded": {
			redrive("done", "t"), "ExecutionNotRedrivable", "Execution " + executionARN("done") + " invalid for redrive as: Execution is SUCCEEDED and cannot be redriven",
		},
		"redrive_of_what_does_not_exist": {redrive("r0", "t"), "ExecutionDoesNotExist", "Execution Does Not Exist: '" + executionARN("r0") + "'"},
		"redrive_with_a_long_token":      {redrive("failed", long), "ValidationException", violated(long, "clientToken", "have length less than or equal to 64")},
		"stop_with_a_long_error": {
			func(ctx context.Context) error {
				_, err := w.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: aws.String(executionARN("failed")), Error: aws.String(long)})
				return err
			}, "ValidationException", violated(long, "error", "have length less than or equal to 256"),
		},
		"description_of_another_machine": {
			func(ctx context.Context) error {
				_, err := w.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(other)})
				return err
			}, "StateMachineDoesNotExist", "State Machine Does Not Exist: '" + other + "'",
		},
		"a_second_page_of_machines": {
			func(ctx context.Context) error {
				_, err := w.ListStateMachines(ctx, &sfn.ListStateMachinesInput{NextToken: listToken})
				return err
			}, "InvalidToken", "Invalid Token: 'Invalid token'",
		},
	} {
		t.Run(name, func(t *testing.T) { wantError(t, test.call(t.Context()), test.code, test.message) })
	}
	if n := len(w.engine.Executions()); n != 2 || w.describe("failed").Status != types.ExecutionStatusFailed {
		t.Errorf("what was refused was done all the same: %d executions", n)
	}
}

// historyPage is the first event of a history, and the token of the rest.
func (w world) historyPage(name string) ([]types.HistoryEvent, *string) {
	w.t.Helper()
	out, err := w.GetExecutionHistory(w.t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: aws.String(executionARN(name)), MaxResults: 1})
	if err != nil {
		w.t.Fatal(err)
	}
	return out.Events, out.NextToken
}

func TestAServerIsNotMadeOfWhatItCannotServe(t *testing.T) {
	for name, o := range map[string]states.Options{
		"another_ARN":                       {StateMachineARN: executionARN("r1"), Definition: oneTask},
		"no_definition":                     {StateMachineARN: machineARN, Definition: "{"},
		"a_Task_that_is_a_function_itself":  {StateMachineARN: machineARN, Definition: strings.Replace(oneTask, ":states:::lambda:invoke", ":lambda:sa-east-1:123456789012:function:f", 1)},
		"a_Task_of_an_integration_in_a_Map": {StateMachineARN: machineARN, Definition: `{"States":{"A":{"Type":"Map","Iterator":{"States":{"B":{"Type":"Task","Resource":"x"}}}}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was made")
				}
			}()
			states.New(o)
		})
	}
}
