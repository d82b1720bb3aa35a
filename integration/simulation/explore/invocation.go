package explore

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/functions/steps/audit"
	"eks-scaling-automation/functions/steps/decide"
	"eks-scaling-automation/functions/steps/look"
	"eks-scaling-automation/functions/steps/scale"
	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
)

// invocationTime is the deployed timeout of the function scale.
const invocationTime = 30 * time.Second

// invocation is one start of a function.
type invocation struct {
	function string // named by its state in the definition
	payload  int32
	order    claim.Order // its run's order
	unit     string
	request  string
	clock    int32
}

// position is a point in an invocation: after some answers, before its next call or at its end.
type position struct {
	id      int32
	of      *invocation
	answers []*answer
	call    *call // nil at the end
	output  json.RawMessage
	failure *run.StepError
	// plans reports that the last answer shows that the run holds the claim.
	plans bool
	// wrote reports that the last call may have changed something.
	wrote bool
	// next is the state after the step, and result its input. Both are set at the end.
	next   string
	result int32
	after  map[int32]*position // by the number of the next answer
}

func (p *position) ended() bool { return p.call == nil }

// begin returns the position at the start of an invocation.
func (x *exploration) begin(i invocation) *position {
	if p, known := x.begun[i]; known {
		return p
	}
	p := x.replay(&i, nil, false)
	x.begun[i] = p
	return p
}

// advance returns the position after one more answer.
func (x *exploration) advance(p *position, a *answer) *position {
	if next, known := p.after[a.id]; known {
		return next
	}
	next := x.replay(p.of, append(slices.Clip(p.answers), a), plans(p, a))
	next.wrote = p.call.operation == "UpdateItem" || p.call.operation == "UpdateNodegroupConfig"
	p.after[a.id] = next
	return next
}

// plans reports whether a run knows after an answer that it holds the claim.
func plans(p *position, a *answer) bool {
	if p.call.service != database {
		return p.plans
	}
	out, isRead := a.out.(*dynamodb.GetItemOutput)
	if in, ok := p.call.in.(*dynamodb.GetItemInput); ok && isRead && in.Key["at"].(*types.AttributeValueMemberS).Value != "unit" {
		return p.plans // the run's counter
	}
	if isRead {
		return claimOrder(out.Item, p.of.unit) == p.of.order
	}
	written, isWrite := a.out.(*dynamodb.UpdateItemOutput)
	switch {
	case a.err != nil || !isWrite:
		return false
	case written.Attributes != nil:
		return claimOrder(written.Attributes, p.of.unit) == p.of.order
	}
	return p.plans
}

// replay runs a handler with the recorded answers until it makes another call or ends.
func (x *exploration) replay(i *invocation, answers []*answer, plans bool) (p *position) {
	p = &position{id: int32(x.positions), of: i, answers: answers, plans: plans, after: map[int32]*position{}}
	x.positions++
	defer func() {
		switch stopped := recover().(type) {
		case nil:
		case pause:
			p.call = x.call(stopped.call)
		default:
			panic(stopped)
		}
	}()
	ctx := lambdacontext.NewContext(context.Background(), &lambdacontext.LambdaContext{AwsRequestID: i.request})
	out, err := x.handle(ctx, i, &tape{answers: answers})
	if err == nil {
		p.output = encode(out)
		p.result, p.next = x.text(p.output), nextState(i.function, p.output)
		return p
	}
	failure, ok := err.(messages.InvokeResponse_Error) //nolint:errorlint // the boundary returns it as it is
	if !ok {
		panic(fmt.Sprintf("explore: %s failed with %T, which the boundary does not return", i.function, err))
	}
	cause := encode(map[string]string{"errorMessage": failure.Message, "errorType": failure.Type})
	p.failure = &run.StepError{Error: failure.Type, Cause: string(cause)}
	return p
}

// handle runs the handler of a function.
func (x *exploration) handle(ctx context.Context, i *invocation, t *tape) (any, error) {
	var api tables.API = dynamo{tape: t}
	if plant := x.setup.Faults.Database; plant != nil {
		api = plant(api)
	}
	var units planted.Units = tables.NewLogs(api, deployment.LogsTable)
	if plant := x.setup.Faults.Units; plant != nil {
		units = plant(units)
	}
	var eks planted.EKS = nodegroups.Over(func(nodegroups.Place) nodegroups.API { return kubernetes{t} })
	if plant := x.setup.Faults.EKS; plant != nil {
		eks = plant(i.function, eks)
	}
	config, now := reader{x, t}, func() time.Time { return x.instant(i.clock) }
	payload, log := x.texts.all[i.payload], slog.New(slog.DiscardHandler)
	switch i.function {
	case stateDecide:
		return step.Run(ctx, log, decide.Handler{Config: config, Units: units, Counter: tables.NewLogs(api, deployment.LogsTable), EKS: eks, Now: now}.Handle, payload)
	case stateScale:
		left := func(context.Context) time.Duration { return invocationTime }
		return step.Run(ctx, log, scale.Handler{Config: config, Units: units, EKS: eks, Now: now, Left: left}.Handle, payload)
	case stateLook:
		return step.Run(ctx, log, look.Handler{Units: units, EKS: eks, Now: now}.Handle, payload)
	case stateAudit:
		return step.Run(ctx, log, audit.Handler{Logs: units, Retention: time.Hour, Now: now, Metrics: io.Discard, Emit: event.Discard}.Handle, payload)
	}
	panic("explore: no function for state " + i.function)
}
