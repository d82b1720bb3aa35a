package collect

import (
	"context"
	"testing"
	"time"

	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/shared/budget"
)

// refusing is a table that a person may not write.
type refusing struct{ asked int }

func (r *refusing) Take(context.Context, budget.Request) (int64, bool, error) {
	r.asked++
	return 0, false, &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "dynamodb:UpdateItem"}
}

func TestWithoutPermissionACommandPacesItself(t *testing.T) {
	t.Parallel()
	table := &refusing{}
	s := &slots{table: table}
	r := budget.Request{Place: "own/sa-east-1", Kind: budget.Reads, Rate: 2, Now: time.Unix(1_800_000_000, 0)}
	for i, want := range []bool{true, true, false} {
		if _, free, err := s.Take(t.Context(), r); err != nil || free != want {
			t.Errorf("call %d: free: %t, %v; want %t", i+1, free, err, want)
		}
	}
	if table.asked != 1 {
		t.Errorf("the table was asked %d times; want once", table.asked)
	}
}
