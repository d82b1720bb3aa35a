package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/inventory"
)

func TestTheAuthorIsKnownOnlyIfTheVersionIncreased(t *testing.T) {
	t.Parallel()
	removed := streamed(1, "cluster", "production", item(3, "ana", "a launch", three), "")
	for _, row := range []struct {
		rule, record string
		version      int
		by, reason   string
	}{
		{"the first write", streamed(1, "cluster", "production", "", item(1, "ana", "new", three)), 1, "ana", "new"},
		{"a further write", streamed(1, "cluster", "production", item(3, "ana", "new", three), item(4, "ben", "more", five)), 4, "ben", "more"},
		{"a write without a reason", streamed(1, "cluster", "production", item(3, "ana", "new", three), item(4, "ben", "", five)), 4, "ben", ""},
		{"a write over what was made by hand", streamed(1, "cluster", "production", item(0, "", "", three), item(1, "ana", "new", five)), 1, "ana", "new"},
		{"an edit by hand leaves another's name", streamed(1, "cluster", "production", item(3, "ana", "new", three), item(3, "ana", "new", five)), 3, "", ""},
		{"an item made by hand", streamed(1, "cluster", "production", "", item(0, "", "", three)), 0, "", ""},
		{"a copy of an older item", streamed(1, "cluster", "copy", "", strings.Replace(item(3, "ana", "new", three), "T13:00:05Z", "T12:00:00Z", 1)), 3, "", ""},
		{"an item put back as it was", streamed(1, "cluster", "production", item(4, "ben", "more", five), item(3, "ana", "new", three)), 3, "", ""},
		{"a removal by a person", removed, 4, "", ""},
		{"a removal when the time is over", byTimeToLive(removed), 4, "expired", ""},
		{"an item added again after a removal", streamed(1, "cluster", "production", "", item(5, "mia", "again", three)), 5, "mia", "again"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			c, _, err := read(json.RawMessage(row.record))
			if err != nil {
				t.Fatal(err)
			}
			if c.Version != row.version || c.By != row.by || c.Reason != row.reason {
				t.Errorf("version %d by %q because of %q; want %d, %q, %q", c.Version, c.By, c.Reason, row.version, row.by, row.reason)
			}
		})
	}
}

