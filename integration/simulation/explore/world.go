package explore

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/memdb"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// world holds the numbers of DynamoDB's and EKS's states, the clock in seconds since the start, and the version of the
// configuration.
type world struct{ db, eks, clock, config int32 }

// record is the logs table with the records of all units.
type record struct {
	db    *memdb.DB
	units map[string]claim.Unit
}

// recordOf returns the record of a run's unit.
func (x *exploration) recordOf(w world, number int) claim.Unit {
	return x.dbs.all[w.db].units[x.under[number]]
}

func (x *exploration) instant(clock int32) time.Time {
	return x.setup.Start.Add(time.Duration(clock) * time.Second)
}

func (x *exploration) addDB(db *memdb.DB) int32 {
	id := x.dbs.add(db.AppendState(nil), record{db: db})
	if r := &x.dbs.all[id]; r.units == nil {
		r.units = map[string]claim.Unit{}
		for _, name := range x.units {
			unit, err := tables.NewLogs(r.db, deployment.LogsTable).Unit(context.Background(), name)
			if err != nil {
				panic(fmt.Sprintf("explore: the record of unit %s cannot be read: %v", name, err))
			}
			r.units[name] = unit
		}
	}
	return id
}

// addModel returns the number of EKS's state at an instant.
func (x *exploration) addModel(m *eksmodel.Model, clock int32) int32 {
	m.Now = func() time.Time { return x.instant(clock) }
	return x.models.add(m.AppendState(binary.AppendVarint(nil, int64(clock))), m)
}

// at returns the world at another instant.
func (x *exploration) at(w world, clock int32) world {
	w.eks, w.clock = x.addModel(x.models.all[w.eks].Clone(), clock), clock
	return w
}

// claimOrder returns the order of a unit's stored claim, unless the claim has ended.
func claimOrder(item map[string]types.AttributeValue, unit string) claim.Order {
	attribute := "claim"
	if _, schedule := scaling.SplitUnit(unit); schedule != "" {
		attribute += ":" + schedule
	}
	c, ok := item[attribute].(*types.AttributeValueMemberM)
	if !ok || c.Value["endedAt"] != nil {
		return ""
	}
	order, _ := c.Value["order"].(*types.AttributeValueMemberS)
	if order == nil {
		return ""
	}
	return claim.Order(order.Value)
}

// configure reads the versions of the configuration as people write them.
func (x *exploration) configure() error {
	db := memdb.New(memdb.Table{Name: deployment.ConfigTable, PartitionKey: "kind", SortKey: "name"})
	for _, document := range append([][]byte{x.setup.Config}, x.setup.Edits...) {
		c, err := config.Parse(document)
		if err != nil {
			return err
		}
		if len(c.Clusters) != 1 {
			return fmt.Errorf("%d clusters are configured; want one", len(c.Clusters))
		}
		if err := x.write(tables.NewConfig(db, deployment.ConfigTable), c); err != nil {
			return err
		}
	}
	return nil
}

// write writes a version of the configuration, and reads what steps read of it.
func (x *exploration) write(table *tables.Config, c config.Config) error {
	cluster := c.Clusters[0].Name
	for _, e := range []struct {
		kind, name string
		spec       any
	}{{inventory.KindSettings, inventory.GlobalSettings, c.Settings}, {inventory.KindCluster, cluster, c.Clusters[0]}} {
		spec, err := json.Marshal(e.spec)
		if err != nil {
			return err
		}
		entity := inventory.Item{Kind: e.kind, Name: e.name, Spec: spec, UpdatedAt: x.setup.Start.Add(-24 * time.Hour)}
		if len(x.configs) > 0 {
			for _, old := range x.configs[len(x.configs)-1].Items() {
				if old.Kind == e.kind && old.Name == e.name {
					entity = entity.Over(old)
				}
			}
		}
		if _, err := table.Put(context.Background(), entity); err != nil {
			return err
		}
	}
	stored, err := table.Unit(context.Background(), cluster)
	checked := inventory.Check(stored, x.setup.Start)
	x.configs = append(x.configs, checked.Snapshot) // its items are not parsed again
	x.known = append(x.known, checked.Runnable)
	x.limit = checked.Global.BlastRadius
	for _, unit := range checked.Runnable {
		if !slices.Contains(x.units, unit.Name) {
			x.units = append(x.units, unit.Name)
		}
	}
	return err
}

// reader is the configuration for one invocation.
type reader struct {
	*exploration
	tape *tape
}

// Unit records or replays a read of the configuration, if it may change.
func (r reader) Unit(_ context.Context, unit string) (inventory.Snapshot, error) {
	if len(r.configs) == 1 {
		return r.configs[0], nil
	}
	return play[inventory.Snapshot](r.tape, &call{service: configuration, operation: "ReadConfiguration", in: unit})
}
