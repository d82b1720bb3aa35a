package planted

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/scaling"
)

// Heedless returns a write that heeds no order of a node group, if it sets or removes a part of a field.
func Heedless(in *dynamodb.UpdateItemInput, field string) *dynamodb.UpdateItemInput {
	orders, writes := "", false
	for placeholder, name := range in.ExpressionAttributeNames {
		if name == "orders" {
			orders = placeholder + "."
		}
		writes = writes || name == field && strings.Contains(*in.UpdateExpression, placeholder+".")
	}
	if orders == "" || !writes || in.ConditionExpression == nil {
		return in
	}
	clauses := strings.Split(*in.ConditionExpression, " AND ")
	for i, clause := range clauses {
		if path, _, isOrder := strings.Cut(clause, " = "); isOrder && strings.HasPrefix(clause, orders) {
			clauses[i] = "(" + clause + " OR attribute_exists(" + path + "))"
		}
	}
	changed, condition := *in, strings.Join(clauses, " AND ")
	changed.ConditionExpression = &condition
	return &changed
}

// ReplacedRelied records of what is relied on only the unit's own, as if no other unit of the cluster had any.
type ReplacedRelied struct{ Units }

// Decided removes what other units rely on.
func (r ReplacedRelied) Decided(ctx context.Context, u claim.Unit, me claim.Order, now time.Time, round tables.Round) error {
	whole, err := r.Unit(ctx, u.Name)
	if err != nil {
		return err
	}
	whole.Claim = u.Claim
	return r.Units.Decided(ctx, whole, me, now, round)
}

// MarksOfUnits keeps the marks of a node group under the name of its unit, where no other unit finds them.
type MarksOfUnits struct{ Units }

func (MarksOfUnits) key(unit, nodegroup string) string {
	if _, schedule := scaling.SplitUnit(unit); schedule != "" {
		return unit + "/" + nodegroup
	}
	return nodegroup
}

// own returns a record with the unit's marks under the names of the node groups.
func (m MarksOfUnits) own(u claim.Unit) claim.Unit {
	marks := map[string]scaling.Application{}
	for key, mark := range u.Marks {
		if nodegroup := key[strings.LastIndex(key, "/")+1:]; key == m.key(u.Name, nodegroup) {
			marks[nodegroup] = mark
		}
	}
	u.Marks = marks
	return u
}

// Unit returns the unit's own marks.
func (m MarksOfUnits) Unit(ctx context.Context, name string) (claim.Unit, error) {
	u, err := m.Units.Unit(ctx, name)
	return m.own(u), err
}

// Claim returns the unit's own marks.
func (m MarksOfUnits) Claim(ctx context.Context, u claim.Unit, c claim.Claim, nodegroups []string) (claim.Unit, error) {
	after, err := m.Units.Claim(ctx, u, c, nodegroups)
	return m.own(after), err
}

// Decided records the marks under the unit's name.
func (m MarksOfUnits) Decided(ctx context.Context, u claim.Unit, me claim.Order, now time.Time, round tables.Round) error {
	marks := map[string]scaling.Application{}
	for nodegroup, mark := range round.Marks {
		marks[m.key(u.Name, nodegroup)] = mark
	}
	round.Marks = marks
	return m.Units.Decided(ctx, u, me, now, round)
}
