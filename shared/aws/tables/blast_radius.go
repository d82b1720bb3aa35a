package tables

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/blastradius"
)

// The counter of a run is one item: what is taken down in all, and an attribute for each unit with its part. It is no record of the
// run's units, so it has a subject of its own.
const (
	counterSuffix = "#blast-radius"
	counterKey    = "counter"
	countedNodes  = "nodes"
	countedUnits  = "units"
	// A unit has an attribute that starts with this. No other attribute has a colon.
	ownPrefix = "unit:"
)

// reserveAttempts limits how often a reservation is repeated. One repetition is enough: what a run has taken only grows.
const reserveAttempts = 3

// Reserve reserves what a unit takes down in its run, if the limit allows it: with one write, under a condition on the whole counter.
// Reserving the same again has no effect. It returns what the run has taken, with the unit's part if that was granted.
func (t *Logs) Reserve(ctx context.Context, r blastradius.Reservation) (taken blastradius.Taken, granted bool, err error) {
	for range reserveAttempts {
		before, err := t.counter(ctx, r)
		if err != nil {
			return before.Taken, false, err
		}
		after, changed := before.With(r.Nodes)
		switch {
		case !changed:
			return before.Taken, true, nil
		case !r.Limit.Allows(after.Taken):
			return before.Taken, false, nil
		}
		err = t.count(ctx, r, before, after)
		if err == nil {
			return after.Taken, true, nil
		}
		if _, changed := errors.AsType[*types.ConditionalCheckFailedException](err); !changed {
			return before.Taken, false, fmt.Errorf("writing the blast radius of run %s to table %s: %w", r.Run, t.name, err)
		}
	}
	return taken, false, fmt.Errorf("unit %s: its part of the blast radius of run %s changed %d times: %w", r.Unit, r.Run, reserveAttempts, ErrClaimLost)
}

// counter reads the counter of a run, strongly consistent.
func (t *Logs) counter(ctx context.Context, r blastradius.Reservation) (c blastradius.Counter, err error) {
	consistent := true
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.name, Key: counterKeyOf(r.Run), ConsistentRead: &consistent})
	if err != nil {
		return c, fmt.Errorf("reading the blast radius of run %s from table %s: %w", r.Run, t.name, err)
	}
	var stored struct {
		Nodes int  `json:"nodes"`
		Units int  `json:"units"`
		Own   *int `json:"own"`
	}
	found := item{}
	for field, attribute := range map[string]string{"nodes": countedNodes, "units": countedUnits, "own": ownPrefix + r.Unit} {
		if value, ok := out.Item[attribute]; ok {
			found[field] = value
		}
	}
	if err := unmarshal(found, &stored); err != nil {
		return c, fmt.Errorf("item %s%s/%s of table %s is invalid: %w", SubjectUnits(r.Run), counterSuffix, counterKey, t.name, err)
	}
	c.Taken = blastradius.Taken{Nodes: stored.Nodes, Units: stored.Units}
	if c.Known = stored.Own != nil; c.Known {
		c.Own = *stored.Own
	}
	return c, nil
}

// count writes a unit's part. The conditions leave room for it, whatever other units have written since the counter was read.
func (t *Logs) count(ctx context.Context, r blastradius.Reservation, before, after blastradius.Counter) error {
	own, change := ownPrefix+r.Unit, newUpdate()
	if before.Known {
		change.equals(before.Own, own)
	} else {
		change.absent(own)
	}
	nodes, units := after.Nodes-before.Nodes, after.Units-before.Units
	if r.Limit.Nodes > 0 {
		change.atMost(r.Limit.Nodes-nodes, countedNodes)
	}
	if r.Limit.Units > 0 {
		change.atMost(r.Limit.Units-units, countedUnits)
	}
	change.set(after.Own, own)
	change.set(r.Expires.Unix(), "expiresAt")
	change.add(nodes, countedNodes)
	change.add(units, countedUnits)
	if change.err != nil {
		return change.err
	}
	text, condition := change.expression()
	_, err := t.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &t.name, Key: counterKeyOf(r.Run), UpdateExpression: text, ConditionExpression: condition,
		ExpressionAttributeNames: change.names, ExpressionAttributeValues: change.attributes(),
	})
	return err
}

func counterKeyOf(run string) item {
	return key("subject", SubjectUnits(run)+counterSuffix, "at", counterKey)
}
