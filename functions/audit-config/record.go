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

// expired is who removes an item whose time is over.
const expired = "expired"

// timeToLive is who that is in a record of the stream.
const timeToLive = "dynamodb.amazonaws.com"

// unknown is the kind or the name of a change that does not say it.
const unknown = "(unknown)"

// record is a change as the stream has it. What may be unreadable is read later, so that the rest is on record nevertheless.
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

// readTime reads seconds since 1970, as Lambda has them, or a time written out, as the AWS CLI prints it.
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

// read makes a change of a record, with an id that is the same whenever the record is handed over, and rises from one
// change of an entity to the next. With an error the change holds as much as could be read.
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

// id is the sequence number, of 40 digits, as numbers of different lengths are not in order as texts.
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

// closeTime is how far the clock of whoever writes an item may be from that of the stream.
const closeTime = 5 * time.Minute

// writtenAt reports whether an item says that it was written at an instant. The versions of an item that is added again go on after its
// removal. A copy of another item by hand has a version, too, but also the older time.
func writtenAt(i image, at time.Time) bool {
	written, err := time.Parse(time.RFC3339, i.text("updatedAt"))
	return err == nil && written.Sub(at).Abs() <= closeTime
}

// maxSpecs is how much of the specs is kept, in bytes. An item of DynamoDB holds 400 KB, one or the other spec alone as
// well as a record with both.
const maxSpecs = 250_000

// fit makes both specs fit into one record. The one before is also in the record before.
func fit(before, after json.RawMessage) (json.RawMessage, json.RawMessage) {
	if len(before)+len(after) > maxSpecs {
		before = tooLarge(before)
	}
	if len(after) > maxSpecs {
		after = tooLarge(after)
	}
	return before, after
}

// tooLarge stands for a spec that is not kept.
func tooLarge(spec json.RawMessage) json.RawMessage {
	if spec == nil {
		return nil
	}
	return note(fmt.Sprintf("(not kept: %d bytes are too many for a record)", len(spec)))
}

// note is a remark in the place of a spec.
func note(text string) json.RawMessage {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text can be marshalled
	}
	return data
}