func TestAChangeHasTheSpecsBeforeAndAfter(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 13, 0, 5, 0, time.UTC)
	size := func(n string) json.RawMessage { return json.RawMessage(`{"size":` + n + `}`) }
	for _, row := range []struct {
		rule, kind, before, after string
		want                      inventory.ConfigChange
	}{
		{"made", "calendar", "", item(1, "ana", "", three), inventory.ConfigChange{Version: 1, By: "ana", After: size("3")}},
		{"changed", "override", item(1, "ana", "", three), item(2, "ben", "", five), inventory.ConfigChange{Version: 2, By: "ben", Before: size("3"), After: size("5")}},
		{"removed", "settings", item(1, "ana", "", three), "", inventory.ConfigChange{Version: 2, Before: size("3")}},
		{"of a kind that nobody knows", "clutser", "", item(0, "", "", three), inventory.ConfigChange{After: size("3")}},
		{
			"in a format", "cluster", "", strings.Replace(item(1, "ana", "", three), "{", `{"format": {"N": "2"}, `, 1),
			inventory.ConfigChange{Version: 1, Format: 2, By: "ana", After: size("3")},
		},
		{"without a spec", "cluster", "", `{"kind": {"S": "cluster"}, "name": {"S": "x"}}`, inventory.ConfigChange{After: json.RawMessage("null")}},
	} {
		row.want.Kind, row.want.Name, row.want.Time = row.kind, "x", at
		got, _, err := read(json.RawMessage(streamed(1, row.kind, "x", row.before, row.after)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

// TestTheTimeIsReadInEitherForm so that a record fetched from the stream can be replayed.
func TestTheTimeIsReadInEitherForm(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]string{
		`1795525205`:                         "2026-11-24T13:00:05Z",
		`1.795525205E9`:                      "2026-11-24T13:00:05Z",
		`1795525205.25`:                      "2026-11-24T13:00:05.25Z",
		`"2026-11-24T10:00:05-03:00"`:        "2026-11-24T13:00:05Z",
		`"2026-11-24T13:00:05.250000+00:00"`: "2026-11-24T13:00:05.25Z",
	} {
		got, err := readTime(json.RawMessage(form))
		if err != nil || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s is read as %v, %v; want %s", form, got, err, want)
		}
	}
	for _, form := range []string{``, `null2`, `"now"`, `{}`} {
		if got, err := readTime(json.RawMessage(form)); err == nil {
			t.Errorf("%s is read as %v; want an error", form, got)
		}
	}
}

// TestIDsRiseWithTheSequenceNumbers also across lengths, because the records of an item are sorted by them.
func TestIDsRiseWithTheSequenceNumbers(t *testing.T) {
	t.Parallel()
	last := ""
	for _, number := range []string{"9", "10", "4421584500000000017450439091", "4421584500000000017450439092", strings.Repeat("9", 40)} {
		_, id, err := read(json.RawMessage(`{"dynamodb": {"ApproximateCreationDateTime": 1, "SequenceNumber": "` + number + `"}}`))
		if err != nil || id <= last || !strings.HasSuffix(id, number) {
			t.Errorf("%s has the id %q after %q (%v)", number, id, last, err)
		}
		last = id
	}
}

func TestBothSpecsFitIntoARecord(t *testing.T) {
	t.Parallel()
	small, large, huge := note("x"), note(strings.Repeat("x", 200_000)), note(strings.Repeat("x", 390_000))
	for _, row := range []struct {
		rule                string
		before, after       json.RawMessage
		hasBefore, hasAfter bool
	}{
		{"two small ones", small, small, true, true},
		{"a large one and a small one", large, small, true, true},
		{"a large one made", nil, large, true, true},
		{"of two large ones the later", large, large, false, true},
		{"none of two that are huge", huge, huge, false, false},
		{"a huge one made", nil, huge, true, false},
	} {
		before, after := fit(row.before, row.after)
		if bytes.Equal(before, row.before) != row.hasBefore || bytes.Equal(after, row.after) != row.hasAfter {
			t.Errorf("%s: kept %.40s and %.40s; want them kept: %v and %v", row.rule, before, after, row.hasBefore, row.hasAfter)
		}
		if len(before)+len(after) > maxSpecs+100 {
			t.Errorf("%s: %d bytes", row.rule, len(before)+len(after))
		}
	}
}

func TestWhatCanBeReadOfABadRecordIsRead(t *testing.T) {
	t.Parallel()
	good := streamed(1, "cluster", "production", item(1, "ana", "", three), item(2, "ben", "why", five))
	for _, row := range []struct{ rule, from, to, want string }{
		{"an image that is no object", `"OldImage": ` + item(1, "ana", "", three), `"OldImage": 7`, `cluster/production "(not kept: the item could not be read)" {"size":5}`},
		{"a type that does not exist", `{"N": "5"}`, `{"X": "5"}`, `cluster/production {"size":3} "(not kept: it could not be read)"`},
		{"a value without a type", `{"size": {"N": "5"}}`, `{"size": 5}`, `cluster/production {"size":3} "(not kept: it could not be read)"`},
		{"a number that is none", `{"N": "5"}`, `{"N": "five"}`, `cluster/production {"size":3} "(not kept: it could not be read)"`},
		{"a key that is no text", `"Keys": {"kind": {"S": "cluster"}`, `"Keys": {"kind": {"N": "1"}`, `(unknown)/production {"size":3} {"size":5}`},
		{"a time that is none", `1795525205`, `"now"`, `cluster/production {"size":3} {"size":5}`},
	} {
		bad := strings.Replace(good, row.from, row.to, 1)
		if bad == good {
			t.Fatalf("%s: the record is not changed", row.rule)
		}
		c, _, err := read(json.RawMessage(bad))
		if got := c.Kind + "/" + c.Name + " " + string(c.Before) + " " + string(c.After); got != row.want {
			t.Errorf("%s: read\n%s\nwant\n%s", row.rule, got, row.want)
		}
		if err == nil && !strings.HasPrefix(row.rule, "a key") {
			t.Errorf("%s: nobody is told", row.rule)
		}
	}
}
