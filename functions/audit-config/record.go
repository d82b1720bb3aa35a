package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"eks-scaling-automation/shared/inventory"
)

// expired is the author of a removal by DynamoDB's TTL.
const expired = "expired"

// timeToLive is the same author in a record of the stream.
const timeToLive = "dynamodb.amazonaws.com"

// unknown replaces a missing kind or name.
const unknown = "(unknown)"

// record is a change in the stream. Parts that may be unreadable are decoded later, so that the rest is recorded anyway.
type record struct {
	EventID      string `json:"eventID"`
	UserIdentity struct {
		PrincipalID string `json:"principalId"`
	} `json:"userIdentity"`
	Change struct {
		At             json.RawMessage `json:"ApproximateCreationDateTime"`
		SequenceNumber string          `json:"SequenceNumber"`
		Keys           json.RawMessage `json:"Keys"`
		OldImage       json.RawMessage `json:"OldImage"`
		NewImage       json.RawMessage `json:"NewImage"`
	} `json:"dynamodb"`
}

// readTime reads seconds since 1970, as Lambda sends them, or a formatted time, as the AWS CLI prints it.
func readTime(data json.RawMessage) (time.Time, error) {
	var seconds float64
	if json.Unmarshal(data, &seconds) == nil {
		return time.UnixMilli(int64(math.Round(seconds * 1000))).UTC(), nil
	}
	var written time.Time
	if err := json.Unmarshal(data, &written); err != nil {
		return time.Time{}, fmt.Errorf("ApproximateCreationDateTime: found %q; want seconds since 1970", data)
	}
	return written.UTC(), nil
}

// read converts a record to a change. Its id is the same at every delivery, and rises with each change of an item. With an error,
// the change holds what could be read.
func read(data json.RawMessage) (inventory.ConfigChange, string, error) {
	var r record
	err := json.Unmarshal(data, &r) // a field of another type is left out, and all others are read
	at, timeErr := readTime(r.Change.At)
	keys, keysErr := readImage(r.Change.Keys)
	before, beforeErr := readImage(r.Change.OldImage)
	after, afterErr := readImage(r.Change.NewImage)
	c := inventory.ConfigChange{
		Kind: cmp.Or(keys.text("kind"), unknown), Name: cmp.Or(keys.text("name"), unknown),
		Time: at, Version: after.number("version"), Format: after.number("format"),
	}
	if after.gone && !before.gone {
		c.Version = before.number("version") + 1 // a removal is a version: the next item of this name continues it
	}
	c.By, c.Reason = r.author(before, after, at)
	var specErr, oldSpecErr error
	c.Before, oldSpecErr = before.spec()
	c.After, specErr = after.spec()
	c.Before, c.After = fit(c.Before, c.After)
	return c, r.id(), errors.Join(err, timeErr, keysErr, beforeErr, afterErr, oldSpecErr, specErr)
}

// id returns the sequence number with 40 digits, so that ids sort as text.
func (r record) id() string {
	const digits = 40
	number := cmp.Or(r.Change.SequenceNumber, r.EventID)
	return strings.Repeat("0", max(0, digits-len(number))) + number
}

// author returns who made a change, and why; empty if unknown. A write by this product increases the version and names its author. An
// edit by hand leaves both unchanged, so the item still names an earlier author. A removal names nobody.
func (r record) author(before, after image, at time.Time) (by, reason string) {
	switch {
	case r.UserIdentity.PrincipalID == timeToLive: // it removes, and does nothing else
		return expired, ""
	case !after.gone && after.number("version") == before.number("version")+1, before.gone && writtenAt(after, at):
		return after.text("updatedBy"), after.text("reason")
	default:
		return "", ""
	}
}

// closeTime is the largest accepted difference between the writer's clock and the stream's.
const closeTime = 5 * time.Minute

// writtenAt reports whether an item says that it was written at an instant. An item that is added again continues the versions
// from before its removal. A manual copy of another item has a version too, but also the older time.
func writtenAt(i image, at time.Time) bool {
	written, err := time.Parse(time.RFC3339, i.text("updatedAt"))
	return err == nil && written.Sub(at).Abs() <= closeTime
}

// maxSpecs limits the specs in a record, in bytes. A DynamoDB item holds 400 KB, whether it is a spec or a record of two.
const maxSpecs = 250_000

// fit makes both specs fit into one record. It drops the earlier spec first: the previous record has it.
func fit(before, after json.RawMessage) (json.RawMessage, json.RawMessage) {
	if len(before)+len(after) > maxSpecs {
		before = tooLarge(before)
	}
	if len(after) > maxSpecs {
		after = tooLarge(after)
	}
	return before, after
}

// tooLarge replaces a spec that is not kept.
func tooLarge(spec json.RawMessage) json.RawMessage {
	if spec == nil {
		return nil
	}
	return note(fmt.Sprintf("(not kept: %d bytes are too many for a record)", len(spec)))
}

// note replaces a spec with a text.
func note(text string) json.RawMessage {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text can be marshalled
	}
	return data
}
