package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
)

// Table holds the properties of a DynamoDB table.
type Table struct {
	Status     string              // such as ACTIVE
	Key        []string            // the names of the partition key and the sort key
	Indexes    map[string][]string // their keys, by index
	StreamView string              // empty without a stream
	StreamARN  string
}

// StoredTable holds the facts about a table.
type StoredTable struct {
	Table  health.Fact[Table]
	Expiry health.Fact[string] // the attribute by which items expire; empty if they do not
}

// design holds a table's intended properties.
type design struct {
	key     []string
	indexes map[string][]string
	stream  string // the view; empty without a stream
}

var (
	configDesign = design{key: []string{"kind", "name"}, stream: "NEW_AND_OLD_IMAGES"}
	logsDesign   = design{key: []string{"subject", "at"}, indexes: map[string][]string{"by-day": {"day", "at"}}}
)

// expiryAttribute is the attribute by which items of both tables expire.
const expiryAttribute = "expiresAt"

// Tables checks that the tables are made as this version needs them.
func Tables(s deployment.Stack, config, logs StoredTable) []Check {
	return slices.Concat(config.checks(s, s.ConfigTable, configDesign), logs.checks(s, s.LogsTable, logsDesign))
}

func (t StoredTable) checks(s deployment.Stack, name string, want design) []Check {
	table, stream, expiry := subject{"tables", name}, subject{"tables", name + " stream"}, subject{"tables", name + " expiry"}
	gone := table.failed("there is no such table", fmt.Sprintf(
		"restore it from a backup: aws dynamodb list-backups --backup-type ALL --table-name %s --region %s, then aws dynamodb restore-table-from-backup", name, s.Region))
	checks := []Check{check(t.Table, table, gone, func(found Table) Check { return want.compare(table, found) })}
	blocked := health.BecauseOf("there is no such table")
	if want.stream != "" {
		checks = append(checks, check(t.Table, stream, stream.unknown(blocked), func(found Table) Check { return want.compareStream(stream, found) }))
	}
	if t.Table.Missing {
		return append(checks, expiry.unknown(blocked))
	}
	return append(checks, check(t.Expiry, expiry, Check{}, func(attribute string) Check {
		return compareExpiry(expiry, s, name, attribute)
	}))
}

func (d design) compare(c subject, found Table) Check {
	if !slices.Equal(found.Key, d.key) {
		return c.failed(fmt.Sprintf("its key is %s, not %s: the table belongs to another version",
			strings.Join(found.Key, ", "), strings.Join(d.key, ", ")), "use the version of eks-scaling that deployed the stack")
	}
	for _, index := range slices.Sorted(maps.Keys(d.indexes)) {
		if !slices.Equal(found.Indexes[index], d.indexes[index]) {
			return c.failed(fmt.Sprintf("it has no index %s on %s", index, strings.Join(d.indexes[index], ", ")), deploy)
		}
	}
	if found.Status != "ACTIVE" && found.Status != "UPDATING" {
		return c.failed(found.Status+", not ACTIVE", "wait until it is ACTIVE, then: eks-scaling doctor")
	}
	return c.ok("%s, with the key %s", found.Status, strings.Join(d.key, ", "))
}

func (d design) compareStream(c subject, found Table) Check {
	if found.StreamView == d.stream {
		return c.ok("on")
	}
	is := "off"
	if found.StreamView != "" {
		is = "on with " + found.StreamView
	}
	return c.failed(fmt.Sprintf("%s; must be on with %s, or triggers and audit records do not follow configuration changes", is, d.stream),
		deploy)
}

func compareExpiry(c subject, s deployment.Stack, name, attribute string) Check {
	if attribute == expiryAttribute {
		return c.ok("on, by %s", attribute)
	}
	update := fmt.Sprintf("aws dynamodb update-time-to-live --table-name %s --region %s --time-to-live-specification ", name, s.Region)
	enable := update + "Enabled=true,AttributeName=" + expiryAttribute
	if attribute == "" {
		return c.warning("off: expired items stay", enable)
	}
	return c.warning(fmt.Sprintf("on by %s, not %s: expired items stay", attribute, expiryAttribute),
		update+"Enabled=false,AttributeName="+attribute+"; an hour later: "+enable)
}
