package limits_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// TestBytesAsDynamoDBCountsThem has the rules of the documentation, one a row.
func TestBytesAsDynamoDBCountsThem(t *testing.T) {
	t.Parallel()
	const name = len("spec")
	for _, row := range []struct {
		rule, spec string
		want       int
	}{
		{"a text is its UTF-8", `"São"`, 4},
		{"null and truth are one byte", `null`, 1},
		{"a number is a byte for two digits and one more", `123`, 3},
		{"zeros around it do not count", `-1200`, 2},
		{"nor does the exponent", `1e100`, 2},
		{"a list is 3, and 1 for each element", `["a","b"]`, 3 + 2*(1+1)},
		{"a map is 3, and 1 for each pair with its name", `{"ab":true}`, 3 + 1 + 2 + 1},
		{"an empty map", `{}`, 3},
		{"all of it nested", `{"a":[{"b":"c"}]}`, 3 + 1 + 1 + 3 + 1 + 3 + 1 + 1 + 1},
	} {
		if got := limits.SpecBytes(json.RawMessage(row.spec)); got != name+row.want {
			t.Errorf("%s: %s has %d bytes; want %d", row.rule, row.spec, got-name, row.want)
		}
	}
}

// TestItemsUpToTheLastByte makes each kind of item as large as allowed, and one byte larger.
func TestItemsUpToTheLastByte(t *testing.T) {
	t.Parallel()
	const longest = limits.MaxItemBytes
	for path, of := range map[string]func(pad string) (config.Config, any){
		"overrides[0]": func(pad string) (config.Config, any) {
			o := scaling.Override{Name: "launch", Reason: pad}
			return config.Config{Overrides: []scaling.Override{o}}, o
		},
		"calendars.holidays": func(pad string) (config.Config, any) {
			calendar := config.Calendar{Dates: schedule.Calendar{{Dates: schedule.DateRange{First: 1, Last: 1}, Name: pad}}}
			return config.Config{Calendars: map[string]config.Calendar{"holidays": calendar}}, calendar
		},
		"clusters[0]": func(pad string) (config.Config, any) {
			c := document(t, shape{nodegroups: 1, periods: 1})
			c.Clusters[0].RoleARN = pad
			return c, c.Clusters[0]
		},
	} {
		_, empty := of("x")
		room := longest - limits.SpecBytes(empty) + 1
		fits, _ := of(strings.Repeat("x", room))
		over, _ := of(strings.Repeat("x", room+1))
		about := func(c config.Config) string {
			for _, f := range limits.Check(c, now) {
				if f.Path == path && strings.Contains(f.Message, "its item in the config table needs") {
					return f.Message
				}
			}
			return ""
		}
		if found := about(fits); found != "" {
			t.Errorf("%s: %d bytes are refused: %s", path, longest, found)
		}
		if found := about(over); !strings.Contains(found, fmt.Sprintf("needs %d bytes, more than %d: use ", longest+1, longest)) {
			t.Errorf("%s: found %q for one byte more", path, found)
		}
	}
}

func TestPeriodsOfOneCluster(t *testing.T) {
	t.Parallel()
	c := document(t, shape{nodegroups: 2, periods: 3300})
	if found := limits.Check(c, now); len(found) > 0 {
		t.Errorf("3,300 short periods fit in an item: %v", found)
	}
	for i := range c.Clusters[0].Schedule.Periods {
		c.Clusters[0].Schedule.Periods[i].Profile = strings.Repeat("night", 12)
	}
	found := limits.Check(c, now)
	if len(found) != 1 || !strings.HasPrefix(found[0].String(), "clusters[0]: its item in the config table needs ") {
		t.Errorf("found %v for 3,300 long periods; want one finding of the item", found)
	}
}

func TestAClusterAndItsOverridesAreOneTransaction(t *testing.T) {
	t.Parallel()
	with := func(overrides int, reason string) config.Config {
		c := document(t, shape{nodegroups: 1, periods: 1}, shape{nodegroups: 1, periods: 1})
		for i := range overrides {
			c.Overrides = append(c.Overrides, scaling.Override{Name: "o", Cluster: c.Clusters[i%2].Name, Reason: reason})
		}
		return c
	}
	if found := limits.Writing(with(2*99, "")); len(found) > 0 {
		t.Errorf("100 items for each of two clusters fit: %v", found)
	}
	found := limits.Check(with(2*99+1, ""), now)
	if len(found) != 1 || !strings.HasPrefix(found[0].String(), "clusters[0]: the cluster and 100 overrides are 101 items of ") ||
		!strings.HasSuffix(found[0].String(), " bytes in one write, more than 100 items or 4194304 bytes: remove overrides that have ended") {
		t.Errorf("found %v; want one finding at the first cluster", found)
	}
	if found := limits.Writing(with(40, strings.Repeat("r", 300_000))); len(found) != 2 || !strings.Contains(found[1].String(), "20 overrides are 21 items of 6") {
		t.Errorf("6 MB of items for each cluster: found %v; want two findings", found)
	}
}
