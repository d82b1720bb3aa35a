package states

import (
	"fmt"
	"strings"

	"eks-scaling-automation/integration/runtime/engine"
)

// machineARN is arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME.
type machineARN struct {
	text, region, account, name string
}

const longestARN = 256

func parseMachineARN(text string) (machineARN, error) {
	parts := strings.Split(text, ":")
	if len(parts) != 7 || parts[0] != "arn" || parts[2] != "states" || parts[5] != "stateMachine" {
		return machineARN{}, fmt.Errorf("%q is no ARN of a state machine: want arn:aws:states:REGION:ACCOUNT:stateMachine:NAME", text)
	}
	return machineARN{text, parts[3], parts[4], parts[6]}, nil
}

// isMachine refuses every ARN except the state machine's.
func (s *Server) isMachine(c call, arn *string) error {
	if err := required("stateMachineArn", arn, longestARN); err != nil {
		return err
	}
	if err := s.mayBe(c, "stateMachine", *arn); err != nil {
		return err
	}
	if *arn != s.machine.text || c.Region != s.machine.region {
		return refused("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", *arn)
	}
	return nil
}

// execution finds an execution; of duplicates, the one started last.
func (s *Server) execution(c call, arn *string) (*engine.Execution, error) {
	if err := required("executionArn", arn, longestARN); err != nil {
		return nil, err
	}
	if err := s.mayBe(c, "execution", *arn); err != nil {
		return nil, err
	}
	if x := s.engine.Find(*arn); x != nil && c.Region == s.machine.region {
		return x, nil
	}
	return nil, refused("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", *arn)
}

// longestMapRunARN is longer than a state machine's or an execution's: a Map Run has two names.
const longestMapRunARN = 2000

// mapRun finds a Map Run.
func (s *Server) mapRun(c call, arn *string) (*engine.MapRun, error) {
	if err := required("mapRunArn", arn, longestMapRunARN); err != nil {
		return nil, err
	}
	if err := s.mayBe(c, "mapRun", *arn); err != nil {
		return nil, err
	}
	if m := s.engine.MapRun(*arn); m != nil && c.Region == s.machine.region {
		return m, nil
	}
	return nil, refused("ResourceNotFound", "Resource not found: '%s'", *arn)
}

// machineOf returns the ARN of an execution's state machine. Each distributed Map is its own machine, with its label.
func (s *Server) machineOf(x *engine.Execution) string {
	if m := x.MapRun(); m != nil {
		return s.machine.text + "/" + m.Label
	}
	return s.machine.text
}

// mayBe refuses anything but an ARN of this kind in this account.
func (s *Server) mayBe(c call, kind, arn string) error {
	parts := strings.Split(arn, ":")
	switch {
	case parts[0] != "arn":
		return refused("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: %s'", arn)
	case len(parts) < 7 || parts[2] != "states":
		return refused("InvalidArn", "Invalid Arn: 'Invalid ARN: %s'", arn)
	case parts[5] != kind:
		return refused("InvalidArn", "Invalid Arn: 'Resource type not valid in this context: %s'", parts[5])
	case parts[4] != s.machine.account:
		return refused("AccessDeniedException", "User: %s is not authorized to perform: states:%s on resource: %s", c.Principal, c.operation, arn)
	}
	return nil
}
